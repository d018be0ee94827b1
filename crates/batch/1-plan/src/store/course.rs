//! What says how the stages of a batch stand: their reports beside the windows of the plan. Asked for behind
//! every page of a batch, so it comes in one statement.
use std::collections::HashMap;

use ::store::{Tx, on, push_keys, queries};
use kernel::UnixMicros;
use sqlx::{Database, Encode, FromRow, QueryBuilder, Type};

use super::{Batch, ProgressRow, ProgressState, Window};

/// How the stages of one batch stand.
#[derive(Debug, Clone, Default)]
pub(crate) struct Course {
    pub windows: Vec<Window>,
    pub progress: Vec<ProgressRow>,
}

/// A window or a report; the fields of the other are empty, and of both where the batch has neither.
#[derive(FromRow)]
struct PartRow {
    window_code: Option<String>,
    opens_at: Option<UnixMicros>,
    closes_at: Option<UnixMicros>,
    stage: Option<i64>,
    state: Option<ProgressState>,
    note_key: Option<String>,
    note_count: Option<i64>,
    note_total: Option<i64>,
}

impl PartRow {
    fn window(&self) -> Option<Window> {
        Some(Window { code: self.window_code.clone()?, opens_at: self.opens_at?, closes_at: self.closes_at? })
    }

    fn progress(self) -> Option<ProgressRow> {
        Some(ProgressRow {
            stage: self.stage?,
            state: self.state?,
            note_key: self.note_key?,
            note_count: self.note_count?,
            note_total: self.note_total?,
        })
    }
}

impl Course {
    /// Whether `stage` (1–9) reported that it is done.
    pub fn is_done(&self, stage: i64) -> bool {
        self.progress.iter().any(|row| row.stage == stage && row.state == ProgressState::Done)
    }

    fn add(&mut self, row: PartRow) {
        self.windows.extend(row.window());
        self.progress.extend(row.progress());
    }
}

#[derive(FromRow)]
struct EnteredRow {
    #[sqlx(flatten)]
    batch: Batch,
    #[sqlx(flatten)]
    part: PartRow,
}

#[derive(FromRow)]
struct CourseRow {
    batch_code: String,
    #[sqlx(flatten)]
    part: PartRow,
}

queries! {
    EVERY_PLANNED = "SELECT b.code, b.title_zh, b.title_en, b.org_path, b.reference_date, b.exam_date, b.version,
               b.published_at, w.code AS window_code, w.opens_at, w.closes_at, CAST(NULL AS BIGINT) AS stage, CAST(NULL AS TEXT) AS state,
               CAST(NULL AS TEXT) AS note_key, CAST(NULL AS BIGINT) AS note_count, CAST(NULL AS BIGINT) AS note_total
               FROM batch b LEFT JOIN batch_window w ON w.batch_code = b.code
               ORDER BY b.exam_date DESC, b.code, w.closes_at NULLS LAST, w.opens_at NULLS LAST, w.code NULLS LAST";
    ENTERED = "SELECT b.code, b.title_zh, b.title_en, b.org_path, b.reference_date, b.exam_date, b.version,
               b.published_at, c.window_code, c.opens_at, c.closes_at, c.stage, c.state, c.note_key, c.note_count,
               c.note_total FROM batch b LEFT JOIN (
                   SELECT code AS window_code, opens_at, closes_at, NULL AS stage, NULL AS state, NULL AS note_key,
                   NULL AS note_count, NULL AS note_total FROM batch_window WHERE batch_code = $1
                   UNION ALL SELECT NULL, NULL, NULL, stage, state, note_key, note_count, note_total
                   FROM stage_progress WHERE batch_code = $1 AND site_id = '') c ON TRUE
               WHERE b.code = $1
               ORDER BY c.closes_at NULLS LAST, c.opens_at NULLS LAST, c.window_code NULLS LAST, c.stage NULLS LAST";
}

/// A batch by its code, with its course.
pub(crate) async fn entered(tx: &mut Tx, code: &str) -> sqlx::Result<Option<(Batch, Course)>> {
    let rows: Vec<EnteredRow> = on!(tx, |conn| sqlx::query_as(ENTERED).bind(code).fetch_all(conn).await)?;
    let mut found = None;
    for row in rows {
        let (_, course) = found.get_or_insert_with(|| (row.batch, Course::default()));
        course.add(row.part);
    }
    Ok(found)
}

/// Batches that are not over, and those of `codes`, over or not, each with its course; the latest exam first.
pub(crate) async fn unfinished_or(tx: &mut Tx, codes: &[&str]) -> sqlx::Result<Vec<(Batch, Course)>> {
    let rows: Vec<EnteredRow> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch.code AS code, title_zh, title_en, org_path, reference_date, exam_date, version, published_at,
             w.code AS window_code, w.opens_at, w.closes_at, NULL AS stage, NULL AS state, NULL AS note_key,
             NULL AS note_count, NULL AS note_total
             FROM batch LEFT JOIN batch_window w ON w.batch_code = batch.code ",
        );
        push_unfinished(&mut query, codes);
        query.push(
            " UNION ALL SELECT batch.code, title_zh, title_en, org_path, reference_date, exam_date, version, published_at,
             NULL, NULL, NULL, r.stage, r.state, r.note_key, r.note_count, r.note_total
             FROM batch JOIN stage_progress r ON r.batch_code = batch.code AND r.site_id = '' ",
        );
        push_unfinished(&mut query, codes);
        query.push(
            " ORDER BY exam_date DESC, code, closes_at NULLS LAST, opens_at NULLS LAST, window_code NULLS LAST,
             stage NULLS LAST",
        );
        query.build_query_as().fetch_all(conn).await
    })?;
    let mut all: Vec<(Batch, Course)> = Vec::new();
    for row in rows {
        if all.last().is_none_or(|(batch, _)| batch.code != row.batch.code) {
            all.push((row.batch, Course::default()));
        }
        if let Some((_, course)) = all.last_mut() {
            course.add(row.part);
        }
    }
    Ok(all)
}

/// The condition of [`unfinished_or`].
fn push_unfinished<'q, DB: Database>(query: &mut QueryBuilder<DB>, codes: &[&'q str])
where
    &'q str: Encode<'q, DB> + Type<DB>,
{
    query.push(
        "WHERE (NOT EXISTS (SELECT 1 FROM stage_progress p WHERE p.batch_code = batch.code AND p.stage = 9
         AND p.site_id = '' AND p.state = 'done')",
    );
    if !codes.is_empty() {
        query.push(" OR batch.code IN (");
        push_keys(query, codes);
    }
    query.push(")");
}

/// Every batch with its windows, the latest exam first.
///
/// # Errors
/// Storage.
pub async fn every_planned(tx: &mut Tx) -> sqlx::Result<Vec<(Batch, Vec<Window>)>> {
    let rows: Vec<EnteredRow> = on!(tx, |conn| sqlx::query_as(EVERY_PLANNED).fetch_all(conn).await)?;
    let mut all: Vec<(Batch, Vec<Window>)> = Vec::new();
    for row in rows {
        if all.last().is_none_or(|(batch, _)| batch.code != row.batch.code) {
            all.push((row.batch, Vec::new()));
        }
        if let Some((_, windows)) = all.last_mut() {
            windows.extend(row.part.window());
        }
    }
    Ok(all)
}

/// A batch by its code, with its windows.
///
/// # Errors
/// Storage.
pub async fn planned(tx: &mut Tx, code: &str) -> sqlx::Result<Option<(Batch, Vec<Window>)>> {
    Ok(entered(tx, code).await?.map(|(batch, course)| (batch, course.windows)))
}

/// The courses of several batches, by code; one that has neither window nor report is not in it.
pub(crate) async fn courses(tx: &mut Tx, codes: &[&str]) -> sqlx::Result<HashMap<String, Course>> {
    let mut courses: HashMap<String, Course> = HashMap::new();
    if codes.is_empty() {
        return Ok(courses);
    }
    let rows: Vec<CourseRow> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, code AS window_code, opens_at, closes_at, NULL AS stage, NULL AS state,
             NULL AS note_key, NULL AS note_count, NULL AS note_total FROM batch_window WHERE batch_code IN (",
        );
        push_keys(&mut query, codes);
        query.push(
            " UNION ALL SELECT batch_code, NULL, NULL, NULL, stage, state, note_key, note_count, note_total
             FROM stage_progress WHERE site_id = '' AND batch_code IN (",
        );
        push_keys(&mut query, codes);
        query.push(
            " ORDER BY closes_at NULLS LAST, opens_at NULLS LAST, window_code NULLS LAST, stage NULLS LAST,
             batch_code",
        );
        query.build_query_as().fetch_all(conn).await
    })?;
    for row in rows {
        courses.entry(row.batch_code).or_default().add(row.part);
    }
    Ok(courses)
}
