//! Results and their publication: the rows. One function per sentence.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, Day, Digest, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::rules::Outcome;

/// Decisions in one statement: five values each, far below the limit of either engine.
const AT_ONCE: usize = 1000;

/// That and when results were published.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Publication {
    /// When.
    pub published_at: UnixMicros,
    /// Last day of the public notice.
    pub notice_ends_on: Day,
    /// SHA-256 over every decision.
    pub digest: Digest,
    /// How many candidates.
    pub candidates: i64,
    /// How many of them pass.
    pub passes: i64,
}

queries! {
    OUTCOMES = "SELECT application_id, outcome FROM result WHERE batch_code = $1 ORDER BY application_id";
    PUBLISHED_OUTCOME = "SELECT outcome FROM result WHERE application_id = $1 AND published_at IS NOT NULL";
    PASSED = "SELECT application_id FROM result WHERE batch_code = $1 AND outcome = 'pass'
              AND published_at IS NOT NULL ORDER BY application_id";
    IS_DECIDED = "SELECT COUNT(*) FROM result WHERE batch_code = $1";
    PUBLICATION = "SELECT published_at, notice_ends_on, digest, candidates, passes FROM result_publication
                   WHERE batch_code = $1";
    INSERT_PUBLICATION = "INSERT INTO result_publication (batch_code, digest, candidates, passes, published_at,
                          notice_ends_on, published_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
                          ON CONFLICT (batch_code) DO NOTHING";
    PUBLISH = "UPDATE result SET published_at = $2 WHERE batch_code = $1 AND published_at IS NULL";
    CERTIFIABLE = "SELECT r.application_id FROM result r
                   JOIN result_publication p ON p.batch_code = r.batch_code
                   WHERE r.batch_code = $1 AND r.outcome = 'pass' AND r.published_at IS NOT NULL
                   AND p.notice_ends_on < $2 ORDER BY r.application_id";
}

/// Every decision of a batch, by application.
///
/// # Errors
/// Storage.
pub async fn outcomes(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(String, Outcome)>> {
    on!(tx, |conn| sqlx::query_as(OUTCOMES).bind(batch).fetch_all(conn).await)
}

/// The decision on a candidate, if it is published.
///
/// # Errors
/// Storage.
pub async fn published_outcome(tx: &mut Tx, application: &str) -> sqlx::Result<Option<Outcome>> {
    on!(tx, |conn| sqlx::query_scalar(PUBLISHED_OUTCOME).bind(application).fetch_optional(conn).await)
}

/// Who passed, as far as it is published.
///
/// # Errors
/// Storage.
pub async fn passed(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(PASSED).bind(batch).fetch_all(conn).await)
}

/// Whether anything is decided in a batch.
///
/// # Errors
/// Storage.
pub async fn is_decided(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| sqlx::query_scalar(IS_DECIDED).bind(batch).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// The publication of a batch's results, if there was one.
///
/// # Errors
/// Storage.
pub async fn publication(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<Publication>> {
    on!(tx, |conn| sqlx::query_as(PUBLICATION).bind(batch).fetch_optional(conn).await)
}

/// Who passed, published, when the public notice is over on `today`.
///
/// # Errors
/// Storage.
pub async fn certifiable(tx: &mut Tx, batch: &BatchCode, today: Day) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(CERTIFIABLE).bind(batch).bind(today).fetch_all(conn).await)
}

/// Writes decisions; one decided before is replaced as long as it is not published.
///
/// # Errors
/// Storage.
pub async fn put_outcomes(
    tx: &mut Tx,
    batch: &BatchCode,
    outcomes: &[(String, Outcome)],
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<()> {
    for chunk in outcomes.chunks(AT_ONCE) {
        on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "INSERT INTO result (application_id, batch_code, outcome, decided_at, decided_by) ",
            );
            query.push_values(chunk, |mut row, (application, outcome)| {
                row.push_bind(application).push_bind(batch).push_bind(*outcome).push_bind(now).push_bind(by);
            });
            query.push(
                " ON CONFLICT (application_id) DO UPDATE SET outcome = excluded.outcome,
                 decided_at = excluded.decided_at, decided_by = excluded.decided_by
                 WHERE result.published_at IS NULL",
            );
            query.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// Publishes every decision of a batch; `false` when it was published before.
///
/// # Errors
/// Storage.
pub async fn publish(
    tx: &mut Tx,
    batch: &BatchCode,
    publication: &Publication,
    by: &str,
) -> sqlx::Result<bool> {
    let is_first = on!(&mut *tx, |conn| sqlx::query(INSERT_PUBLICATION)
        .bind(batch)
        .bind(&publication.digest)
        .bind(publication.candidates)
        .bind(publication.passes)
        .bind(publication.published_at)
        .bind(publication.notice_ends_on)
        .bind(by)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))?;
    if is_first {
        on!(tx, |conn| sqlx::query(PUBLISH)
            .bind(batch)
            .bind(publication.published_at)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(is_first)
}
