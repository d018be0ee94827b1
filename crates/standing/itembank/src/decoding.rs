//! A file of items or of a blueprint, as a process of its own reads it.
use decode::{Decoding, Entry, Give, Stopped};

use crate::{Sheet, WorkbookRefused, workbook};

/// What this crate reads.
pub const DECODERS: &[Entry] = &[Entry::of::<FirstSheet>()];

/// The first sheet of a workbook: [`workbook::read`].
pub(crate) struct FirstSheet;

impl Decoding for FirstSheet {
    const KIND: &'static str = "items";
    type Ask = ();
    type Part = Sheet;
    type Refused = WorkbookRefused;

    fn decode((): &(), file: &[u8], give: Give<'_, Sheet>) -> Result<(), WorkbookRefused> {
        _ = give(workbook::read(file)?);
        Ok(())
    }
}

impl From<Stopped> for WorkbookRefused {
    fn from(stopped: Stopped) -> Self {
        match stopped {
            Stopped::Exceeded => Self::Unpacks,
            Stopped::Broke => Self::NotXlsx,
        }
    }
}
