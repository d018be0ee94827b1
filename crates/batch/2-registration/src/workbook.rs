//! An `.xlsx` file as rows of texts, read as a stream: what it claims of its size is not believed.
use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use web::{Message, PageError};

use crate::rules::{
    archive::{self, ArchiveRefused},
    roster::{Sheet, SheetRow},
    template::{Cell, Written},
};

/// Most rows of a roster.
const ROWS_MOST: usize = 200_000;
/// Most columns of a roster; the template has 34.
const COLUMNS_MOST: usize = 64;
/// Largest file.
const BYTES_MOST: usize = 48 << 20;

/// Why a file is no roster that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookRefused {
    /// Not an `.xlsx` file, or a damaged one.
    #[error("not a readable .xlsx file")]
    NotXlsx,
    /// Its first sheet has nothing in it.
    #[error("the first sheet is empty")]
    Empty,
    /// More rows, columns or bytes than a roster has.
    #[error("more than {ROWS_MOST} rows or {COLUMNS_MOST} columns, or too large")]
    TooLarge,
}

impl From<WorkbookRefused> for PageError {
    fn from(refused: WorkbookRefused) -> Self {
        Self::Refused(match refused {
            WorkbookRefused::NotXlsx => "roster-not-xlsx".into(),
            WorkbookRefused::Empty => "roster-empty".into(),
            WorkbookRefused::TooLarge => {
                Message::new("roster-too-large").with("rows", ROWS_MOST).with("columns", COLUMNS_MOST)
            }
        })
    }
}

impl From<XlsxError> for WorkbookRefused {
    fn from(_: XlsxError) -> Self {
        Self::NotXlsx
    }
}

/// Reads the first sheet.
///
/// # Errors
/// [`WorkbookRefused`].
pub fn read(bytes: &[u8]) -> Result<Sheet, WorkbookRefused> {
    if bytes.len() > BYTES_MOST {
        return Err(WorkbookRefused::TooLarge);
    }
    archive::check(bytes, archive::WORKBOOK).map_err(|refused| match refused {
        ArchiveRefused::NotZip => WorkbookRefused::NotXlsx,
        ArchiveRefused::TooMany(_) | ArchiveRefused::TooLarge => WorkbookRefused::TooLarge,
    })?;
    let mut book = Xlsx::new(Cursor::new(bytes))?;
    let name = book.sheet_names().first().cloned().ok_or(WorkbookRefused::Empty)?;
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut sheet = Sheet::default();
    while let Some(read) = cells.next_cell_with_formula_metadata()? {
        let cell = cell(&read.value, read.formula.is_some());
        if cell == Cell::default() {
            continue;
        }
        let (row, column) = (place(read.pos.0) + 1, place(read.pos.1));
        if column >= COLUMNS_MOST {
            return Err(WorkbookRefused::TooLarge);
        }
        put(&mut sheet, row, column, cell)?;
    }
    if sheet.rows.is_empty() { Err(WorkbookRefused::Empty) } else { Ok(sheet) }
}

fn put(sheet: &mut Sheet, row: usize, column: usize, cell: Cell) -> Result<(), WorkbookRefused> {
    if sheet.rows.last().is_none_or(|last| last.row != row) {
        // Rows come in order in every file a spreadsheet wrote; another order is another's work.
        if sheet.rows.last().is_some_and(|last| last.row > row) {
            return Err(WorkbookRefused::NotXlsx);
        }
        if sheet.rows.len() > ROWS_MOST {
            return Err(WorkbookRefused::TooLarge);
        }
        sheet.rows.push(SheetRow { row, cells: Vec::new() });
    }
    if let Some(last) = sheet.rows.last_mut() {
        if last.cells.len() <= column {
            last.cells.resize(column + 1, Cell::default());
        }
        last.cells[column] = cell;
    }
    Ok(())
}

fn place(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX - 1)
}

fn cell(value: &DataRef<'_>, is_formula: bool) -> Cell {
    let (text, written) = match value {
        DataRef::Int(number) => (number.to_string(), Written::Number),
        // Whole numbers print without a point.
        DataRef::Float(number) => (number.to_string(), Written::Number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (text.clone(), Written::Text)
        }
        DataRef::SharedString(text) => ((*text).to_owned(), Written::Text),
        DataRef::Bool(truth) => (truth.to_string(), Written::Text),
        DataRef::DateTime(instant) => {
            let (year, month, day, ..) = instant.to_ymd_hms_milli();
            (format!("{year:04}-{month:02}-{day:02}"), Written::Text)
        }
        DataRef::Error(error) => (error.to_string(), Written::Text),
        DataRef::Empty => (String::new(), Written::Text),
    };
    let written = if is_formula { Written::Formula } else { written };
    Cell { text: text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned(), written }
}
