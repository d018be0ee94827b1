//! Workbooks of figures: the rows. Each is read by the person who brought it and by nobody else.
use ::store::{Many, Tx, on, queries, was_changed};
use job::JobId;
use kernel::{AdmissionNumber, BatchCode, Digest, Score, UnixMicros};
use scheme::ComponentKind;
use sqlx::FromRow;

use crate::rules::PartOutcome;

/// A workbook somebody brought.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Import {
    /// Key.
    pub id: String,
    /// Batch.
    pub batch_code: BatchCode,
    /// Which kind of part its figures are of.
    pub kind: ComponentKind,
    /// SHA-256 of the file as it came.
    pub file_digest: Digest,
    /// Name on the machine of whoever brought it.
    pub file_name: String,
    /// Figures to be written down.
    pub row_count: i64,
    /// Figures that were there before.
    pub skipped_count: i64,
    /// The job that writes them down.
    pub job_id: Option<JobId>,
    /// Account.
    pub brought_by: String,
    /// When.
    pub brought_at: UnixMicros,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum RowState {
    /// Not written down yet.
    Waiting,
    /// Written down; others have not yet.
    Entered,
    /// Written down, and it made the part's score.
    Agreed,
    /// Written down, and it differs from another person's.
    Differs,
    /// A rule said no.
    Refused,
}

impl RowState {
    /// Every state.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Entered, Self::Agreed, Self::Differs, Self::Refused];

    /// Stored code; also the tail of its key in `locales/`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Entered => "entered",
            Self::Agreed => "agreed",
            Self::Differs => "differs",
            Self::Refused => "refused",
        }
    }
}

/// One figure of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ImportRow {
    /// Its number in the sheet.
    pub row_no: i64,
    /// Application.
    pub application_id: String,
    /// Part of the batch.
    pub component_id: String,
    /// Exam room.
    pub room_use_id: String,
    /// Admission number.
    pub number: AdmissionNumber,
    /// The figure; none for absent.
    pub score_centi: Option<Score>,
    /// What became of it.
    pub state: RowState,
    /// Key of what refused it; empty otherwise.
    pub refusal: String,
}

impl ImportRow {
    /// What was written.
    #[must_use]
    pub fn outcome(&self) -> PartOutcome {
        self.score_centi.into()
    }
}

queries! {
    INSERT_IMPORT = "INSERT INTO score_import (id, batch_code, kind, file_digest, file_name, row_count,
                     skipped_count, job_id, brought_by, brought_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9)";
    SET_JOB = "UPDATE score_import SET job_id = $2 WHERE id = $1 AND job_id IS NULL";
    IMPORT = "SELECT id, batch_code, kind, file_digest, file_name, row_count, skipped_count, job_id, brought_by,
              brought_at FROM score_import WHERE id = $1 AND batch_code = $2";
    IMPORTS_OF = "SELECT id, batch_code, kind, file_digest, file_name, row_count, skipped_count, job_id, brought_by,
                  brought_at FROM score_import WHERE batch_code = $1 AND brought_by = $2 AND kind = $3
                  AND job_id IS NOT NULL ORDER BY brought_at DESC, id DESC LIMIT 20";
    ROWS_WAITING = "SELECT row_no, application_id, component_id, room_use_id, number, score_centi, state, refusal
                    FROM score_import_row WHERE import_id = $1 AND state = 'waiting' ORDER BY row_no LIMIT $2";
    ROWS_TO_SEE = "SELECT row_no, application_id, component_id, room_use_id, number, score_centi, state, refusal
                   FROM score_import_row WHERE import_id = $1 AND state IN ('differs', 'refused')
                   ORDER BY state, row_no LIMIT $2 OFFSET $3";
    ROW_COUNTS = "SELECT state, COUNT(*) FROM score_import_row WHERE import_id = $1 GROUP BY state ORDER BY state";
    SETTLE_ROW = "UPDATE score_import_row SET state = $3, refusal = $4
                  WHERE import_id = $1 AND row_no = $2 AND state = 'waiting'";
}

/// Keeps a workbook that was read.
///
/// # Errors
/// Storage.
pub async fn insert_import(tx: &mut Tx, new: &Import) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_IMPORT)
        .bind(&new.id)
        .bind(&new.batch_code)
        .bind(new.kind)
        .bind(&new.file_digest)
        .bind(&new.file_name)
        .bind(new.row_count)
        .bind(new.skipped_count)
        .bind(&new.brought_by)
        .bind(new.brought_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Keeps rows of a workbook.
///
/// # Errors
/// Storage.
pub async fn insert_rows(tx: &mut Tx, import: &str, rows: &[ImportRow]) -> sqlx::Result<()> {
    let mut many = Many::new(
        "INSERT INTO score_import_row (import_id, row_no, application_id, component_id, room_use_id, number,
         kind, score_centi, state, refusal) ",
        "",
    );
    for new in rows {
        let row = many.row().put(import).put(new.row_no).put(new.application_id.as_str());
        let row = row.put(new.component_id.as_str()).put(new.room_use_id.as_str());
        let row = row.put(new.number.as_str()).put(new.outcome().kind());
        row.put(new.score_centi.map(|score| score.0)).put(new.state.code()).put(new.refusal.as_str());
    }
    many.write(tx).await.map(|_| ())
}

/// Says which job writes a workbook down; `false` when one does already.
///
/// # Errors
/// Storage.
pub async fn set_job(tx: &mut Tx, import: &str, job: &JobId) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SET_JOB)
        .bind(import)
        .bind(job)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// One workbook of a batch.
///
/// # Errors
/// Storage.
pub async fn import(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<Import>> {
    on!(tx, |conn| sqlx::query_as(IMPORT).bind(id).bind(batch).fetch_optional(conn).await)
}

/// The latest workbooks somebody brought of a kind of part.
///
/// # Errors
/// Storage.
pub async fn imports_of(
    tx: &mut Tx,
    batch: &BatchCode,
    who: &str,
    kind: ComponentKind,
) -> sqlx::Result<Vec<Import>> {
    on!(tx, |conn| sqlx::query_as(IMPORTS_OF).bind(batch).bind(who).bind(kind).fetch_all(conn).await)
}

/// The next rows that are not written down.
///
/// # Errors
/// Storage.
pub async fn rows_waiting(tx: &mut Tx, import: &str, at_most: i64) -> sqlx::Result<Vec<ImportRow>> {
    on!(tx, |conn| sqlx::query_as(ROWS_WAITING).bind(import).bind(at_most).fetch_all(conn).await)
}

/// One page of the rows that differ from another person's or were refused.
///
/// # Errors
/// Storage.
pub async fn rows_to_see(
    tx: &mut Tx,
    import: &str,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<ImportRow>> {
    on!(tx, |conn| sqlx::query_as(ROWS_TO_SEE).bind(import).bind(limit).bind(offset).fetch_all(conn).await)
}

/// How many rows of a workbook stand how.
///
/// # Errors
/// Storage.
pub async fn row_counts(tx: &mut Tx, import: &str) -> sqlx::Result<Vec<(RowState, i64)>> {
    on!(tx, |conn| sqlx::query_as(ROW_COUNTS).bind(import).fetch_all(conn).await)
}

/// Says what became of a row; `false` when that was said before.
///
/// # Errors
/// Storage.
pub async fn settle_row(
    tx: &mut Tx,
    import: &str,
    row: i64,
    state: RowState,
    refusal: &str,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SETTLE_ROW)
        .bind(import)
        .bind(row)
        .bind(state)
        .bind(refusal)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
