//! The decision on each candidate: the rows, and one page of them at a time.
use std::collections::HashMap;

use ::store::{Many, Tx, on, push_keys, queries};
use kernel::{AdmissionNumber, BatchCode, Day, LevelCode, OccupationCode, OrgPath, UnixMicros};
use person::{Person, PersonId, SealedParts, Vault};
use sqlx::{Database, FromRow, QueryBuilder};

use crate::rules::{Outcome, Tally};

/// A decision to be written, with what lists of it ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewResult {
    /// Application.
    pub application_id: String,
    /// Who.
    pub person_id: PersonId,
    /// Admission number.
    pub number: AdmissionNumber,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Decision.
    pub outcome: Outcome,
}

/// One candidate's result as a list shows it, with the person behind it.
#[derive(Debug, Clone, FromRow)]
pub struct Line {
    /// Application.
    pub application_id: String,
    /// Who.
    pub person_id: PersonId,
    /// Admission number.
    pub number: String,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Decision.
    pub outcome: Outcome,
    #[sqlx(flatten)]
    sealed: SealedParts,
}

impl Line {
    /// The person, opened.
    ///
    /// # Errors
    /// A decode error when a sealed value does not open.
    pub fn person(&self, vault: &Vault) -> sqlx::Result<Person> {
        self.sealed.clone().open(vault, &self.person_id)
    }
}

/// Which results a list is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this outcome only.
    pub outcome: Option<Outcome>,
    /// Of this occupation and level only.
    pub level: Option<(String, String)>,
    /// Of these registration points only; none for all of them.
    pub points: Option<Vec<OrgPath>>,
}

impl Wanted {
    /// How many results these are, by the figures of their batch.
    #[must_use]
    pub fn count(&self, tallies: &[Tally]) -> i64 {
        let is_level = |tally: &Tally| {
            self.level.as_ref().is_none_or(|(occupation, level)| {
                tally.occupation_code.as_str() == occupation && tally.level_code.as_str() == level
            })
        };
        let is_point =
            |tally: &Tally| self.points.as_ref().is_none_or(|points| points.contains(&tally.point_path));
        let of = |tally: &Tally| match self.outcome {
            None => tally.admitted,
            Some(Outcome::Pass) => tally.pass,
            Some(Outcome::Fail) => tally.fail,
            Some(Outcome::Absent) => tally.absent,
        };
        tallies.iter().filter(|tally| is_level(tally) && is_point(tally)).map(of).sum()
    }
}

queries! {
    OUTCOMES = "SELECT application_id, outcome FROM result WHERE batch_code = $1 ORDER BY application_id";
    PUBLISHED_OUTCOME = "SELECT r.outcome FROM result r JOIN result_publication p ON p.batch_code = r.batch_code
                         WHERE r.application_id = $1";
    PASSED = "SELECT r.application_id FROM result r JOIN result_publication p ON p.batch_code = r.batch_code
              WHERE r.batch_code = $1 AND r.outcome = 'pass' ORDER BY r.application_id";
    CERTIFIABLE = "SELECT r.application_id FROM result r
                   JOIN result_publication p ON p.batch_code = r.batch_code
                   WHERE r.batch_code = $1 AND r.outcome = 'pass' AND p.notice_ends_on < $2
                   ORDER BY r.application_id";
    UNTOLD = "SELECT application_id, person_id FROM result WHERE batch_code = $1 AND told_at IS NULL
              AND person_id IS NOT NULL ORDER BY application_id LIMIT $2";
    UNTOLD_COUNT = "SELECT COUNT(*) FROM result WHERE batch_code = $1 AND told_at IS NULL
                    AND person_id IS NOT NULL";
    MARK_TOLD = "UPDATE result SET told_at = $2 WHERE application_id = $1 AND told_at IS NULL";
}

/// Every decision of a batch, by application.
///
/// # Errors
/// Storage.
pub async fn outcomes(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(String, Outcome)>> {
    on!(tx, |conn| sqlx::query_as(OUTCOMES).bind(batch).fetch_all(conn).await)
}

/// The decision on a candidate, if it is published.
///
/// # Errors
/// Storage.
pub async fn published_outcome(tx: &mut Tx, application: &str) -> sqlx::Result<Option<Outcome>> {
    on!(tx, |conn| sqlx::query_scalar(PUBLISHED_OUTCOME).bind(application).fetch_optional(conn).await)
}

/// The decisions on several candidates, as far as they are published, by application.
///
/// # Errors
/// Storage.
pub async fn published_outcomes(
    tx: &mut Tx,
    applications: &[&str],
) -> sqlx::Result<HashMap<String, Outcome>> {
    if applications.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, Outcome)> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT r.application_id, r.outcome FROM result r
             JOIN result_publication p ON p.batch_code = r.batch_code WHERE r.application_id IN (",
        );
        push_keys(&mut query, applications);
        query.push("ORDER BY r.application_id");
        query.build_query_as().fetch_all(conn).await
    })?;
    Ok(rows.into_iter().collect())
}

/// Who passed, as far as it is published.
///
/// # Errors
/// Storage.
pub async fn passed(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(PASSED).bind(batch).fetch_all(conn).await)
}

/// Who passed, published, when the public notice is over on `today`.
///
/// # Errors
/// Storage.
pub async fn certifiable(tx: &mut Tx, batch: &BatchCode, today: Day) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(CERTIFIABLE).bind(batch).bind(today).fetch_all(conn).await)
}

/// Candidates who were not told yet that their result can be read.
///
/// # Errors
/// Storage.
pub async fn untold(tx: &mut Tx, batch: &BatchCode, at_most: i64) -> sqlx::Result<Vec<(String, PersonId)>> {
    on!(tx, |conn| sqlx::query_as(UNTOLD).bind(batch).bind(at_most).fetch_all(conn).await)
}

/// How many they are.
///
/// # Errors
/// Storage.
pub async fn untold_count(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(UNTOLD_COUNT).bind(batch).fetch_one(conn).await)
}

/// Notes that a candidate was told.
///
/// # Errors
/// Storage.
pub async fn mark_told(tx: &mut Tx, application: &str, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(MARK_TOLD).bind(application).bind(now).execute(conn).await.map(|_| ()))
}

/// Writes decisions; one decided before is replaced as long as the batch is not published.
///
/// # Errors
/// Storage.
pub async fn put_results(
    tx: &mut Tx,
    batch: &BatchCode,
    results: &[NewResult],
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO result (application_id, batch_code, person_id, number, occupation_code, level_code,
         point_path, outcome, decided_at, decided_by) ",
        " ON CONFLICT (application_id) DO UPDATE SET outcome = excluded.outcome,
         person_id = excluded.person_id, number = excluded.number,
         occupation_code = excluded.occupation_code, level_code = excluded.level_code,
         point_path = excluded.point_path, decided_at = excluded.decided_at,
         decided_by = excluded.decided_by
         WHERE NOT EXISTS (SELECT 1 FROM result_publication p WHERE p.batch_code = result.batch_code)",
    );
    for new in results {
        let row = rows.row().put(new.application_id.as_str()).put(batch.as_str());
        let row = row.put(new.person_id.as_str()).put(new.number.as_str());
        let row = row.put(new.occupation_code.as_str()).put(new.level_code.as_str());
        row.put(new.point_path.as_str()).put(new.outcome.code()).put(now).put(by);
    }
    rows.write(tx).await.map(|_| ())
}

/// One page of results with their people, by admission number.
///
/// # Errors
/// Storage.
pub async fn lines(
    tx: &mut Tx,
    batch: &BatchCode,
    wanted: &Wanted,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<Line>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT r.application_id, r.person_id, r.number, r.occupation_code, r.level_code, r.point_path, r.outcome,
             p.document_kind, p.document_sealed, p.name_sealed, p.phone_sealed, p.detail_sealed
             FROM result r JOIN person p ON p.id = r.person_id WHERE r.batch_code = ",
        );
        query.push_bind(batch);
        narrow(&mut query, wanted);
        query.push(" ORDER BY r.number, r.application_id LIMIT ");
        query.push_bind(limit);
        query.push(" OFFSET ");
        query.push_bind(offset);
        query.build_query_as().persistent(false).fetch_all(conn).await
    })
}

/// How many results there are.
///
/// # Errors
/// Storage.
pub async fn count(tx: &mut Tx, batch: &BatchCode, wanted: &Wanted) -> sqlx::Result<i64> {
    on!(tx, |conn| {
        let mut query =
            QueryBuilder::new("SELECT COUNT(*) FROM result WHERE person_id IS NOT NULL AND batch_code = ");
        query.push_bind(batch);
        narrow(&mut query, wanted);
        query.build_query_scalar().persistent(false).fetch_one(conn).await
    })
}

fn narrow<'a, DB: Database>(query: &mut QueryBuilder<DB>, wanted: &'a Wanted)
where
    Outcome: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
    &'a String: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
    &'a OrgPath: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    if let Some(outcome) = wanted.outcome {
        query.push(" AND outcome = ");
        query.push_bind(outcome);
    }
    if let Some((occupation, level)) = &wanted.level {
        query.push(" AND occupation_code = ");
        query.push_bind(occupation);
        query.push(" AND level_code = ");
        query.push_bind(level);
    }
    if let Some(points) = &wanted.points {
        query.push(" AND point_path IN (''");
        for point in points {
            query.push(", ");
            query.push_bind(point);
        }
        query.push(")");
    }
}

/// How many passed, by batch; only batches whose results are published are there.
///
/// # Errors
/// Storage.
pub async fn passed_by_batch(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<(String, i64)>> {
    let start = "SELECT p.batch_code, COUNT(r.application_id) FROM result_publication p
                 LEFT JOIN result r ON r.batch_code = p.batch_code AND r.outcome = 'pass'
                 WHERE p.batch_code";
    ::store::counts_in(tx, (start, "GROUP BY p.batch_code"), batches).await
}
