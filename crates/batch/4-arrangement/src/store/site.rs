//! The plan of each site: to be drawn, drawn, confirmed.
use ::store::{Tx, on, push_keys, queries, was_changed};
use job::JobId;
use kernel::{BatchCode, OrgPath, UnixMicros};
use sqlx::{FromRow, QueryBuilder};
use venue::SiteId;

use crate::rules::SiteStatus;

/// How one site of a batch stands, and what its draw is repeated from.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SitePlan {
    /// The batch.
    pub batch_code: BatchCode,
    /// The site.
    pub site_id: SiteId,
    /// Organisation that runs it.
    pub site_path: OrgPath,
    /// Its place among the sites of the batch.
    pub place: i64,
    /// How it stands.
    pub status: SiteStatus,
    /// Counts every change; a form carries the one it was drawn from.
    pub version: i64,
    /// How many people sit there.
    pub candidates: i64,
    /// How often it was drawn.
    pub draws: i64,
    /// Seed of the draw: 64 hexadecimal digits.
    pub seed: String,
    /// SHA-256 of the list of candidates it was drawn for.
    pub population: String,
    /// The random value that went into the seed.
    pub chance: String,
    /// SHA-256 of who sat where when it was drawn.
    pub digest: String,
    /// Why the last draw could not be made, as JSON; empty when it could.
    pub conflicts: String,
    /// The job that owes it a draw.
    pub job_id: Option<JobId>,
    /// Since when that job is asked for it; none when it was cancelled.
    pub asked_at: Option<UnixMicros>,
    /// When it was drawn last.
    pub drawn_at: Option<UnixMicros>,
    /// When it was confirmed.
    pub confirmed_at: Option<UnixMicros>,
}

impl SitePlan {
    /// A site nobody has drawn.
    #[must_use]
    pub fn to_draw(batch: &BatchCode, site: &venue::Site, place: i64, candidates: i64) -> Self {
        Self {
            batch_code: batch.clone(),
            site_id: site.id.clone(),
            site_path: site.org_path.clone(),
            place,
            status: SiteStatus::ToDraw,
            version: 0,
            candidates,
            draws: 0,
            seed: String::new(),
            population: String::new(),
            chance: String::new(),
            digest: String::new(),
            conflicts: String::new(),
            job_id: None,
            asked_at: None,
            drawn_at: None,
            confirmed_at: None,
        }
    }
}

/// What a draw is repeated from and what it gave, in hexadecimal digits.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    pub seed: String,
    pub population: String,
    pub chance: String,
    pub digest: String,
}

queries! {
    SITES = "SELECT batch_code, site_id, site_path, place, status, version, candidates, draws, seed, population, chance,
             digest, conflicts, job_id, asked_at, drawn_at, confirmed_at FROM site_plan WHERE batch_code = $1 ORDER BY place";
    SITE = "SELECT batch_code, site_id, site_path, place, status, version, candidates, draws, seed, population, chance,
            digest, conflicts, job_id, asked_at, drawn_at, confirmed_at FROM site_plan
            WHERE batch_code = $1 AND site_id = $2";
    OWED = "SELECT batch_code, site_id, site_path, place, status, version, candidates, draws, seed, population, chance,
            digest, conflicts, job_id, asked_at, drawn_at, confirmed_at FROM site_plan WHERE job_id = $1 ORDER BY place";
    INSERT = "INSERT INTO site_plan (batch_code, site_id, site_path, place, status, version, candidates, draws, seed,
              population, chance, digest, conflicts, job_id, asked_at, drawn_at, confirmed_at, confirmed_by)
              VALUES ($1, $2, $3, $4, 'to_draw', 0, $5, 0, '', '', '', '', '', NULL, NULL, NULL, NULL, NULL)
              ON CONFLICT (batch_code, site_id) DO NOTHING";
    /// Only for whoever saw the site as it stands, and only for one job at a time; $6 is a job that ended.
    ASK = "UPDATE site_plan SET job_id = $4, asked_at = $5, version = version + 1 WHERE batch_code = $1 AND site_id = $2
           AND version = $3 AND status <> 'confirmed' AND (asked_at IS NULL OR job_id = $6)";
    ASK_AGAIN = "UPDATE site_plan SET asked_at = $2 WHERE job_id = $1 AND asked_at IS NULL";
    BEGIN = "UPDATE site_plan SET status = 'drawing', version = version + 1 WHERE batch_code = $1 AND site_id = $2
             AND job_id = $3 AND asked_at IS NOT NULL";
    FINISH = "UPDATE site_plan SET status = 'drawn', draws = draws + 1, seed = $4, population = $5, chance = $6,
              digest = $7, drawn_at = $8, conflicts = '', job_id = NULL, asked_at = NULL, version = version + 1
              WHERE batch_code = $1 AND site_id = $2 AND job_id = $3 AND status = 'drawing'";
    /// What stood before still stands, unless its rows were being replaced.
    REFUSE = "UPDATE site_plan SET conflicts = $4, job_id = NULL, asked_at = NULL, version = version + 1,
              status = CASE WHEN status = 'drawing' THEN 'to_draw' ELSE status END
              WHERE batch_code = $1 AND site_id = $2 AND job_id = $3";
    STOP = "UPDATE site_plan SET asked_at = NULL, version = version + 1,
            status = CASE WHEN status = 'drawing' THEN 'to_draw' ELSE status END WHERE job_id = $1 AND asked_at IS NOT NULL";
    CONFIRM = "UPDATE site_plan SET status = 'confirmed', confirmed_at = $4, confirmed_by = $5, job_id = NULL,
               version = version + 1
               WHERE batch_code = $1 AND site_id = $2 AND version = $3 AND status = 'drawn' AND asked_at IS NULL";
    TOUCH = "UPDATE site_plan SET version = version + 1 WHERE batch_code = $1 AND site_id = $2 AND version = $3
             AND status IN ('drawn', 'confirmed') AND asked_at IS NULL";
}

/// Every site of a batch with how it stands, by its place; none before the first draw.
///
/// # Errors
/// Storage.
pub async fn site_plans(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<SitePlan>> {
    on!(tx, |conn| sqlx::query_as(SITES).bind(batch).fetch_all(conn).await)
}

/// The same of several batches.
pub(crate) async fn site_plans_of(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<SitePlan>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, site_id, site_path, place, status, version, candidates, draws, seed, population,
             chance, digest, conflicts, job_id, asked_at, drawn_at, confirmed_at FROM site_plan
             WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("ORDER BY batch_code, place");
        query.build_query_as().fetch_all(conn).await
    })
}

/// One site of a batch.
///
/// # Errors
/// Storage.
pub async fn site_plan(tx: &mut Tx, batch: &BatchCode, site: &SiteId) -> sqlx::Result<Option<SitePlan>> {
    on!(tx, |conn| sqlx::query_as(SITE).bind(batch).bind(site).fetch_optional(conn).await)
}

/// The sites a job still owes a draw.
pub(crate) async fn owed(tx: &mut Tx, job: &JobId) -> sqlx::Result<Vec<SitePlan>> {
    on!(tx, |conn| sqlx::query_as(OWED).bind(job).fetch_all(conn).await)
}

/// Writes a site nobody has drawn; does nothing when it is known.
pub(crate) async fn insert_site(tx: &mut Tx, site: &SitePlan) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(&site.site_path)
        .bind(site.place)
        .bind(site.candidates)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Asks a job for a draw; `false` when the site changed since it was seen or a job is at it. `ended` is
/// the job that was asked before and broke off.
pub(crate) async fn ask(
    tx: &mut Tx,
    site: &SitePlan,
    (job, ended): (&JobId, Option<&JobId>),
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ASK)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(site.version)
        .bind(job)
        .bind(now)
        .bind(ended)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Asks a job that was stopped for what it still owes.
pub(crate) async fn ask_again(tx: &mut Tx, job: &JobId, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(ASK_AGAIN).bind(job).bind(now).execute(conn).await.map(|_| ()))
}

/// Takes a site out of sight, so that its rows can be replaced; `false` when the job owes it no draw.
pub(crate) async fn begin_drawing(tx: &mut Tx, site: &SitePlan, job: &JobId) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(BEGIN)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(job)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The flip: the rows that were written stand.
pub(crate) async fn finish_drawing(
    tx: &mut Tx,
    site: &SitePlan,
    job: &JobId,
    draw: &Draw,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(FINISH)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(job)
        .bind(&draw.seed)
        .bind(&draw.population)
        .bind(&draw.chance)
        .bind(&draw.digest)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Notes why a site cannot be drawn.
pub(crate) async fn refuse_drawing(
    tx: &mut Tx,
    site: &SitePlan,
    job: &JobId,
    conflicts: &str,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(REFUSE)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(job)
        .bind(conflicts)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// A cancelled job is asked for nothing more; it may be begun again.
pub(crate) async fn stop_asking(tx: &mut Tx, job: &JobId) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(STOP).bind(job).execute(conn).await.map(|_| ()))
}

/// Confirms a site; `false` when it was changed since it was seen.
pub(crate) async fn confirm_site(
    tx: &mut Tx,
    site: &SitePlan,
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(site.version)
        .bind(now)
        .bind(by)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Takes a site's row for a move; `false` when it was changed since it was seen.
pub(crate) async fn touch_site(tx: &mut Tx, site: &SitePlan) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TOUCH)
        .bind(&site.batch_code)
        .bind(&site.site_id)
        .bind(site.version)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
