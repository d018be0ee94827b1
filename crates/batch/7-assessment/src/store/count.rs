//! How far the assessment is, counted by the database: no row of a candidate leaves it.
use ::store::{Tx, on, queries};
use kernel::BatchCode;
use sqlx::FromRow;

/// Scores of one exam room.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RoomCount {
    /// Exam room.
    pub room_use_id: String,
    /// How many.
    pub count: i64,
}

/// Sealed scores of one exam room.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RoomSealed {
    /// Exam room.
    pub room_use_id: String,
    /// Sealed scores, with those of the absent.
    pub sealed: i64,
    /// Those that do not come from the record of the room.
    pub written: i64,
}

/// Entries of a part that are not agreed on.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct OpenEntries {
    /// Part of the batch.
    pub component_id: String,
    /// Candidates with any entry.
    pub open: i64,
    /// Those of them whose figures differed.
    pub differ: i64,
}

queries! {
    SEALED_BY_PART = "SELECT component_id, COUNT(*) FROM component_score WHERE batch_code = $1
                      GROUP BY component_id ORDER BY component_id";
    /// Those the record of the room says were not there: no examiner scores them.
    AWAY_BY_PART = "SELECT component_id, COUNT(*) FROM component_score
                    WHERE batch_code = $1 AND origin = 'attendance'
                    GROUP BY component_id ORDER BY component_id";
    SEALED_BY_ROOM = "SELECT room_use_id, COUNT(*) AS sealed,
                      CAST(SUM(CASE WHEN origin = 'attendance' THEN 0 ELSE 1 END) AS BIGINT) AS written
                      FROM component_score WHERE batch_code = $1 AND room_use_id IS NOT NULL
                      GROUP BY room_use_id ORDER BY room_use_id";
    OPEN_ENTRIES = "SELECT e.component_id, COUNT(DISTINCT e.application_id) AS open,
                    COUNT(DISTINCT CASE WHEN e.entry = 2 OR e.round > 1 THEN e.application_id END) AS differ
                    FROM score_entry e WHERE e.batch_code = $1
                    AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = e.application_id
                                    AND s.component_id = e.component_id)
                    GROUP BY e.component_id ORDER BY e.component_id";
    /// One figure, mine, and nobody has entered since.
    MINE_WAITING = "SELECT e.room_use_id, COUNT(*) AS count FROM score_entry e
                    WHERE e.batch_code = $1 AND e.entered_by = $2 AND e.entry = 1 AND e.room_use_id IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM score_entry x WHERE x.application_id = e.application_id
                                    AND x.component_id = e.component_id
                                    AND (x.round > e.round OR (x.round = e.round AND x.entry = 2)))
                    GROUP BY e.room_use_id ORDER BY e.room_use_id";
    DIFFER_BY_ROOM = "SELECT e.room_use_id, COUNT(DISTINCT e.application_id) AS count FROM score_entry e
                      WHERE e.batch_code = $1 AND (e.entry = 2 OR e.round > 1) AND e.room_use_id IS NOT NULL
                      AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = e.application_id
                                      AND s.component_id = e.component_id)
                      GROUP BY e.room_use_id ORDER BY e.room_use_id";
    /// Sealed by me, and not by all yet.
    MINE_SEALED = "SELECT q.room_use_id, COUNT(*) AS count FROM sealed_score q
                   WHERE q.batch_code = $1 AND q.examiner = $2 AND q.room_use_id IS NOT NULL
                   AND NOT EXISTS (SELECT 1 FROM component_score s WHERE s.application_id = q.application_id
                                   AND s.component_id = q.component_id)
                   GROUP BY q.room_use_id ORDER BY q.room_use_id";
}

/// Sealed scores of each part of a batch.
///
/// # Errors
/// Storage.
pub async fn sealed_by_part(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(String, i64)>> {
    on!(tx, |conn| sqlx::query_as(SEALED_BY_PART).bind(batch).fetch_all(conn).await)
}

/// Absences of each part of a batch that the records of the rooms gave.
///
/// # Errors
/// Storage.
pub async fn away_by_part(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(String, i64)>> {
    on!(tx, |conn| sqlx::query_as(AWAY_BY_PART).bind(batch).fetch_all(conn).await)
}

/// Sealed scores of each exam room of a batch.
///
/// # Errors
/// Storage.
pub async fn sealed_by_room(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<RoomSealed>> {
    on!(tx, |conn| sqlx::query_as(SEALED_BY_ROOM).bind(batch).fetch_all(conn).await)
}

/// Entries of each part that are not agreed on.
///
/// # Errors
/// Storage.
pub async fn open_entries(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<OpenEntries>> {
    on!(tx, |conn| sqlx::query_as(OPEN_ENTRIES).bind(batch).fetch_all(conn).await)
}

/// Scripts of each room that this clerk has entered and nobody else yet.
///
/// # Errors
/// Storage.
pub async fn mine_waiting(tx: &mut Tx, batch: &BatchCode, who: &str) -> sqlx::Result<Vec<RoomCount>> {
    on!(tx, |conn| sqlx::query_as(MINE_WAITING).bind(batch).bind(who).fetch_all(conn).await)
}

/// Scripts of each room whose two figures differ.
///
/// # Errors
/// Storage.
pub async fn differ_by_room(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<RoomCount>> {
    on!(tx, |conn| sqlx::query_as(DIFFER_BY_ROOM).bind(batch).fetch_all(conn).await)
}

/// Candidates of each room whom this examiner has sealed and others have not yet.
///
/// # Errors
/// Storage.
pub async fn mine_sealed(tx: &mut Tx, batch: &BatchCode, who: &str) -> sqlx::Result<Vec<RoomCount>> {
    on!(tx, |conn| sqlx::query_as(MINE_SEALED).bind(batch).bind(who).fetch_all(conn).await)
}
