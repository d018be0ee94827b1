//! Rules of assessment. Pure: no clock, no database, no HTTP.
mod absence;
mod entry;
mod objective;
mod outcome;
mod panel;
mod refused;
mod workbook;

pub use absence::{Attendance, is_absent};
pub use entry::{Entry, EntryState, Slot, agreed, entry_state, next_slot};
pub use objective::{digest_of, inputs_digest, score};
pub use outcome::{PartOutcome, read_cell};
pub use panel::{Sealed, combine, may_seal, needed};
pub use refused::AssessmentRefused;
pub use workbook::{Figure, HEADINGS_EN, HEADINGS_ZH, RowFault, read as read_workbook};
