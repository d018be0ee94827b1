//! Pictures are decoded once before layout, within limits, so that a broken photo is named and not printed grey.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};

/// Longest side accepted, in pixels: an A4 page at 600 dpi.
const LONGEST_SIDE: u32 = 7_200;
/// Most memory a decoded picture may take, in bytes.
const MOST_MEMORY: u64 = 256 << 20;
/// Most digits in a picture's name, see [`check`].
const MOST_DIGITS: usize = 4;

/// Why the picture cannot be printed, in one sentence, or nothing.
///
/// Names are from a small fixed set such as `photo.jpg` or `seat-012.png`: the typesetter keeps every file name it
/// ever meets and stops at 65,535, so a name with an identifier in it is refused here, on the first document.
pub(crate) fn check(name: &str, bytes: &[u8]) -> Result<(), String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    if !name.chars().all(plain) || name.chars().filter(char::is_ascii_digit).count() > MOST_DIGITS {
        return Err("a picture's name has small letters, '-', '_' and at most four digits".to_owned());
    }
    let wanted = match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("jpg" | "jpeg") => ImageFormat::Jpeg,
        Some("png") => ImageFormat::Png,
        Some("svg") => return check_svg(bytes),
        Some(_) | None => return Err("the name must end in .jpg, .png or .svg".to_owned()),
    };
    let found = image::guess_format(bytes).map_err(|e| e.to_string())?;
    if found != wanted {
        return Err(format!("the name says {wanted:?}, the content is {found:?}"));
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), wanted);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    reader.decode().map(drop).map_err(|e| e.to_string())
}

/// Drawings come from this program (QR codes), so only gross mistakes are looked for.
fn check_svg(bytes: &[u8]) -> Result<(), String> {
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    if text.contains("<svg") { Ok(()) } else { Err("the content is not SVG".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_formats_and_broken_files() {
        let png = crate::qr_png(b"x", 2).unwrap();
        let svg = crate::qr_svg("x").unwrap();
        check("qr.png", &png).unwrap();
        check("seat-0012.png", &png).unwrap();
        check("qr.svg", svg.as_bytes()).unwrap();
        for (name, bytes) in [
            ("photo.jpg", png.as_slice()),
            ("photo-40962.png", &png),
            ("../photo.png", &png),
            ("photo", &png),
            ("photo.gif", &png),
            ("photo.png", &png[..png.len() / 2]),
            ("photo.png", b"hello"),
            ("qr.svg", &png),
            ("qr.svg", b"hello"),
        ] {
            assert!(check(name, bytes).is_err(), "{name} with {} bytes", bytes.len());
        }
    }
}
