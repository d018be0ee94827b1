//! Lines of a room's record: what can happen, what happened, and the minutes that were given.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, Day, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::{AttemptId, rules::EventSort};

/// Something that can happen.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EventKind {
    /// Code.
    pub code: String,
    sort: String,
    /// Of a violation, 1 to 4.
    pub gravity: Option<i64>,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

impl EventKind {
    /// Whether it is an incident or a violation.
    #[must_use]
    pub fn sort(&self) -> Option<EventSort> {
        EventSort::from_code(&self.sort)
    }
}

/// A line of the record.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EventRow {
    /// Key.
    pub id: String,
    /// Room.
    pub room_use_id: String,
    /// Seat; none when it concerns the whole room.
    pub seat_id: Option<String>,
    sort: String,
    /// Kind of an incident or violation, or reason of extra time.
    pub kind_code: Option<String>,
    /// Minutes given, or answers kept.
    pub amount: i64,
    /// The note, sealed.
    pub note_sealed: String,
    /// Account.
    pub recorded_by: String,
    /// When.
    pub recorded_at: UnixMicros,
    /// When it was struck out.
    pub withdrawn_at: Option<UnixMicros>,
}

impl EventRow {
    /// What kind of line it is; the table's check lets no other word in.
    #[must_use]
    pub fn sort(&self) -> Option<EventSort> {
        EventSort::from_code(&self.sort)
    }
}

/// A line with the name of who wrote it; empty where there is no such account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct NamedEvent {
    /// The line.
    #[sqlx(flatten)]
    pub row: EventRow,
    /// The name.
    pub recorder: String,
}

/// A line to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'a> {
    /// Key.
    pub id: &'a str,
    /// Batch.
    pub batch: &'a BatchCode,
    /// Sitting.
    pub sitting: &'a str,
    /// Room.
    pub room: &'a str,
    /// Seat; none for the whole room.
    pub seat: Option<&'a str>,
    /// What kind of line.
    pub sort: EventSort,
    /// Kind or reason.
    pub kind: Option<&'a str>,
    /// Minutes or answers; 0 otherwise.
    pub amount: i64,
    /// The note, sealed; empty for none.
    pub note_sealed: &'a str,
    /// Account.
    pub by: &'a str,
    /// When.
    pub at: UnixMicros,
}

/// An attempt whose close moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedClose {
    /// Attempt.
    pub attempt: AttemptId,
    /// The close that was seen.
    pub before: UnixMicros,
    /// The new one, later.
    pub after: UnixMicros,
}

queries! {
    KINDS = "SELECT code, sort, gravity, name_zh, name_en FROM event_kind
             WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1) ORDER BY sort, ordinal, code";
    EVENTS_OF_ROOM = "SELECT id, room_use_id, seat_id, sort, kind_code, amount, note_sealed, recorded_by, recorded_at, withdrawn_at
                      FROM room_event WHERE room_use_id = $1 ORDER BY recorded_at, id";
    NAMED_EVENTS = "SELECT e.id, e.room_use_id, e.seat_id, e.sort, e.kind_code, e.amount, e.note_sealed, e.recorded_by,
                    e.recorded_at, e.withdrawn_at, COALESCE(a.display_name, '') AS recorder
                    FROM room_event e LEFT JOIN account a ON a.id = e.recorded_by
                    WHERE e.room_use_id = $1 ORDER BY e.recorded_at, e.id";
    EVENT = "SELECT id, room_use_id, seat_id, sort, kind_code, amount, note_sealed, recorded_by, recorded_at, withdrawn_at
             FROM room_event WHERE id = $1 AND sitting_id = $2";
    /// Only while the record of the room is open, but for what a machine hands over late.
    INSERT_EVENT = "INSERT INTO room_event (id, batch_code, sitting_id, room_use_id, seat_id, sort, kind_code, amount, note_sealed,
                    recorded_by, recorded_at) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT),
                    CAST($5 AS TEXT), CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS BIGINT), CAST($9 AS TEXT), CAST($10 AS TEXT),
                    CAST($11 AS BIGINT)
                    WHERE $6 = 'late_answers' OR NOT EXISTS (SELECT 1 FROM room_closing WHERE room_use_id = $4)";
    STRIKE_OUT = "UPDATE room_event SET withdrawn_by = $2, withdrawn_at = $3 WHERE id = $1 AND withdrawn_at IS NULL
                  AND NOT EXISTS (SELECT 1 FROM room_closing c WHERE c.room_use_id = room_event.room_use_id)";
    MINUTES_GIVEN = "SELECT e.attempt_id, CAST(SUM(e.minutes) AS BIGINT) FROM extra_time e JOIN attempt a ON a.id = e.attempt_id
                     WHERE a.room_use_id = $1 GROUP BY e.attempt_id ORDER BY e.attempt_id";
    /// The close that was seen is part of the condition, and it only ever moves on.
    MOVE_CLOSE = "UPDATE attempt SET close_at = $3 WHERE id = $1 AND close_at = $2 AND close_at < $3 AND state IN ('waiting', 'open')";
    INSERT_EXTRA = "INSERT INTO extra_time (event_id, attempt_id, minutes, close_before, close_after) VALUES ($1, $2, $3, $4, $5)";
}

/// What can happen in a room on a day, incidents first.
///
/// # Errors
/// Storage.
pub async fn event_kinds(tx: &mut Tx, day: Day) -> sqlx::Result<Vec<EventKind>> {
    on!(tx, |conn| sqlx::query_as(KINDS).bind(day).fetch_all(conn).await)
}

/// The record of a room, each line with the name of who wrote it.
///
/// # Errors
/// Storage.
pub async fn named_events(tx: &mut Tx, room: &str) -> sqlx::Result<Vec<NamedEvent>> {
    on!(tx, |conn| sqlx::query_as(NAMED_EVENTS).bind(room).fetch_all(conn).await)
}

/// The record of a room so far, in order of time.
///
/// # Errors
/// Storage.
pub async fn events_of_room(tx: &mut Tx, room: &str) -> sqlx::Result<Vec<EventRow>> {
    on!(tx, |conn| sqlx::query_as(EVENTS_OF_ROOM).bind(room).fetch_all(conn).await)
}

/// One line of a sitting.
///
/// # Errors
/// Storage.
pub async fn event(tx: &mut Tx, id: &str, sitting: &str) -> sqlx::Result<Option<EventRow>> {
    on!(tx, |conn| sqlx::query_as(EVENT).bind(id).bind(sitting).fetch_optional(conn).await)
}

/// Writes a line; `false` when the room's record is closed.
///
/// # Errors
/// Storage.
pub async fn insert_event(tx: &mut Tx, new: &NewEvent<'_>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT_EVENT)
        .bind(new.id)
        .bind(new.batch)
        .bind(new.sitting)
        .bind(new.room)
        .bind(new.seat)
        .bind(new.sort.code())
        .bind(new.kind)
        .bind(new.amount)
        .bind(new.note_sealed)
        .bind(new.by)
        .bind(new.at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Strikes a line out; `false` when it was, or the room's record is closed.
///
/// # Errors
/// Storage.
pub async fn strike_out(tx: &mut Tx, id: &str, by: &str, at: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(STRIKE_OUT)
        .bind(id)
        .bind(by)
        .bind(at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Minutes the attempts of a room were given before.
///
/// # Errors
/// Storage.
pub async fn minutes_given(tx: &mut Tx, room: &str) -> sqlx::Result<Vec<(AttemptId, i64)>> {
    on!(tx, |conn| sqlx::query_as(MINUTES_GIVEN).bind(room).fetch_all(conn).await)
}

/// Moves the close of an attempt on and says why; `false`, and the caller must roll back, when it
/// moved or ended since it was seen.
///
/// # Errors
/// Storage.
pub async fn move_close(tx: &mut Tx, event: &str, minutes: i64, moved: &MovedClose) -> sqlx::Result<bool> {
    let changed = on!(&mut *tx, |conn| sqlx::query(MOVE_CLOSE)
        .bind(&moved.attempt)
        .bind(moved.before)
        .bind(moved.after)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))?;
    if changed {
        on!(tx, |conn| sqlx::query(INSERT_EXTRA)
            .bind(event)
            .bind(&moved.attempt)
            .bind(minutes)
            .bind(moved.before)
            .bind(moved.after)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(changed)
}

/// How many lines of each sort the records of these rooms hold that were not struck out.
///
/// # Errors
/// Storage.
pub async fn event_counts(tx: &mut Tx, rooms: &[&str]) -> sqlx::Result<Vec<(String, String, i64)>> {
    let mut found = Vec::new();
    for chunk in rooms.chunks(AT_ONCE) {
        let rows: Vec<(String, String, i64)> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT room_use_id, sort, COUNT(*) FROM room_event WHERE withdrawn_at IS NULL AND room_use_id IN (",
            );
            let mut list = query.separated(", ");
            for room in chunk {
                list.push_bind(*room);
            }
            query.push(") GROUP BY room_use_id, sort ORDER BY room_use_id, sort");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

/// Rooms in one statement.
const AT_ONCE: usize = 1000;
