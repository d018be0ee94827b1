//! Taking dated registers in from files.
//!
//! A file is read whole and held against what is there before anything is written; every mistake is named
//! with file, row, field, what was found, what was expected and the cure, and one mistake stops
//! everything. A row that is there already changes nothing, so the same file may be taken in twice; a row
//! that is there with other content is a mistake, for a rule is never changed but followed by a later
//! one. The caller owns the transaction: a dry run is one that is not committed.
mod calendar;
mod clause;
mod column;
mod dated;
mod standards;
mod table;

use std::fmt;

pub use calendar::import_calendar;
pub use standards::{STANDARD_FILES, import_standards};
pub use table::{Column, DAY, NAME, OPTIONAL_DAY, OPTIONAL_TEXT, TEXT, check_table, is_id, mistake_of};

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Name of the file.
    pub file: String,
    /// Row, the header being 1; in JSON the entry, the first being 1.
    pub row: u64,
    /// Name of the column.
    pub field: String,
    /// What stands there.
    pub found: String,
    /// What should.
    pub expected: String,
    /// What to do.
    pub cure: String,
}

impl fmt::Display for Mistake {
    /// What was found is quoted as Rust quotes it, so that no sign in it acts in a terminal or a sheet.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, row, field, found, expected, cure } = self;
        write!(out, "{file}, row {row}, {field}: found {found:?}; expected {expected}; {cure}")
    }
}

/// What an import did, or without a commit would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// The file and the identity of each row that was added.
    pub added: Vec<(String, String)>,
    /// How many rows were there already.
    pub unchanged: u64,
}

/// Why nothing was taken in.
#[derive(Debug, thiserror::Error)]
pub enum ImportRefused {
    /// Everything that is wrong in the files.
    #[error("{} mistakes", .0.len())]
    Mistakes(Vec<Mistake>),
    /// The database refused.
    #[error("the database refused: {0}")]
    Store(#[from] sqlx::Error),
}

/// A file: its name and its text.
#[derive(Debug, Clone, Copy)]
pub struct ImportFile<'a> {
    /// Name, without folders.
    pub name: &'a str,
    /// Text.
    pub text: &'a str,
}
