//! The sites of an organisation, for its page.
use ::store::Tx;
use kernel::OrgPath;
use organisation::Grounds;

use crate::store;

/// The sites run at a path and below it, as the page of an organisation lists them.
///
/// # Errors
/// When the database fails.
pub async fn grounds(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Vec<Grounds>> {
    let sites = store::sites_within(tx, path).await?;
    let line = |site: crate::Site| Grounds {
        href: format!("/sites/{}", site.code),
        name_zh: site.name_zh,
        name_en: site.name_en,
        address: site.address,
    };
    Ok(sites.into_iter().map(line).collect())
}
