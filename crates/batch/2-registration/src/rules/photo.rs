//! A portrait: decoded under limits and encoded again, so that nothing of the file but the picture
//! is kept: no place, no device, no hidden bytes.
use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
    metadata::Orientation,
};
use serde::{Deserialize, Serialize};
use web::{Message, PageError};

/// Largest picture kept, 5 : 7. Source: [own]; a ticket prints it 30 mm wide at 400 dpi.
const WIDTH_MOST: u32 = 480;
/// See [`WIDTH_MOST`]. Source: [own].
const HEIGHT_MOST: u32 = 672;
/// Longest side of a picture that is decoded at all. Source: [own]; a phone's camera is within it.
const SIDE_DECODED: u32 = 8_000;
/// Memory the pixels may take. Source: [own]; 8 000 × 6 000 of three bytes, the most a phone's camera makes.
const BYTES_DECODED: u64 = 144_000_000;
/// Quality of the picture kept. Source: [own]; about 40 KB.
const QUALITY: u8 = 85;

/// Why a picture is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum PhotoRefused {
    /// The file is not named by a serial.
    #[error("not named by a serial")]
    Name,
    /// No application here has this serial.
    #[error("no application has this serial")]
    UnknownSerial,
    /// Two registration points gave the same serial.
    #[error("several applications have this serial")]
    SerialOfSeveral,
    /// No JPEG or PNG, or a damaged one.
    #[error("no readable JPEG or PNG")]
    NotAPicture,
    /// Too many pixels.
    #[error("more than {SIDE_DECODED} pixels on a side")]
    TooManyPixels,
}

impl From<PhotoRefused> for PageError {
    fn from(refused: PhotoRefused) -> Self {
        Self::Refused(refused.message())
    }
}

impl PhotoRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Name => "photo-name".into(),
            Self::UnknownSerial => "photo-unknown-serial".into(),
            Self::SerialOfSeveral => "photo-serial-of-several".into(),
            Self::NotAPicture => "photo-not-a-picture".into(),
            Self::TooManyPixels => Message::new("photo-too-many-pixels").with("most", SIDE_DECODED),
        }
    }
}

/// A portrait as it is kept: a JPEG.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture(#[serde(with = "decode::bytes")] pub Vec<u8>);

/// A JPEG of at most 480 × 672 pixels, upright, made from the pixels of a JPEG or PNG.
///
/// # Errors
/// [`PhotoRefused::NotAPicture`], [`PhotoRefused::TooManyPixels`].
pub fn encode_again(file: &[u8]) -> Result<Vec<u8>, PhotoRefused> {
    let mut reader =
        ImageReader::new(Cursor::new(file)).with_guessed_format().map_err(|_| PhotoRefused::NotAPicture)?;
    let is_readable = match reader.format() {
        // The decoder fills what is missing with grey; a face cut off is not a portrait.
        Some(ImageFormat::Jpeg) => is_whole(file),
        format => format == Some(ImageFormat::Png),
    };
    if !is_readable {
        return Err(PhotoRefused::NotAPicture);
    }
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_DECODED);
    limits.max_image_height = Some(SIDE_DECODED);
    limits.max_alloc = Some(BYTES_DECODED);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(|error| refusal(&error))?;
    // The decoders check the sides only; what the pixels will take is checked here.
    limits.reserve(decoder.total_bytes()).map_err(|error| refusal(&error))?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|error| refusal(&error))?;
    // Made small first: turning it takes as much memory again as it has.
    let (width, height) =
        if is_turned(orientation) { (HEIGHT_MOST, WIDTH_MOST) } else { (WIDTH_MOST, HEIGHT_MOST) };
    if picture.width() > width || picture.height() > height {
        picture = picture.thumbnail(width, height);
    }
    picture.apply_orientation(orientation);
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode_image(&picture.to_rgb8())
        .map_err(|_| PhotoRefused::NotAPicture)?;
    Ok(jpeg)
}

/// Whether width and height change places.
fn is_turned(orientation: Orientation) -> bool {
    match orientation {
        Orientation::NoTransforms | Orientation::Rotate180 => false,
        Orientation::FlipHorizontal | Orientation::FlipVertical => false,
        Orientation::Rotate90 | Orientation::Rotate270 => true,
        Orientation::Rotate90FlipH | Orientation::Rotate270FlipH => true,
    }
}

/// Whether a JPEG goes on to its end: segments with their lengths, and behind the head of a scan its bits,
/// in which `FF` is followed by 0 or the number of a restart. What follows the end does not matter.
/// Source: ITU-T T.81 (1992), annex B.
fn is_whole(jpeg: &[u8]) -> bool {
    let mut at = 2;
    while let (Some(0xff), Some(marker)) = (jpeg.get(at), jpeg.get(at + 1)) {
        match marker {
            0xd9 => return true,
            0xff => at += 1,
            0x01 | 0xd0..=0xd7 => at += 2,
            _ => {
                let (Some(high), Some(low)) = (jpeg.get(at + 2), jpeg.get(at + 3)) else { return false };
                at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
                if *marker == 0xda {
                    let bits = jpeg.get(at..).unwrap_or_default();
                    let end =
                        bits.windows(2).position(|two| two[0] == 0xff && !matches!(two[1], 0 | 0xd0..=0xd7));
                    let Some(end) = end else { return false };
                    at += end;
                }
            }
        }
    }
    false
}

fn refusal(error: &image::ImageError) -> PhotoRefused {
    if matches!(error, image::ImageError::Limits(_)) {
        PhotoRefused::TooManyPixels
    } else {
        PhotoRefused::NotAPicture
    }
}
