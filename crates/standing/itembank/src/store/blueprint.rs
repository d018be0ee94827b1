//! The versions of a blueprint.
use ::store::{Tx, on, queries};
use kernel::{Digest, LevelCode, OccupationCode, OrgPath, UnixMicros};
use sqlx::FromRow;

use crate::rules::blueprint::{BlueprintPoint, BlueprintRange};

/// The blueprint of a bank that counts now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blueprint {
    /// Key of this version.
    pub id: String,
    /// 1 is the first.
    pub version: i64,
    /// Its points, in its order.
    pub points: Vec<BlueprintPoint>,
}

/// A version about to be written.
#[derive(Debug, Clone)]
pub struct NewBlueprint<'a> {
    /// Key.
    pub id: &'a str,
    /// Which bank.
    pub bank_id: &'a str,
    /// The file it comes from.
    pub import: &'a Digest,
    /// Who confirmed it.
    pub by: &'a str,
    /// When.
    pub at: UnixMicros,
}

/// A point of a blueprint that counts now, and how many items may stand for it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct CoveredPoint {
    /// Its bank.
    pub bank_id: String,
    /// Who keeps the bank.
    pub org_path: OrgPath,
    /// The bank's occupation.
    pub occupation_code: OccupationCode,
    /// The bank's level.
    pub level_code: LevelCode,
    /// Code of the point.
    pub code: String,
    /// Name of the point.
    pub name: String,
    /// How many items of it stand in each form.
    pub per_form: i64,
    /// How many items of it were accepted.
    pub accepted: i64,
}

#[derive(FromRow)]
struct Head {
    id: String,
    version: i64,
}

#[derive(FromRow)]
struct PointRow {
    code: String,
    name: String,
    importance: String,
    per_form: i64,
    first_code: String,
    first_name: String,
    first_weight: i64,
    second_code: String,
    second_name: String,
    second_weight: i64,
    third_code: String,
    third_name: String,
    third_weight: i64,
}

queries! {
    NEWEST = "SELECT id, version FROM blueprint WHERE bank_id = $1 ORDER BY version DESC LIMIT 1";
    POINTS = "SELECT code, name, importance, per_form, first_code, first_name, first_weight, second_code,
              second_name, second_weight, third_code, third_name, third_weight
              FROM blueprint_point WHERE blueprint_id = $1 ORDER BY position, code";
    COVERAGE = "SELECT b.id AS bank_id, b.org_path, b.occupation_code, b.level_code, p.code, p.name, p.per_form,
                COALESCE(c.accepted, 0) AS accepted
                FROM item_bank b
                JOIN blueprint u ON u.bank_id = b.id
                    AND u.version = (SELECT MAX(w.version) FROM blueprint w WHERE w.bank_id = b.id)
                JOIN blueprint_point p ON p.blueprint_id = u.id
                LEFT JOIN (SELECT i.bank_id, v.point_code, COUNT(*) AS accepted FROM item i
                    JOIN item_version v ON v.item_id = i.id AND v.version = i.version
                    WHERE v.status = 'accepted' GROUP BY i.bank_id, v.point_code) c
                    ON c.bank_id = b.id AND c.point_code = p.code
                ORDER BY b.id, p.position, p.code";
    ADD_BLUEPRINT = "INSERT INTO blueprint (id, bank_id, version, import_digest, created_by, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6)";
    ADD_POINT = "INSERT INTO blueprint_point (blueprint_id, code, position, name, importance, per_form, first_code,
                 first_name, first_weight, second_code, second_name, second_weight, third_code, third_name,
                 third_weight) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
}

/// The blueprint of a bank that counts now.
///
/// # Errors
/// Storage.
pub async fn blueprint(tx: &mut Tx, bank: &str) -> sqlx::Result<Option<Blueprint>> {
    let head: Option<Head> = on!(tx, |conn| sqlx::query_as(NEWEST).bind(bank).fetch_optional(conn).await)?;
    let Some(Head { id, version }) = head else { return Ok(None) };
    let rows: Vec<PointRow> = on!(tx, |conn| sqlx::query_as(POINTS).bind(&id).fetch_all(conn).await)?;
    Ok(Some(Blueprint { id, version, points: rows.into_iter().map(PointRow::point).collect() }))
}

/// Every point of every blueprint that counts now, with its accepted items.
///
/// # Errors
/// Storage.
pub async fn coverage(tx: &mut Tx) -> sqlx::Result<Vec<CoveredPoint>> {
    on!(tx, |conn| sqlx::query_as(COVERAGE).fetch_all(conn).await)
}

/// Writes a new version of a bank's blueprint, which counts from now on.
///
/// # Errors
/// A unique violation when somebody else wrote one meanwhile; storage.
pub async fn add_blueprint(
    tx: &mut Tx,
    new: &NewBlueprint<'_>,
    points: &[BlueprintPoint],
) -> sqlx::Result<()> {
    let newest: Option<Head> =
        on!(tx, |conn| sqlx::query_as(NEWEST).bind(new.bank_id).fetch_optional(conn).await)?;
    let version = newest.map_or(1, |head| head.version + 1);
    on!(tx, |conn| sqlx::query(ADD_BLUEPRINT)
        .bind(new.id)
        .bind(new.bank_id)
        .bind(version)
        .bind(new.import)
        .bind(new.by)
        .bind(new.at)
        .execute(conn)
        .await
        .map(|_| ()))?;
    for (position, point) in (1_i64..).zip(points) {
        add_point(tx, new.id, position, point).await?;
    }
    Ok(())
}

async fn add_point(tx: &mut Tx, blueprint: &str, position: i64, point: &BlueprintPoint) -> sqlx::Result<()> {
    let [first, second, third] = &point.ranges;
    on!(tx, |conn| sqlx::query(ADD_POINT)
        .bind(blueprint)
        .bind(&point.code)
        .bind(position)
        .bind(&point.name)
        .bind(&point.importance)
        .bind(point.per_form)
        .bind(&first.code)
        .bind(&first.name)
        .bind(first.weight)
        .bind(&second.code)
        .bind(&second.name)
        .bind(second.weight)
        .bind(&third.code)
        .bind(&third.name)
        .bind(third.weight)
        .execute(conn)
        .await
        .map(|_| ()))
}

impl PointRow {
    fn point(self) -> BlueprintPoint {
        let range = |code, name, weight| BlueprintRange { code, name, weight };
        BlueprintPoint {
            code: self.code,
            name: self.name,
            importance: self.importance,
            per_form: self.per_form,
            ranges: [
                range(self.first_code, self.first_name, self.first_weight),
                range(self.second_code, self.second_name, self.second_weight),
                range(self.third_code, self.third_name, self.third_weight),
            ],
        }
    }
}
