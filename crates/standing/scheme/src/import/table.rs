//! A table checked cell by cell, so that every mistake is known at once.
use kernel::Day;

use super::{ImportFile, Mistake};
use crate::{
    SeedError,
    seed::table::{SeedRow, read_table},
};

/// What a column must hold.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether a cell may be empty.
    pub is_optional: bool,
    /// What a cell holds, in words.
    pub expected: &'static str,
    /// Whether a cell that is not empty is right.
    pub accepts: fn(&str) -> bool,
}

impl Column {
    /// The same under another name.
    #[must_use]
    pub const fn named(self, name: &'static str) -> Self {
        Self { name, ..self }
    }
}

/// A text.
pub const TEXT: Column = Column { name: "", is_optional: false, expected: "a text", accepts: |_| true };
/// A text that may be empty.
pub const OPTIONAL_TEXT: Column = Column { is_optional: true, ..TEXT };
/// An id or a code: what other rows refer to.
pub const NAME: Column = Column {
    name: "",
    is_optional: false,
    expected: "1 to 64 small letters, digits, dots, hyphens or underscores",
    accepts: is_id,
};
/// A day.
pub const DAY: Column = Column {
    name: "",
    is_optional: false,
    expected: "a day as 2021-04-30",
    accepts: |cell| Day::parse(cell).is_ok(),
};
/// A day, or nothing.
pub const OPTIONAL_DAY: Column = Column { is_optional: true, ..DAY };

/// Whether a text may be an id.
#[must_use]
pub fn is_id(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}

/// Whether a spreadsheet would run this text when the register is exported again.
pub(super) fn is_formula(text: &str) -> bool {
    let mut signs = text.chars();
    match signs.next() {
        Some('=' | '@' | '\t' | '\r') => true,
        Some('+' | '-') => signs.next().is_some_and(|next| !next.is_ascii_digit()),
        Some(_) | None => false,
    }
}

/// The rows of a comma-separated table, with every wrong cell noted. The rows are worth reading only when
/// nothing was noted.
pub fn check_table(file: ImportFile<'_>, columns: &[Column], mistakes: &mut Vec<Mistake>) -> Vec<SeedRow> {
    let before = mistakes.len();
    check_header(file, columns, mistakes);
    let rows = match read_table("", file.text) {
        Ok(rows) => rows,
        Err(error) => {
            mistakes.push(mistake_of(file.name, 0, error));
            return Vec::new();
        }
    };
    if mistakes.len() > before {
        return Vec::new();
    }
    for row in &rows {
        for column in columns {
            check_cell(file.name, row, column, mistakes);
        }
    }
    rows
}

fn check_header(file: ImportFile<'_>, columns: &[Column], mistakes: &mut Vec<Mistake>) {
    let text = file.text.trim_start_matches('\u{FEFF}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let Ok(header) = reader.headers() else { return };
    let found: Vec<&str> = header.iter().map(str::trim).collect();
    let mut wrong = |field: &str, found: &str, expected: String, cure: &str| {
        mistakes.push(Mistake {
            file: file.name.to_owned(),
            row: 1,
            field: field.to_owned(),
            found: found.to_owned(),
            expected,
            cure: cure.to_owned(),
        });
    };
    for column in columns.iter().filter(|column| !found.contains(&column.name)) {
        wrong(column.name, "", format!("a column {}", column.name), "add the column to the first row");
    }
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    for (place, name) in found.iter().enumerate() {
        if !names.contains(name) {
            wrong(name, name, format!("one of {}", names.join(", ")), "rename or remove the column");
        } else if found.iter().take(place).any(|earlier| earlier == name) {
            wrong(name, name, "each column once".to_owned(), "remove one of the two columns");
        }
    }
}

fn check_cell(file: &str, row: &SeedRow, column: &Column, mistakes: &mut Vec<Mistake>) {
    let cell = row.written(column.name).unwrap_or_default();
    let cure = if is_formula(cell) {
        "remove the sign it begins with: a spreadsheet would run it as a formula"
    } else if cell.is_empty() && !column.is_optional {
        "fill the cell"
    } else if !cell.is_empty() && !(column.accepts)(cell) {
        "correct the cell"
    } else {
        return;
    };
    mistakes.push(Mistake {
        file: file.to_owned(),
        row: row.line(),
        field: column.name.to_owned(),
        found: cell.to_owned(),
        expected: column.expected.to_owned(),
        cure: cure.to_owned(),
    });
}

/// What a reader of rows refuses, as a mistake.
#[must_use]
pub fn mistake_of(file: &str, row: u64, error: SeedError) -> Mistake {
    let mistake = |row, field: &str, expected: String| Mistake {
        file: file.to_owned(),
        row,
        field: field.to_owned(),
        found: String::new(),
        expected,
        cure: "correct the row".to_owned(),
    };
    match error {
        SeedError::Cell { line, column, problem, .. } => mistake(line, column, problem),
        SeedError::Table { cause, .. } => {
            let line = cause.position().map_or(row, csv::Position::line);
            mistake(line, "row", format!("as many cells as the first row has ({cause})"))
        }
        SeedError::Json(cause) => {
            let line = u64::try_from(cause.line()).unwrap_or(row);
            mistake(line, "entry", format!("JSON ({cause})"))
        }
        SeedError::Store(cause) => mistake(row, "row", cause.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[NAME.named("id"), TEXT.named("name"), OPTIONAL_DAY.named("from")];

    fn mistakes(text: &str) -> Vec<(u64, String, String)> {
        let mut found = Vec::new();
        check_table(ImportFile { name: "x.csv", text }, COLUMNS, &mut found);
        found.into_iter().map(|one| (one.row, one.field, one.cure)).collect()
    }

    #[test]
    fn every_wrong_cell_is_named_at_once() {
        assert_eq!(mistakes("id,name,from\na,x,\nb,y,2021-04-30\n"), []);
        let wrong = mistakes("id,name,from\nA b,,2021-13-01\nc,=1+1,\n");
        let fields: Vec<_> = wrong.iter().map(|(row, field, _)| (*row, field.as_str())).collect();
        assert_eq!(fields, [(2, "id"), (2, "name"), (2, "from"), (3, "name")]);
        assert!(wrong[3].2.contains("formula"));
    }

    #[test]
    fn a_header_that_is_not_ours_is_named_by_column() {
        let fields: Vec<_> = mistakes("id,title,id\na,x,b\n").into_iter().map(|one| one.1).collect();
        assert_eq!(fields, ["name", "from", "title", "id"]);
        let ragged = mistakes("id,name,from\na,x\n");
        assert_eq!((ragged.len(), ragged[0].0), (1, 2));
    }

    #[test]
    fn a_sign_that_a_spreadsheet_runs_is_a_formula_and_a_number_is_none() {
        for text in ["=A1", "@x", "+A1", "-A1", "\tx"] {
            assert!(is_formula(text), "{text:?}");
        }
        for text in ["", "+5", "-3.5", "(1)", "四级", "-"] {
            assert!(!is_formula(text), "{text:?}");
        }
    }
}
