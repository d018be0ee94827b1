//! Every examiner's own scores: the rows. Figures of others are read in two places only: where the
//! transaction that seals the last of them combines them, and where a finished batch is verified.
use std::collections::{HashMap, HashSet};

use ::store::{Tx, on, push_keys, queries};
use kernel::{BatchCode, Score, UnixMicros};
use sqlx::{FromRow, QueryBuilder};

use crate::rules::{PartOutcome, Sealed};

/// Candidates asked for in one statement.
const AT_ONCE: usize = 500;

/// An examiner's score to be sealed.
#[derive(Debug, Clone, Copy)]
pub struct NewSealed<'a> {
    /// Key, made by the caller.
    pub id: &'a str,
    /// Batch.
    pub batch: &'a BatchCode,
    /// Application.
    pub application: &'a str,
    /// Part of the batch.
    pub component: &'a str,
    /// Exam room in which they were scored.
    pub room: &'a str,
    /// Account of the examiner.
    pub examiner: &'a str,
    /// Score, or absent.
    pub outcome: PartOutcome,
    /// When.
    pub at: UnixMicros,
}

/// How many examiners have sealed for a candidate. No figure.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SealedCount {
    /// Part of the batch.
    pub component_id: String,
    /// Application.
    pub application_id: String,
    /// Examiners who have sealed.
    pub sealed: i64,
}

/// What one examiner may know of some candidates; every key is application and part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SealedFor {
    /// What they sealed themselves.
    pub own: HashMap<(String, String), PartOutcome>,
    /// For whom any examiner has sealed.
    pub anybody: HashSet<(String, String)>,
    /// Whose score is sealed, however it came about.
    pub done: HashSet<(String, String)>,
}

queries! {
    INSERT_SEALED = "INSERT INTO sealed_score (id, batch_code, application_id, component_id, room_use_id,
                     examiner, kind, score_centi, sealed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                     ON CONFLICT (application_id, component_id, examiner) DO NOTHING";
    SEALED_OF_CANDIDATE = "SELECT examiner, score_centi FROM sealed_score
                           WHERE component_id = $1 AND application_id = $2 ORDER BY sealed_at, id";
    SEALED_OF_BATCH = "SELECT component_id, application_id, examiner, score_centi FROM sealed_score
                       WHERE batch_code = $1 ORDER BY component_id, application_id, sealed_at, id";
    SEALED_COUNTS = "SELECT component_id, application_id, COUNT(*) AS sealed FROM sealed_score
                     WHERE batch_code = $1 GROUP BY component_id, application_id
                     ORDER BY component_id, application_id";
}

/// Seals one examiner's score; `false` when they have sealed one already.
///
/// # Errors
/// Storage.
pub async fn insert_sealed(tx: &mut Tx, new: NewSealed<'_>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT_SEALED)
        .bind(new.id)
        .bind(new.batch)
        .bind(new.application)
        .bind(new.component)
        .bind(new.room)
        .bind(new.examiner)
        .bind(new.outcome.kind())
        .bind(new.outcome.score())
        .bind(new.at)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

/// Everything sealed for one candidate in one part, in the order of sealing. For combining only.
///
/// # Errors
/// Storage.
pub async fn sealed_of_candidate(
    tx: &mut Tx,
    component: &str,
    application: &str,
) -> sqlx::Result<Vec<Sealed>> {
    let rows: Vec<(String, Option<Score>)> = on!(tx, |conn| sqlx::query_as(SEALED_OF_CANDIDATE)
        .bind(component)
        .bind(application)
        .fetch_all(conn)
        .await)?;
    Ok(rows.into_iter().map(|(examiner, score)| Sealed { examiner, outcome: score.into() }).collect())
}

/// What every examiner of a batch sealed, in the order of sealing, by part and application.
///
/// # Errors
/// Storage.
pub async fn sealed_of_batch(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<HashMap<(String, String), Vec<Sealed>>> {
    let rows: Vec<(String, String, String, Option<Score>)> =
        on!(tx, |conn| sqlx::query_as(SEALED_OF_BATCH).bind(batch).fetch_all(conn).await)?;
    let mut by_candidate: HashMap<(String, String), Vec<Sealed>> = HashMap::new();
    for (component, application, examiner, score) in rows {
        let sealed = Sealed { examiner, outcome: score.into() };
        by_candidate.entry((component, application)).or_default().push(sealed);
    }
    Ok(by_candidate)
}

/// What one examiner sealed for some candidates; for whom anybody did; and whose score is sealed.
///
/// # Errors
/// Storage.
pub async fn sealed_for(tx: &mut Tx, applications: &[&str], examiner: &str) -> sqlx::Result<SealedFor> {
    let mut known = SealedFor::default();
    for chunk in applications.chunks(AT_ONCE) {
        let rows: Vec<(String, String, Option<String>, Option<Score>)> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT application_id, component_id, CAST(NULL AS TEXT) AS examiner,
                 CAST(NULL AS BIGINT) AS score_centi FROM component_score WHERE application_id IN (",
            );
            push_keys(&mut query, chunk);
            query.push("UNION ALL SELECT application_id, component_id, examiner, CASE WHEN examiner = ");
            query.push_bind(examiner);
            query.push(" THEN score_centi END FROM sealed_score WHERE application_id IN (");
            push_keys(&mut query, chunk);
            query.push("ORDER BY application_id, component_id, examiner NULLS FIRST");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        for (application, component, by, score) in rows {
            let key = (application, component);
            let Some(by) = by else {
                known.done.insert(key);
                continue;
            };
            if by == examiner {
                known.own.insert(key.clone(), score.into());
            }
            known.anybody.insert(key);
        }
    }
    Ok(known)
}

/// How many have sealed, candidate by candidate.
///
/// # Errors
/// Storage.
pub async fn sealed_counts(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<SealedCount>> {
    on!(tx, |conn| sqlx::query_as(SEALED_COUNTS).bind(batch).fetch_all(conn).await)
}
