//! What decided cases do to filings.
use kernel::Day;
use store::{Tx, on, queries, was_changed};

use crate::{FilingId, FilingScopeId};

queries! {
    END_LINE = "UPDATE filing_scope SET valid_to = $2 WHERE id = $1 AND valid_from < $2
        AND (valid_to IS NULL OR valid_to > $2)";
    PROLONG = "UPDATE filing SET valid_to = $3 WHERE id = $1 AND ended_on IS NULL
        AND (valid_to = $2 OR (valid_to IS NULL AND CAST($2 AS TEXT) IS NULL))";
    PROLONG_LINES = "UPDATE filing_scope SET valid_to = $3 WHERE filing_id = $1 AND valid_to = $2";
    CONFIRM = "UPDATE filing SET confirmed_on = $2 WHERE id = $1 AND confirmed_on IS NULL";
    RESUME = "UPDATE filing_suspension SET to_day = $3 WHERE filing_id = $1 AND from_day = $2
        AND (to_day IS NULL OR to_day > $3)";
    END = "UPDATE filing SET ended_on = $2 WHERE id = $1 AND ended_on IS NULL";
    PLAQUE = "UPDATE filing SET plaque_number = $2, plaque_on = $3 WHERE id = $1 AND plaque_number IS NULL";
}

/// Ends a line of a scope before a day; false when it ends as early already.
///
/// # Errors
/// When the database fails.
pub async fn end_scope(tx: &mut Tx, id: &FilingScopeId, day: Day) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(END_LINE)
        .bind(id)
        .bind(day)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Moves the end of a filing, and of every line that would have ended with it; false when its end is not `from`.
///
/// # Errors
/// When the database fails.
pub async fn prolong(tx: &mut Tx, id: &FilingId, from: Option<Day>, to: Day) -> sqlx::Result<bool> {
    let is_longer = on!(&mut *tx, |conn| sqlx::query(PROLONG)
        .bind(id)
        .bind(from)
        .bind(to)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))?;
    if is_longer {
        on!(tx, |conn| sqlx::query(PROLONG_LINES)
            .bind(id)
            .bind(from)
            .bind(to)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(is_longer)
}

/// Says that a trial is over; false when it was said.
///
/// # Errors
/// When the database fails.
pub async fn confirm(tx: &mut Tx, id: &FilingId, day: Day) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM)
        .bind(id)
        .bind(day)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Ends a suspension before a day; false when there is none that lasts so long.
///
/// # Errors
/// When the database fails.
pub async fn resume(tx: &mut Tx, id: &FilingId, (from, day): (Day, Day)) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(RESUME)
        .bind(id)
        .bind(from)
        .bind(day)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Ends a filing; false when it has ended.
///
/// # Errors
/// When the database fails.
pub async fn end_filing(tx: &mut Tx, id: &FilingId, day: Day) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(END)
        .bind(id)
        .bind(day)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Writes down which plaque was handed over, and when; false when one was.
///
/// # Errors
/// When the database fails.
pub async fn hand_over_plaque(tx: &mut Tx, id: &FilingId, number: &str, day: Day) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PLAQUE)
        .bind(id)
        .bind(number)
        .bind(day)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
