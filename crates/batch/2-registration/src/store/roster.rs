//! Rosters as they were handed in.
use ::store::{Tx, on, queries, was_changed};
use job::JobId;
use kernel::{BatchCode, Digest, UnixMicros};
use sqlx::FromRow;

/// A roster handed in; the file lies sealed in the file store.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Roster {
    pub id: String,
    pub batch_code: BatchCode,
    pub digest: Digest,
    pub sealed_digest: Digest,
    pub file_name: String,
    pub uploaded_by: String,
    pub uploaded_at: UnixMicros,
    pub confirmed_at: Option<UnixMicros>,
    /// The job that works on it or did last.
    pub job_id: Option<JobId>,
    pub heading_sealed: Option<String>,
    pub staged_at: Option<UnixMicros>,
    pub checked_digest: Option<String>,
    pub in_force_at: Option<UnixMicros>,
    /// The template it is read by, and whether somebody chose it.
    pub template_id: String,
    pub template_chosen: bool,
    /// Row of the file in which the heading was found.
    pub heading_row: i64,
}

queries! {
    INSERT_ROSTER = "INSERT INTO roster_upload (id, batch_code, digest, sealed_digest, file_name, uploaded_by,
        uploaded_at, status, confirmed_at, job_id, template_id, template_chosen)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'previewed', NULL, $8, $9, $10)";
    ROSTER = "SELECT id, batch_code, digest, sealed_digest, file_name, uploaded_by, uploaded_at, confirmed_at, job_id,
        heading_sealed, staged_at, checked_digest, in_force_at, template_id, template_chosen, heading_row
        FROM roster_upload WHERE batch_code = $1 AND id = $2";
    ROSTERS_BY = "SELECT id, batch_code, digest, sealed_digest, file_name, uploaded_by, uploaded_at, confirmed_at,
        job_id, heading_sealed, staged_at, checked_digest, in_force_at, template_id, template_chosen, heading_row
        FROM roster_upload
        WHERE batch_code = $1 AND uploaded_by = $2 ORDER BY uploaded_at DESC, id DESC LIMIT 20";
    BEGIN_WORK = "UPDATE roster_upload SET job_id = $2 WHERE id = $1 AND status = 'previewed'
        AND (job_id = $3 OR (job_id IS NULL AND CAST($3 AS TEXT) IS NULL))";
    CONFIRM = "UPDATE roster_upload SET status = 'confirmed', confirmed_at = $2
        WHERE id = $1 AND status = 'previewed'";
    TAKE_BACK = "UPDATE roster_upload SET status = 'previewed', confirmed_at = NULL, checked_digest = NULL
        WHERE id = $1 AND in_force_at IS NULL";
    PUT_IN_FORCE = "UPDATE roster_upload SET in_force_at = $2 WHERE id = $1 AND in_force_at IS NULL";
    SET_HEADING = "UPDATE roster_upload SET heading_sealed = $2, template_id = $3, heading_row = $4 WHERE id = $1";
    SET_STAGED = "UPDATE roster_upload SET staged_at = $2 WHERE id = $1";
    SET_CHECKED = "UPDATE roster_upload SET checked_digest = $2 WHERE id = $1 AND status = 'previewed'";
    FORGET_CHECK = "UPDATE roster_upload SET checked_digest = NULL WHERE id = $1 AND status = 'previewed'
        AND job_id = $2";
}

/// Keeps that a roster was handed in, with the job that will read it.
pub(crate) async fn insert(tx: &mut Tx, new: &Roster) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_ROSTER)
        .bind(&new.id)
        .bind(&new.batch_code)
        .bind(&new.digest)
        .bind(&new.sealed_digest)
        .bind(&new.file_name)
        .bind(&new.uploaded_by)
        .bind(new.uploaded_at)
        .bind(&new.job_id)
        .bind(&new.template_id)
        .bind(new.template_chosen)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// One roster of a batch.
pub(crate) async fn roster(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<Roster>> {
    on!(tx, |conn| sqlx::query_as(ROSTER).bind(batch).bind(id).fetch_optional(conn).await)
}

/// The latest twenty rosters an account handed in.
pub(crate) async fn rosters(tx: &mut Tx, batch: &BatchCode, account: &str) -> sqlx::Result<Vec<Roster>> {
    on!(tx, |conn| sqlx::query_as(ROSTERS_BY).bind(batch).bind(account).fetch_all(conn).await)
}

/// Gives a roster to a new job; `false` when it was given to another since `seen`, or confirmed.
pub(crate) async fn begin_work(
    tx: &mut Tx,
    id: &str,
    job: &JobId,
    seen: Option<&JobId>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(BEGIN_WORK)
        .bind(id)
        .bind(job)
        .bind(seen)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Marks a roster as confirmed; `false` when it was before.
pub(crate) async fn confirm(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Lets a roster be looked at again, because taking it in was stopped.
pub(crate) async fn take_back(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(TAKE_BACK).bind(id).execute(conn).await.map(|_| ()))
}

/// From here its new applications stand; `false` when they did before.
pub(crate) async fn put_in_force(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUT_IN_FORCE)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Keeps the heading of the file, the row in which it stands, and the template it is of.
pub(crate) async fn set_heading(
    tx: &mut Tx,
    id: &str,
    sealed: &str,
    template: &str,
    row_no: i64,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(SET_HEADING)
        .bind(id)
        .bind(sealed)
        .bind(template)
        .bind(row_no)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Notes that every row of the file stands in the table.
pub(crate) async fn set_staged(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(SET_STAGED).bind(id).bind(now).execute(conn).await.map(|_| ()))
}

/// Notes what the check of all rows came to.
pub(crate) async fn set_checked(tx: &mut Tx, id: &str, digest: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(SET_CHECKED).bind(id).bind(digest).execute(conn).await.map(|_| ()))
}

/// Forgets what the check came to, because a row is about to change; `false` when the roster was given to
/// another job since it was read, or confirmed.
pub(crate) async fn forget_check(tx: &mut Tx, roster: &Roster) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(FORGET_CHECK)
        .bind(&roster.id)
        .bind(&roster.job_id)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
