//! QR codes with error correction M (15 % of the code may be damaged) and the quiet zone of four modules.

use std::io::Cursor;

use image::{GrayImage, ImageFormat, Luma};
use qrcode::{Color, EcLevel, QrCode, render::svg};

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

fn code(content: &[u8]) -> Result<QrCode, TooLongForQr> {
    QrCode::with_error_correction_level(content, EcLevel::M)
        .map_err(|_| TooLongForQr { bytes: content.len() })
}

/// A QR code as an SVG drawing, one unit per module: sharp at any size, for pages and PDF.
///
/// # Errors
/// [`TooLongForQr`].
pub fn qr_svg(text: &str) -> Result<String, TooLongForQr> {
    let code = code(text.as_bytes())?;
    Ok(code.render::<svg::Color<'_>>().module_dimensions(1, 1).quiet_zone(true).build())
}

/// A QR code as a PNG picture, `module_px` pixels per module (0 counts as 1).
///
/// # Errors
/// [`TooLongForQr`].
pub fn qr_png(content: &[u8], module_px: u32) -> Result<Vec<u8>, TooLongForQr> {
    let too_long = TooLongForQr { bytes: content.len() };
    let code = code(content)?;
    let scale = usize::try_from(module_px.max(1)).map_err(|_| too_long)?;
    let modules = code.width();
    let side = u32::try_from((modules + 2 * QUIET_ZONE).saturating_mul(scale)).map_err(|_| too_long)?;
    let picture = GrayImage::from_fn(side, side, |x, y| {
        let module = |pixel: u32| usize::try_from(pixel).ok()?.checked_div(scale)?.checked_sub(QUIET_ZONE);
        match (module(x), module(y)) {
            (Some(x), Some(y)) if x < modules && y < modules && code[(x, y)] == Color::Dark => Luma([0]),
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
        let modules = u32::try_from(code.width()).unwrap();
        assert_eq!(png.width(), 3 * (modules + 8));
        for y in 0..modules {
            for x in 0..modules {
                let dark = code[(usize::try_from(x).unwrap(), usize::try_from(y).unwrap())] == Color::Dark;
                assert_eq!(png.get_pixel(3 * (x + 4) + 1, 3 * (y + 4) + 1).0[0] == 0, dark, "module {x},{y}");
            }
        }
        assert!(
            (0..png.width()).all(|i| png.get_pixel(i, 11).0[0] == 255 && png.get_pixel(11, i).0[0] == 255)
        );
    }

    #[test]
    fn capacity_is_that_of_level_m() {
        assert!(qr_png(&[0xFF; 2331], 1).is_ok());
        assert_eq!(qr_png(&[0xFF; 2332], 1), Err(TooLongForQr { bytes: 2332 }));
        assert!(qr_svg("考工").unwrap().contains("<svg"));
    }
}
