//! An `.xlsx` file as rows of texts, read as a stream: what it claims of its size is not believed.
use std::{
    io::{Cursor, Read},
    ops::ControlFlow,
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::{
    roster_file::{CELL_MOST, COLUMNS_MOST, FileRefused, Taker},
    rules::{
        archive::{self, ArchiveRefused},
        roster::SheetRow,
        template::{Cell, Written},
    },
};

/// All text together: one shared string may stand in every cell. Source: [own].
const TEXT_MOST: usize = 256 << 20;
/// Most shared strings a file may claim. Source: [own]; every cell of the largest roster its own.
const SHARED_MOST: u64 = 5_000_000;
/// Largest list of shared strings, which the reader holds in memory. Source: [own]; as [`TEXT_MOST`].
const SHARED_BYTES_MOST: usize = 256 << 20;
/// Most other sheets that are looked into. Source: [own].
const SHEETS_MOST: usize = 20;

impl From<XlsxError> for FileRefused {
    fn from(_: XlsxError) -> Self {
        Self::NotTable
    }
}

impl From<ArchiveRefused> for FileRefused {
    fn from(refused: ArchiveRefused) -> Self {
        match refused {
            ArchiveRefused::NotZip => Self::NotTable,
            ArchiveRefused::TooMany(_) | ArchiveRefused::TooLarge => Self::Unpacks,
        }
    }
}

type Book<'b> = Xlsx<Cursor<&'b [u8]>>;

/// Hands the rows of the one sheet on that can be seen and holds something.
///
/// # Errors
/// [`FileRefused`].
pub fn visit(bytes: &[u8], take: &mut Taker<'_>) -> Result<(), FileRefused> {
    archive::check(bytes, archive::WORKBOOK)?;
    check_claims(bytes)?;
    let mut book: Book<'_> = Xlsx::new(Cursor::new(bytes))?;
    if book.has_1904_epoch() {
        return Err(FileRefused::Epoch1904);
    }
    let name = sheet(&mut book)?;
    if let Some(merged) = book.merge_cells_by_sheet_name(&name)?.first() {
        return Err(FileRefused::Merged(place(merged.start.0) + 1));
    }
    rows(&mut book, &name, take)
}

/// As [`visit`], in plain texts: a number is the text that stands for it, a formula is nothing.
///
/// # Errors
/// [`FileRefused`].
pub fn texts(
    bytes: &[u8],
    give: &mut dyn FnMut((usize, Vec<String>)) -> ControlFlow<()>,
) -> Result<(), FileRefused> {
    let text = |cell: Cell| if cell.written == Written::Formula { String::new() } else { cell.text };
    visit(bytes, &mut |row| give((row.row, row.cells.into_iter().map(text).collect())))
}

/// The sheet to read. Hidden ones hold the lists of a template; of those that can be seen only one may
/// hold something, because nobody would notice that another was left out.
fn sheet(book: &mut Book<'_>) -> Result<String, FileRefused> {
    let sheets = book.sheets_metadata().to_vec();
    let visible: Vec<String> = sheets
        .into_iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name)
        .take(SHEETS_MOST)
        .collect();
    if visible.is_empty() {
        return Err(FileRefused::AllHidden);
    }
    let mut filled = Vec::new();
    for name in visible {
        let mut holds = false;
        rows(book, &name, &mut |_| {
            holds = true;
            ControlFlow::Break(())
        })?;
        if holds {
            filled.push(name);
        }
    }
    match filled.len() {
        0 => Err(FileRefused::Empty),
        1 => Ok(filled.swap_remove(0)),
        n => Err(FileRefused::ManySheets(n)),
    }
}

fn rows(book: &mut Book<'_>, name: &str, take: &mut Taker<'_>) -> Result<(), FileRefused> {
    let mut cells = book.worksheet_cells_reader(name)?;
    let mut at = SheetRow { row: 0, cells: Vec::new() };
    let mut text_left = TEXT_MOST;
    while let Some(read) = cells.next_cell_with_formula_metadata()? {
        let length = text_bytes(&read.value);
        text_left = text_left.checked_sub(length).ok_or(FileRefused::Unpacks)?;
        if length > CELL_MOST {
            return Err(FileRefused::Unpacks);
        }
        let cell = cell(&read.value, read.formula.is_some());
        if cell == Cell::default() {
            continue;
        }
        let (row, column) = (place(read.pos.0) + 1, place(read.pos.1));
        if column >= COLUMNS_MOST {
            return Err(FileRefused::TooWide);
        }
        // Rows come in order in every file a spreadsheet wrote; another order is another's work.
        if row < at.row {
            return Err(FileRefused::NotTable);
        }
        if row > at.row {
            let full = std::mem::replace(&mut at, SheetRow { row, cells: Vec::new() });
            if full.row > 0 && take(full) == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        if at.cells.len() <= column {
            at.cells.resize(column + 1, Cell::default());
        }
        at.cells[column] = cell;
    }
    if at.row > 0 {
        _ = take(at);
    }
    Ok(())
}

/// The reader makes room for as many shared strings as the file says it has, before it has seen one:
/// a small file may claim billions and take the process down.
fn check_claims(bytes: &[u8]) -> Result<(), FileRefused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileRefused::NotTable)?;
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).map_err(|_| FileRefused::NotTable)?;
        let name = file.name().map_err(|_| FileRefused::NotTable)?.to_ascii_lowercase();
        if name.ends_with("sharedstrings.xml") {
            check_claim(&mut file)?;
        }
    }
    Ok(())
}

/// Reads a stream piece by piece, so that a claim is found wherever it stands.
fn check_claim(file: &mut dyn Read) -> Result<(), FileRefused> {
    const PIECE: usize = 1 << 16;
    const TAIL: usize = 256;
    let mut kept: Vec<u8> = Vec::with_capacity(PIECE + TAIL);
    let mut piece = vec![0; PIECE];
    let mut total: usize = 0;
    loop {
        let read = file.read(&mut piece).map_err(|_| FileRefused::NotTable)?;
        total = total.saturating_add(read);
        if total > SHARED_BYTES_MOST {
            return Err(FileRefused::Unpacks);
        }
        kept.extend_from_slice(piece.get(..read).unwrap_or_default());
        for claim in claims(&kept) {
            if claim.is_none_or(|claim| claim > SHARED_MOST) {
                return Err(FileRefused::Unpacks);
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
                assert_eq!(check_claims(&packed(name, &text)), Err(FileRefused::Unpacks), "{head}");
            }
        }
        let honest = "<sst count=\"3\" uniqueCount=\"2\"><si><t>uniqueCount</t></si></sst>";
        assert_eq!(check_claims(&packed("xl/sharedStrings.xml", honest)), Ok(()));
    }
}
