//! Jobs: the rows. Every change of a running job is guarded by its worker: who lost it changes nothing.
use std::collections::BTreeMap;

use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use sqlx::FromRow;

use crate::{
    JobId,
    rules::{Outcome, Status},
};

/// One piece of long work.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Job {
    /// Key.
    pub id: JobId,
    /// Which work.
    pub kind: String,
    /// The row it works on.
    pub subject: String,
    /// The batch it belongs to, if to one.
    pub batch_code: Option<BatchCode>,
    /// Account of whoever began it.
    pub started_by: String,
    /// Their request.
    pub request_id: String,
    /// Where its result is seen.
    pub page: String,
    /// How it stands.
    pub status: Status,
    /// Steps done.
    pub done_count: i64,
    /// Steps in all; 0 until it is known.
    pub total_count: i64,
    /// Key of the sentence that says how it ended; empty while it has not.
    pub outcome: String,
    /// The values in that sentence, as JSON.
    pub outcome_values: String,
    /// How often it was begun.
    pub turn_count: i64,
    /// When it was asked for.
    pub created_at: UnixMicros,
    /// When somebody first worked on it.
    pub started_at: Option<UnixMicros>,
    /// When somebody asked to stop it.
    pub cancel_asked_at: Option<UnixMicros>,
    /// When it ended.
    pub ended_at: Option<UnixMicros>,
    /// Write transactions it was done in.
    pub step_count: i64,
    /// Rows of the largest of them.
    pub largest_step_rows: i64,
    /// Microseconds the longest of them was open.
    pub longest_step_micros: i64,
}

impl Job {
    /// How it ended; `None` while it has not.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        let values: BTreeMap<String, String> = serde_json::from_str(&self.outcome_values).unwrap_or_default();
        (!self.outcome.is_empty()).then(|| Outcome { key: self.outcome.clone(), values })
    }
}

queries! {
    INSERT = "INSERT INTO job (id, kind, subject, batch_code, started_by, request_id, page, status, done_count,
        total_count, outcome, outcome_values, worker, beat, turn_count, created_at, started_at, cancel_asked_at,
        ended_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, 0, '', '{}', NULL, 0, 0, $8, NULL, NULL, NULL)";
    JOB = "SELECT id, kind, subject, batch_code, started_by, request_id, page, status, done_count, total_count,
        outcome, outcome_values, turn_count, created_at, started_at, cancel_asked_at, ended_at, step_count,
        largest_step_rows, longest_step_micros FROM job WHERE id = $1";
    LATEST = "SELECT id, kind, subject, batch_code, started_by, request_id, page, status, done_count, total_count,
        outcome, outcome_values, turn_count, created_at, started_at, cancel_asked_at, ended_at, step_count,
        largest_step_rows, longest_step_micros FROM job WHERE subject = $1 AND kind = $2
        ORDER BY CASE WHEN status IN ('waiting', 'running') THEN 0 ELSE 1 END, created_at DESC, id DESC LIMIT 1";
    OF_ACCOUNT = "SELECT id, kind, subject, batch_code, started_by, request_id, page, status, done_count,
        total_count, outcome, outcome_values, turn_count, created_at, started_at, cancel_asked_at, ended_at,
        step_count, largest_step_rows, longest_step_micros FROM job WHERE started_by = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2)
        ORDER BY created_at DESC, id DESC LIMIT $3 OFFSET $4";
    COUNT_OF_ACCOUNT = "SELECT COUNT(*) FROM job
        WHERE started_by = $1 AND (CAST($2 AS TEXT) IS NULL OR status = $2)";
    WAITING = "SELECT id FROM job WHERE status = 'waiting' ORDER BY created_at, id LIMIT 1";
    RUNNING_ELSEWHERE = "SELECT id, beat FROM job WHERE status = 'running' AND worker <> $1 ORDER BY id";
    CLAIM = "UPDATE job SET status = 'running', worker = $2, turn_count = turn_count + 1, beat = beat + 1,
        started_at = COALESCE(started_at, $3) WHERE id = $1 AND status = 'waiting'";
    GIVE_BACK = "UPDATE job SET status = 'waiting', worker = NULL WHERE id = $1 AND status = 'running'
        AND worker <> $2";
    RELEASE = "UPDATE job SET status = 'waiting', worker = NULL WHERE status = 'running' AND worker = $1";
    BEAT = "UPDATE job SET beat = beat + 1 WHERE status = 'running' AND worker = $1";
    PROGRESS = "UPDATE job SET done_count = $3, total_count = $4, beat = beat + 1, step_count = step_count + 1
        WHERE id = $1 AND worker = $2 AND status = 'running' AND cancel_asked_at IS NULL";
    MEASURE = "UPDATE job SET
        largest_step_rows = CASE WHEN largest_step_rows < $2 THEN $2 ELSE largest_step_rows END,
        longest_step_micros = CASE WHEN longest_step_micros < $3 THEN $3 ELSE longest_step_micros END
        WHERE id = $1";
    IS_MINE = "SELECT COUNT(*) FROM job WHERE id = $1 AND worker = $2 AND status = 'running'";
    END = "UPDATE job SET status = $3, outcome = $4, outcome_values = $5, worker = NULL, ended_at = $6
        WHERE id = $1 AND worker = $2 AND status = 'running'";
    ASK_CANCEL = "UPDATE job SET cancel_asked_at = $2 WHERE id = $1 AND status IN ('waiting', 'running')
        AND cancel_asked_at IS NULL";
    RESUME = "UPDATE job SET status = 'waiting', outcome = '', outcome_values = '{}', done_count = 0,
        cancel_asked_at = NULL, ended_at = NULL WHERE id = $1 AND status IN ('failed', 'cancelled')";
}

/// Puts a job where a worker finds it.
pub(crate) async fn insert(tx: &mut Tx, job: &Job) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT)
        .bind(&job.id)
        .bind(&job.kind)
        .bind(&job.subject)
        .bind(&job.batch_code)
        .bind(&job.started_by)
        .bind(&job.request_id)
        .bind(&job.page)
        .bind(job.created_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// One job.
///
/// # Errors
/// Storage.
pub async fn job(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Job>> {
    on!(tx, |conn| sqlx::query_as(JOB).bind(id).fetch_optional(conn).await)
}

/// The job of a kind on a subject that is under way, or else the latest.
///
/// # Errors
/// Storage.
pub async fn latest(tx: &mut Tx, subject: &str, kind: &str) -> sqlx::Result<Option<Job>> {
    on!(tx, |conn| sqlx::query_as(LATEST).bind(subject).bind(kind).fetch_optional(conn).await)
}

/// One page of what an account began, newest first, and how much there is in all.
pub(crate) async fn of_account(
    tx: &mut Tx,
    account: &str,
    status: Option<Status>,
    (offset, limit): (i64, i64),
) -> sqlx::Result<(Vec<Job>, i64)> {
    let rows = on!(&mut *tx, |conn| sqlx::query_as(OF_ACCOUNT)
        .bind(account)
        .bind(status)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await)?;
    let count = on!(tx, |conn| sqlx::query_scalar(COUNT_OF_ACCOUNT)
        .bind(account)
        .bind(status)
        .fetch_one(conn)
        .await)?;
    Ok((rows, count))
}

/// The oldest job that waits for a worker.
pub(crate) async fn waiting(tx: &mut Tx) -> sqlx::Result<Option<JobId>> {
    on!(tx, |conn| sqlx::query_scalar(WAITING).fetch_optional(conn).await)
}

/// Jobs at which the worker of another process is, each with its beat.
pub(crate) async fn running_elsewhere(tx: &mut Tx, worker: &str) -> sqlx::Result<Vec<(JobId, i64)>> {
    on!(tx, |conn| sqlx::query_as(RUNNING_ELSEWHERE).bind(worker).fetch_all(conn).await)
}

/// Takes a waiting job; `false` when another worker was faster.
pub(crate) async fn claim(tx: &mut Tx, id: &JobId, worker: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CLAIM)
        .bind(id)
        .bind(worker)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Lets a job of another process wait again: its worker is silent.
pub(crate) async fn give_back(tx: &mut Tx, id: &JobId, worker: &str) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(GIVE_BACK)
        .bind(id)
        .bind(worker)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Lets everything wait again that a worker had begun.
pub(crate) async fn release(tx: &mut Tx, worker: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(RELEASE).bind(worker).execute(conn).await.map(|_| ()))
}

/// Says that a worker lives.
pub(crate) async fn beat(tx: &mut Tx, worker: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(BEAT).bind(worker).execute(conn).await.map(|_| ()))
}

/// How far a job is; `false` when it is not this worker's any more or shall stop.
pub(crate) async fn progress(
    tx: &mut Tx,
    id: &JobId,
    worker: &str,
    done: i64,
    total: i64,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PROGRESS)
        .bind(id)
        .bind(worker)
        .bind(done)
        .bind(total)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Notes the largest and the longest step so far, as far as they grew.
pub(crate) async fn measure(tx: &mut Tx, id: &JobId, rows: i64, micros: i64) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(MEASURE).bind(id).bind(rows).bind(micros).execute(conn).await.map(|_| ()))
}

/// Whether this worker is still at the job.
pub(crate) async fn is_mine(tx: &mut Tx, id: &JobId, worker: &str) -> sqlx::Result<bool> {
    let found: i64 = on!(tx, |conn| sqlx::query_scalar(IS_MINE).bind(id).bind(worker).fetch_one(conn).await)?;
    Ok(found > 0)
}

/// Ends a job; `false` when it is not this worker's any more.
pub(crate) async fn end(
    tx: &mut Tx,
    id: &JobId,
    worker: &str,
    status: Status,
    outcome: &Outcome,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    // A map of texts always serialises.
    let values = serde_json::to_string(&outcome.values).unwrap_or_default();
    on!(tx, |conn| sqlx::query(END)
        .bind(id)
        .bind(worker)
        .bind(status)
        .bind(&outcome.key)
        .bind(&values)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Notes that a job shall stop; `false` when it has ended or was asked already.
pub(crate) async fn ask_cancel(tx: &mut Tx, id: &JobId, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ASK_CANCEL)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Lets a stopped job wait again; `false` when it does not stand still.
pub(crate) async fn resume(tx: &mut Tx, id: &JobId) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(RESUME)
        .bind(id)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
