//! How far the stages of a batch are, as the rail shows it.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, UnixMicros};

/// How a stage stands, as its own crate reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ProgressState {
    /// Under way.
    Now,
    /// Done.
    Done,
}

/// What a stage reports to the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Under way or done.
    pub state: ProgressState,
    /// Number named `n` in the note.
    pub count: i64,
    /// Key of the note.
    pub note_key: &'static str,
}

#[derive(Debug, Clone)]
pub(crate) struct ProgressRow {
    pub stage: i64,
    pub state: ProgressState,
    pub note_key: String,
    pub note_count: i64,
    pub note_total: i64,
}

queries! {
    REPORT_PROGRESS = "INSERT INTO stage_progress (batch_code, stage, site_id, state, note_key, note_count, updated_at)
                       VALUES ($1, $2, '', $3, $4, $5, $6)
                       ON CONFLICT (batch_code, stage, site_id) DO UPDATE SET state = excluded.state,
                       note_key = excluded.note_key, note_count = excluded.note_count,
                       updated_at = excluded.updated_at";
    /// Changes nothing in a row that is there.
    HOLD_PROGRESS = "INSERT INTO stage_progress (batch_code, stage, site_id, state, note_key, note_count, updated_at)
                     VALUES ($1, $2, '', 'now', '', 0, $3)
                     ON CONFLICT (batch_code, stage, site_id) DO UPDATE SET updated_at = stage_progress.updated_at";
    IS_REPORTED = "SELECT COUNT(*) FROM stage_progress WHERE batch_code = $1 AND stage = $2 AND site_id = ''
                   AND state = $3 AND note_key = $4 AND note_count = $5";
    REPORT_SHARE = "UPDATE stage_progress SET note_total = $3 WHERE batch_code = $1 AND stage = $2 AND site_id = ''";
}

/// Takes the row in which a stage reports for the rest of the transaction: whoever counts behind it sees what
/// everybody wrote who reported before. A report must follow.
///
/// # Errors
/// Storage.
pub async fn hold_progress(tx: &mut Tx, code: &BatchCode, stage: i64, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(HOLD_PROGRESS)
        .bind(code)
        .bind(stage)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Reports how a stage of the batch stands, for the rail. What is said already is not written again: on an
/// exam morning every check-in says that the sittings go on, and would queue for this one row.
///
/// # Errors
/// Storage.
pub async fn report_progress(
    tx: &mut Tx,
    code: &BatchCode,
    stage: i64,
    progress: Progress,
    now: UnixMicros,
) -> sqlx::Result<()> {
    let known: i64 = on!(&mut *tx, |conn| sqlx::query_scalar(IS_REPORTED)
        .bind(code)
        .bind(stage)
        .bind(progress.state)
        .bind(progress.note_key)
        .bind(progress.count)
        .fetch_one(conn)
        .await)?;
    if known == 1 {
        return Ok(());
    }
    on!(tx, |conn| sqlx::query(REPORT_PROGRESS)
        .bind(code)
        .bind(stage)
        .bind(progress.state)
        .bind(progress.note_key)
        .bind(progress.count)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Reports that a stage has come to `progress.count` of `total`, such as 9 of 14 sites; the note names the
/// total `of`.
///
/// # Errors
/// Storage.
pub async fn report_share(
    tx: &mut Tx,
    code: &BatchCode,
    stage: i64,
    (progress, total): (Progress, i64),
    now: UnixMicros,
) -> sqlx::Result<()> {
    report_progress(tx, code, stage, progress, now).await?;
    on!(tx, |conn| sqlx::query(REPORT_SHARE)
        .bind(code)
        .bind(stage)
        .bind(total)
        .execute(conn)
        .await
        .map(|_| ()))
}
