//! The registration points of a batch, and at which site their people sit.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, OccupationCode, OrgPath};
use serde::Serialize;
use sqlx::FromRow;
use venue::SiteId;

/// A registration point of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BatchPoint {
    /// Where it stands in the organisation tree.
    pub point_path: OrgPath,
    /// Chinese name, as rosters write it.
    pub point_zh: String,
    /// English name.
    pub point_en: String,
    /// Site its candidates sit at.
    pub site_id: SiteId,
    /// Occupations whose candidates sit somewhere else.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<Elsewhere>,
}

/// A site for the people of one occupation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Elsewhere {
    /// Whose people.
    pub occupation_code: OccupationCode,
    /// Where they sit.
    pub site_id: SiteId,
}

impl BatchPoint {
    /// The site at which people of this occupation sit.
    #[must_use]
    pub fn site_of(&self, occupation: &OccupationCode) -> &SiteId {
        let other = self.elsewhere.iter().find(|one| one.occupation_code == *occupation);
        other.map_or(&self.site_id, |one| &one.site_id)
    }

    /// Every site that people of this point may sit at.
    pub fn sites(&self) -> impl Iterator<Item = &SiteId> {
        std::iter::once(&self.site_id).chain(self.elsewhere.iter().map(|one| &one.site_id))
    }
}

/// A point beside a site for the people of one occupation, where it has one.
#[derive(FromRow)]
pub(super) struct Row {
    pub point_path: OrgPath,
    pub point_zh: String,
    pub point_en: String,
    pub site_id: SiteId,
    pub other_occupation_code: Option<OccupationCode>,
    pub other_site_id: Option<SiteId>,
}

queries! {
    POINTS = "SELECT p.point_path, p.point_zh, p.point_en, p.site_id, s.occupation_code AS other_occupation_code,
              s.site_id AS other_site_id FROM batch_point p
              LEFT JOIN batch_point_elsewhere s ON s.batch_code = p.batch_code AND s.point_path = p.point_path
              WHERE p.batch_code = $1 ORDER BY p.point_path, s.occupation_code NULLS LAST";
    CLEAR_ELSEWHERE = "DELETE FROM batch_point_elsewhere WHERE batch_code = $1";
    CLEAR_POINTS = "DELETE FROM batch_point WHERE batch_code = $1";
    INSERT_POINT = "INSERT INTO batch_point (batch_code, point_path, point_zh, point_en, site_id)
                    VALUES ($1, $2, $3, $4, $5)";
    INSERT_ELSEWHERE = "INSERT INTO batch_point_elsewhere (batch_code, point_path, occupation_code, site_id)
                   VALUES ($1, $2, $3, $4)";
}

/// The registration points of a batch.
///
/// # Errors
/// Storage.
pub async fn points(tx: &mut Tx, code: &BatchCode) -> sqlx::Result<Vec<BatchPoint>> {
    on!(tx, |conn| sqlx::query_as(POINTS).bind(code).fetch_all(conn).await).map(gathered)
}

/// Each point once, with its sites; the rows of a point follow one another.
pub(super) fn gathered(rows: Vec<Row>) -> Vec<BatchPoint> {
    let mut points: Vec<BatchPoint> = Vec::new();
    for row in rows {
        let elsewhere = row.other_occupation_code.zip(row.other_site_id);
        let elsewhere = elsewhere.map(|(occupation_code, site_id)| Elsewhere { occupation_code, site_id });
        match points.last_mut().filter(|last| last.point_path == row.point_path) {
            Some(last) => last.elsewhere.extend(elsewhere),
            None => points.push(BatchPoint {
                point_path: row.point_path,
                point_zh: row.point_zh,
                point_en: row.point_en,
                site_id: row.site_id,
                elsewhere: elsewhere.into_iter().collect(),
            }),
        }
    }
    points
}

/// Replaces the points of a draft. The caller holds the draft's row.
pub(super) async fn replace(tx: &mut Tx, code: &BatchCode, points: &[BatchPoint]) -> sqlx::Result<()> {
    for clear in [CLEAR_ELSEWHERE, CLEAR_POINTS] {
        on!(&mut *tx, |conn| sqlx::query(clear).bind(code).execute(conn).await.map(|_| ()))?;
    }
    for point in points {
        on!(&mut *tx, |conn| sqlx::query(INSERT_POINT)
            .bind(code)
            .bind(&point.point_path)
            .bind(&point.point_zh)
            .bind(&point.point_en)
            .bind(&point.site_id)
            .execute(conn)
            .await
            .map(|_| ()))?;
        for other in &point.elsewhere {
            on!(&mut *tx, |conn| sqlx::query(INSERT_ELSEWHERE)
                .bind(code)
                .bind(&point.point_path)
                .bind(&other.occupation_code)
                .bind(&other.site_id)
                .execute(conn)
                .await
                .map(|_| ()))?;
        }
    }
    Ok(())
}
