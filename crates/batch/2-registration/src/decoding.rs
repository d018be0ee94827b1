//! The files of this stage, as a process of their own reads them.
use std::ops::ControlFlow;

use decode::{Decoder, Decoding, Entry, Give, Stopped, Unread};

use crate::{
    roster_file::{self, FileRefused, Limits, Measure},
    rules::{
        archive::{self, ArchiveRefused, NamedPhoto},
        photo::{self, PhotoRefused, Picture},
        roster::SheetRow,
    },
    workbook,
};

/// What this stage reads.
pub const DECODERS: &[Entry] = &[
    Entry::of::<Glance>(),
    Entry::of::<Whole>(),
    Entry::of::<Rows>(),
    Entry::of::<Texts>(),
    Entry::of::<Portrait>(),
    Entry::of::<Photos>(),
];

/// The beginning of a roster: [`roster_file::glance`].
pub(crate) struct Glance;
/// A roster from end to end: [`roster_file::measure`].
pub(crate) struct Whole;
/// The rows of a roster: [`roster_file::visit`].
pub(crate) struct Rows;
/// The one sheet of a workbook: [`workbook::texts`].
struct Texts;
/// One portrait: [`photo::encode_again`].
pub(crate) struct Portrait;
/// A zip of portraits: [`archive::photos`].
struct Photos;

impl Decoding for Glance {
    const KIND: &'static str = "roster-beginning";
    type Ask = Limits;
    type Part = ();
    type Refused = FileRefused;

    fn decode(limits: &Limits, file: &[u8], _: Give<'_, ()>) -> Result<(), FileRefused> {
        roster_file::glance(file, *limits)
    }
}

impl Decoding for Whole {
    const KIND: &'static str = "roster-measure";
    type Ask = Limits;
    type Part = Measure;
    type Refused = FileRefused;

    fn decode(limits: &Limits, file: &[u8], give: Give<'_, Measure>) -> Result<(), FileRefused> {
        _ = give(roster_file::measure(file, *limits)?);
        Ok(())
    }
}

impl Decoding for Rows {
    const KIND: &'static str = "roster-rows";
    type Ask = Limits;
    type Part = SheetRow;
    type Refused = FileRefused;

    fn decode(limits: &Limits, file: &[u8], give: Give<'_, SheetRow>) -> Result<(), FileRefused> {
        roster_file::visit(file, *limits, give)
    }
}

impl Decoding for Texts {
    const KIND: &'static str = "workbook-texts";
    type Ask = ();
    type Part = (usize, Vec<String>);
    type Refused = FileRefused;

    fn decode((): &(), file: &[u8], give: Give<'_, Self::Part>) -> Result<(), FileRefused> {
        workbook::texts(file, give)
    }
}

impl Decoding for Portrait {
    const KIND: &'static str = "portrait";
    type Ask = ();
    type Part = Picture;
    type Refused = PhotoRefused;

    fn decode((): &(), file: &[u8], give: Give<'_, Picture>) -> Result<(), PhotoRefused> {
        _ = give(Picture(photo::encode_again(file)?));
        Ok(())
    }
}

impl Decoding for Photos {
    const KIND: &'static str = "portraits";
    type Ask = ();
    type Part = NamedPhoto;
    type Refused = ArchiveRefused;

    fn decode((): &(), file: &[u8], give: Give<'_, NamedPhoto>) -> Result<(), ArchiveRefused> {
        archive::photos(file, archive::PHOTOS, give)
    }
}

impl From<Stopped> for FileRefused {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Exceeded => Self::Unpacks,
            Stopped::Broke => Self::NotTable,
        }
    }
}

impl From<Stopped> for PhotoRefused {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Exceeded => Self::TooManyPixels,
            Stopped::Broke => Self::NotAPicture,
        }
    }
}

impl From<Stopped> for ArchiveRefused {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Exceeded => Self::TooLarge,
            Stopped::Broke => Self::NotZip,
        }
    }
}

/// The one sheet of a workbook that can be seen, as rows of plain texts with their numbers, the first being 1: for
/// other stages, whose sheets have columns of their own. A number is the text that stands for it; a formula is nothing.
///
/// # Errors
/// [`FileRefused`]; no reader.
pub fn texts(decoder: &Decoder, file: &[u8]) -> Result<Vec<(usize, Vec<String>)>, Unread<FileRefused>> {
    let mut rows = Vec::new();
    decoder.read::<Texts>(&(), file, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// The portraits of a zip.
///
/// # Errors
/// [`ArchiveRefused`]; no reader.
pub(crate) fn photos(decoder: &Decoder, file: &[u8]) -> Result<Vec<NamedPhoto>, Unread<ArchiveRefused>> {
    let mut photos = Vec::new();
    decoder.read::<Photos>(&(), file, &mut |photo| {
        photos.push(photo);
        ControlFlow::Continue(())
    })?;
    Ok(photos)
}
