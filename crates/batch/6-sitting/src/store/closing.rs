//! The records of rooms that are closed: the rows.
use std::collections::HashSet;

use ::store::{Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

/// A closed record of a room.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ClosingRow {
    /// Use of a room.
    pub room_use_id: String,
    /// Sitting.
    pub sitting_id: String,
    /// Candidates who should have come.
    pub expected: i64,
    /// Who came.
    pub present: i64,
    /// Who did not.
    pub absent: i64,
    /// Account that closed it.
    pub closed_by: String,
    /// When.
    pub closed_at: UnixMicros,
}

queries! {
    CLOSE_RECORD = "INSERT INTO room_closing (room_use_id, sitting_id, batch_code, expected, present, absent, closed_by,
                    closed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (room_use_id) DO NOTHING";
    CLOSING_OF_ROOM = "SELECT room_use_id, sitting_id, expected, present, absent, closed_by, closed_at
                       FROM room_closing WHERE room_use_id = $1";
    COUNT_CLOSED = "SELECT COUNT(*) FROM room_closing WHERE batch_code = $1";
    /// Beside each closed room how many attempts of the batch have not ended.
    CLOSED_ROOMS = "SELECT room_use_id, (SELECT COUNT(*) FROM attempt WHERE batch_code = $1
                    AND state IN ('waiting', 'open')) AS unended
                    FROM room_closing WHERE batch_code = $1 ORDER BY room_use_id";
    CLOSINGS_OF_BATCH = "SELECT room_use_id, sitting_id, expected, present, absent, closed_by, closed_at
                         FROM room_closing WHERE batch_code = $1 ORDER BY room_use_id";
}

/// Closes the record of a room; `false` when it is closed.
///
/// # Errors
/// Storage.
pub async fn close_record(tx: &mut Tx, batch: &BatchCode, row: &ClosingRow) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CLOSE_RECORD)
        .bind(&row.room_use_id)
        .bind(&row.sitting_id)
        .bind(batch)
        .bind(row.expected)
        .bind(row.present)
        .bind(row.absent)
        .bind(&row.closed_by)
        .bind(row.closed_at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The closed record of a room, if it is closed.
///
/// # Errors
/// Storage.
pub async fn closing_of_room(tx: &mut Tx, room: &str) -> sqlx::Result<Option<ClosingRow>> {
    on!(tx, |conn| sqlx::query_as(CLOSING_OF_ROOM).bind(room).fetch_optional(conn).await)
}

/// How many records of a batch are closed.
///
/// # Errors
/// Storage.
pub async fn count_closed(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(COUNT_CLOSED).bind(batch).fetch_one(conn).await)
}

/// The closed records of a batch.
///
/// # Errors
/// Storage.
pub async fn closings_of_batch(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<ClosingRow>> {
    on!(tx, |conn| sqlx::query_as(CLOSINGS_OF_BATCH).bind(batch).fetch_all(conn).await)
}

/// The rooms of a batch whose record is closed, and, where there is any, whether an attempt of the batch has
/// not ended.
///
/// # Errors
/// Storage.
pub async fn closed_rooms(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<(HashSet<String>, bool)> {
    let rows: Vec<(String, i64)> =
        on!(tx, |conn| sqlx::query_as(CLOSED_ROOMS).bind(batch).fetch_all(conn).await)?;
    let is_any_open = rows.iter().any(|(_, unended)| *unended > 0);
    Ok((rows.into_iter().map(|(room, _)| room).collect(), is_any_open))
}

/// The closed records of several batches.
///
/// # Errors
/// Storage.
pub async fn closings_of(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<ClosingRow>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT room_use_id, sitting_id, expected, present, absent, closed_by, closed_at FROM room_closing
             WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("ORDER BY room_use_id");
        query.build_query_as().fetch_all(conn).await
    })
}
