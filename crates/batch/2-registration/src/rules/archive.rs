//! Zip files from outside: counted while they are unpacked, never believed, their paths never used.
use std::{
    io::{self, Cursor, Read},
    ops::ControlFlow,
};

use serde::{Deserialize, Serialize};
use web::{Message, PageError};
use zip::ZipArchive;

use super::photo::{self, PhotoRefused, Picture};

/// What an archive may hold. Sizes are bytes after unpacking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most entries.
    pub entries: usize,
    /// Largest entry.
    pub each: u64,
    /// All entries together.
    pub total: u64,
    /// How many times an entry may grow.
    pub ratio: u64,
}

/// A zip of photos. Source: [own]; two thousand portraits of a large site fit.
pub const PHOTOS: Limits = Limits { entries: 2_000, each: 5 << 20, total: 400 << 20, ratio: 100 };

/// A workbook. Source: [own]; 200 000 rows of 34 columns fit.
pub const WORKBOOK: Limits = Limits { entries: 200, each: 512 << 20, total: 640 << 20, ratio: 200 };

/// Why an archive is not opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum ArchiveRefused {
    /// No zip file, or a damaged one.
    #[error("no readable zip file")]
    NotZip,
    /// More files than allowed.
    #[error("more than {0} files")]
    TooMany(usize),
    /// Grows beyond the limit.
    #[error("too large when unpacked")]
    TooLarge,
}

impl From<ArchiveRefused> for PageError {
    fn from(refused: ArchiveRefused) -> Self {
        Self::Refused(refused.message())
    }
}

impl ArchiveRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotZip => "photos-not-zip".into(),
            Self::TooMany(most) => Message::new("photos-too-many").with("most", most),
            Self::TooLarge => "photos-too-large".into(),
        }
    }
}

/// A photo of an archive: the serial it is named by and the picture ready to be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPhoto {
    /// File name without its folders.
    pub name: String,
    /// Serial and JPEG, or why not.
    pub photo: Result<(i64, Picture), PhotoRefused>,
}

/// Unpacks an archive entry by entry and forgets it: a bomb is found before anybody else opens it.
///
/// # Errors
/// [`ArchiveRefused`].
pub fn check(bytes: &[u8], limits: Limits) -> Result<(), ArchiveRefused> {
    each(bytes, limits, |_, _| Ok(()))
}

/// Hands the photos of an archive on, decoded and encoded again, in the order they lie in it: none is kept here.
///
/// # Errors
/// [`ArchiveRefused`]; what is wrong with one file stands with that file.
pub fn photos(
    bytes: &[u8],
    limits: Limits,
    give: &mut dyn FnMut(NamedPhoto) -> ControlFlow<()>,
) -> Result<(), ArchiveRefused> {
    let mut wanted = ControlFlow::Continue(());
    each(bytes, limits, |path, file| {
        let name = path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        // Files that systems leave in a zip on their own.
        let is_litter = name.is_empty() || name.starts_with('.') || path.starts_with("__MACOSX/");
        if is_litter || name == "Thumbs.db" || wanted.is_break() {
            return Ok(());
        }
        let mut picture = Vec::new();
        file.read_to_end(&mut picture).map_err(|_| ArchiveRefused::NotZip)?;
        let photo = serial(&name).and_then(|serial| Ok((serial, Picture(photo::encode_again(&picture)?))));
        wanted = give(NamedPhoto { name, photo });
        Ok(())
    })
}

/// The serial a photo is named by: `1.jpg` and `0001.JPG` are 1.
///
/// # Errors
/// [`PhotoRefused::Name`].
pub fn serial(name: &str) -> Result<i64, PhotoRefused> {
    let (stem, ending) = name.rsplit_once('.').ok_or(PhotoRefused::Name)?;
    let is_picture = ["jpg", "jpeg", "png"].iter().any(|known| ending.eq_ignore_ascii_case(known));
    let is_number = !stem.is_empty() && stem.len() <= 9 && stem.bytes().all(|digit| digit.is_ascii_digit());
    if !is_picture || !is_number {
        return Err(PhotoRefused::Name);
    }
    stem.parse().ok().filter(|serial| *serial > 0).ok_or(PhotoRefused::Name)
}

fn each(
    bytes: &[u8],
    limits: Limits,
    mut visit: impl FnMut(&str, &mut dyn Read) -> Result<(), ArchiveRefused>,
) -> Result<(), ArchiveRefused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| ArchiveRefused::NotZip)?;
    if archive.len() > limits.entries {
        return Err(ArchiveRefused::TooMany(limits.entries));
    }
    let mut left = limits.total;
    for place in 0..archive.len() {
        let file = archive.by_index(place).map_err(|_| ArchiveRefused::NotZip)?;
        let path = file.name().map_err(|_| ArchiveRefused::NotZip)?.into_owned();
        if file.is_dir() {
            continue;
        }
        // The sizes an archive states are only used to read less; what comes out is counted.
        let most =
            limits.each.min(left).min(file.compressed_size().saturating_mul(limits.ratio).max(1 << 16));
        let mut unpacked = file.take(most + 1);
        visit(&path, &mut unpacked)?;
        io::copy(&mut unpacked, &mut io::sink()).map_err(|_| ArchiveRefused::NotZip)?;
        if unpacked.limit() == 0 {
            return Err(ArchiveRefused::TooLarge);
        }
        left -= most + 1 - unpacked.limit();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_named_by_its_serial_and_nothing_else() {
        for (name, wanted) in [("1.jpg", 1), ("0001.JPG", 1), ("12318.jpeg", 12_318), ("7.png", 7)] {
            assert_eq!(serial(name), Ok(wanted), "{name}");
        }
        for name in
            ["0.jpg", "-1.jpg", "1", "1.gif", ".jpg", "a.jpg", "1 2.jpg", "9999999999.jpg", "1.jpg.exe"]
        {
            assert_eq!(serial(name), Err(PhotoRefused::Name), "{name}");
        }
    }
}
