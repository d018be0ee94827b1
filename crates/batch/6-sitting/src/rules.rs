//! Rules of the sitting. Pure: no clock, no database, no HTTP, no chance.
mod attempt;
mod chain;
mod change;
mod code;
mod presence;

pub use attempt::{
    Attempt, Counted, Ended, Frame, HandIn, HandInVerdict, Head, Open, Phase, Save, Verdict, Waiting,
};
pub use chain::{NO_CHANGES, receipt, step};
pub use change::{CHANGES_MAX, Change};
pub use code::{CODE_LETTERS, check_in_code, normal_code};
pub use presence::{Mark, Others, RoomCount, SeatState, SittingRefused, close_room, may_check_in, may_mark};
