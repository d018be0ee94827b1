//! The rows of the sitting. One function per sentence.
mod answer;
mod attempt;
mod presence;

pub use answer::{
    Response, answered_counts, answers_of, changes_between, changes_of_batch, insert_changes,
    insert_evidence, responses_after, responses_of, upsert_answers,
};
pub use attempt::{
    AttemptRow, NewAttempt, OpenHead, Place, TakenAnswer, attempt, attempt_of_seat, attempts,
    attempts_of_batch, attempts_of_sitting, due, ended_since, hold_back, insert_attempt, is_any_open,
    mark_rolled, next_epoch, open_heads, rebind, start_attempt, update_attempts,
};
pub use presence::{
    AttendanceRow, CheckInRow, ClosingRow, NewCheckIn, NewMark, attendance_of_batch, attendance_of_sitting,
    check_in, check_ins_of, close_record, closings_of_batch, closings_of_sitting, count_failure, marks_of,
    put_check_in, put_code, record_others, set_mark, spend_code, take_back_mark,
};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [answer::ALL_QUERIES, attempt::ALL_QUERIES, presence::ALL_QUERIES].concat()
}
