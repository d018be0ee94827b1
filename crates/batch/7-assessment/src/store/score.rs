//! The one score of a candidate in a part: the rows.
use std::collections::HashMap;

use ::store::{Tx, on, queries};
use kernel::{BatchCode, Day, Digest, Score, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::rules::PartOutcome;

/// Scores in one statement: ten values each, far below the limit of either engine.
const AT_ONCE: usize = 500;

/// Application, part, score.
type ScoreRow = (String, String, Option<Score>);

/// The sealed score of a candidate in a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComponentScore {
    /// Application.
    pub application_id: String,
    /// Part of the batch.
    pub component_id: String,
    /// Score, or absent.
    pub outcome: PartOutcome,
}

/// Where a score comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Origin {
    /// Answers against keys.
    Objective,
    /// Two clerks read the same on a script.
    DoubleEntry,
    /// Examiners sealed scores of their own.
    SealedScores,
    /// The record of a room says that the candidate did not come.
    Attendance,
}

impl Origin {
    /// Every origin.
    pub const ALL: [Self; 4] = [Self::Objective, Self::DoubleEntry, Self::SealedScores, Self::Attendance];
}

/// A score to be sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScore {
    /// Key, made by the caller.
    pub id: String,
    /// Application.
    pub application_id: String,
    /// Part of the batch.
    pub component_id: String,
    /// Score, or absent.
    pub outcome: PartOutcome,
    /// Where it comes from.
    pub origin: Origin,
    /// SHA-256 of everything it was computed from.
    pub inputs_digest: Digest,
}

/// A sealed score with what it was computed from.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SealedRow {
    /// Application.
    pub application_id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// SHA-256 of everything it was computed from.
    pub inputs_digest: Digest,
}

queries! {
    /// Writers of a part queue behind this row on either engine.
    TAKE_SHEET = "INSERT INTO score_sheet (component_id, version) VALUES ($1, 1)
                  ON CONFLICT (component_id) DO UPDATE SET version = score_sheet.version + 1";
    IS_BEGUN = "SELECT COUNT(*) FROM score_sheet WHERE component_id = $1";
    COMPONENT_SCORES = "SELECT application_id, component_id, score_centi FROM component_score
                        WHERE batch_code = $1 ORDER BY application_id, component_id";
    SCORES_OF_CANDIDATE = "SELECT application_id, component_id, score_centi FROM component_score
                           WHERE application_id = $1 ORDER BY component_id";
    SCORES_OF_BATCH = "SELECT application_id, component_id, score_centi, origin FROM component_score
                       WHERE batch_code = $1 ORDER BY application_id, component_id";
    SCORES_OF_PART = "SELECT application_id, origin, inputs_digest FROM component_score
                      WHERE component_id = $1 ORDER BY application_id";
    PARTIAL_CREDIT = "SELECT percent FROM partial_credit WHERE component_id = $1 AND valid_from <= $2
                      AND (valid_to IS NULL OR valid_to > $2) ORDER BY valid_from DESC, component_id LIMIT 1";
}

/// Takes the part's sheet, so that nobody else writes scores of it before this transaction ends.
///
/// # Errors
/// Storage.
pub async fn take_sheet(tx: &mut Tx, component: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(TAKE_SHEET).bind(component).execute(conn).await.map(|_| ()))
}

/// Whether anything was ever written to the part's sheet.
///
/// # Errors
/// Storage.
pub async fn is_begun(tx: &mut Tx, component: &str) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| sqlx::query_scalar(IS_BEGUN).bind(component).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// Every sealed score of a batch.
///
/// # Errors
/// Storage.
pub async fn component_scores(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<ComponentScore>> {
    let rows: Vec<ScoreRow> =
        on!(tx, |conn| sqlx::query_as(COMPONENT_SCORES).bind(batch).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(component_score).collect())
}

/// Every sealed score of one candidate.
///
/// # Errors
/// Storage.
pub async fn scores_of_candidate(tx: &mut Tx, application: &str) -> sqlx::Result<Vec<ComponentScore>> {
    let rows: Vec<ScoreRow> =
        on!(tx, |conn| sqlx::query_as(SCORES_OF_CANDIDATE).bind(application).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(component_score).collect())
}

/// Every sealed score of a batch, and where it comes from.
///
/// # Errors
/// Storage.
pub async fn scores_of_batch(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(ComponentScore, Origin)>> {
    let rows: Vec<(String, String, Option<Score>, Origin)> =
        on!(tx, |conn| sqlx::query_as(SCORES_OF_BATCH).bind(batch).fetch_all(conn).await)?;
    let with_origin =
        |(application, component, score, origin)| (component_score((application, component, score)), origin);
    Ok(rows.into_iter().map(with_origin).collect())
}

fn component_score((application_id, component_id, score): ScoreRow) -> ComponentScore {
    ComponentScore { application_id, component_id, outcome: score.into() }
}

/// What is sealed of a part and from which inputs, by application. Without the figures.
///
/// # Errors
/// Storage.
pub async fn scores_of_part(tx: &mut Tx, component: &str) -> sqlx::Result<HashMap<String, SealedRow>> {
    let rows: Vec<SealedRow> =
        on!(tx, |conn| sqlx::query_as(SCORES_OF_PART).bind(component).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| (row.application_id.clone(), row)).collect())
}

/// Share of an item's points for a part of its right letters, in percent; 0 without a rule in force.
///
/// # Errors
/// Storage.
pub async fn partial_percent(tx: &mut Tx, component: &scheme::ComponentId, day: Day) -> sqlx::Result<i64> {
    let percent: Option<i64> = on!(tx, |conn| sqlx::query_scalar(PARTIAL_CREDIT)
        .bind(component)
        .bind(day)
        .fetch_optional(conn)
        .await)?;
    Ok(percent.unwrap_or_default())
}

/// Seals scores; what is sealed already stays as it is. Returns how many are new.
///
/// # Errors
/// Storage.
pub async fn insert_scores(
    tx: &mut Tx,
    batch: &BatchCode,
    scores: &[NewScore],
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<u64> {
    let mut written = 0;
    for chunk in scores.chunks(AT_ONCE) {
        written += on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "INSERT INTO component_score (id, batch_code, application_id, component_id, kind, score_centi,
                 origin, inputs_digest, sealed_at, sealed_by) ",
            );
            query.push_values(chunk, |mut row, new| {
                row.push_bind(&new.id)
                    .push_bind(batch)
                    .push_bind(&new.application_id)
                    .push_bind(&new.component_id)
                    .push_bind(new.outcome.kind())
                    .push_bind(new.outcome.score())
                    .push_bind(new.origin)
                    .push_bind(&new.inputs_digest)
                    .push_bind(now)
                    .push_bind(by);
            });
            query.push(" ON CONFLICT (application_id, component_id) DO NOTHING");
            query.build().execute(conn).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(written)
}
