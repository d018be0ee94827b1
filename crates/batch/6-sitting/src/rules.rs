//! Rules of the sitting. Pure: no clock, no database, no HTTP, no chance.
mod attempt;
mod chain;
mod change;
mod code;
mod left;
mod presence;
mod record;
mod request;
mod signs;

pub use attempt::{Attempt, Counted, Ended, Frame, Head, Open, Phase, Waiting};
pub use chain::{NO_CHANGES, receipt, step};
pub use change::{CHANGES_MAX, Change};
pub use code::{CODE_LETTERS, check_in_code, normal_code};
pub use left::{Left, LeftVerdict};
pub use presence::{
    Mark, Others, RoomCount, SeatState, SittingRefused, close_room, may_check_in, may_mark, may_mark_present,
};
pub use record::{Authority, EventSort, NOTE_MAX, RecordRefused, later_close, note};
pub use request::{Begin, HandIn, HandInVerdict, Save, Verdict};
pub use signs::offline_since;

/// How far beyond the last counted change evidence is kept, so that nobody fills the disk with it:
/// more than an hour without network can produce.
/// Source: [own].
const EVIDENCE_MAX: i64 = 1000;
