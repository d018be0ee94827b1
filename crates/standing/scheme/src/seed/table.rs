//! Reading a table of text with a header, and saying where a cell is wrong.
use std::fmt::Display;

use super::SeedError;

/// One line of a table.
#[derive(Debug, Clone)]
pub struct SeedRow {
    file: &'static str,
    line: u64,
    header: csv::StringRecord,
    cells: csv::StringRecord,
}

/// The lines of a comma-separated table whose first line names the columns.
///
/// # Errors
/// [`SeedError::Table`] when a line has more or fewer cells than the header.
pub fn read_table(file: &'static str, text: &str) -> Result<Vec<SeedRow>, SeedError> {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let broken = |cause| SeedError::Table { file, cause };
    let header = reader.headers().map_err(broken)?.clone();
    reader
        .records()
        .map(|cells| {
            let cells = cells.map_err(broken)?;
            let line = cells.position().map_or(0, csv::Position::line);
            Ok(SeedRow { file, line, header: header.clone(), cells })
        })
        .collect()
}

impl SeedRow {
    /// Line in the file, the header being 1.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A cell as it was written; none when there is no such column.
    #[must_use]
    pub fn written(&self, column: &str) -> Option<&str> {
        let place = self.header.iter().position(|name| name.trim() == column);
        place.and_then(|place| self.cells.get(place)).map(str::trim)
    }

    fn cell(&self, column: &'static str) -> Result<&str, SeedError> {
        let place = self.header.iter().position(|name| name == column);
        place
            .and_then(|place| self.cells.get(place))
            .map(str::trim)
            .ok_or_else(|| self.wrong(column, &"the column is missing"))
    }

    fn wrong(&self, column: &'static str, problem: &dyn Display) -> SeedError {
        SeedError::Cell { file: self.file, line: self.line, column, problem: problem.to_string() }
    }

    /// The text of a cell; may be empty.
    ///
    /// # Errors
    /// [`SeedError::Cell`] when there is no such column.
    pub fn text(&self, column: &'static str) -> Result<String, SeedError> {
        self.cell(column).map(str::to_owned)
    }

    /// A cell read by `parse`.
    ///
    /// # Errors
    /// [`SeedError::Cell`] with what `parse` says.
    pub fn read<T, E: Display>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<T, SeedError> {
        parse(self.cell(column)?).map_err(|problem| self.wrong(column, &problem))
    }

    /// A cell read by `parse`; none when it is empty.
    ///
    /// # Errors
    /// [`SeedError::Cell`] with what `parse` says.
    pub fn read_optional<T, E: Display>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, SeedError> {
        if self.cell(column)?.is_empty() {
            return Ok(None);
        }
        self.read(column, parse).map(Some)
    }
}
