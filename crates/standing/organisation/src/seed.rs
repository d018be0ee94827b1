//! The bodies of the demo and what they hold. Running it again changes nothing.
use std::collections::BTreeMap;

use kernel::{LevelCode, OccupationCode, OrgPath, SiteCode};
use scheme::{SeedRow, read_table, word};
use store::Tx;

use crate::{
    Filing, FilingKind, FilingRefused, FilingScope, Organisation, OrganisationKind, OrganisationRefused,
    check, check_filing,
    store::{
        add,
        filing::{add_filing, add_scope},
    },
};

/// The texts of the seed files; the caller read or embedded them.
#[derive(Debug, Clone, Copy)]
pub struct SeedFiles<'a> {
    /// `organisations.csv`.
    pub organisations: &'a str,
    /// `filings.csv`.
    pub filings: &'a str,
    /// `filing-scopes.csv`.
    pub scopes: &'a str,
}

/// Why the files could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A cell or the table is wrong.
    #[error(transparent)]
    Table(#[from] scheme::SeedError),
    /// A line stands where it cannot.
    #[error("organisations.csv, {path}: {refused}")]
    Refused {
        /// Its path.
        path: OrgPath,
        /// Why not.
        refused: OrganisationRefused,
    },
    /// A line names a serving site that is not in a line above it.
    #[error("organisations.csv, {path}: no line above is at {served_by}")]
    UnknownSite {
        /// Its path.
        path: OrgPath,
        /// The path it names.
        served_by: OrgPath,
    },
    /// A filing is held by nobody of these files.
    #[error("filings.csv, {filing}: no organisation is at {holder}")]
    UnknownHolder {
        /// Id of the filing.
        filing: String,
        /// The path it names.
        holder: OrgPath,
    },
    /// A filing cannot be as it is written.
    #[error("filings.csv, {filing}: {refused}")]
    FilingRefused {
        /// Its id.
        filing: String,
        /// Why not.
        refused: FilingRefused,
    },
    /// The database refused a row.
    #[error("the database refused an organisation: {0}")]
    Store(#[from] sqlx::Error),
}

/// Adds the bodies, filings and lines of scopes of the files that are not there yet and says how many were added. A
/// body comes after the one above it and the one that serves it. The caller commits; on an error nothing may be kept.
///
/// # Errors
/// [`SeedError`].
pub async fn seed(tx: &mut Tx, files: &SeedFiles<'_>) -> Result<u64, SeedError> {
    let mut seen: BTreeMap<OrgPath, Organisation> = BTreeMap::new();
    let mut added = 0;
    for line in read_table("organisations.csv", files.organisations)? {
        let row = organisation(&line, &seen)?;
        added += u64::from(add(tx, &row).await?);
        seen.insert(row.path.clone(), row);
    }
    for line in read_table("filings.csv", files.filings)? {
        added += u64::from(add_filing(tx, &filing(&line, &seen)?).await?);
    }
    for line in read_table("filing-scopes.csv", files.scopes)? {
        for row in scope(&line)? {
            added += u64::from(add_scope(tx, &row).await?);
        }
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
        kind: line.read("kind", word::<OrganisationKind>)?,
        name_zh: line.text("name_zh")?,
        name_en: line.text("name_en")?,
        served_by_id: site.map(|site| site.id.clone()),
        source: line.text("source")?,
    };
    match check(&row, parent, site) {
        Ok(()) => Ok(row),
        Err(refused) => Err(SeedError::Refused { path: row.path, refused }),
    }
}

pub(crate) fn filing(line: &SeedRow, seen: &BTreeMap<OrgPath, Organisation>) -> Result<Filing, SeedError> {
    let (id, holder) = (line.text("id")?, line.read("holder", OrgPath::parse)?);
    let Some(body) = seen.get(&holder) else { return Err(SeedError::UnknownHolder { filing: id, holder }) };
    let plaque = line.text("plaque_number")?;
    let row = Filing {
        id: id.into(),
        organisation_id: body.id.clone(),
        kind: line.read("kind", word::<FilingKind>)?,
        site_code: line.read_optional("site_code", SiteCode::parse)?,
        granted_by: line.text("granted_by")?,
        document: line.text("document")?,
        granted_on: line.read("granted_on", str::parse)?,
        valid_from: line.read("valid_from", str::parse)?,
        valid_to: line.read_optional("valid_to", str::parse)?,
        confirmed_on: line.read_optional("confirmed_on", str::parse)?,
        ended_on: line.read_optional("ended_on", str::parse)?,
        plaque_number: (!plaque.is_empty()).then_some(plaque),
        plaque_on: line.read_optional("plaque_on", str::parse)?,
        source: line.text("source")?,
    };
    match check_filing(&row, body.kind) {
        Ok(()) => Ok(row),
        Err(refused) => Err(SeedError::FilingRefused { filing: row.id.to_string(), refused }),
    }
}

/// A line names several levels, separated by blanks; each is a row of its own.
pub(crate) fn scope(line: &SeedRow) -> Result<Vec<FilingScope>, SeedError> {
    let levels = line.read("levels", scheme::LevelList::parse)?;
    let id = line.text("id")?;
    let row = |level: &LevelCode| -> Result<FilingScope, SeedError> {
        Ok(FilingScope {
            id: format!("{id}-{level}").into(),
            filing_id: line.text("filing_id")?.into(),
            occupation_code: line.read("occupation_code", OccupationCode::parse)?,
            trade_zh: line.text("trade_zh")?,
            trade_en: line.text("trade_en")?,
            level_code: level.clone(),
            object_group: line.read("object_group", word)?,
            valid_from: line.read("valid_from", str::parse)?,
            valid_to: line.read_optional("valid_to", str::parse)?,
            source: line.text("source")?,
        })
    };
    levels.codes().iter().map(row).collect()
}
