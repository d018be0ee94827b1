//! Taking filings and their scopes in from files: what an authority granted before this installation began.
use std::collections::BTreeMap;

use ::store::Tx;
use kernel::{Day, LevelCode, OccupationCode, OrgPath, SiteCode};
use scheme::{
    LevelList, SeedRow,
    import::{
        Changes, Column, DAY, ImportFile, ImportRefused, Mistake, NAME, OPTIONAL_DAY, OPTIONAL_TEXT, TEXT,
        check_table, mistake_of,
    },
    word,
};

use super::{mistakes_of, refused};
use crate::{
    Filing, FilingKind, FilingScope, ObjectGroup, Organisation,
    seed::{filing, scope},
    store,
};

/// The files of the set, in the order they are taken in.
pub const FILING_FILES: [&str; 2] = ["filings.csv", "filing-scopes.csv"];

const FILINGS: &[Column] = &[
    NAME.named("id"),
    Column {
        name: "holder",
        is_optional: false,
        expected: "the path of an organisation of the register",
        accepts: |cell| OrgPath::parse(cell).is_ok(),
    },
    Column {
        name: "kind",
        is_optional: false,
        expected: "employer, social, school, special_ability or station",
        accepts: |cell| word::<FilingKind>(cell).is_ok(),
    },
    Column {
        name: "site_code",
        is_optional: true,
        expected: "the 13 characters of certificate numbers, or nothing",
        accepts: |cell| SiteCode::parse(cell).is_ok(),
    },
    TEXT.named("granted_by"),
    TEXT.named("document"),
    DAY.named("granted_on"),
    DAY.named("valid_from"),
    OPTIONAL_DAY.named("valid_to"),
    OPTIONAL_DAY.named("confirmed_on"),
    OPTIONAL_DAY.named("ended_on"),
    OPTIONAL_TEXT.named("plaque_number"),
    OPTIONAL_DAY.named("plaque_on"),
    TEXT.named("source"),
];
const SCOPES: &[Column] = &[
    NAME.named("id"),
    NAME.named("filing_id"),
    Column {
        name: "occupation_code",
        is_optional: false,
        expected: "the code of an occupation as 4-07-03-04",
        accepts: |cell| OccupationCode::parse(cell).is_ok(),
    },
    OPTIONAL_TEXT.named("trade_zh"),
    OPTIONAL_TEXT.named("trade_en"),
    Column {
        name: "levels",
        is_optional: false,
        expected: "codes of levels of the register, separated by blanks",
        accepts: |cell| LevelList::parse(cell).is_ok_and(|levels| !levels.codes().is_empty()),
    },
    Column {
        name: "object_group",
        is_optional: false,
        expected: "own_staff, own_students, industry or public",
        accepts: |cell| word::<ObjectGroup>(cell).is_ok(),
    },
    DAY.named("valid_from"),
    OPTIONAL_DAY.named("valid_to"),
    TEXT.named("source"),
];

/// Takes filings and lines of scopes in; either file may come alone. The caller commits.
///
/// # Errors
/// Every mistake of the files; storage.
pub async fn import_filings(
    tx: &mut Tx,
    filings: Option<ImportFile<'_>>,
    scopes: Option<ImportFile<'_>>,
) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let mut changes = Changes::default();
    let known: Vec<Filing> = store::filing::every_filing(tx).await?.into_iter().map(|(_, row)| row).collect();
    let fresh = match filings {
        Some(file) => new_filings(tx, file, &known, &mut mistakes, &mut changes).await?,
        None => Vec::new(),
    };
    let lines = match scopes {
        Some(file) => {
            let filed: Vec<&Filing> = known.iter().chain(&fresh).collect();
            new_lines(tx, file, &filed, &mut mistakes, &mut changes).await?
        }
        None => Vec::new(),
    };
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    for row in &fresh {
        store::filing::add_filing(tx, row).await?;
        changes.added.push((FILING_FILES[0].to_owned(), row.id.to_string()));
    }
    for row in &lines {
        store::filing::add_scope(tx, row).await?;
        changes.added.push((FILING_FILES[1].to_owned(), row.id.to_string()));
    }
    Ok(changes)
}

async fn new_filings(
    tx: &mut Tx,
    file: ImportFile<'_>,
    known: &[Filing],
    mistakes: &mut Vec<Mistake>,
    changes: &mut Changes,
) -> sqlx::Result<Vec<Filing>> {
    let lines = check_table(file, FILINGS, mistakes);
    let bodies = store::everything(tx).await?.into_iter().map(|row| (row.path.clone(), row));
    let bodies: BTreeMap<OrgPath, Organisation> = bodies.collect();
    let mut fresh: Vec<Filing> = Vec::new();
    // A file with a wrong cell has no rows worth holding against the register.
    for line in lines.iter().filter(|_| mistakes.is_empty()).collect::<Vec<_>>() {
        match filing(line, &bodies) {
            Ok(row) if known.contains(&row) => changes.unchanged += 1,
            Ok(row) => {
                mistakes.extend(taken(file.name, line, &row, known.iter().chain(&fresh)));
                fresh.push(row);
            }
            Err(error) => mistakes.push(refused(file.name, line, error)),
        }
    }
    Ok(fresh)
}

/// Where a filing has the id or the code of another.
fn taken<'a>(
    file: &str,
    line: &SeedRow,
    row: &Filing,
    mut others: impl Iterator<Item = &'a Filing>,
) -> Option<Mistake> {
    let other = others
        .find(|other| other.id == row.id || (row.site_code.is_some() && other.site_code == row.site_code))?;
    let is_id = other.id == row.id;
    let code = row.site_code.as_ref().map(ToString::to_string).unwrap_or_default();
    let (field, found) = if is_id { ("id", row.id.to_string()) } else { ("site_code", code) };
    let expected = format!("what filing {} is not", other.id);
    let cure = "a filing of the register is not changed by a file: correct or remove the row";
    Some(mistakes_of(file, line)(field, found, expected, cure))
}

async fn new_lines(
    tx: &mut Tx,
    file: ImportFile<'_>,
    filed: &[&Filing],
    mistakes: &mut Vec<Mistake>,
    changes: &mut Changes,
) -> sqlx::Result<Vec<FilingScope>> {
    let before = mistakes.len();
    let lines = check_table(file, SCOPES, mistakes);
    let known = store::filing::every_scope(tx).await?;
    let mut fresh: Vec<FilingScope> = Vec::new();
    if mistakes.len() > before {
        return Ok(fresh);
    }
    for line in &lines {
        let rows = match scope(line) {
            Ok(rows) => rows,
            Err(crate::SeedError::Table(error)) => {
                mistakes.push(mistake_of(file.name, line.line(), error));
                continue;
            }
            Err(error) => {
                mistakes.push(refused(file.name, line, error));
                continue;
            }
        };
        for row in rows {
            if known.contains(&row) {
                changes.unchanged += 1;
                continue;
            }
            mistakes.extend(misplaced(tx, file.name, line, &row, filed).await?);
            mistakes.extend(overlapping(file.name, line, &row, known.iter().chain(&fresh)));
            fresh.push(row);
        }
    }
    Ok(fresh)
}

/// Where a line names a filing, an occupation or a level that is not there, or ends before it begins.
async fn misplaced(
    tx: &mut Tx,
    file: &str,
    line: &SeedRow,
    row: &FilingScope,
    filed: &[&Filing],
) -> sqlx::Result<Option<Mistake>> {
    let mistake = mistakes_of(file, line);
    if let Some(to) = row.valid_to.filter(|to| *to <= row.valid_from) {
        let cure = "correct one of the two days";
        return Ok(Some(mistake("valid_to", to.to_string(), "a day after valid_from".to_owned(), cure)));
    }
    if !filed.iter().any(|filing| filing.id == row.filing_id) {
        let expected = "a filing of the register or of these files".to_owned();
        return Ok(Some(mistake(
            "filing_id",
            row.filing_id.to_string(),
            expected,
            "correct or remove the row",
        )));
    }
    if scheme::occupation(tx, &row.occupation_code, row.valid_from).await?.is_none() {
        let expected = format!("an occupation in force on {}", row.valid_from);
        let cure = "correct the code, or take in the standards first";
        return Ok(Some(mistake("occupation_code", row.occupation_code.to_string(), expected, cure)));
    }
    if !has_level(tx, &row.level_code, row.valid_from).await? {
        let expected = format!("levels in force on {}", row.valid_from);
        return Ok(Some(mistake("levels", row.level_code.to_string(), expected, "correct the level")));
    }
    Ok(None)
}

async fn has_level(tx: &mut Tx, code: &LevelCode, day: Day) -> sqlx::Result<bool> {
    Ok(scheme::level(tx, code, day).await?.is_some())
}

/// Where a line says what another says of the same days.
fn overlapping<'a>(
    file: &str,
    line: &SeedRow,
    row: &FilingScope,
    mut others: impl Iterator<Item = &'a FilingScope>,
) -> Option<Mistake> {
    let other = others.find(|other| other.id == row.id || other.overlaps(row))?;
    let is_id = other.id == row.id;
    let (field, found) =
        if is_id { ("id", row.id.to_string()) } else { ("valid_from", row.valid_from.to_string()) };
    let expected = if is_id {
        format!("an id of its own ({} is there with other content)", other.id)
    } else {
        format!("days on which {} does not cover the same (范围与已有记录重叠)", other.id)
    };
    Some(mistakes_of(file, line)(field, found, expected, "correct or remove the row"))
}
