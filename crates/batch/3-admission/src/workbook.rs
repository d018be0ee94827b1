//! A table of figures as a file for a spreadsheet.
use print::is_like_formula;
use rust_xlsxwriter::{Format, Workbook, XlsxError};
use web::PageError;

/// Media type of a table of comma-separated values.
pub(crate) const CSV: &str = "text/csv; charset=utf-8";

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Number(i64),
}

fn failed(error: XlsxError) -> PageError {
    PageError::Internal(format!("workbook: {error}"))
}

/// One sheet; numbers are numbers, and a text that begins like a formula stays a text.
///
/// # Errors
/// When the rows do not fit into a sheet.
pub(crate) fn xlsx(rows: &[Vec<Cell>]) -> Result<Vec<u8>, PageError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let marked = Format::new().set_quote_prefix();
    for (line, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) if is_like_formula(text) => {
                    sheet.write_string_with_format(line, column, text, &marked).map_err(failed)?
                }
                Cell::Text(text) => sheet.write_string(line, column, text).map_err(failed)?,
                Cell::Number(number) => match u32::try_from(*number) {
                    Ok(number) => sheet.write_number(line, column, f64::from(number)).map_err(failed)?,
                    Err(_) => sheet.write_string(line, column, number.to_string()).map_err(failed)?,
                },
            };
        }
    }
    book.save_to_buffer().map_err(failed)
}

/// Comma-separated values with the mark by which spreadsheets know UTF-8. A text that begins like a
/// formula gets an apostrophe in front, because this form has no types.
///
/// # Errors
/// When the table cannot be written.
pub(crate) fn csv(rows: &[Vec<Cell>]) -> Result<Vec<u8>, PageError> {
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer("\u{FEFF}".as_bytes().to_vec());
    let broken = |error: String| PageError::Internal(format!("csv: {error}"));
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Cell::Text(text) if is_like_formula(text) => format!("'{text}"),
            Cell::Text(text) => text.clone(),
            Cell::Number(number) => number.to_string(),
        });
        out.write_record(cells).map_err(|error| broken(error.to_string()))?;
    }
    out.into_inner().map_err(|error| broken(error.to_string()))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};

    use super::*;

    #[test]
    fn a_name_that_begins_like_a_formula_stays_a_name() {
        let rows = [vec![Cell::Text("=1+1".into()), Cell::Number(12_318)]];
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx(&rows).unwrap())).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let cells: Vec<Data> = range.cells().map(|(_, _, cell)| cell.clone()).collect();
        assert_eq!(cells, [Data::String("=1+1".into()), Data::Float(12_318.0)]);
        let text = String::from_utf8(csv(&rows).unwrap()).unwrap();
        assert_eq!(text, "\u{FEFF}'=1+1,12318\n");
    }
}
