//! Plans: the rows.
mod course;
mod offer;
mod outline;
mod progress;
mod seating;

use ::store::{Tx, on, push_keys, queries};
use kernel::{BatchCode, Day, LevelCode, Money, OccupationCode, OrgPath, Score, UnixMicros};
use scheme::{ComponentId, ComponentKind, Delivery, StandardId};
use serde::Serialize;
use sqlx::{FromRow, QueryBuilder};

pub(crate) use course::{Course, courses, entered, unfinished_or};
pub use course::{every_planned, planned};
pub use offer::{levels_and_components, offers_of};
pub use outline::{Outline, outline};
pub(crate) use progress::ProgressRow;
pub use progress::{Progress, ProgressState, hold_progress, report_progress, report_share};
pub use seating::{BatchPoint, Elsewhere, points};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn queries() -> Vec<(&'static str, &'static str)> {
    [
        ALL_QUERIES,
        course::ALL_QUERIES,
        offer::ALL_QUERIES,
        outline::ALL_QUERIES,
        progress::ALL_QUERIES,
        seating::ALL_QUERIES,
    ]
    .concat()
}

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct Batch {
    /// Its code, part of every address.
    pub code: BatchCode,
    /// Chinese title.
    pub title_zh: String,
    /// English title.
    pub title_en: String,
    /// Organisation that holds it.
    pub org_path: OrgPath,
    /// Day on which years of work are counted.
    pub reference_date: Day,
    /// Day of the exam.
    pub exam_date: Day,
    /// Counts every change; a form carries the one it was drawn from.
    #[serde(skip)]
    pub version: i64,
    /// When it was published; a draft has none.
    #[serde(skip)]
    pub published_at: Option<UnixMicros>,
}

impl Batch {
    /// Title in the visitor's language.
    #[must_use]
    pub fn title(&self, t: web::Words) -> String {
        t.pick(&self.title_zh, &self.title_en).to_owned()
    }
}

/// An occupation and level offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct BatchLevel {
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Standard in force when the plan was drawn up.
    pub standard_id: StandardId,
    /// Chinese name of the occupation.
    pub occupation_zh: String,
    /// English name of the occupation.
    pub occupation_en: String,
    /// Full Chinese name of the level.
    pub level_zh: String,
    /// English name of the level.
    pub level_en: String,
    /// What a candidate pays for all parts.
    pub fee: Money,
}

/// One part of the examination as this batch sits it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct BatchComponent {
    /// Key.
    pub id: String,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// The component of the standard it copies; scoring and combination are read from there.
    pub component_id: ComponentId,
    /// What it examines.
    pub kind: ComponentKind,
    /// Its place among the parts.
    pub position: i64,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// How it is sat in this batch.
    pub delivery: Delivery,
    /// Length in minutes.
    pub minutes: i64,
    /// The score that passes it.
    pub pass_mark: Score,
    /// When it begins.
    pub starts_at: UnixMicros,
}

/// A half-open window `[opens_at, closes_at)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromRow)]
pub struct Window {
    /// `registration`, `review`, `payment`, `tickets` …
    pub code: String,
    /// First instant.
    pub opens_at: UnixMicros,
    /// First instant after.
    pub closes_at: UnixMicros,
}

impl Window {
    /// Whether `now` is inside.
    #[must_use]
    pub fn is_open(&self, now: UnixMicros) -> bool {
        self.opens_at <= now && now < self.closes_at
    }

    /// The last day inside, as people say it.
    #[must_use]
    pub fn last_day(&self) -> Day {
        UnixMicros::new(self.closes_at.get() - 1).day()
    }
}

/// Everything a plan says; what is proposed, hashed and published.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Plan {
    pub batch: Batch,
    pub levels: Vec<BatchLevel>,
    pub components: Vec<BatchComponent>,
    pub points: Vec<BatchPoint>,
    pub windows: Vec<Window>,
}

queries! {
    BATCH = "SELECT code, title_zh, title_en, org_path, reference_date, exam_date, version, published_at
             FROM batch WHERE code = $1";
    /// A batch is over when its certificates are issued; one in which nobody passed stays.
    BATCHES = "SELECT code, title_zh, title_en, org_path, reference_date, exam_date, version, published_at
               FROM batch ORDER BY exam_date DESC, code";
    INSERT_BATCH = "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status,
                    version, created_at, published_at) VALUES ($1, $2, $3, $4, $5, $6, 'draft', 1, $7, NULL)
                    ON CONFLICT (code) DO NOTHING";
    UPDATE_DRAFT = "UPDATE batch SET title_zh = $2, title_en = $3, reference_date = $4, exam_date = $5,
                    version = version + 1 WHERE code = $1 AND version = $6 AND status = 'draft'";
    PUBLISH = "UPDATE batch SET status = 'published', published_at = $2, version = version + 1
               WHERE code = $1 AND status = 'draft'";
    LEVELS = "SELECT occupation_code, level_code, standard_id, occupation_zh, occupation_en, level_zh, level_en, fee
              FROM batch_level WHERE batch_code = $1 ORDER BY occupation_code DESC, level_code DESC";
    COMPONENTS = "SELECT id, occupation_code, level_code, component_id, kind, position, name_zh, name_en, delivery,
                  minutes, pass_mark, starts_at FROM batch_component WHERE batch_code = $1
                  ORDER BY occupation_code DESC, level_code DESC, position";
    WINDOWS = "SELECT code, opens_at, closes_at FROM batch_window WHERE batch_code = $1 ORDER BY closes_at, opens_at, code";
    WINDOW = "SELECT code, opens_at, closes_at FROM batch_window WHERE batch_code = $1 AND code = $2";
    CLEAR_LEVELS = "DELETE FROM batch_level WHERE batch_code = $1";
    CLEAR_COMPONENTS = "DELETE FROM batch_component WHERE batch_code = $1";
    CLEAR_WINDOWS = "DELETE FROM batch_window WHERE batch_code = $1";
    INSERT_LEVEL = "INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh,
                    occupation_en, level_zh, level_en, fee) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    INSERT_COMPONENT = "INSERT INTO batch_component (id, batch_code, occupation_code, level_code, component_id, kind,
                        position, name_zh, name_en, delivery, minutes, pass_mark, starts_at)
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    INSERT_WINDOW = "INSERT INTO batch_window (batch_code, code, opens_at, closes_at) VALUES ($1, $2, $3, $4)";
}

/// A batch by its code.
///
/// # Errors
/// Storage.
pub async fn batch(tx: &mut Tx, code: &str) -> sqlx::Result<Option<Batch>> {
    on!(tx, |conn| sqlx::query_as(BATCH).bind(code).fetch_optional(conn).await)
}

/// Every batch, the latest exam first.
///
/// # Errors
/// Storage.
pub async fn batches(tx: &mut Tx) -> sqlx::Result<Vec<Batch>> {
    on!(tx, |conn| sqlx::query_as(BATCHES).fetch_all(conn).await)
}

/// What is certified in a batch.
///
/// # Errors
/// Storage.
pub async fn levels(tx: &mut Tx, code: &BatchCode) -> sqlx::Result<Vec<BatchLevel>> {
    on!(tx, |conn| sqlx::query_as(LEVELS).bind(code).fetch_all(conn).await)
}

/// The parts of every level of a batch.
///
/// # Errors
/// Storage.
pub async fn components(tx: &mut Tx, code: &BatchCode) -> sqlx::Result<Vec<BatchComponent>> {
    on!(tx, |conn| sqlx::query_as(COMPONENTS).bind(code).fetch_all(conn).await)
}

/// The parts of every level of several batches, with the batch.
///
/// # Errors
/// Storage.
pub async fn components_of(tx: &mut Tx, codes: &[&str]) -> sqlx::Result<Vec<(String, BatchComponent)>> {
    #[derive(FromRow)]
    struct Row {
        batch_code: String,
        #[sqlx(flatten)]
        part: BatchComponent,
    }
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, id, occupation_code, level_code, component_id, kind, position, name_zh, name_en,
             delivery, minutes, pass_mark, starts_at FROM batch_component WHERE batch_code IN (",
        );
        push_keys(&mut query, codes);
        query.push("ORDER BY batch_code, occupation_code DESC, level_code DESC, position");
        query.build_query_as().fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(|row| (row.batch_code, row.part)).collect())
}

/// Every window of a batch.
///
/// # Errors
/// Storage.
pub(crate) async fn windows(tx: &mut Tx, code: &BatchCode) -> sqlx::Result<Vec<Window>> {
    on!(tx, |conn| sqlx::query_as(WINDOWS).bind(code).fetch_all(conn).await)
}

/// One window of a batch.
///
/// # Errors
/// Storage.
pub async fn window(tx: &mut Tx, code: &BatchCode, window: &str) -> sqlx::Result<Option<Window>> {
    on!(tx, |conn| sqlx::query_as(WINDOW).bind(code).bind(window).fetch_optional(conn).await)
}

pub(crate) async fn insert_batch(tx: &mut Tx, batch: &Batch, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT_BATCH)
        .bind(&batch.code)
        .bind(&batch.title_zh)
        .bind(&batch.title_en)
        .bind(&batch.org_path)
        .bind(batch.reference_date)
        .bind(batch.exam_date)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

/// Changes a draft; `false` when it was published or changed since the caller's page was drawn.
pub(crate) async fn update_draft(tx: &mut Tx, batch: &Batch) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(UPDATE_DRAFT)
        .bind(&batch.code)
        .bind(&batch.title_zh)
        .bind(&batch.title_en)
        .bind(batch.reference_date)
        .bind(batch.exam_date)
        .bind(batch.version)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

pub(crate) async fn publish(tx: &mut Tx, code: &BatchCode, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUBLISH)
        .bind(code)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

/// Replaces everything a plan says beside its head. The caller holds the draft's row.
pub(crate) async fn replace_parts(tx: &mut Tx, plan: &Plan) -> sqlx::Result<()> {
    let code = &plan.batch.code;
    for clear in [CLEAR_LEVELS, CLEAR_COMPONENTS, CLEAR_WINDOWS] {
        on!(&mut *tx, |conn| sqlx::query(clear).bind(code).execute(conn).await.map(|_| ()))?;
    }
    for level in &plan.levels {
        insert_level(tx, code, level).await?;
    }
    for part in &plan.components {
        insert_component(tx, code, part).await?;
    }
    seating::replace(tx, code, &plan.points).await?;
    for window in &plan.windows {
        on!(&mut *tx, |conn| sqlx::query(INSERT_WINDOW)
            .bind(code)
            .bind(&window.code)
            .bind(window.opens_at)
            .bind(window.closes_at)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

async fn insert_level(tx: &mut Tx, code: &BatchCode, level: &BatchLevel) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_LEVEL)
        .bind(code)
        .bind(&level.occupation_code)
        .bind(&level.level_code)
        .bind(&level.standard_id)
        .bind(&level.occupation_zh)
        .bind(&level.occupation_en)
        .bind(&level.level_zh)
        .bind(&level.level_en)
        .bind(level.fee)
        .execute(conn)
        .await
        .map(|_| ()))
}

async fn insert_component(tx: &mut Tx, code: &BatchCode, part: &BatchComponent) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_COMPONENT)
        .bind(&part.id)
        .bind(code)
        .bind(&part.occupation_code)
        .bind(&part.level_code)
        .bind(&part.component_id)
        .bind(part.kind)
        .bind(part.position)
        .bind(&part.name_zh)
        .bind(&part.name_en)
        .bind(part.delivery)
        .bind(part.minutes)
        .bind(part.pass_mark)
        .bind(part.starts_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// The whole plan of a batch.
///
/// # Errors
/// Storage.
pub(crate) async fn plan(tx: &mut Tx, batch: Batch) -> sqlx::Result<Plan> {
    let windows = windows(tx, &batch.code).await?;
    plan_with(tx, batch, windows).await
}

/// The whole plan of a batch whose windows are known.
pub(crate) async fn plan_with(tx: &mut Tx, batch: Batch, windows: Vec<Window>) -> sqlx::Result<Plan> {
    let Outline { levels, components, points } = outline(tx, &batch.code).await?;
    Ok(Plan { levels, components, points, windows, batch })
}
