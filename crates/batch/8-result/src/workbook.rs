//! A workbook of texts. Every cell is typed as text: a name that begins like a formula stays a name.
use rust_xlsxwriter::{Workbook, XlsxError};
use web::PageError;

fn failed(error: XlsxError) -> PageError {
    PageError::Internal(format!("workbook: {error}"))
}

/// Writes one sheet with its headings.
///
/// # Errors
/// When the rows do not fit into a sheet.
pub fn write(heads: &[String], rows: &[Vec<String>]) -> Result<Vec<u8>, PageError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (line, cells) in std::iter::once(heads).chain(rows.iter().map(Vec::as_slice)).enumerate() {
        let line = u32::try_from(line).map_err(|_| PageError::Internal("workbook: too many rows".into()))?;
        for (column, text) in (0_u16..).zip(cells) {
            sheet.write_string(line, column, text).map_err(failed)?;
        }
    }
    book.save_to_buffer().map_err(failed)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_or_a_number_is_a_text() {
        let heads = ["a".to_owned(), "b".to_owned()];
        let rows = [vec!["=1+1".to_owned(), "0012".to_owned()], vec!["@SUM(A1)".to_owned(), "60".to_owned()]];
        let bytes = write(&heads, &rows).unwrap();
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let name = book.sheet_names().first().unwrap().clone();
        let range = book.worksheet_range(&name).unwrap();
        let cells: Vec<&Data> = range.cells().map(|(_, _, cell)| cell).collect();
        let expected = ["a", "b", "=1+1", "0012", "@SUM(A1)", "60"].map(|text| Data::String(text.to_owned()));
        assert_eq!(cells, expected.iter().collect::<Vec<_>>());
        assert!(book.worksheet_formula(&name).unwrap().is_empty());
    }
}
