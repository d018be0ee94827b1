//! The rows of the sitting. One function per sentence.
mod answer;
mod attempt;
mod closing;
mod event;
mod presence;
mod sign;
mod standing;
mod tally;

pub use answer::{
    Response, answered_counts, answers_of, changes_between, changes_of_batch, insert_changes,
    insert_evidence, late_answers, responses_after, responses_of,
};
pub use attempt::{
    AttemptRow, Moved, NewAttempt, OpenHead, Place, TakenAnswer, attempt, attempt_of_seat, attempts,
    attempts_of_batch, due, ended_since, hold_back, insert_attempt, is_any_open, mark_rolled, next_epoch,
    open_heads, rebind, update_attempts,
};
pub use closing::{
    ClosingRow, close_record, closed_rooms, closing_of_room, closings_of, closings_of_batch, count_closed,
};
pub use event::{
    EventKind, EventRow, MovedClose, NamedEvent, NewEvent, event, event_counts, event_kinds, events_of_room,
    insert_event, minutes_given, move_close, named_events, strike_out,
};
pub use presence::{
    AttendanceRow, CheckInRow, NewCheckIn, NewMark, absent_of, attendance_of_batch, check_ins_of,
    count_failure, marks_of, present, present_by_batch, put_check_in, put_code, record_others, set_mark,
    spend_codes, take_back_mark,
};
pub use sign::{SIGNS_AT_ONCE, insert_machine, note_signs, sat_in};
pub use standing::{RoomStanding, standing_of_room};
pub use tally::{SeatAttempt, at_work, attempts_of_room, attendance_of_room, room_counts};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [
        answer::ALL_QUERIES,
        attempt::ALL_QUERIES,
        closing::ALL_QUERIES,
        event::ALL_QUERIES,
        presence::ALL_QUERIES,
        sign::ALL_QUERIES,
        standing::ALL_QUERIES,
        tally::ALL_QUERIES,
    ]
    .concat()
}
