//! Zip files written byte by byte, so that they can say what no program would write.
//! Source: PKWARE APPNOTE 6.3.10, 4.3.
use std::io::Write;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// Content as it stands in an archive.
pub struct Packed {
    raw: Vec<u8>,
    crc: u32,
    size: u32,
    method: u16,
}

/// Compressed content.
pub fn deflated(content: &[u8]) -> Packed {
    let mut crc = Crc::new();
    crc.update(content);
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    let raw = encoder.finish().unwrap();
    Packed { raw, crc: crc.sum(), size: content.len().try_into().unwrap(), method: 8 }
}

/// Content as it is.
pub fn stored(content: &[u8]) -> Packed {
    Packed { raw: content.to_vec(), method: 0, ..deflated(content) }
}

/// `head`, then `piece` `times` times, then `tail`: packed without ever being held.
pub fn repeated(head: &str, piece: &str, times: usize, tail: &str) -> Packed {
    let mut crc = Crc::new();
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    let mut put = |text: &str| {
        crc.update(text.as_bytes());
        encoder.write_all(text.as_bytes()).unwrap();
    };
    put(head);
    (0..times).for_each(|_| put(piece));
    put(tail);
    let size = (head.len() + piece.len() * times + tail.len()).try_into().unwrap();
    Packed { crc: crc.sum(), raw: encoder.finish().unwrap(), size, method: 8 }
}

/// An archive being written.
#[derive(Default)]
pub struct Zip {
    bytes: Vec<u8>,
    central: Vec<u8>,
    entries: u64,
}

impl Zip {
    /// One more file.
    pub fn add(mut self, name: &str, content: &Packed) -> Self {
        let at = self.local(name, content);
        self.list(name, content, at, 0);
        self
    }

    /// A symbolic link: the content is where it leads.
    pub fn link(mut self, name: &str, to: &str) -> Self {
        const LINK: u32 = 0o120_777 << 16;
        let content = stored(to.as_bytes());
        let at = self.local(name, &content);
        self.list(name, &content, at, LINK);
        self
    }

    /// As many names as said for one and the same content.
    pub fn overlapping(mut self, names: u32, content: &Packed) -> Self {
        let at = self.local("1.jpg", content);
        (1..=names).for_each(|n| self.list(&format!("{n}.jpg"), content, at, 0));
        self
    }

    fn local(&mut self, name: &str, content: &Packed) -> u32 {
        let at = self.bytes.len().try_into().unwrap();
        self.bytes.extend(b"PK\x03\x04\x14\0\0\0");
        describe(&mut self.bytes, name, content);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(&content.raw);
        at
    }

    fn list(&mut self, name: &str, content: &Packed, at: u32, attributes: u32) {
        self.entries += 1;
        self.central.extend(b"PK\x01\x02\x14\x03\x14\0\0\0");
        describe(&mut self.central, name, content);
        self.central.extend([0; 6]);
        self.central.extend(attributes.to_le_bytes());
        self.central.extend(at.to_le_bytes());
        self.central.extend(name.as_bytes());
    }

    /// The whole file.
    pub fn end(mut self) -> Vec<u8> {
        let (at, size) = (self.bytes.len() as u64, self.central.len() as u64);
        self.bytes.append(&mut self.central);
        let end = self.bytes.len() as u64;
        // The long form, for more entries than the short one can say.
        self.bytes.extend(b"PK\x06\x06\x2c\0\0\0\0\0\0\0\x2d\0\x2d\0\0\0\0\0\0\0\0\0");
        for number in [self.entries, self.entries, size, at] {
            self.bytes.extend(number.to_le_bytes());
        }
        self.bytes.extend(b"PK\x06\x07\0\0\0\0");
        self.bytes.extend(end.to_le_bytes());
        self.bytes.extend(1_u32.to_le_bytes());
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        let entries = u16::try_from(self.entries).unwrap_or(u16::MAX);
        self.bytes.extend([entries.to_le_bytes(), entries.to_le_bytes()].concat());
        self.bytes.extend(u32::try_from(size).unwrap().to_le_bytes());
        self.bytes.extend(u32::try_from(at).unwrap().to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

/// What the head of a file and its line in the list have in common.
fn describe(into: &mut Vec<u8>, name: &str, content: &Packed) {
    into.extend(content.method.to_le_bytes());
    into.extend([0, 0, 0x21, 0x52]);
    into.extend(content.crc.to_le_bytes());
    into.extend(u32::try_from(content.raw.len()).unwrap().to_le_bytes());
    into.extend(content.size.to_le_bytes());
    into.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    into.extend([0, 0]);
}

/// A workbook of one sheet.
pub fn workbook(sheet: &Packed, strings: &Packed, book: Option<&str>) -> Zip {
    const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    const RELATIONS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
    const PACKAGE: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    Zip::default()
        .add("_rels/.rels", &deflated(PACKAGE.as_bytes()))
        .add("xl/workbook.xml", &deflated(book.unwrap_or(BOOK).as_bytes()))
        .add("xl/_rels/workbook.xml.rels", &deflated(RELATIONS.as_bytes()))
        .add("xl/worksheets/sheet1.xml", sheet)
        .add("xl/sharedStrings.xml", strings)
}
