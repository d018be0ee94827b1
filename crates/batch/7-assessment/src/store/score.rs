//! The one score of a candidate in a part: the rows.
use std::collections::HashMap;

use ::store::{Many, Tx, on, queries};
use kernel::{BatchCode, Day, Digest, Score, UnixMicros};
use sqlx::{Database, FromRow, QueryBuilder};

use crate::rules::PartOutcome;

/// Applications named in one statement, far below the limit of either engine.
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

    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Objective => "objective",
            Self::DoubleEntry => "double_entry",
            Self::SealedScores => "sealed_scores",
            Self::Attendance => "attendance",
        }
    }
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
    /// Exam room of this part, if the candidate has a seat in one.
    pub room_use_id: Option<String>,
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
    /// Part of the batch.
    pub component_id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// SHA-256 of everything it was computed from.
    pub inputs_digest: Digest,
}

/// A whole run of scoring computer answers and recording absences.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Run {
    /// SHA-256 of everything the scores were computed from.
    pub inputs_digest: String,
    /// Candidates scored by their answers.
    pub scored: i64,
    /// Parts from which candidates were absent.
    pub absent: i64,
    /// When.
    pub run_at: UnixMicros,
}

queries! {
    /// Writers of a part queue behind this row on either engine.
    TAKE_SHEET = "INSERT INTO score_sheet (component_id, version) VALUES ($1, 1)
                  ON CONFLICT (component_id) DO UPDATE SET version = score_sheet.version + 1";
    RUN = "SELECT inputs_digest, scored, absent, run_at FROM score_run WHERE batch_code = $1";
    PUT_RUN = "INSERT INTO score_run (batch_code, inputs_digest, scored, absent, run_by, run_at)
               VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (batch_code) DO UPDATE SET
               inputs_digest = excluded.inputs_digest, scored = excluded.scored, absent = excluded.absent,
               run_by = excluded.run_by, run_at = excluded.run_at";
    COMPONENT_SCORES = "SELECT application_id, component_id, score_centi FROM component_score
                        WHERE batch_code = $1 ORDER BY application_id, component_id";
    SCORES_OF_CANDIDATE = "SELECT application_id, component_id, score_centi FROM component_score
                           WHERE application_id = $1 ORDER BY component_id";
    SCORES_OF_BATCH = "SELECT application_id, component_id, score_centi, origin FROM component_score
                       WHERE batch_code = $1 ORDER BY application_id, component_id";
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

/// The last whole run of scoring a batch, if there was one.
///
/// # Errors
/// Storage.
pub async fn run(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<Run>> {
    on!(tx, |conn| sqlx::query_as(RUN).bind(batch).fetch_optional(conn).await)
}

/// Writes down that a run came to its end.
///
/// # Errors
/// Storage.
pub async fn put_run(tx: &mut Tx, batch: &BatchCode, run: &Run, by: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(PUT_RUN)
        .bind(batch)
        .bind(&run.inputs_digest)
        .bind(run.scored)
        .bind(run.absent)
        .bind(by)
        .bind(run.run_at)
        .execute(conn)
        .await
        .map(|_| ()))
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

/// Every sealed score of some candidates, by application and part.
///
/// # Errors
/// Storage.
pub async fn scores_of(tx: &mut Tx, applications: &[&str]) -> sqlx::Result<Vec<ComponentScore>> {
    let mut scores = Vec::new();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<ScoreRow> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT application_id, component_id, score_centi FROM component_score WHERE application_id IN (",
            );
            push_all(&mut query, chunk);
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        scores.extend(rows.into_iter().map(component_score));
    }
    Ok(scores)
}

/// What is sealed of some candidates and from which inputs, by application and part. Without the figures.
///
/// # Errors
/// Storage.
pub async fn sealed_rows_of(
    tx: &mut Tx,
    applications: &[&str],
) -> sqlx::Result<HashMap<(String, String), SealedRow>> {
    let mut sealed = HashMap::new();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<SealedRow> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT application_id, component_id, origin, inputs_digest FROM component_score
                 WHERE application_id IN (",
            );
            push_all(&mut query, chunk);
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        sealed.extend(
            rows.into_iter().map(|row| ((row.application_id.clone(), row.component_id.clone()), row)),
        );
    }
    Ok(sealed)
}

/// Closes a list of ids and orders what they name.
fn push_all<'a, DB: Database>(query: &mut QueryBuilder<DB>, ids: &'a [&'a str])
where
    &'a str: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    query.push(") ORDER BY application_id, component_id");
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
    let mut rows = Many::new(
        "INSERT INTO component_score (id, batch_code, application_id, component_id, room_use_id, kind,
         score_centi, origin, inputs_digest, sealed_at, sealed_by) ",
        " ON CONFLICT (application_id, component_id) DO NOTHING",
    );
    for new in scores {
        let row = rows.row().put(new.id.as_str()).put(batch.as_str()).put(new.application_id.as_str());
        let row = row.put(new.component_id.as_str()).put(new.room_use_id.as_deref());
        let row = row.put(new.outcome.kind()).put(new.outcome.score().map(|score| score.0));
        row.put(new.origin.code()).put(new.inputs_digest.as_str()).put(now).put(by);
    }
    rows.write(tx).await
}
