//! One room as it stands at this moment, in one statement: whether its record is closed, what was said of its
//! seats, and the work at them.
use std::collections::HashMap;

use ::store::{Tx, on, queries};
use kernel::UnixMicros;
use sqlx::FromRow;

use super::{ClosingRow, SeatAttempt};
use crate::{AttemptId, rules::Mark};

/// What was said of a room so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomStanding {
    /// The closed record; none while it is open.
    pub closing: Option<ClosingRow>,
    /// The mark of each seat that has one.
    pub marks: HashMap<String, Mark>,
    /// The work of everybody who was let in.
    pub attempts: Vec<SeatAttempt>,
}

/// The closing of a room beside one of its seats; nothing for the closing while the room is open, nothing for
/// the seat while nobody has said anything.
#[derive(FromRow)]
struct StandingRow {
    room_use_id: String,
    sitting_id: Option<String>,
    expected: Option<i64>,
    present: Option<i64>,
    absent: Option<i64>,
    closed_by: Option<String>,
    closed_at: Option<UnixMicros>,
    seat_id: Option<String>,
    mark: Option<String>,
    attempt_id: Option<AttemptId>,
    state: Option<String>,
    acked_seq: Option<i64>,
    close_at: Option<UnixMicros>,
    started_at: Option<UnixMicros>,
    seen_at: Option<UnixMicros>,
}

queries! {
    /// Seats with a mark, and those whose candidate was let in and whose mark was taken back.
    STANDING_OF_ROOM = "SELECT r.room_use_id, c.sitting_id, c.expected, c.present, c.absent, c.closed_by, c.closed_at,
                        s.seat_id, s.mark, a.id AS attempt_id, a.state, a.acked_seq, a.close_at, a.started_at, l.seen_at
                        FROM (SELECT CAST($1 AS TEXT) AS room_use_id) r
                        LEFT JOIN room_closing c ON c.room_use_id = r.room_use_id
                        LEFT JOIN (SELECT seat_id, state AS mark FROM attendance WHERE room_use_id = $1
                                   UNION ALL SELECT w.seat_id, CAST(NULL AS TEXT) AS mark FROM attempt w
                                   WHERE w.room_use_id = $1
                                   AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.seat_id = w.seat_id)) s ON 1 = 1
                        LEFT JOIN attempt a ON a.seat_id = s.seat_id
                        LEFT JOIN sign_of_life l ON l.attempt_id = a.id
                        ORDER BY s.seat_id NULLS LAST";
}

impl StandingRow {
    fn closing(&self) -> Option<ClosingRow> {
        Some(ClosingRow {
            room_use_id: self.room_use_id.clone(),
            sitting_id: self.sitting_id.clone()?,
            expected: self.expected?,
            present: self.present?,
            absent: self.absent?,
            closed_by: self.closed_by.clone()?,
            closed_at: self.closed_at?,
        })
    }

    fn mark(&self) -> Option<(String, Mark)> {
        self.seat_id.clone().zip(self.mark.as_deref().and_then(Mark::from_code))
    }

    fn attempt(self) -> Option<SeatAttempt> {
        Some(SeatAttempt {
            id: self.attempt_id?,
            seat_id: self.seat_id?,
            room_use_id: self.room_use_id,
            state: self.state?,
            acked_seq: self.acked_seq?,
            close_at: self.close_at?,
            started_at: self.started_at,
            seen_at: self.seen_at,
        })
    }
}

/// How a room stands; nothing was said of one nobody knows.
///
/// # Errors
/// Storage.
pub async fn standing_of_room(tx: &mut Tx, room: &str) -> sqlx::Result<RoomStanding> {
    let rows: Vec<StandingRow> =
        on!(tx, |conn| sqlx::query_as(STANDING_OF_ROOM).bind(room).fetch_all(conn).await)?;
    Ok(RoomStanding {
        closing: rows.first().and_then(StandingRow::closing),
        marks: rows.iter().filter_map(StandingRow::mark).collect(),
        attempts: rows.into_iter().filter_map(StandingRow::attempt).collect(),
    })
}
