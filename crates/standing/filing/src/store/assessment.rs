//! Experts of a case, and what they found.
use kernel::UnixMicros;
use sqlx::FromRow;
use store::{Tx, on, queries, was_changed};

use crate::CaseId;

/// Somebody who assesses.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Assessor {
    /// Account.
    pub account_id: String,
    /// When everything of theirs was sealed.
    pub sealed_at: Option<UnixMicros>,
}

/// Points for one condition.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Points {
    /// Who gave them.
    pub account_id: String,
    /// Number of the condition.
    pub position: i64,
    /// How many.
    pub points: i64,
    /// What was seen.
    pub remark: String,
}

queries! {
    ASSESSORS = "SELECT account_id, sealed_at FROM filing_assessor WHERE case_id = $1
        ORDER BY appointed_at, account_id";
    APPOINT = "INSERT INTO filing_assessor (case_id, account_id, appointed_by, appointed_at, sealed_at)
        VALUES ($1, $2, $3, $4, NULL) ON CONFLICT DO NOTHING";
    POINTS = "SELECT account_id, position, points, remark FROM filing_points WHERE case_id = $1
        ORDER BY account_id, position";
    /// Nothing sealed changes.
    PUT_POINTS = "INSERT INTO filing_points (case_id, account_id, position, points, remark)
        SELECT a.case_id, a.account_id, CAST($3 AS BIGINT), CAST($4 AS BIGINT), CAST($5 AS TEXT)
        FROM filing_assessor a WHERE a.case_id = $1 AND a.account_id = $2 AND a.sealed_at IS NULL
        ON CONFLICT (case_id, account_id, position) DO UPDATE SET points = excluded.points, remark = excluded.remark";
    SEAL = "UPDATE filing_assessor SET sealed_at = $3 WHERE case_id = $1 AND account_id = $2 AND sealed_at IS NULL";
    WAITING_FOR = "SELECT COUNT(*) FROM filing_assessor a JOIN filing_case c ON c.id = a.case_id
        WHERE a.account_id = $1 AND a.sealed_at IS NULL AND c.state = 'complete'";
}

/// The experts of a case, in the order of their appointment.
///
/// # Errors
/// When the database fails.
pub async fn assessors(tx: &mut Tx, id: &CaseId) -> sqlx::Result<Vec<Assessor>> {
    on!(tx, |conn| sqlx::query_as(ASSESSORS).bind(id).fetch_all(conn).await)
}

/// Appoints somebody; false when they are appointed already.
///
/// # Errors
/// When the database fails.
pub async fn appoint(
    tx: &mut Tx,
    id: &CaseId,
    (whom, by): (&str, &str),
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(APPOINT)
        .bind(id)
        .bind(whom)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// All points of a case, by expert and condition.
///
/// # Errors
/// When the database fails.
pub async fn points(tx: &mut Tx, id: &CaseId) -> sqlx::Result<Vec<Points>> {
    on!(tx, |conn| sqlx::query_as(POINTS).bind(id).fetch_all(conn).await)
}

/// Writes the points for one condition; false when they are sealed.
///
/// # Errors
/// When the database fails.
pub async fn put_points(tx: &mut Tx, id: &CaseId, row: &Points) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUT_POINTS)
        .bind(id)
        .bind(&row.account_id)
        .bind(row.position)
        .bind(row.points)
        .bind(&row.remark)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Seals what an expert found; false when it is sealed already.
///
/// # Errors
/// When the database fails.
pub async fn seal(tx: &mut Tx, id: &CaseId, account: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SEAL)
        .bind(id)
        .bind(account)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// How many cases wait for this expert.
///
/// # Errors
/// When the database fails.
pub async fn waiting_for(tx: &mut Tx, account: &str) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(WAITING_FOR).bind(account).fetch_one(conn).await)
}
