//! Rosters as they were handed in.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, Digest, UnixMicros};
use sqlx::FromRow;

/// A roster handed in; the file lies sealed in the file store.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct RosterUpload {
    pub id: String,
    pub batch_code: BatchCode,
    pub digest: Digest,
    pub sealed_digest: Digest,
    pub file_name: String,
    pub uploaded_by: String,
    pub uploaded_at: UnixMicros,
    pub confirmed_at: Option<UnixMicros>,
}

queries! {
    INSERT_UPLOAD = "INSERT INTO roster_upload (id, batch_code, digest, sealed_digest, file_name, uploaded_by,
        uploaded_at, status, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'previewed', NULL)";
    UPLOAD = "SELECT id, batch_code, digest, sealed_digest, file_name, uploaded_by, uploaded_at, confirmed_at
        FROM roster_upload WHERE batch_code = $1 AND id = $2";
    UPLOADS_BY = "SELECT id, batch_code, digest, sealed_digest, file_name, uploaded_by, uploaded_at, confirmed_at
        FROM roster_upload WHERE batch_code = $1 AND uploaded_by = $2 ORDER BY uploaded_at DESC, id DESC LIMIT 20";
    CONFIRM_UPLOAD = "UPDATE roster_upload SET status = 'confirmed', confirmed_at = $2
        WHERE id = $1 AND status = 'previewed'";
}

/// Keeps that a roster was handed in.
pub(crate) async fn insert(tx: &mut Tx, new: &RosterUpload) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_UPLOAD)
        .bind(&new.id)
        .bind(&new.batch_code)
        .bind(&new.digest)
        .bind(&new.sealed_digest)
        .bind(&new.file_name)
        .bind(&new.uploaded_by)
        .bind(new.uploaded_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// One roster of a batch.
pub(crate) async fn upload(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<RosterUpload>> {
    on!(tx, |conn| sqlx::query_as(UPLOAD).bind(batch).bind(id).fetch_optional(conn).await)
}

/// The latest twenty rosters an account handed in.
pub(crate) async fn uploads(
    tx: &mut Tx,
    batch: &BatchCode,
    account: &str,
) -> sqlx::Result<Vec<RosterUpload>> {
    on!(tx, |conn| sqlx::query_as(UPLOADS_BY).bind(batch).bind(account).fetch_all(conn).await)
}

/// Marks a roster as taken in; `false` when it was before.
pub(crate) async fn confirm(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM_UPLOAD)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
