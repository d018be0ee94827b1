//! The matrix of duties that are kept apart (不相容岗位), from a file.
use identity::{Conflict, Reach, Role, add_conflict, conflicts};
use scheme::{
    SeedError, SeedRow,
    import::{
        Changes, Column, DAY, ImportFile, ImportRefused, Mistake, NAME, OPTIONAL_DAY, TEXT, check_table,
        mistake_of,
    },
    word,
};
use store::Tx;

const COLUMNS: &[Column] = &[
    NAME.named("id"),
    Column {
        name: "one",
        is_optional: false,
        expected: "the code of a duty as registrar",
        accepts: |cell| Role::from_code(cell).is_some(),
    },
    Column {
        name: "other",
        is_optional: true,
        expected: "the code of another duty, or nothing for every other",
        accepts: |cell| Role::from_code(cell).is_some(),
    },
    Column {
        name: "reach",
        is_optional: false,
        expected: "anywhere, place or batch",
        accepts: |cell| word::<Reach>(cell).is_ok(),
    },
    DAY.named("valid_from"),
    OPTIONAL_DAY.named("valid_to"),
    TEXT.named("reason_zh"),
    TEXT.named("reason_en"),
    TEXT.named("source"),
];

/// Takes lines of the matrix in. The caller commits.
///
/// # Errors
/// Every mistake of the file; storage.
pub async fn take(tx: &mut Tx, file: ImportFile<'_>) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let rows = check_table(file, COLUMNS, &mut mistakes);
    let mut read = Vec::new();
    for row in rows.iter().filter(|_| mistakes.is_empty()).collect::<Vec<_>>() {
        match conflict(row) {
            Ok(line) => read.push((row.line(), line)),
            Err(error) => mistakes.push(mistake_of(file.name, row.line(), error)),
        }
    }
    let known = conflicts(tx).await?;
    for (place, (row, line)) in read.iter().enumerate() {
        let earlier = read.iter().take(place).map(|(_, earlier)| earlier);
        mistakes.extend(mistake(file.name, *row, line, known.iter().chain(earlier)));
    }
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    let mut changes = Changes::default();
    for (_, line) in read {
        if add_conflict(tx, &line).await? {
            changes.added.push((file.name.to_owned(), line.id));
        } else {
            changes.unchanged += 1;
        }
    }
    Ok(changes)
}

fn conflict(row: &SeedRow) -> Result<Conflict, SeedError> {
    let role = |cell: &str| Role::from_code(cell).ok_or_else(|| format!("{cell} is no duty"));
    Ok(Conflict {
        id: row.text("id")?,
        one: row.read("one", role)?,
        other: row.read_optional("other", role)?,
        reach: row.read("reach", word)?,
        valid_from: row.read("valid_from", str::parse)?,
        valid_to: row.read_optional("valid_to", str::parse)?,
        reason_zh: row.text("reason_zh")?,
        reason_en: row.text("reason_en")?,
        source: row.text("source")?,
    })
}

/// Why a line cannot stand, beside those there are.
fn mistake<'a>(
    file: &str,
    line: u64,
    row: &Conflict,
    mut others: impl Iterator<Item = &'a Conflict>,
) -> Option<Mistake> {
    let wrong = |field: &str, found: String, expected: &str, cure: &str| {
        Some(Mistake {
            file: file.to_owned(),
            row: line,
            field: field.to_owned(),
            found,
            expected: expected.to_owned(),
            cure: cure.to_owned(),
        })
    };
    if row.other == Some(row.one) {
        return wrong("other", row.one.code().to_owned(), "another duty", "name two duties");
    }
    if let Some(to) = row.valid_to.filter(|to| *to <= row.valid_from) {
        return wrong("valid_to", to.to_string(), "a day after valid_from", "correct one of the two days");
    }
    if others.any(|other| other.id == row.id && other != row) {
        let cure = "a line in the register is never changed: add one with a new id and a later valid_from";
        return wrong("id", row.id.clone(), "an id of its own, or what the register says under it", cure);
    }
    None
}
