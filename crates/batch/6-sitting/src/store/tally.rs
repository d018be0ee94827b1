//! How rooms stand, counted where they lie: by room, never by reading a whole sitting.
use std::collections::HashMap;

use ::store::{Tx, on, queries};
use kernel::UnixMicros;
use sqlx::{FromRow, QueryBuilder};

use super::AttendanceRow;
use crate::{
    AttemptId,
    rules::{Mark, RoomCount, SeatState},
};

/// Rooms in one statement.
const AT_ONCE: usize = 1000;

/// An attempt as the room sees it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SeatAttempt {
    /// Attempt.
    pub id: AttemptId,
    /// Seat.
    pub seat_id: String,
    /// Room.
    pub room_use_id: String,
    /// `waiting`, `open`, `handed_in` or `closed`.
    pub state: String,
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// From when nothing counts any more.
    pub close_at: UnixMicros,
    /// When the work began.
    pub started_at: Option<UnixMicros>,
    /// The coarse mark of when its machine was last heard of.
    pub seen_at: Option<UnixMicros>,
}

impl SeatAttempt {
    /// Whether the work is over, handed in or closed by the time.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        matches!(self.state.as_str(), "handed_in" | "closed")
    }
}

#[derive(FromRow)]
struct TallyRow {
    room_use_id: String,
    mark: Option<String>,
    work: Option<String>,
    count: i64,
}

queries! {
    ATTEMPTS_OF_ROOM = "SELECT a.id, a.seat_id, a.room_use_id, a.state, a.acked_seq, a.close_at, a.started_at, s.seen_at
                        FROM attempt a LEFT JOIN sign_of_life s ON s.attempt_id = a.id
                        WHERE a.room_use_id = $1 ORDER BY a.id";
    ATTENDANCE_OF_ROOM = "SELECT seat_id, application_id, sitting_id, state FROM attendance
                          WHERE room_use_id = $1 ORDER BY seat_id";
}

/// The attempts of a room.
///
/// # Errors
/// Storage.
pub async fn attempts_of_room(tx: &mut Tx, room: &str) -> sqlx::Result<Vec<SeatAttempt>> {
    on!(tx, |conn| sqlx::query_as(ATTEMPTS_OF_ROOM).bind(room).fetch_all(conn).await)
}

/// The marks of a room.
///
/// # Errors
/// Storage.
pub async fn attendance_of_room(tx: &mut Tx, room: &str) -> sqlx::Result<Vec<AttendanceRow>> {
    on!(tx, |conn| sqlx::query_as(ATTENDANCE_OF_ROOM).bind(room).fetch_all(conn).await)
}

/// The attempts at work in these rooms.
///
/// # Errors
/// Storage.
pub async fn at_work(tx: &mut Tx, rooms: &[&str]) -> sqlx::Result<Vec<SeatAttempt>> {
    let mut found = Vec::new();
    for chunk in rooms.chunks(AT_ONCE) {
        let rows: Vec<SeatAttempt> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT a.id, a.seat_id, a.room_use_id, a.state, a.acked_seq, a.close_at, a.started_at, s.seen_at
                 FROM attempt a LEFT JOIN sign_of_life s ON s.attempt_id = a.id
                 WHERE a.state = 'open' AND a.room_use_id IN (",
            );
            let mut list = query.separated(", ");
            for room in chunk {
                list.push_bind(*room);
            }
            query.push(") ORDER BY a.id");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// How the seats of these rooms stand; `seats` holds how many each has.
///
/// # Errors
/// Storage.
pub async fn room_counts(
    tx: &mut Tx,
    seats: &HashMap<String, i64>,
    rooms: &[&str],
) -> sqlx::Result<HashMap<String, RoomCount>> {
    let mut tally: HashMap<String, Vec<(SeatState, i64)>> = HashMap::new();
    for chunk in rooms.chunks(AT_ONCE) {
        for row in tally_rows(tx, chunk).await? {
            let state = SeatState::of(row.mark.as_deref().and_then(Mark::from_code), row.work.as_deref());
            tally.entry(row.room_use_id).or_default().push((state, row.count));
        }
    }
    let count = |room: &&str| {
        let known = tally.remove(*room).unwrap_or_default();
        ((*room).to_owned(), RoomCount::of_tally(seats.get(*room).copied().unwrap_or(0), known))
    };
    Ok(rooms.iter().map(count).collect())
}

/// Seats somebody has said something about, by room, mark and state of the work.
async fn tally_rows(tx: &mut Tx, rooms: &[&str]) -> sqlx::Result<Vec<TallyRow>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT room_use_id, mark, work, COUNT(*) AS count FROM (
             SELECT t.room_use_id, t.state AS mark, a.state AS work FROM attendance t
             LEFT JOIN attempt a ON a.seat_id = t.seat_id WHERE t.room_use_id IN (",
        );
        let mut list = query.separated(", ");
        for room in rooms {
            list.push_bind(*room);
        }
        query.push(
            ") UNION ALL SELECT a.room_use_id, CAST(NULL AS TEXT) AS mark, a.state AS work FROM attempt a
             WHERE NOT EXISTS (SELECT 1 FROM attendance t WHERE t.seat_id = a.seat_id) AND a.room_use_id IN (",
        );
        let mut list = query.separated(", ");
        for room in rooms {
            list.push_bind(*room);
        }
        query.push(
            ")) AS spoken GROUP BY room_use_id, mark, work
             ORDER BY room_use_id, mark NULLS LAST, work NULLS LAST",
        );
        query.build_query_as().persistent(false).fetch_all(conn).await
    })
}
