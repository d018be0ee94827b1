//! A roster as a file from outside: a workbook or a table in text. What it is, is told from its bytes,
//! never from its name; its rows are handed on one by one, so that no roster stands in memory as a whole.
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use web::{Message, PageError};

use crate::{
    delimited,
    rules::roster::{Heading, SheetRow},
    workbook,
};

/// Most columns of a roster; the widest template has 34.
pub const COLUMNS_MOST: usize = 64;
/// Longest text of a cell. Source: the spreadsheet format's own limit, 32 767 characters of at most four bytes.
pub const CELL_MOST: usize = 4 * 32_767;
/// Rows that are read to see whether a file is worth being kept. Source: [own].
const ROWS_GLANCED: usize = 50;
/// What a file begins with that older office software wrote, and an encrypted workbook.
/// Source: [MS-CFB] 2.2, the signature of a compound file.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// How large a roster may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Most rows below the heading.
    pub rows: usize,
    /// Largest file.
    pub megabytes: usize,
}

/// Why a file is no roster that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum FileRefused {
    /// Neither a workbook nor a table in text, or a damaged one.
    #[error("not a readable .xlsx or .csv file")]
    NotTable,
    /// A workbook of a format that is not read.
    #[error("an .xls file of older office software")]
    OldWorkbook,
    /// A workbook that asks for a password.
    #[error("an encrypted workbook")]
    Encrypted,
    /// Nothing stands in it.
    #[error("the first sheet is empty")]
    Empty,
    /// Every sheet is hidden.
    #[error("every sheet is hidden")]
    AllHidden,
    /// More than one sheet that can be seen holds something.
    #[error("{0} sheets hold something")]
    ManySheets(usize),
    /// Cells are merged, the first in this row.
    #[error("merged cells in row {0}")]
    Merged(usize),
    /// Days are counted from 1904.
    #[error("days are counted from 1904")]
    Epoch1904,
    /// The text is in no encoding that is read.
    #[error("neither UTF-8 nor GB 18030 nor UTF-16")]
    Encoding,
    /// More rows than a roster may have.
    #[error("more than {0} rows")]
    TooManyRows(usize),
    /// More columns than a roster has.
    #[error("more than {COLUMNS_MOST} columns")]
    TooWide,
    /// A larger file than a roster may be.
    #[error("larger than {0} MB")]
    TooLarge(usize),
    /// It grows beyond all measure when it is unpacked.
    #[error("too large when unpacked")]
    Unpacks,
}

impl From<FileRefused> for PageError {
    fn from(refused: FileRefused) -> Self {
        Self::Refused(match refused {
            FileRefused::NotTable => "roster-not-xlsx".into(),
            FileRefused::OldWorkbook => "roster-old-xls".into(),
            FileRefused::Encrypted => "roster-encrypted".into(),
            FileRefused::Empty => "roster-empty".into(),
            FileRefused::AllHidden => "roster-all-hidden".into(),
            FileRefused::ManySheets(n) => Message::new("roster-many-sheets").with("n", n),
            FileRefused::Merged(row) => Message::new("roster-merged").with("row", row),
            FileRefused::Epoch1904 => "roster-1904".into(),
            FileRefused::Encoding => "roster-encoding".into(),
            FileRefused::TooManyRows(most) => Message::new("roster-too-many-rows").with("rows", most),
            FileRefused::TooWide => Message::new("roster-too-wide").with("columns", COLUMNS_MOST),
            FileRefused::TooLarge(most) => Message::new("roster-too-large").with("megabytes", most),
            FileRefused::Unpacks => "roster-unpacks".into(),
        })
    }
}

/// What takes the rows of a file, in their order; it may have seen enough.
pub type Taker<'t> = dyn FnMut(SheetRow) -> ControlFlow<()> + 't;

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Rows that hold something, the heading among them.
    pub rows: usize,
    /// The first of them, among which the heading should be.
    pub head: Vec<SheetRow>,
}

/// Looks at the beginning of a file: what is plainly no roster is refused before it is kept.
///
/// # Errors
/// [`FileRefused`].
pub fn glance(bytes: &[u8], limits: Limits) -> Result<(), FileRefused> {
    let mut seen = 0;
    visit(bytes, limits, &mut |_| {
        seen += 1;
        if seen < ROWS_GLANCED { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if seen == 0 { Err(FileRefused::Empty) } else { Ok(()) }
}

/// Reads a file once from end to end and keeps only its first rows: whatever is wrong with it is
/// found before a row of it is put anywhere.
///
/// # Errors
/// [`FileRefused`].
pub fn measure(bytes: &[u8], limits: Limits) -> Result<Measure, FileRefused> {
    let mut measure = Measure::default();
    visit(bytes, limits, &mut |row| {
        measure.rows += 1;
        if row.row <= Heading::ROWS_SEARCHED {
            measure.head.push(row);
        }
        ControlFlow::Continue(())
    })?;
    if measure.rows == 0 { Err(FileRefused::Empty) } else { Ok(measure) }
}

/// Hands the rows of a file on, in their order.
///
/// # Errors
/// [`FileRefused`].
pub fn visit(bytes: &[u8], limits: Limits, take: &mut Taker<'_>) -> Result<(), FileRefused> {
    if bytes.len() > limits.megabytes.saturating_mul(1 << 20) {
        return Err(FileRefused::TooLarge(limits.megabytes));
    }
    let (mut rows, mut is_too_long) = (0, false);
    let mut counted = |row: SheetRow| {
        rows += 1;
        // The heading is not counted.
        is_too_long = rows > limits.rows.saturating_add(1);
        if is_too_long { ControlFlow::Break(()) } else { take(row) }
    };
    if bytes.starts_with(b"PK") {
        workbook::visit(bytes, &mut counted)?;
    } else if bytes.starts_with(COMPOUND) {
        return Err(compound(bytes));
    } else {
        delimited::visit(bytes, &mut counted)?;
    }
    if is_too_long { Err(FileRefused::TooManyRows(limits.rows)) } else { Ok(()) }
}

/// A compound file is a workbook of older software, or the case around an encrypted one.
/// Source: [MS-OFFCRYPTO] 2.3.4.4, the stream is named so.
fn compound(bytes: &[u8]) -> FileRefused {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if bytes.windows(name.len()).any(|part| part == name) {
        FileRefused::Encrypted
    } else {
        FileRefused::OldWorkbook
    }
}
