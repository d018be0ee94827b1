//! The first sheet of a file as rows of texts, and the reading of one row.
use super::mistake::{Fault, Mistake};

/// The first sheet of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sheet {
    /// Every row that holds something, the headings first.
    pub rows: Vec<SheetRow>,
    /// Formulas: row, column (from 0), text.
    pub formulas: Vec<(usize, usize, String)>,
}

/// One row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SheetRow {
    /// Its number as the spreadsheet shows it.
    pub row: usize,
    /// Its cells from column A on, trimmed.
    pub cells: Vec<String>,
}

impl Sheet {
    /// How many of `headings` stand where the template has them.
    #[must_use]
    pub fn likeness(&self, headings: &[&str]) -> usize {
        let Some(first) = self.rows.first() else { return 0 };
        headings.iter().zip(&first.cells).filter(|(wanted, found)| *wanted == found).count()
    }

    /// The rows below the headings, when the headings are those of the template and no cell is a formula.
    /// Of `headings` the last `optional` may be missing.
    ///
    /// # Errors
    /// Each wrong heading and each formula.
    pub fn body(
        &self,
        headings: &'static [&'static str],
        optional: usize,
    ) -> Result<&[SheetRow], Vec<Mistake>> {
        let found = self.rows.first().map_or(&[][..], |first| first.cells.as_slice());
        let heading_row = self.rows.first().map_or(1, |first| first.row);
        let required = headings.len().saturating_sub(optional);
        let mut mistakes = Vec::new();
        for column in 0..headings.len().max(found.len()) {
            let cell = found.get(column).map_or("", String::as_str);
            let fault = match headings.get(column) {
                Some(wanted) if cell == *wanted || (column >= required && cell.is_empty()) => continue,
                Some(wanted) => Fault::Heading(wanted),
                None if cell.is_empty() => continue,
                None => Fault::SurplusColumn,
            };
            mistakes.push(Mistake::new(heading_row, &letters(column), cell, fault));
        }
        for (row, column, text) in &self.formulas {
            let field =
                headings.get(*column).map_or_else(|| letters(*column), |heading| (*heading).to_owned());
            mistakes.push(Mistake::new(*row, &field, &format!("={text}"), Fault::Formula));
        }
        if mistakes.is_empty() { Ok(self.rows.get(1..).unwrap_or_default()) } else { Err(mistakes) }
    }
}

/// Letters of a column as spreadsheets show them: A, …, Z, AA.
fn letters(column: usize) -> String {
    let last = u8::try_from(column % 26).map_or('?', |place| char::from(b'A' + place));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

/// Reads the cells of one row and collects what is wrong with them.
#[derive(Debug)]
pub struct RowReader<'a> {
    headings: &'static [&'static str],
    row: &'a SheetRow,
    mistakes: &'a mut Vec<Mistake>,
}

impl<'a> RowReader<'a> {
    /// A reader that adds to `mistakes`.
    pub fn new(headings: &'static [&'static str], row: &'a SheetRow, mistakes: &'a mut Vec<Mistake>) -> Self {
        Self { headings, row, mistakes }
    }

    /// The text below a heading; empty when there is none.
    #[must_use]
    pub fn text(&self, heading: &str) -> &'a str {
        let column = self.headings.iter().position(|known| *known == heading);
        column.and_then(|column| self.row.cells.get(column)).map_or("", String::as_str)
    }

    /// The text below a heading; empty or longer than `longest` characters is a mistake.
    pub fn required(&mut self, heading: &str, longest: usize) -> &'a str {
        let text = self.text(heading);
        if text.is_empty() {
            self.refuse(heading, Fault::Empty);
        }
        self.at_most(heading, longest)
    }

    /// The text below a heading; longer than `longest` characters is a mistake.
    pub fn at_most(&mut self, heading: &str, longest: usize) -> &'a str {
        let text = self.text(heading);
        if text.chars().count() > longest {
            self.refuse(heading, Fault::TooLong(longest));
        }
        text
    }

    /// The text below a heading read by `read`; `None` is `fault`, or an empty cell.
    pub fn value<T>(
        &mut self,
        heading: &str,
        fault: Fault,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.text(heading);
        let value = read(text);
        if value.is_none() {
            self.refuse(heading, if text.is_empty() { Fault::Empty } else { fault });
        }
        value
    }

    /// Marks a cell as wrong.
    pub fn refuse(&mut self, heading: &str, fault: Fault) {
        self.mistakes.push(Mistake::new(self.row.row, heading, self.text(heading), fault));
    }
}

/// A whole number from 1 on.
pub(super) fn whole(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 1)
}

/// A number with at most two decimals as hundredths: `0.8` is 80, `5` is 500.
pub(super) fn hundredths(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |part: &str| !part.is_empty() && part.len() <= 6 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return None;
    }
    // Spreadsheets may write 5.00 as 5.000; more than two decimals that count are refused.
    let (near, rest) = decimals.split_at_checked(2).unwrap_or((decimals, ""));
    if rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let part = match near.len() {
        1 => near.parse::<i64>().ok()? * 10,
        _ => near.parse().ok()?,
    };
    Some(whole.parse::<i64>().ok()? * 100 + part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_two_decimals() {
        for (text, value) in [
            ("0.8", Some(80)),
            ("0.72", Some(72)),
            ("5", Some(500)),
            ("1.000", Some(100)),
            ("12.50", Some(1250)),
        ] {
            assert_eq!(hundredths(text), value, "{text}");
        }
        for text in ["", ".", "5.", ".5", "0.725", "-1", "1e2", "一", "0.7999999999999999"] {
            assert_eq!(hundredths(text), None, "{text}");
        }
    }

    #[test]
    fn columns_have_letters() {
        assert_eq!([0, 25, 26, 27, 701, 702].map(letters), ["A", "Z", "AA", "AB", "ZZ", "AAA"]);
    }
}
