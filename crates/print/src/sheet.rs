//! A table as a workbook of texts, for people who go on working with it in a spreadsheet. Every cell is
//! typed as text, so no number loses its zeros or its end, and what begins like a formula is marked as a
//! text besides, so that it stays one when somebody types into the cell or saves the table in another form.
use rust_xlsxwriter::{Color, Format, Workbook, XlsxError};

/// The media type of a workbook.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Width of a column in characters. Source: [own]; an ID number fits.
const WIDTH: f64 = 20.0;

/// Signs a spreadsheet takes for the beginning of a formula, also behind what it strips from a cell. Source: OWASP, CSV
/// Injection; ASVS 5.0, 1.2.10.
const FORMULA: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// Whether a spreadsheet would take a text for a formula.
#[must_use]
pub fn is_like_formula(text: &str) -> bool {
    text.starts_with(FORMULA)
}

/// Why a table cannot be written: it is larger than a sheet.
#[derive(Debug, thiserror::Error)]
#[error("workbook: {0}")]
pub struct SheetRefused(#[from] XlsxError);

/// One line of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its cells.
    pub cells: Vec<String>,
    /// Places of the cells that stand out.
    pub marked: Vec<usize>,
}

impl From<Vec<String>> for Line {
    fn from(cells: Vec<String>) -> Self {
        Self { cells, marked: Vec::new() }
    }
}

/// A workbook with one sheet, written line by line: however long it is, it does not stand in memory.
pub struct TextSheet {
    book: Workbook,
    text: Format,
    lines: u32,
}

impl TextSheet {
    /// Begins a sheet with its headings, which stay in sight.
    ///
    /// # Errors
    /// When there are more of them than columns.
    pub fn new<T: AsRef<str>>(heads: &[T]) -> Result<Self, SheetRefused> {
        let (text, mut book) = (Format::new().set_num_format("@"), Workbook::new());
        let sheet = book.add_worksheet_with_constant_memory()?;
        let bold = text.clone().set_bold();
        sheet.set_freeze_panes(1, 0)?;
        for (place, head) in (0_u16..).zip(heads) {
            sheet.set_column_format(place, &text)?.set_column_width(place, WIDTH)?;
            sheet.write_string_with_format(0, place, head.as_ref(), &bold)?;
        }
        Ok(Self { book, text, lines: 0 })
    }

    /// A whole table.
    ///
    /// # Errors
    /// When it is larger than a sheet.
    pub fn of<T: AsRef<str>>(heads: &[T], lines: &[Vec<String>]) -> Result<Vec<u8>, SheetRefused> {
        let mut sheet = Self::new(heads)?;
        for cells in lines {
            sheet.line(&cells.clone().into())?;
        }
        sheet.finish()
    }

    /// Writes the next line.
    ///
    /// # Errors
    /// When the sheet is full.
    pub fn line(&mut self, line: &Line) -> Result<(), SheetRefused> {
        self.lines += 1;
        let sheet = self.book.worksheet_from_index(0)?;
        for ((at, place), cell) in (0_usize..).zip(0_u16..).zip(&line.cells) {
            let is_marked = line.marked.contains(&at);
            if cell.is_empty() && !is_marked {
                continue;
            }
            let mut format = self.text.clone();
            if is_marked {
                format = format.set_background_color(Color::RGB(0x00F6_D5D0));
            }
            if is_like_formula(cell) {
                format = format.set_quote_prefix();
            }
            if cell.contains('\n') {
                format = format.set_text_wrap();
            }
            sheet.write_string_with_format(self.lines, place, cell, &format)?;
        }
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// When it cannot be put together.
    pub fn finish(mut self) -> Result<Vec<u8>, SheetRefused> {
        Ok(self.book.save_to_buffer()?)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_or_a_number_is_a_text() {
        let mut sheet = TextSheet::new(&["a", "b"]).unwrap();
        for cells in [["=1+1", "0012"], ["@SUM(A1)", "60"]] {
            sheet.line(&cells.map(str::to_owned).to_vec().into()).unwrap();
        }
        let marked = Line { cells: vec![String::new(), "-2\n3".to_owned()], marked: vec![0] };
        sheet.line(&marked).unwrap();
        let bytes = sheet.finish().unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let name = book.sheet_names().first().unwrap().clone();
        let range = book.worksheet_range(&name).unwrap();
        let cells: Vec<&Data> = range.cells().map(|(_, _, cell)| cell).collect();
        let expected = ["a", "b", "=1+1", "0012", "@SUM(A1)", "60", "", "-2\n3"]
            .map(|text| if text.is_empty() { Data::Empty } else { Data::String(text.to_owned()) });
        assert_eq!(cells, expected.iter().collect::<Vec<_>>());
        assert!(book.worksheet_formula(&name).unwrap().is_empty());
    }
}
