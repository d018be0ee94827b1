//! An `.xlsx` file as rows of texts, read as a stream: what it claims of its size is not believed.
use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use web::{Message, PageError};
use zip::ZipArchive;

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
/// Longest text of a cell. Source: the spreadsheet format's own limit, 32 767 characters of at most four bytes.
const CELL_MOST: usize = 4 * 32_767;
/// All text together: one shared string may stand in every cell. Source: [own].
const TEXT_MOST: usize = 256 << 20;
/// Most shared strings a file may claim. Source: [own]; every cell of the largest roster its own.
const SHARED_MOST: u64 = 8_000_000;

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

/// Rows that are read to see whether a file is worth being kept. Source: [own].
const ROWS_GLANCED: usize = 50;

/// Reads the first sheet.
///
/// # Errors
/// [`WorkbookRefused`].
pub fn read(bytes: &[u8]) -> Result<Sheet, WorkbookRefused> {
    read_rows(bytes, usize::MAX)
}

/// The first sheet as rows of plain texts with their numbers, the first being 1: for other stages, whose
/// sheets have columns of their own. A number is the text that stands for it; a formula is nothing.
///
/// # Errors
/// [`WorkbookRefused`].
pub fn texts(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, WorkbookRefused> {
    let text = |cell: Cell| if cell.written == Written::Formula { String::new() } else { cell.text };
    let row = |row: SheetRow| (row.row, row.cells.into_iter().map(text).collect());
    Ok(read(bytes)?.rows.into_iter().map(row).collect())
}

/// Looks at the beginning of a file: what is plainly no roster is refused before it is kept.
///
/// # Errors
/// [`WorkbookRefused`].
pub fn glance(bytes: &[u8]) -> Result<(), WorkbookRefused> {
    read_rows(bytes, ROWS_GLANCED).map(|_| ())
}

fn read_rows(bytes: &[u8], rows_most: usize) -> Result<Sheet, WorkbookRefused> {
    if bytes.len() > BYTES_MOST {
        return Err(WorkbookRefused::TooLarge);
    }
    archive::check(bytes, archive::WORKBOOK).map_err(|refused| match refused {
        ArchiveRefused::NotZip => WorkbookRefused::NotXlsx,
        ArchiveRefused::TooMany(_) | ArchiveRefused::TooLarge => WorkbookRefused::TooLarge,
    })?;
    check_claims(bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes))?;
    let name = book.sheet_names().first().cloned().ok_or(WorkbookRefused::Empty)?;
    let mut cells = book.worksheet_cells_reader(&name)?;
    let mut sheet = Sheet::default();
    let mut text_left = TEXT_MOST;
    while let Some(read) = cells.next_cell_with_formula_metadata()? {
        let length = text_bytes(&read.value);
        text_left = text_left.checked_sub(length).ok_or(WorkbookRefused::TooLarge)?;
        if length > CELL_MOST {
            return Err(WorkbookRefused::TooLarge);
        }
        let cell = cell(&read.value, read.formula.is_some());
        if cell == Cell::default() {
            continue;
        }
        let (row, column) = (place(read.pos.0) + 1, place(read.pos.1));
        if column >= COLUMNS_MOST {
            return Err(WorkbookRefused::TooLarge);
        }
        put(&mut sheet, row, column, cell)?;
        if sheet.rows.len() > rows_most {
            break;
        }
    }
    if sheet.rows.is_empty() { Err(WorkbookRefused::Empty) } else { Ok(sheet) }
}

/// The reader makes room for as many shared strings as the file says it has, before it has seen one:
/// a small file may claim billions and take the process down.
fn check_claims(bytes: &[u8]) -> Result<(), WorkbookRefused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| WorkbookRefused::NotXlsx)?;
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(|_| WorkbookRefused::NotXlsx)?;
        let name = file.name().map_err(|_| WorkbookRefused::NotXlsx)?.to_ascii_lowercase();
        if name.ends_with("sharedstrings.xml") {
            check_claim(&mut file)?;
        }
    }
    Ok(())
}

/// Reads a stream piece by piece, so that a claim is found wherever it stands.
fn check_claim(file: &mut dyn Read) -> Result<(), WorkbookRefused> {
    const PIECE: usize = 1 << 16;
    const TAIL: usize = 256;
    let mut kept: Vec<u8> = Vec::with_capacity(PIECE + TAIL);
    let mut piece = vec![0; PIECE];
    loop {
        let read = file.read(&mut piece).map_err(|_| WorkbookRefused::NotXlsx)?;
        kept.extend_from_slice(piece.get(..read).unwrap_or_default());
        for claim in claims(&kept) {
            if claim.is_none_or(|claim| claim > SHARED_MOST) {
                return Err(WorkbookRefused::TooLarge);
            }
        }
        if read == 0 {
            return Ok(());
        }
        kept.drain(..kept.len().saturating_sub(TAIL));
    }
}

/// The numbers that stand in attributes `uniqueCount`; `None` for one that is no plain number.
fn claims(bytes: &[u8]) -> impl Iterator<Item = Option<u64>> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let found: Vec<Option<u64>> = text
        .split("uniqueCount")
        .skip(1)
        .filter_map(|rest| {
            let value = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix(['"', '\''])?;
            let (number, _) = value.split_once(['"', '\''])?;
            Some(number.parse().ok())
        })
        .collect();
    found.into_iter()
}

fn text_bytes(value: &DataRef<'_>) -> usize {
    match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.len(),
        DataRef::SharedString(text) => text.len(),
        DataRef::Int(_)
        | DataRef::Float(_)
        | DataRef::Bool(_)
        | DataRef::DateTime(_)
        | DataRef::Error(_)
        | DataRef::Empty => 0,
    }
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

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn packed(name: &str, text: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("a file begins");
        archive.write_all(text.as_bytes()).expect("it is written");
        archive.finish().expect("the archive ends").into_inner()
    }

    #[test]
    fn a_small_file_that_claims_billions_of_strings_is_refused_before_room_is_made() {
        let padding = " ".repeat(70_000);
        for head in ["<sst uniqueCount=\"50000000000\">", "<x:sst count='1' uniqueCount = 'many'>"] {
            let text = format!("<?xml version=\"1.0\"?><!--{padding}-->{head}<si><t>a</t></si></sst>");
            for name in ["xl/sharedStrings.xml", "XL/SHAREDSTRINGS.XML"] {
                assert_eq!(check_claims(&packed(name, &text)), Err(WorkbookRefused::TooLarge), "{head}");
            }
        }
        let honest = "<sst count=\"3\" uniqueCount=\"2\"><si><t>uniqueCount</t></si></sst>";
        assert_eq!(check_claims(&packed("xl/sharedStrings.xml", honest)), Ok(()));
    }
}
