//! Whether the results of a batch are decided, and whether they are published: one row each.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, Day, Digest, UnixMicros};
use sqlx::FromRow;

/// How the results of a batch stand.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Book {
    /// Counts the changes.
    pub version: i64,
    /// SHA-256 over every decision; none while they are being decided.
    pub digest: Option<String>,
}

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
    BOOK = "SELECT version, digest FROM result_book WHERE batch_code = $1";
    BEGIN = "INSERT INTO result_book (batch_code, version, digest, decided_at) VALUES ($1, 1, NULL, NULL)
             ON CONFLICT (batch_code) DO UPDATE SET version = result_book.version + 1, digest = NULL,
             decided_at = NULL";
    TAKE = "UPDATE result_book SET version = version + 1 WHERE batch_code = $1 AND digest IS NULL";
    CLOSE = "UPDATE result_book SET version = version + 1, digest = $2, decided_at = $3
             WHERE batch_code = $1 AND digest IS NULL";
    TAKE_VERSION = "UPDATE result_book SET version = version + 1
                    WHERE batch_code = $1 AND version = $2 AND digest IS NOT NULL";
    PUBLICATION = "SELECT published_at, notice_ends_on, digest, candidates, passes FROM result_publication
                   WHERE batch_code = $1";
    INSERT_PUBLICATION = "INSERT INTO result_publication (batch_code, digest, candidates, passes, published_at,
                          notice_ends_on, published_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
                          ON CONFLICT (batch_code) DO NOTHING";
}

/// How the results of a batch stand; none before anybody began to decide.
///
/// # Errors
/// Storage.
pub async fn book(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<Book>> {
    on!(tx, |conn| sqlx::query_as(BOOK).bind(batch).fetch_optional(conn).await)
}

/// Opens the book: from here the results are not decided.
///
/// # Errors
/// Storage.
pub async fn begin(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(BEGIN).bind(batch).execute(conn).await.map(|_| ()))
}

/// Takes the open book; the first statement of whoever writes decisions. `false` when it is closed.
///
/// # Errors
/// Storage.
pub async fn take(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TAKE)
        .bind(batch)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Closes the book: one row, and all results of the batch are decided. `false` when it was closed.
///
/// # Errors
/// Storage.
pub async fn close(tx: &mut Tx, batch: &BatchCode, digest: &Digest, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CLOSE)
        .bind(batch)
        .bind(digest)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Takes the closed book as it was looked at; `false` when somebody changed it since.
///
/// # Errors
/// Storage.
pub async fn take_version(tx: &mut Tx, batch: &BatchCode, seen: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TAKE_VERSION)
        .bind(batch)
        .bind(seen)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The publication of a batch's results, if there was one.
///
/// # Errors
/// Storage.
pub async fn publication(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<Publication>> {
    on!(tx, |conn| sqlx::query_as(PUBLICATION).bind(batch).fetch_optional(conn).await)
}

/// Publishes every decision of a batch: one row. `false` when it was published before.
///
/// # Errors
/// Storage.
pub async fn insert_publication(
    tx: &mut Tx,
    batch: &BatchCode,
    publication: &Publication,
    by: &str,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT_PUBLICATION)
        .bind(batch)
        .bind(&publication.digest)
        .bind(publication.candidates)
        .bind(publication.passes)
        .bind(publication.published_at)
        .bind(publication.notice_ends_on)
        .bind(by)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
