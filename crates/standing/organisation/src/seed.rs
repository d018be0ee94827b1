//! The demo province. Running it again changes nothing.
use std::collections::BTreeMap;

use kernel::{OrgPath, SiteCode};
use scheme::{SeedRow, read_table};
use store::Tx;

use crate::{Organisation, OrganisationKind, OrganisationRefused, check, store::add};

/// Why the file of organisations could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A cell or the table is wrong.
    #[error(transparent)]
    Table(#[from] scheme::SeedError),
    /// A line stands where it cannot.
    #[error("demo.csv, {path}: {refused}")]
    Refused {
        /// Its path.
        path: OrgPath,
        /// Why not.
        refused: OrganisationRefused,
    },
    /// A line names a serving site that is not in a line above it.
    #[error("demo.csv, {path}: no line above is at {served_by}")]
    UnknownSite {
        /// Its path.
        path: OrgPath,
        /// The path it names.
        served_by: OrgPath,
    },
    /// The database refused a row.
    #[error("the database refused an organisation: {0}")]
    Store(#[from] sqlx::Error),
}

/// Adds the organisations of `data/organisation/demo.csv` that are not there yet and says how many
/// were added. A line comes after the organisation above it and the site that serves it. The caller
/// commits; on an error nothing may be kept.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(tx: &mut Tx, file: &str) -> Result<u64, SeedError> {
    let mut seen: BTreeMap<OrgPath, Organisation> = BTreeMap::new();
    let mut added = 0;
    for line in read_table("demo.csv", file)? {
        let row = organisation(&line, &seen)?;
        added += u64::from(add(tx, &row).await?);
        seen.insert(row.path.clone(), row);
    }
    Ok(added)
}

pub(crate) fn organisation(
    line: &SeedRow,
    seen: &BTreeMap<OrgPath, Organisation>,
) -> Result<Organisation, SeedError> {
    let path = line.read("path", OrgPath::parse)?;
    let parent = path.parent().and_then(|parent| seen.get(&parent));
    let site = match line.read_optional("served_by", OrgPath::parse)? {
        None => None,
        Some(served_by) => match seen.get(&served_by) {
            None => return Err(SeedError::UnknownSite { path, served_by }),
            found => found,
        },
    };
    let row = Organisation {
        id: line.text("id")?.into(),
        path,
        parent_id: parent.map(|parent| parent.id.clone()),
        kind: line.read("kind", scheme::word::<OrganisationKind>)?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        site_code: line.read_optional("site_code", SiteCode::parse)?,
        served_by_id: site.map(|site| site.id.clone()),
        filed_from: line.read_optional("filed_from", str::parse)?,
        filed_to: line.read_optional("filed_to", str::parse)?,
        filing_document: line.text("filing_document")?,
        source: line.text("source")?,
    };
    match check(&row, parent, site) {
        Ok(()) => Ok(row),
        Err(refused) => Err(SeedError::Refused { path: row.path, refused }),
    }
}
