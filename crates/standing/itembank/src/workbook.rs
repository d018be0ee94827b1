//! An `.xlsx` file as rows of texts.
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

use serde::{Deserialize, Serialize};

use crate::rules::sheet::{Sheet, SheetRow};

/// Most rows a file may have.
const ROWS_MAX: usize = 20_000;

/// Why a file is no sheet we can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum WorkbookRefused {
    /// Not an `.xlsx` file, or a damaged one.
    #[error("not a readable .xlsx file")]
    NotXlsx,
    /// Its first sheet has nothing in it.
    #[error("the first sheet is empty")]
    Empty,
    /// More rows than a bank ever has.
    #[error("more than {ROWS_MAX} rows")]
    TooLong,
    /// It grows beyond all measure when it is unpacked.
    #[error("too large when unpacked")]
    Unpacks,
}

/// Reads the first sheet of an `.xlsx` file.
///
/// # Errors
/// [`WorkbookRefused`].
pub fn read(bytes: &[u8]) -> Result<Sheet, WorkbookRefused> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| WorkbookRefused::NotXlsx)?;
    let name = book.sheet_names().first().cloned().ok_or(WorkbookRefused::Empty)?;
    let cells = book.worksheet_range(&name).map_err(|_| WorkbookRefused::NotXlsx)?;
    let formulas = book.worksheet_formula(&name).map_err(|_| WorkbookRefused::NotXlsx)?;
    let (top, left) = cells.start().map(place).ok_or(WorkbookRefused::Empty)?;
    if cells.height() > ROWS_MAX {
        return Err(WorkbookRefused::TooLong);
    }
    let mut sheet = Sheet::default();
    for (index, row) in cells.rows().enumerate() {
        let mut texts = vec![String::new(); left];
        texts.extend(row.iter().map(text));
        // A row without anything is no row.
        if texts.iter().any(|text| !text.is_empty()) {
            sheet.rows.push(SheetRow { row: top + index + 1, cells: texts });
        }
    }
    if let Some((top, left)) = formulas.start().map(place) {
        let used = formulas.used_cells().filter(|(_, _, text)| !text.is_empty());
        sheet.formulas =
            used.map(|(row, column, text)| (top + row + 1, left + column, text.clone())).collect();
    }
    Ok(sheet)
}

/// A place of the sheet, from 0.
fn place((row, column): (u32, u32)) -> (usize, usize) {
    (usize::try_from(row).unwrap_or_default(), usize::try_from(column).unwrap_or_default())
}

/// A cell as a text; line breaks of every system become one.
fn text(cell: &Data) -> String {
    cell.to_string().replace("\r\n", "\n").replace('\r', "\n").trim().to_owned()
}
