//! A table in text (CSV): UTF-8 with or without its mark, GB 18030 or UTF-16, parted by commas, tabs
//! or semicolons, as office software saves it.
use std::{borrow::Cow, ops::ControlFlow};

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::{
    roster_file::{CELL_MOST, COLUMNS_MOST, FileRefused, Taker},
    rules::{
        roster::SheetRow,
        template::{Cell, Written},
    },
};

/// Bytes that are looked at to see whether this is text.
const LOOKED_AT: usize = 1 << 16;

/// Hands the rows of a table in text on.
///
/// # Errors
/// [`FileRefused`].
pub fn visit(bytes: &[u8], take: &mut Taker<'_>) -> Result<(), FileRefused> {
    // One kind of line end, so that lines are counted alike.
    let text = decode(bytes)?.replace("\r\n", "\n").replace('\r', "\n");
    if text.trim().is_empty() {
        return Err(FileRefused::Empty);
    }
    let delimiter = delimiter(&text)?;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    // Breaks within cells make more lines than rows.
    let mut breaks: usize = 0;
    while reader.read_record(&mut record).map_err(|_| FileRefused::NotTable)? {
        let after = reader.position();
        let [line, end] = [after.line(), after.byte()].map(|n| usize::try_from(n).unwrap_or(usize::MAX));
        let is_ended = text.as_bytes().get(end.wrapping_sub(1)) == Some(&b'\n');
        breaks += record.iter().map(|cell| cell.matches('\n').count()).sum::<usize>();
        let row = line.saturating_sub(breaks + usize::from(is_ended));
        if record.iter().any(|cell| cell.len() > CELL_MOST) {
            return Err(FileRefused::NotTable);
        }
        let mut cells: Vec<Cell> = record.iter().map(cell).collect();
        while cells.last() == Some(&Cell::default()) {
            cells.pop();
        }
        if cells.len() > COLUMNS_MOST {
            return Err(FileRefused::TooWide);
        }
        if !cells.is_empty() && take(SheetRow { row, cells }) == ControlFlow::Break(()) {
            break;
        }
    }
    Ok(())
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileRefused> {
    let marked = [UTF_8, UTF_16LE, UTF_16BE];
    let found = encoding_rs::Encoding::for_bom(bytes).filter(|(encoding, _)| marked.contains(encoding));
    if let Some((encoding, length)) = found {
        let rest = bytes.get(length..).unwrap_or_default();
        let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
        return text.ok_or(FileRefused::Encoding);
    }
    let beginning = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    let is_binary = beginning.iter().any(|byte| byte.is_ascii_control() && !b"\t\r\n".contains(byte));
    let is_other = [&b"MZ"[..], b"%PDF", b"{\\rtf", b"<"].into_iter().any(|head| beginning.starts_with(head));
    if is_binary || is_other {
        return Err(FileRefused::NotTable);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(Cow::Borrowed(text));
    }
    GB18030.decode_without_bom_handling_and_without_replacement(bytes).ok_or(FileRefused::Encoding)
}

/// The sign that parts the most cells of the first line; text without any is no table.
fn delimiter(text: &str) -> Result<u8, FileRefused> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|byte| byte == sign).count();
    let best = [b',', b'\t', b';'].into_iter().max_by_key(count);
    best.filter(|sign| count(sign) > 0).ok_or(FileRefused::NotTable)
}

/// A cell; `="0012"` is how a table in text keeps a number from losing its zeros, not a formula.
fn cell(text: &str) -> Cell {
    let text = text.trim();
    let kept = text.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let plain = kept.filter(|kept| !kept.contains('"')).unwrap_or(text);
    Cell { text: plain.trim().to_owned(), written: Written::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<(usize, Vec<String>)>, FileRefused> {
        let mut rows = Vec::new();
        visit(bytes, &mut |row| {
            rows.push((row.row, row.cells.into_iter().map(|cell| cell.text).collect()));
            ControlFlow::Continue(())
        })?;
        Ok(rows)
    }

    #[test]
    fn a_table_is_the_same_in_every_encoding_and_with_every_sign_between_its_cells() {
        let text = "序号,姓名\r\n1,\"欧阳\n测试\"\r\n\r\n2,=\"0012\"\r\n3, 㐂 \r\n";
        let wanted = vec![
            (1, vec!["序号".to_owned(), "姓名".to_owned()]),
            (2, vec!["1".to_owned(), "欧阳\n测试".to_owned()]),
            (4, vec!["2".to_owned(), "0012".to_owned()]),
            (5, vec!["3".to_owned(), "㐂".to_owned()]),
        ];
        let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
        let (gb, _, _) = GB18030.encode(text);
        let wide: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let tabs = text.replace(',', "\t");
        for bytes in [text.as_bytes(), &marked, &gb, &wide, tabs.as_bytes()] {
            assert_eq!(rows(bytes).as_deref(), Ok(wanted.as_slice()));
        }
    }

    #[test]
    fn what_is_no_text_or_no_table_is_none() {
        for bytes in [b"MZ\x90\x00,".as_slice(), b"no table", b"%PDF-1.7,", b"<html>,", b"a,b\0c"] {
            assert_eq!(rows(bytes), Err(FileRefused::NotTable), "{bytes:?}");
        }
        assert_eq!(rows(b"a,b\n\xFF\xFF\xFF"), Err(FileRefused::Encoding));
        assert_eq!(rows(b" \r\n "), Err(FileRefused::Empty));
        assert_eq!(rows(",".repeat(70).replace(',', ",x").as_bytes()), Err(FileRefused::TooWide));
    }
}
