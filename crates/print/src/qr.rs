//! QR codes with error correction M (15 % of the code may be damaged) and the quiet zone of four modules.

use std::{fmt::Write as _, io::Cursor};

use fast_qr::{ECL, QRBuilder, QRCode};
use image::{GrayImage, ImageFormat, Luma};

/// The content does not fit a QR code: with correction level M at most 2,331 bytes.
/// Source: ISO/IEC 18004, table of symbol capacities, version 40-M.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes do not fit a QR code, at most 2331 do")]
pub struct TooLongForQr {
    /// How many bytes were given.
    pub bytes: usize,
}

/// White modules around the code. Source: ISO/IEC 18004, quiet zone of 4 modules.
const QUIET_ZONE: usize = 4;

/// Most bytes of a code. Source: ISO/IEC 18004, version 40-M.
const BYTES_MOST: usize = 2331;

/// Whether a content fits a code, without drawing it.
///
/// # Errors
/// [`TooLongForQr`].
pub fn check_qr(content: &[u8]) -> Result<(), TooLongForQr> {
    let bytes = content.len();
    if bytes <= BYTES_MOST { Ok(()) } else { Err(TooLongForQr { bytes }) }
}

fn code(content: &[u8]) -> Result<QRCode, TooLongForQr> {
    QRBuilder::new(content).ecl(ECL::M).build().map_err(|_| TooLongForQr { bytes: content.len() })
}

fn is_dark(code: &QRCode, x: usize, y: usize) -> bool {
    x < code.size && y < code.size && code[y][x].value()
}

/// A QR code as an SVG drawing, one unit per module: sharp at any size, for pages and PDF. Dark modules
/// beside each other are one bar: a drawing of single squares is twice as long, and long to typeset.
///
/// # Errors
/// [`TooLongForQr`].
pub fn qr_svg(text: &str) -> Result<String, TooLongForQr> {
    let code = code(text.as_bytes())?;
    let side = code.size + 2 * QUIET_ZONE;
    let mut bars = String::new();
    for y in 0..code.size {
        let mut x = 0;
        while x < code.size {
            let length = (x..).take_while(|x| is_dark(&code, *x, y)).count();
            if length > 0 {
                // Writing into a String cannot fail.
                let _ = write!(bars, "M{} {}h{length}v1h-{length}z", x + QUIET_ZONE, y + QUIET_ZONE);
            }
            x += length.max(1);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" width=\"{side}\" height=\"{side}\" \
         shape-rendering=\"crispEdges\"><path d=\"M0 0h{side}v{side}H0z\" fill=\"#fff\"/>\
         <path d=\"{bars}\" fill=\"#000\"/></svg>"
    ))
}

/// A QR code as a PNG picture, `module_px` pixels per module (0 counts as 1).
///
/// # Errors
/// [`TooLongForQr`].
pub fn qr_png(content: &[u8], module_px: u32) -> Result<Vec<u8>, TooLongForQr> {
    let too_long = TooLongForQr { bytes: content.len() };
    let code = code(content)?;
    let scale = usize::try_from(module_px.max(1)).map_err(|_| too_long)?;
    let modules = code.size;
    let side = u32::try_from((modules + 2 * QUIET_ZONE).saturating_mul(scale)).map_err(|_| too_long)?;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let module = |pixel: u32| usize::try_from(pixel).ok()?.checked_div(scale)?.checked_sub(QUIET_ZONE);
        match (module(x), module(y)) {
            (Some(x), Some(y)) if is_dark(&code, x, y) => Luma([0]),
            (Some(_) | None, Some(_) | None) => Luma([255]),
        }
    });
    let mut png = Cursor::new(Vec::new());
    picture.write_to(&mut png, ImageFormat::Png).map_err(|_| too_long)?;
    Ok(png.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn png_has_the_modules_of_the_code_and_a_white_border() {
        let content = b"http://jndj.osta.org.cn";
        let code = code(content).unwrap();
        let png = image::load_from_memory(&qr_png(content, 3).unwrap()).unwrap().into_luma8();
        let modules = u32::try_from(code.size).unwrap();
        assert_eq!(png.width(), 3 * (modules + 8));
        for y in 0..modules {
            for x in 0..modules {
                let dark = is_dark(&code, usize::try_from(x).unwrap(), usize::try_from(y).unwrap());
                assert_eq!(png.get_pixel(3 * (x + 4) + 1, 3 * (y + 4) + 1).0[0] == 0, dark, "module {x},{y}");
            }
        }
        assert!(
            (0..png.width()).all(|i| png.get_pixel(i, 11).0[0] == 255 && png.get_pixel(11, i).0[0] == 255)
        );
    }

    #[test]
    fn the_drawing_has_exactly_the_dark_modules() {
        let code = code("https://kaogong.example/verify".as_bytes()).unwrap();
        let drawing = qr_svg("https://kaogong.example/verify").unwrap();
        let bars = drawing.rsplit_once("d=\"").unwrap().1.split_once('"').unwrap().0;
        let mut drawn = std::collections::BTreeSet::new();
        for bar in bars.split('M').skip(1) {
            let number = |from: char, to: char| -> usize {
                bar.split_once(from).unwrap().1.split_once(to).unwrap().0.parse().unwrap()
            };
            let (x, y): (usize, usize) = (bar.split_once(' ').unwrap().0.parse().unwrap(), number(' ', 'h'));
            drawn.extend((x..x + number('h', 'v')).map(|x| (x - 4, y - 4)));
        }
        let all = (0..code.size).flat_map(|x| (0..code.size).map(move |y| (x, y)));
        let dark: std::collections::BTreeSet<_> = all.filter(|(x, y)| is_dark(&code, *x, *y)).collect();
        assert_eq!(drawn, dark);
    }

    #[test]
    fn capacity_is_that_of_level_m() {
        assert!(qr_png(&[0xFF; 2331], 1).is_ok());
        assert_eq!(qr_png(&[0xFF; 2332], 1), Err(TooLongForQr { bytes: 2332 }));
        assert_eq!((check_qr(&[0xFF; 2331]), check_qr(&[0xFF; 2332]).is_err()), (Ok(()), true));
    }
}
