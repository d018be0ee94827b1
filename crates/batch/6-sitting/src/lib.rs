//! Stage 6, sitting (考试): candidates are checked in, work, and hand in; nothing acknowledged is
//! ever lost.
//!
//! An invigilator checks a candidate in at a seat; a code opens the exam computer, and with it the
//! attempt at the form of that seat. Every change the client sends is numbered; the [`Ledger`]
//! counts it, chains it, and acknowledges it only when it is durable. What arrives at or after the
//! close is kept as evidence and not counted. The chain of each attempt is written to the trail at
//! its start and its end and, while it grows, every minute ([`jobs::roll_up`]); [`jobs::close_due`]
//! ends what the candidate did not. On paper and on site only attendance is recorded. When the
//! record of every room is closed and every attempt has ended, [`is_over`] says so, and later stages
//! read [`responses`] and [`absentees`].
mod arrival;
mod copies;
pub mod jobs;
mod ledger;
mod open_step;
pub mod pages;
pub mod protocol;
mod pulse;
mod risk;
pub mod rules;
pub mod store;
mod task;

use std::collections::HashSet;

use ::store::Tx;
use kernel::BatchCode;

pub use arrival::{Arrival, Gate, note_arrival};
pub use copies::Copies;
pub use ledger::{Begun, HandedIn, Kept, Ledger, LedgerError};
pub use open_step::open_steps;
pub use pages::{PERMISSIONS, routes};
pub use pulse::Pulse;
pub use risk::risks;
pub use store::{
    AttendanceRow, Response, all_queries, attempts_of_batch as attempts, attendance_of_batch as attendance,
    changes_of_batch as changes, closings_of, closings_of_batch as closings, late_answers, marks_of, present,
    present_by_batch, responses_after, responses_of as responses,
};
pub use task::tasks;

kernel::id_types! {
    /// One candidate's work on one form.
    AttemptId;
}

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "seat.check-in",
    "seat.present",
    "seat.absent",
    "seat.absent-withdrawn",
    "seat.machine-change",
    "room.absentees",
    "room.incident",
    "room.violation",
    "room.extra-time",
    "room.event-withdrawn",
    "room.close",
    "hall.sign-in",
    "attempt.start",
    "attempt.hand-in",
    "attempt.close",
    "attempt.left-behind",
    "answers.roll-up",
];

/// Routes that leave no entry of their own: every save moves the attempt's chain, and the chain is
/// in the trail each minute and at the end.
pub const ROLLED_UP: &[&str] = &["POST /attempts/{id}/answers"];

/// Who was marked as absent, and in which sitting.
///
/// # Errors
/// Storage.
pub async fn absentees(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<HashSet<(String, String)>> {
    let marks = store::attendance_of_batch(tx, batch).await?;
    let absent = marks.into_iter().filter(|row| row.mark() == Some(rules::Mark::Absent));
    Ok(absent.map(|row| (row.application_id, row.sitting_id)).collect())
}

/// Whether the exam is over: the record of every room is closed and every attempt has ended.
///
/// # Errors
/// Storage.
pub async fn is_over(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    let (closed, is_any_open) = store::closed_rooms(tx, batch).await?;
    if closed.is_empty() || is_any_open {
        return Ok(false);
    }
    let rooms = arrangement::room_uses(tx, batch).await?;
    Ok(!rooms.is_empty() && rooms.iter().all(|room| closed.contains(&room.id)))
}
