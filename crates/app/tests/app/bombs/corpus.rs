//! Files that nobody should send, made here and nowhere else.
use std::{io::Cursor, sync::LazyLock};

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

use super::archive::{Zip, deflated, repeated, stored, workbook};

/// A file, and which readers may take it because it does no harm.
pub struct Case {
    /// What it is.
    pub name: &'static str,
    /// Its bytes.
    pub file: Vec<u8>,
    /// Kinds that take it. All others refuse it.
    pub harmless_as: &'static [&'static str],
}

/// Everything.
pub fn corpus() -> Vec<Case> {
    let case = |name, file, harmless_as| Case { name, file, harmless_as };
    let jpeg = portrait();
    let truncated = |part: usize| jpeg[..jpeg.len() * part / 10].to_vec();
    let zip = Zip::default().add("1.jpg", &stored(&jpeg)).add("2.jpg", &stored(&jpeg)).end();
    vec![
        case(
            "overlapping entries",
            Zip::default().overlapping(1_900, &repeated("", &"\0".repeat(MEGABYTE), 4, "")).end(),
            &[],
        ),
        case("a zip in a zip in a zip", nested(), &["portraits"]),
        case("a million entries", Zip::default().overlapping(1_000_000, &stored(b"x")).end(), &[]),
        case("names that lead elsewhere", slipping(&jpeg), &["portraits"]),
        case("a symbolic link", Zip::default().link("1.jpg", "/etc/passwd").end(), &["portraits"]),
        case(
            "the same name twice",
            Zip::default().add("1.jpg", &stored(&jpeg)).add("1.jpg", &stored(&jpeg)).end(),
            &["portraits"],
        ),
        case("half a zip", zip[..zip.len() / 2].to_vec(), &[]),
        case("shared strings of 120 MB", STRINGS.clone(), &[]),
        case("two cells at the ends of a sheet", ends(), &["portraits"]),
        case("a billion laughs", laughs(), &["portraits"]),
        case("a hundred thousand elements, each in the one before", depth(), &["portraits"]),
        case("the same part of a workbook twice", twice(), &["portraits"]),
        case("a PNG of 65,535 by 65,535", png(65_535, 65_535), &[]),
        case("a PNG of 8,000 by 8,000 that is there", blank(8_000), &[]),
        case("a JPEG of four thousand scans", progressive(8_000, 5_900, 4_000), &[]),
        case("a progressive JPEG of 65,500 by 65,500", progressive(65_500, 65_500, 1), &[]),
        case("a TIFF", b"II*\0\x08\0\0\0\x01\0\0\x01\x03\0\x01\0\0\0\xff\xff\0\0\0\0\0\0".to_vec(), &[]),
        case(
            "an SVG with a script",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec(),
            &[],
        ),
        case("a JPEG that is a PDF behind", [&jpeg[..], b"%PDF-1.7 HIDDEN"].concat(), &["portrait"]),
        case("a PDF that is a JPEG behind", [b"%PDF-1.7\n", &jpeg[..]].concat(), &[]),
        case("a JPEG that says where it was taken", located(&jpeg), &["portrait"]),
        case("a third of a JPEG", truncated(3), &[]),
        case("nine tenths of a JPEG", truncated(9), &[]),
        case("a program", b"\x7fELF\x02\x01\x01 this is no picture".to_vec(), &[]),
        case("a tape archive", tape(), &[]),
        case("a quotation that never ends", [b"a,b\n\"".as_slice(), &b"x,\n".repeat(300_000)].concat(), &[]),
        case("a row of a million cells", [b",".repeat(1_000_000), b"x\n".to_vec()].concat(), &[]),
    ]
}

/// A workbook with one text of 120 MB.
pub static STRINGS: LazyLock<Vec<u8>> = LazyLock::new(|| strings(120));

const MEGABYTE: usize = 1 << 20;

/// A file that every reader of tables takes.
pub fn honest_table() -> Vec<u8> {
    let sheet =
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    workbook(&deflated(sheet.as_bytes()), &deflated(br#"<sst uniqueCount="1"><si><t>a</t></si></sst>"#), None)
        .end()
}

/// A face.
pub fn portrait() -> Vec<u8> {
    let mut bytes = Vec::new();
    let shade = |at: u32| u8::try_from(at % 256).unwrap();
    let face = RgbImage::from_fn(300, 420, |x, y| Rgb([90, shade(x), shade(y)]));
    DynamicImage::from(face).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).unwrap();
    bytes
}

fn nested() -> Vec<u8> {
    let inner = Zip::default().add("1.jpg", &repeated("", &"\0".repeat(MEGABYTE), 2, "")).end();
    (0..6).fold(inner, |inner, _| Zip::default().add("1.jpg", &deflated(&inner)).end())
}

fn slipping(jpeg: &[u8]) -> Vec<u8> {
    let names = ["../../1.jpg", "/etc/2.jpg", "..\\..\\3.jpg", "C:\\4.jpg", "a/../../5.jpg", "....//6.jpg"];
    names.into_iter().fold(Zip::default(), |zip, name| zip.add(name, &stored(jpeg))).end()
}

/// A workbook with one text of so many megabytes.
pub fn strings(megabytes: usize) -> Vec<u8> {
    let sheet =
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    let strings = repeated("<sst><si><t>", &"a".repeat(MEGABYTE), megabytes, "</t></si></sst>");
    workbook(&deflated(sheet.as_bytes()), &strings, None).end()
}

fn ends() -> Vec<u8> {
    let sheet = r#"<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData></worksheet>"#;
    workbook(&deflated(sheet.as_bytes()), &deflated(b"<sst/>"), None).end()
}

fn laughs() -> Vec<u8> {
    let mut entities = "<!ENTITY a0 \"ha\">".to_owned();
    for n in 1..30 {
        entities += &format!("<!ENTITY a{n} \"{}\">", format!("&a{};", n - 1).repeat(10));
    }
    let strings = format!("<!DOCTYPE sst [{entities}]><sst><si><t>&a29;</t></si></sst>");
    let sheet =
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>"#;
    workbook(&deflated(sheet.as_bytes()), &deflated(strings.as_bytes()), None).end()
}

fn depth() -> Vec<u8> {
    let sheet = repeated("<worksheet><sheetData>", &"<row>".repeat(100_000), 1, "</sheetData></worksheet>");
    workbook(&sheet, &deflated(b"<sst/>"), None).end()
}

fn twice() -> Vec<u8> {
    let sheet = |text| deflated(format!("<worksheet><sheetData>{text}").as_bytes());
    workbook(&sheet("</sheetData></worksheet>"), &deflated(b"<sst/>"), None)
        .add("xl/worksheets/sheet1.xml", &sheet("<row r='1'><c r='A1' t='str'><v>x"))
        .add("xl/workbook.xml", &deflated(b"<workbook/>"))
        .end()
}

/// Two by two pixels that claim to be more.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixel = RgbImage::from_pixel(2, 2, Rgb([1, 2, 3]));
    DynamicImage::from(pixel).write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&bytes[12..29]);
    bytes[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    bytes
}

/// A square of one colour, every pixel of which is in the file.
fn blank(side: usize) -> Vec<u8> {
    use flate2::{Compression, write::ZlibEncoder};
    use std::io::Write as _;
    let line = vec![0; 1 + side * 3];
    let mut pixels = ZlibEncoder::new(Vec::new(), Compression::fast());
    (0..side).for_each(|_| pixels.write_all(&line).unwrap());
    let size = u32::try_from(side).unwrap().to_be_bytes();
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, content) in [
        (b"IHDR", [&size[..], &size, &[8, 2, 0, 0, 0]].concat()),
        (b"IDAT", pixels.finish().unwrap()),
        (b"IEND", vec![]),
    ] {
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        let chunk = [&kind[..], &content].concat();
        let mut crc = flate2::Crc::new();
        crc.update(&chunk);
        file.extend(chunk);
        file.extend(crc.sum().to_be_bytes());
    }
    file
}

/// A progressive JPEG in grey: every scan goes over the whole picture and says that there is nothing.
/// Source: ITU-T T.81 (1992), annex G.
fn progressive(width: u16, height: u16, scans: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8];
    let mut segment = |marker: u8, content: &[u8]| {
        file.extend([0xff, marker]);
        file.extend(u16::try_from(content.len() + 2).unwrap().to_be_bytes());
        file.extend(content);
    };
    segment(0xdb, &[vec![0], vec![1; 64]].concat());
    segment(0xc2, &[&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat());
    // One code of one bit each: no difference; and the longest run of blocks without anything.
    segment(0xc4, &[vec![0x00, 1], vec![0; 15], vec![0x00]].concat());
    segment(0xc4, &[vec![0x10, 1], vec![0; 15], vec![0xe0]].concat());
    let blocks = usize::from(width.div_ceil(8)) * usize::from(height.div_ceil(8));
    segment(0xda, &[1, 1, 0, 0, 0, 0]);
    file.extend(vec![0; blocks.min(800_000) / 8 + 1]);
    for _ in 0..scans {
        file.extend([0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0]);
        // A bit for the code and fourteen for how many more than 16,384 it stands for.
        file.extend(vec![0; blocks.min(800_000).div_ceil(16_384) * 15 / 8 + 1]);
    }
    file.extend([0xff, 0xd9]);
    file
}

/// With a note of the place, as a phone writes it.
fn located(jpeg: &[u8]) -> Vec<u8> {
    // One entry of the first list leads to the list of the place, whose one entry is the reference "N".
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x25\x88\x04\0\x01\0\0\0\x1a\0\0\0\0\0\0\0\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0HIDDEN";
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, exif, &jpeg[2..]].concat()
}

fn tape() -> Vec<u8> {
    let mut block = vec![0; 1024];
    block[..7].copy_from_slice(b"../../x");
    block[156] = b'x';
    block[257..262].copy_from_slice(b"ustar");
    block
}
