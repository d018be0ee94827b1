//! Check-ins and attendance: the rows.
use std::collections::HashSet;

use ::store::{Many, Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::rules::Mark;

/// Seats or applications named in one statement.
const AT_ONCE: usize = 1000;

/// A candidate who was let in.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CheckInRow {
    /// Seat.
    pub seat_id: String,
    /// Keyed hash of the code; empty once it was used up.
    pub code_hash: String,
    /// Wrong codes in a row.
    pub failed_tries: i64,
}

/// A check-in to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewCheckIn<'a> {
    /// Seat.
    pub seat: &'a str,
    /// Application.
    pub application: &'a str,
    /// Sitting.
    pub sitting: &'a str,
    /// Account of the invigilator.
    pub by: &'a str,
    /// When.
    pub at: UnixMicros,
    /// Keyed hash of the code.
    pub code_hash: &'a str,
}

/// One seat's mark.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct AttendanceRow {
    /// Seat.
    pub seat_id: String,
    /// Application.
    pub application_id: String,
    /// Sitting.
    pub sitting_id: String,
    state: String,
}

impl AttendanceRow {
    /// The mark; the table's check lets no other word in.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        Mark::from_code(&self.state)
    }
}

/// A mark to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewMark<'a> {
    /// Seat.
    pub seat: &'a str,
    /// Use of a room.
    pub room_use: &'a str,
    /// Sitting.
    pub sitting: &'a str,
    /// Batch.
    pub batch: &'a BatchCode,
    /// Application.
    pub application: &'a str,
    /// Present or absent.
    pub mark: Mark,
    /// Account of the invigilator.
    pub by: &'a str,
    /// When.
    pub at: UnixMicros,
}

queries! {
    CHECK_INS_OF = "SELECT seat_id, code_hash, failed_tries FROM check_in
                    WHERE application_id = $1 AND code_hash <> '' ORDER BY checked_in_at DESC, seat_id";
    /// A second check-in gives a new code and forgets the old one.
    PUT_CHECK_IN = "INSERT INTO check_in (seat_id, application_id, sitting_id, checked_in_by, checked_in_at, code_hash,
                    failed_tries) VALUES ($1, $2, $3, $4, $5, $6, 0)
                    ON CONFLICT (seat_id) DO UPDATE SET code_hash = excluded.code_hash, failed_tries = 0";
    PUT_CODE = "UPDATE check_in SET code_hash = $2, failed_tries = 0 WHERE seat_id = $1";
    COUNT_FAILURE = "UPDATE check_in SET failed_tries = failed_tries + 1 WHERE seat_id = $1";
    ATTENDANCE_OF_BATCH = "SELECT seat_id, application_id, sitting_id, state FROM attendance
                           WHERE batch_code = $1 ORDER BY seat_id";
    PRESENT = "SELECT DISTINCT application_id FROM attendance WHERE batch_code = $1 AND state = 'present'
               ORDER BY application_id";
    /// Only while the record of the room is open.
    SET_MARK = "INSERT INTO attendance (seat_id, room_use_id, sitting_id, batch_code, application_id, state, recorded_by,
                recorded_at) SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS TEXT), CAST($5 AS TEXT),
                CAST($6 AS TEXT), CAST($7 AS TEXT), CAST($8 AS BIGINT)
                WHERE NOT EXISTS (SELECT 1 FROM room_closing WHERE room_use_id = $2)
                ON CONFLICT (seat_id) DO UPDATE SET state = excluded.state, recorded_by = excluded.recorded_by,
                recorded_at = excluded.recorded_at";
    TAKE_BACK_MARK = "DELETE FROM attendance WHERE seat_id = $1 AND state = $2
                      AND NOT EXISTS (SELECT 1 FROM room_closing c WHERE c.room_use_id = attendance.room_use_id)";
}

/// Who came to at least one sitting of a batch.
///
/// # Errors
/// Storage.
pub async fn present(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(PRESENT).bind(batch).fetch_all(conn).await)
}

/// The check-ins of an application whose code was not used up, the latest first.
///
/// # Errors
/// Storage.
pub async fn check_ins_of(tx: &mut Tx, application: &str) -> sqlx::Result<Vec<CheckInRow>> {
    on!(tx, |conn| sqlx::query_as(CHECK_INS_OF).bind(application).fetch_all(conn).await)
}

/// Checks in, or gives a new code to who is.
///
/// # Errors
/// Storage.
pub async fn put_check_in(tx: &mut Tx, new: NewCheckIn<'_>) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(PUT_CHECK_IN)
        .bind(new.seat)
        .bind(new.application)
        .bind(new.sitting)
        .bind(new.by)
        .bind(new.at)
        .bind(new.code_hash)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Gives a new code; `false` when nobody is checked in there.
///
/// # Errors
/// Storage.
pub async fn put_code(tx: &mut Tx, seat: &str, code_hash: &str) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUT_CODE)
        .bind(seat)
        .bind(code_hash)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Uses up the codes of these seats; how many were left.
///
/// # Errors
/// Storage.
pub async fn spend_codes(tx: &mut Tx, seats: &[&str]) -> sqlx::Result<u64> {
    let mut spent = 0;
    for chunk in seats.chunks(AT_ONCE) {
        spent += on!(tx, |conn| {
            let mut update = QueryBuilder::new(
                "UPDATE check_in SET code_hash = '' WHERE code_hash <> '' AND seat_id IN (",
            );
            push_keys(&mut update, chunk);
            update.build().persistent(false).execute(conn).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(spent)
}

/// Which of these seats an invigilator marked as absent.
///
/// # Errors
/// Storage.
pub async fn absent_of(tx: &mut Tx, seats: &[&str]) -> sqlx::Result<HashSet<String>> {
    let mut absent = HashSet::new();
    for chunk in seats.chunks(AT_ONCE) {
        let found: Vec<String> = on!(tx, |conn| {
            let mut query =
                QueryBuilder::new("SELECT seat_id FROM attendance WHERE state = 'absent' AND seat_id IN (");
            push_keys(&mut query, chunk);
            query.build_query_scalar().persistent(false).fetch_all(conn).await
        })?;
        absent.extend(found);
    }
    Ok(absent)
}

/// Counts a wrong code.
///
/// # Errors
/// Storage.
pub async fn count_failure(tx: &mut Tx, seat: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(COUNT_FAILURE).bind(seat).execute(conn).await.map(|_| ()))
}

/// Every mark of a batch.
///
/// # Errors
/// Storage.
pub async fn attendance_of_batch(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<AttendanceRow>> {
    on!(tx, |conn| sqlx::query_as(ATTENDANCE_OF_BATCH).bind(batch).fetch_all(conn).await)
}

/// The marks of some candidates in whatever sittings.
///
/// # Errors
/// Storage.
pub async fn marks_of(tx: &mut Tx, applications: &[&str]) -> sqlx::Result<Vec<AttendanceRow>> {
    let mut marks = Vec::new();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<AttendanceRow> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT seat_id, application_id, sitting_id, state FROM attendance WHERE application_id IN (",
            );
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(*id);
            }
            query.push(") ORDER BY seat_id");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        marks.extend(rows);
    }
    Ok(marks)
}

/// Marks a seat; `false` when the room's record is closed.
///
/// # Errors
/// Storage.
pub async fn set_mark(tx: &mut Tx, new: NewMark<'_>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SET_MARK)
        .bind(new.seat)
        .bind(new.room_use)
        .bind(new.sitting)
        .bind(new.batch)
        .bind(new.application)
        .bind(new.mark.code())
        .bind(new.by)
        .bind(new.at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Takes a mark back; `false` when there is none of this kind or the room's record is closed.
///
/// # Errors
/// Storage.
pub async fn take_back_mark(tx: &mut Tx, seat: &str, mark: Mark) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TAKE_BACK_MARK)
        .bind(seat)
        .bind(mark.code())
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Marks seats nobody has marked.
///
/// # Errors
/// A unique violation when somebody marked one meanwhile; storage.
pub async fn record_others(tx: &mut Tx, others: &[NewMark<'_>]) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO attendance (seat_id, room_use_id, sitting_id, batch_code, application_id, state,
         recorded_by, recorded_at) ",
        "",
    );
    for new in others {
        let row = rows.row().put(new.seat).put(new.room_use).put(new.sitting).put(new.batch.as_str());
        row.put(new.application).put(new.mark.code()).put(new.by).put(new.at);
    }
    rows.write(tx).await.map(|_| ())
}

/// How many came to at least one sitting, by batch.
///
/// # Errors
/// Storage.
pub async fn present_by_batch(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<(String, i64)>> {
    let start = "SELECT batch_code, COUNT(DISTINCT application_id) FROM attendance WHERE state = 'present' AND batch_code";
    ::store::counts_in(tx, (start, "GROUP BY batch_code"), batches).await
}
