//! Eligibility clauses, which come as JSON because a condition is a tree.
use kernel::{Day, LevelCode};
use serde_json::Value;

use super::{
    ImportFile, Mistake,
    dated::Read,
    table::{is_formula, is_id, mistake_of},
};
use crate::{Clause, Confidence, Predicate, SeedError, clause_position, word};

type Field = (&'static str, &'static str, fn(&Value) -> bool);

/// What the fields of an entry hold.
const FIELDS: &[Field] = &[
    ("id", "1 to 64 small letters, digits, dots, hyphens or underscores", |value| {
        value.as_str().is_some_and(is_id)
    }),
    ("standard_id", "the id of a standard", |value| value.as_str().is_some_and(is_id)),
    ("level_code", "the code of a level", |value| {
        value.as_str().is_some_and(|text| LevelCode::parse(text).is_ok())
    }),
    ("number", "a number in brackets, as (1)", |value| {
        value.as_str().is_some_and(|text| clause_position(text).is_some())
    }),
    ("label_zh", "a text", is_text),
    ("text_zh", "a text", is_text),
    ("text_en", "a text", is_text),
    ("predicate", "a condition of a kind that is known", |value| {
        serde_json::from_value::<Predicate>(value.clone()).is_ok()
    }),
    ("materials", "a list of codes", |value| value.as_array().is_some_and(|list| list.iter().all(is_text))),
    ("valid_from", "a day as 2021-04-30", |value| {
        value.as_str().is_some_and(|text| Day::parse(text).is_ok())
    }),
    ("valid_to", "a day as 2021-04-30, or null", |value| {
        value.is_null() || value.as_str().is_some_and(|text| Day::parse(text).is_ok())
    }),
    ("source", "a text", is_text),
    ("confidence", "A, B, C or D", |value| {
        value.as_str().is_some_and(|text| word::<Confidence>(text).is_ok())
    }),
];

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty() && !is_formula(text))
}

/// The clauses of a file, with every wrong field noted by the number of its entry.
pub(super) fn read_clauses(file: ImportFile<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Read<Clause>> {
    let entries: Vec<Value> = match serde_json::from_str(file.text.trim_start_matches('\u{FEFF}')) {
        Ok(entries) => entries,
        Err(error) => {
            mistakes.push(mistake_of(file.name, 1, SeedError::Json(error)));
            return Vec::new();
        }
    };
    let mut clauses = Vec::new();
    for (row, entry) in (1..).zip(entries) {
        let before = mistakes.len();
        for (field, expected, accepts) in FIELDS {
            let value = entry.get(field).unwrap_or(&Value::Null);
            if !accepts(value) {
                mistakes.push(Mistake {
                    file: file.name.to_owned(),
                    row,
                    field: (*field).to_owned(),
                    found: value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned),
                    expected: (*expected).to_owned(),
                    cure: "correct the field".to_owned(),
                });
            }
        }
        if mistakes.len() > before {
            continue;
        }
        match serde_json::from_value(entry) {
            Ok(value) => clauses.push(Read { row, value }),
            Err(error) => {
                mistakes.push(Mistake { row, ..mistake_of(file.name, row, SeedError::Json(error)) })
            }
        }
    }
    clauses
}
