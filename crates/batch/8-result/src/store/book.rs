//! Whether the results of a batch are decided, and whether they are published: one row each.
use std::collections::HashMap;

use ::store::{Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, Day, Digest, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

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

/// How far the results of a batch have come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reached {
    /// Whether they are decided.
    pub is_decided: bool,
    /// How many passed, once they are published and the public notice is over.
    pub certifiable: i64,
}

#[derive(FromRow)]
struct ReachedRow {
    batch_code: String,
    digest: Option<String>,
    notice_ends_on: Option<Day>,
    passes: Option<i64>,
}

/// A book beside its publication; the fields of that are empty before it.
#[derive(FromRow)]
struct BookRow {
    #[sqlx(flatten)]
    book: Book,
    published_at: Option<UnixMicros>,
    notice_ends_on: Option<Day>,
    published_digest: Option<Digest>,
    candidates: Option<i64>,
    passes: Option<i64>,
}

impl BookRow {
    fn publication(&self) -> Option<Publication> {
        Some(Publication {
            published_at: self.published_at?,
            notice_ends_on: self.notice_ends_on?,
            digest: self.published_digest.clone()?,
            candidates: self.candidates?,
            passes: self.passes?,
        })
    }
}

queries! {
    BOOK = "SELECT version, digest FROM result_book WHERE batch_code = $1";
    BOOK_AND_PUBLICATION = "SELECT b.version, b.digest, p.published_at, p.notice_ends_on, p.digest AS published_digest,
                    p.candidates, p.passes FROM result_book b
                    LEFT JOIN result_publication p ON p.batch_code = b.batch_code WHERE b.batch_code = $1";
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

/// How the results of a batch stand, and their publication.
///
/// # Errors
/// Storage.
pub async fn book_and_publication(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<(Option<Book>, Option<Publication>)> {
    let row: Option<BookRow> =
        on!(tx, |conn| sqlx::query_as(BOOK_AND_PUBLICATION).bind(batch).fetch_optional(conn).await)?;
    let publication = row.as_ref().and_then(BookRow::publication);
    Ok((row.map(|row| row.book), publication))
}

/// How far the results of several batches have come by `today`; a batch whose results nobody began to decide is
/// not in the answer.
pub(crate) async fn reached(
    tx: &mut Tx,
    batches: &[&str],
    today: Day,
) -> sqlx::Result<HashMap<String, Reached>> {
    if batches.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<ReachedRow> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT b.batch_code, b.digest, p.notice_ends_on, p.passes FROM result_book b
             LEFT JOIN result_publication p ON p.batch_code = b.batch_code WHERE b.batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("ORDER BY b.batch_code");
        query.build_query_as().fetch_all(conn).await
    })?;
    let reached = |row: ReachedRow| {
        let is_over = row.notice_ends_on.is_some_and(|day| day < today);
        let certifiable = row.passes.filter(|_| is_over).unwrap_or_default();
        (row.batch_code, Reached { is_decided: row.digest.is_some(), certifiable })
    };
    Ok(rows.into_iter().map(reached).collect())
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
