//! What happened to a case, in order.
use kernel::UnixMicros;
use sqlx::FromRow;
use store::{Tx, on, queries};

use crate::CaseId;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Event {
    /// What: the tail of its key in `locales/` (`case-event-…`).
    pub act: String,
    /// Account that did it.
    pub account_id: String,
    /// When.
    pub at: UnixMicros,
    /// What was said.
    pub words: String,
}

queries! {
    EVENTS = "SELECT act, account_id, at, words FROM filing_case_event WHERE case_id = $1 ORDER BY number";
    ADD = "INSERT INTO filing_case_event (case_id, number, act, account_id, at, words)
        SELECT CAST($1 AS TEXT), COUNT(*) + 1, CAST($2 AS TEXT), CAST($3 AS TEXT), CAST($4 AS BIGINT), CAST($5 AS TEXT)
        FROM filing_case_event WHERE case_id = $1";
}

/// What happened to a case.
///
/// # Errors
/// When the database fails.
pub async fn events(tx: &mut Tx, id: &CaseId) -> sqlx::Result<Vec<Event>> {
    on!(tx, |conn| sqlx::query_as(EVENTS).bind(id).fetch_all(conn).await)
}

/// Notes what somebody did. The caller has changed the case's row in this transaction, so that no two count at once.
///
/// # Errors
/// When the database fails.
pub async fn add(
    tx: &mut Tx,
    id: &CaseId,
    (act, account): (&str, &str),
    words: &str,
    now: UnixMicros,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(ADD)
        .bind(id)
        .bind(act)
        .bind(account)
        .bind(now)
        .bind(words)
        .execute(conn)
        .await
        .map(|_| ()))
}
