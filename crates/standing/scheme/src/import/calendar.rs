//! A year's holidays and make-up days.
use std::collections::BTreeSet;

use store::Tx;

use super::{
    Changes, ImportFile, ImportRefused, Mistake,
    table::{Column, DAY, TEXT, check_table, mistake_of},
};
use crate::{
    CalendarDay, seed,
    store::{everything, write::add_calendar_day},
};

const COLUMNS: &[Column] = &[
    DAY.named("date"),
    Column {
        name: "kind",
        is_optional: false,
        expected: "holiday or working_day",
        accepts: |cell| matches!(cell, "holiday" | "working_day"),
    },
    TEXT.named("name"),
    TEXT.named("source"),
];

/// Takes a working calendar in. The caller commits.
///
/// # Errors
/// Every mistake of the file; storage.
pub async fn import_calendar(tx: &mut Tx, file: ImportFile<'_>) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let rows = check_table(file, COLUMNS, &mut mistakes);
    let mut read = Vec::new();
    if mistakes.is_empty() {
        for row in &rows {
            match seed::calendar_day(row) {
                Ok(day) => read.push((row.line(), day)),
                Err(error) => mistakes.push(mistake_of(file.name, row.line(), error)),
            }
        }
    }
    let known = everything::days(tx).await?;
    check(file.name, &read, &known, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    let mut changes = Changes::default();
    for (_, day) in read {
        if add_calendar_day(tx, &day).await? {
            changes.added.push((file.name.to_owned(), format!("{} {}", day.day, day.kind)));
        } else {
            changes.unchanged += 1;
        }
    }
    Ok(changes)
}

fn check(file: &str, read: &[(u64, CalendarDay)], known: &[CalendarDay], mistakes: &mut Vec<Mistake>) {
    let mut seen = BTreeSet::new();
    for (row, day) in read {
        let mut wrong = |field: &str, found: &str, expected: String, cure: &str| {
            mistakes.push(Mistake {
                file: file.to_owned(),
                row: *row,
                field: field.to_owned(),
                found: found.to_owned(),
                expected,
                cure: cure.to_owned(),
            });
        };
        let text = day.day.to_string();
        if !seen.insert(day.day) {
            wrong("date", &text, "each day once".to_owned(), "remove one of the two rows");
        }
        if day.kind == "working_day" && !day.day.is_weekend() {
            wrong(
                "kind",
                &day.kind,
                "a Saturday or Sunday".to_owned(),
                "only weekend days are worked instead",
            );
        }
        if let Some(other) = known.iter().find(|known| known.day == day.day && *known != day) {
            let expected = format!("{} {} as in the register", other.kind, other.name);
            wrong("date", &text, expected, "a published day is never changed: remove the row");
        }
    }
}
