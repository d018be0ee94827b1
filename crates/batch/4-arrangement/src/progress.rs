//! What the rail says of this stage: how many sites are drawn, and then how many are confirmed.
use ::store::Tx;
use identity::Env;
use kernel::BatchCode;
use plan::{Progress, ProgressState};

use crate::{rules::SiteStatus, store};

/// Reports how the sites stand; the stage is done when every site is confirmed.
pub(crate) async fn report(tx: &mut Tx, env: &Env, code: &BatchCode) -> sqlx::Result<()> {
    let sites = store::site_plans(tx, code).await?;
    let count = |wanted: &[SiteStatus]| {
        let found = sites.iter().filter(|site| wanted.contains(&site.status)).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    };
    let total = count(&SiteStatus::ALL);
    let drawn = count(&[SiteStatus::Drawn, SiteStatus::Confirmed]);
    let confirmed = count(&[SiteStatus::Confirmed]);
    let state = if confirmed == total { ProgressState::Done } else { ProgressState::Now };
    let (count, note_key) = if confirmed == 0 && drawn < total {
        (drawn, "seat-plan-note-sites-drawn")
    } else {
        (confirmed, "seat-plan-note-sites-confirmed")
    };
    plan::report_share(tx, code, 4, (Progress { state, count, note_key }, total), env.now()).await
}
