//! What waits for exam officers.
use ::store::Tx;
use identity::{Action, Object, Subject};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::{rules::SiteStatus, store};

/// Batches with sites that wait for a draw, and drawn sites that wait for confirmation; of sites below
/// the officer's own place alone where they do not hold the whole batch.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !who.carries(Action::Arrange) {
        return Ok(tasks);
    }
    for batch in plan::batches(tx).await? {
        if batch.published_at.is_none() || !admission::is_frozen(tx, &batch.code).await? {
            continue;
        }
        let at = identity::territory(
            &who.grants,
            Action::Arrange,
            Object { path: &batch.org_path, batch: Some(batch.code.as_str()) },
            now,
        );
        let sites = store::site_plans(tx, &batch.code).await?;
        let mine = |status: &[SiteStatus]| {
            let counted = sites.iter().filter(|site| {
                status.contains(&site.status) && at.iter().any(|path| path.contains(&site.site_path))
            });
            counted.count()
        };
        // Before the first draw no site has a row: the whole batch waits for whoever may draw it.
        let nobody_drew = sites.is_empty() && at.iter().any(|path| path.contains(&batch.org_path));
        let waits = [
            ("task-seat-plan-draw", mine(&[SiteStatus::ToDraw]) + usize::from(nobody_drew)),
            ("task-seat-plan-confirm", mine(&[SiteStatus::Drawn])),
        ];
        for (key, count) in waits.into_iter().filter(|(_, count)| *count > 0) {
            tasks.push(Task {
                title: Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en),
                count: i64::try_from(count).unwrap_or(i64::MAX),
                href: format!("/batches/{}/seat-plan", batch.code),
                due: plan::due(tx, &batch, 4).await?,
            });
        }
    }
    Ok(tasks)
}
