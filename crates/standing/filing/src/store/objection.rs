//! What somebody objected to while a decision was announced.
use kernel::{Day, UnixMicros};
use sqlx::FromRow;
use store::{Tx, on, queries, was_changed};

use crate::CaseId;

/// One objection.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Objection {
    /// Its number in the case.
    pub number: i64,
    /// When it came in.
    pub received_on: Day,
    /// What it says.
    pub words: String,
    /// The answer; empty before.
    pub answer: String,
    /// Whether it was right; none before the answer.
    pub is_upheld: Option<bool>,
}

queries! {
    ALL = "SELECT number, received_on, words, answer, is_upheld FROM filing_objection WHERE case_id = $1
        ORDER BY number";
    ADD = "INSERT INTO filing_objection (case_id, number, received_on, words, answer, is_upheld, answered_by,
        answered_at) VALUES ($1, $2, $3, $4, '', NULL, NULL, NULL)";
    ANSWER = "UPDATE filing_objection SET answer = $3, is_upheld = $4, answered_by = $5, answered_at = $6
        WHERE case_id = $1 AND number = $2 AND is_upheld IS NULL";
}

/// The objections of a case, by number.
///
/// # Errors
/// When the database fails.
pub async fn objections(tx: &mut Tx, id: &CaseId) -> sqlx::Result<Vec<Objection>> {
    on!(tx, |conn| sqlx::query_as(ALL).bind(id).fetch_all(conn).await)
}

/// Writes an objection down.
///
/// # Errors
/// When the database fails; a unique violation when its number is taken.
pub async fn add(tx: &mut Tx, id: &CaseId, row: &Objection) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(ADD)
        .bind(id)
        .bind(row.number)
        .bind(row.received_on)
        .bind(&row.words)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Answers an objection; false when it is answered already.
///
/// # Errors
/// When the database fails.
pub async fn answer(
    tx: &mut Tx,
    id: &CaseId,
    number: i64,
    (words, is_upheld): (&str, bool),
    (by, now): (&str, UnixMicros),
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ANSWER)
        .bind(id)
        .bind(number)
        .bind(words)
        .bind(is_upheld)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
