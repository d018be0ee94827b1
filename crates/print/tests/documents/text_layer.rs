//! Reads the text of our own PDFs as a screen reader or a search does: glyph numbers of the page, through each font's
//! ToUnicode map. It knows only what our typesetter writes (one level of objects, Flate streams, two-byte glyphs).

use std::collections::HashMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

type Map = HashMap<u16, String>;

/// The text in the order of the page content, line breaks between the typesetter's runs left out.
pub fn text_of(pdf: &[u8]) -> String {
    let objects = objects(pdf);
    let mut fonts: HashMap<String, Map> = HashMap::new();
    for (_, head, _) in &objects {
        let Some((_, list)) = head.split_once("/Font<<") else {
            continue;
        };
        let list = list.split(">>").next().unwrap();
        let words: Vec<&str> = list.split(['/', ' ']).filter(|w| !w.is_empty()).collect();
        for font in words.chunks(4) {
            let object = |number: &str| objects.iter().find(|(n, ..)| n == number).unwrap();
            let (_, to_unicode) = object(font[1]).1.split_once("/ToUnicode ").unwrap();
            let (_, _, map) = object(to_unicode.split(' ').next().unwrap());
            fonts.insert(font[0].to_owned(), unicode_map(&String::from_utf8_lossy(map)));
        }
    }
    let pages = objects.iter().filter(|(_, _, content)| content.windows(3).any(|w| w == b"BT "));
    pages.map(|(_, _, content)| page_text(content, &fonts)).collect()
}

/// (number, dictionary, unpacked stream) of each object.
fn objects(pdf: &[u8]) -> Vec<(String, String, Vec<u8>)> {
    let find = |from: usize, what: &[u8]| {
        pdf[from..].windows(what.len()).position(|w| w == what).map(|at| from + at)
    };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(at, b" 0 obj\n") {
        let end = find(start, b"\nendobj").unwrap();
        let line = pdf[..start].iter().rposition(|&b| b == b'\n').unwrap() + 1;
        let number = String::from_utf8_lossy(&pdf[line..start]).into_owned();
        let stream = find(start, b">>\nstream\n").filter(|&s| s < end);
        let head = String::from_utf8_lossy(&pdf[start..stream.unwrap_or(end)]).into_owned();
        let mut content = Vec::new();
        if let Some(stream) = stream.filter(|_| head.contains("/FlateDecode")) {
            ZlibDecoder::new(&pdf[stream + 10..end]).read_to_end(&mut content).unwrap();
        }
        found.push((number, head, content));
        at = end;
    }
    found
}

/// The `<0001> <51C6>` lines of a ToUnicode map.
fn unicode_map(source: &str) -> Map {
    let pair = |line: &str| {
        let (glyph, text) = line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <")?;
        let units: Vec<u16> = text.as_bytes().chunks(4).map(hex).collect();
        Some((hex(glyph.as_bytes()), String::from_utf16(&units).unwrap()))
    };
    let parts = source.split("beginbfchar").skip(1).flat_map(|part| part.split("endbfchar").next());
    parts.flat_map(|part| part.lines().filter_map(pair)).collect()
}

fn hex(digits: &[u8]) -> u16 {
    u16::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
}

fn page_text(content: &[u8], fonts: &HashMap<String, Map>) -> String {
    let mut text = String::new();
    let mut font = String::new();
    let mut word = String::new();
    let mut last_name = String::new();
    let mut in_text = false;
    let mut bytes = content.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'(' | b'<' if byte == b'(' || bytes.peek() != Some(&b'<') => {
                let glyphs = if byte == b'(' { literal(&mut bytes) } else { hexadecimal(&mut bytes) };
                // Outside BT … ET a string is the language of a passage.
                let Some(map) = fonts.get(&font).filter(|_| in_text) else {
                    continue;
                };
                text.extend(glyphs.chunks(2).map(|g| map[&u16::from_be_bytes([g[0], g[1]])].as_str()));
            }
            // The start of a dictionary, which holds no text.
            b'<' => drop(bytes.next()),
            b'/' | b' ' | b'\n' | b'[' | b']' => {
                match (word.strip_prefix('/'), word.as_str()) {
                    (Some(name), _) => name.clone_into(&mut last_name),
                    (None, "Tf") => last_name.clone_into(&mut font),
                    (None, "BT") => in_text = true,
                    (None, "ET") => in_text = false,
                    (None, _) => {}
                }
                word.clear();
                if byte == b'/' {
                    word.push('/');
                }
            }
            other => word.push(char::from(other)),
        }
    }
    text
}

/// A string of hexadecimal digits up to its closing bracket.
fn hexadecimal(bytes: &mut impl Iterator<Item = u8>) -> Vec<u8> {
    let digits: Vec<u8> = bytes.take_while(|&b| b != b'>').collect();
    digits.chunks(2).map(|pair| u8::try_from(hex(pair)).unwrap()).collect()
}

/// A string up to its closing parenthesis, escapes undone.
fn literal(bytes: &mut std::iter::Peekable<impl Iterator<Item = u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut depth = 1;
    while let Some(byte) = bytes.next() {
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            break;
        }
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        out.push(match bytes.next().unwrap() {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            digit @ b'0'..=b'7' => {
                let mut value = u16::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(next @ b'0'..=b'7') = bytes.peek().copied() {
                        value = value * 8 + u16::from(next - b'0');
                        bytes.next();
                    }
                }
                u8::try_from(value).unwrap()
            }
            escaped => escaped,
        });
    }
    out
}
