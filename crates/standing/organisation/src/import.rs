//! Taking organisations in from a file: the whole file is checked first, nothing is written beside a
//! mistake, and an organisation that is there already changes nothing.
pub mod filings;

use std::collections::BTreeMap;

use ::store::Tx;
use kernel::OrgPath;
use scheme::{
    SeedRow,
    import::{Changes, Column, ImportFile, ImportRefused, Mistake, NAME, TEXT, check_table, mistake_of},
};

use crate::{Organisation, OrganisationKind, SeedError, seed::organisation, store};

const COLUMNS: &[Column] = &[
    NAME.named("id"),
    Column {
        name: "path",
        is_optional: false,
        expected: "a path as /province/city",
        accepts: |cell| OrgPath::parse(cell).is_ok(),
    },
    Column {
        name: "kind",
        is_optional: false,
        expected: "a kind of body as association, college, head_station, base, exam_site or registration_point",
        accepts: |cell| scheme::word::<OrganisationKind>(cell).is_ok(),
    },
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    Column {
        name: "served_by",
        is_optional: true,
        expected: "the path of an exam site or a base above or in the register, or nothing",
        accepts: |cell| OrgPath::parse(cell).is_ok(),
    },
    TEXT.named("source"),
];

/// Takes organisations in. A row comes after the one above it and the site that serves it, unless these
/// are in the register. The caller commits.
///
/// # Errors
/// Every mistake of the file; storage.
pub async fn import(tx: &mut Tx, file: ImportFile<'_>) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let rows = check_table(file, COLUMNS, &mut mistakes);
    let known = store::everything(tx).await?;
    let mut seen: BTreeMap<OrgPath, Organisation> =
        known.iter().map(|row| (row.path.clone(), row.clone())).collect();
    let mut fresh: Vec<Organisation> = Vec::new();
    let mut changes = Changes::default();
    // A file with a wrong cell has no rows worth placing in the tree.
    for line in rows.iter().filter(|_| mistakes.is_empty()).collect::<Vec<_>>() {
        let row = match organisation(line, &seen) {
            Ok(row) => row,
            Err(error) => {
                mistakes.push(refused(file.name, line, error));
                continue;
            }
        };
        if known.contains(&row) {
            changes.unchanged += 1;
            continue;
        }
        mistakes.extend(conflict(file.name, line, &row, known.iter().chain(&fresh)));
        seen.insert(row.path.clone(), row.clone());
        fresh.push(row);
    }
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    for row in &fresh {
        store::add(tx, row).await?;
        changes.added.push((file.name.to_owned(), row.path.to_string()));
    }
    Ok(changes)
}

/// Writes mistakes of one row.
fn mistakes_of(file: &str, line: &SeedRow) -> impl Fn(&str, String, String, &str) -> Mistake {
    let (file, row) = (file.to_owned(), line.line());
    move |field, found, expected, cure| Mistake {
        file: file.clone(),
        row,
        field: field.to_owned(),
        found,
        expected,
        cure: cure.to_owned(),
    }
}

/// Where a row would stand in the place of another.
fn conflict<'a>(
    file: &str,
    line: &SeedRow,
    row: &Organisation,
    mut others: impl Iterator<Item = &'a Organisation>,
) -> Option<Mistake> {
    let mistake = mistakes_of(file, line);
    let clash = |other: &&Organisation| other.id == row.id || other.path == row.path;
    let other = others.find(clash)?;
    let (field, found) =
        if other.id == row.id { ("id", row.id.to_string()) } else { ("path", row.path.to_string()) };
    let expected = format!("what {} is not ({} has it with other content)", other.path, other.id);
    Some(mistake(
        field,
        found,
        expected,
        "an organisation that is there is not changed: correct or remove the row",
    ))
}

fn refused(file: &str, line: &SeedRow, error: SeedError) -> Mistake {
    let mistake = mistakes_of(file, line);
    match error {
        SeedError::Refused { path, refused } => mistake(
            "path",
            path.to_string(),
            refused.to_string(),
            "correct the row, or put the one above it first",
        ),
        SeedError::UnknownSite { served_by, .. } => mistake(
            "served_by",
            served_by.to_string(),
            "a site above or in the register".to_owned(),
            "correct the path, or put the site first",
        ),
        SeedError::UnknownHolder { holder, .. } => mistake(
            "holder",
            holder.to_string(),
            "an organisation of the register".to_owned(),
            "correct the path, or take in the organisation first",
        ),
        SeedError::FilingRefused { refused, filing } => {
            mistake(refused.field(), filing, refused.to_string(), "correct the row")
        }
        SeedError::Table(error) => mistake_of(file, line.line(), error),
        SeedError::Store(error) => mistake("row", String::new(), error.to_string(), "correct the row"),
    }
}
