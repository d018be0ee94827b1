//! What a plan certifies and where people register for it: levels, parts and points, in one statement for the
//! pages that name all three.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, LevelCode, Money, OccupationCode, OrgPath};
use scheme::StandardId;
use sqlx::FromRow;
use venue::SiteId;

use super::{
    BatchComponent, BatchLevel, BatchPoint,
    offer::PartRow,
    seating::{self, gathered},
};

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outline {
    /// What is certified.
    pub levels: Vec<BatchLevel>,
    /// The parts of every level.
    pub components: Vec<BatchComponent>,
    /// The registration points.
    pub points: Vec<BatchPoint>,
}

/// A level beside one of its parts, or a registration point; the fields of the others are empty.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    level: LevelRow,
    #[sqlx(flatten)]
    part: PartRow,
    #[sqlx(flatten)]
    point: PointRow,
}

#[derive(FromRow)]
struct LevelRow {
    occupation_code: Option<OccupationCode>,
    level_code: Option<LevelCode>,
    standard_id: Option<StandardId>,
    occupation_zh: Option<String>,
    occupation_en: Option<String>,
    level_zh: Option<String>,
    level_en: Option<String>,
    fee: Option<Money>,
}

impl LevelRow {
    fn level(self) -> Option<BatchLevel> {
        Some(BatchLevel {
            occupation_code: self.occupation_code?,
            level_code: self.level_code?,
            standard_id: self.standard_id?,
            occupation_zh: self.occupation_zh?,
            occupation_en: self.occupation_en?,
            level_zh: self.level_zh?,
            level_en: self.level_en?,
            fee: self.fee?,
        })
    }
}

#[derive(FromRow)]
struct PointRow {
    point_path: Option<OrgPath>,
    point_zh: Option<String>,
    point_en: Option<String>,
    site_id: Option<SiteId>,
    other_occupation_code: Option<OccupationCode>,
    other_site_id: Option<SiteId>,
}

impl PointRow {
    fn point(self) -> Option<seating::Row> {
        Some(seating::Row {
            point_path: self.point_path?,
            point_zh: self.point_zh?,
            point_en: self.point_en?,
            site_id: self.site_id?,
            other_occupation_code: self.other_occupation_code,
            other_site_id: self.other_site_id,
        })
    }
}

queries! {
    OUTLINE = "SELECT l.occupation_code AS occupation_code, l.level_code AS level_code, l.standard_id, l.occupation_zh,
               l.occupation_en, l.level_zh, l.level_en, l.fee, c.id, c.component_id, c.kind, c.position, c.name_zh,
               c.name_en, c.delivery, c.minutes, c.pass_mark, c.starts_at, NULL AS point_path, NULL AS point_zh,
               NULL AS point_en, NULL AS site_id, NULL AS other_occupation_code, NULL AS other_site_id
               FROM batch_level l LEFT JOIN batch_component c ON c.batch_code = l.batch_code
               AND c.occupation_code = l.occupation_code AND c.level_code = l.level_code WHERE l.batch_code = $1
               UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
               NULL, NULL, NULL, NULL, p.point_path, p.point_zh, p.point_en, p.site_id, s.occupation_code, s.site_id
               FROM batch_point p LEFT JOIN batch_point_elsewhere s ON s.batch_code = p.batch_code
               AND s.point_path = p.point_path WHERE p.batch_code = $1
               ORDER BY occupation_code DESC NULLS LAST, level_code DESC NULLS LAST, position NULLS LAST, id NULLS LAST,
               point_path NULLS LAST, other_occupation_code NULLS LAST";
}

/// The outline of a plan: levels, parts and points in their order.
///
/// # Errors
/// Storage.
pub async fn outline(tx: &mut Tx, code: &BatchCode) -> sqlx::Result<Outline> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(OUTLINE).bind(code).fetch_all(conn).await)?;
    let mut outline = Outline::default();
    let mut points = Vec::new();
    for row in rows {
        if let Some(level) = row.level.level() {
            outline.components.extend(row.part.of(&level));
            // A level stands once beside each of its parts.
            if outline.levels.last() != Some(&level) {
                outline.levels.push(level);
            }
        }
        points.extend(row.point.point());
    }
    outline.points = gathered(points);
    Ok(outline)
}
