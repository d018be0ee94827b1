//! Who collected a certificate, and when (发放): the rows.
use ::store::{Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, CertificateNumber, Day, LevelCode, OccupationCode, OrgPath, UnixMicros};
use person::{PersonId, Place};
use sqlx::{FromRow, QueryBuilder};

/// How a certificate reached its holder (领取方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Way {
    /// The holder came.
    Holder,
    /// Somebody came for the holder.
    Other,
    /// By post.
    Post,
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Holder, Self::Other, Self::Post];

    /// Stored word; also the tail of its key in `locales/`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Other => "other",
            Self::Post => "post",
        }
    }

    /// The way of a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// A certificate on the hand-out list.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct HandoutLine {
    pub number: CertificateNumber,
    pub person_id: PersonId,
    pub occupation_code: OccupationCode,
    pub level_code: LevelCode,
    pub issued_on: Day,
    pub collected_on: Option<Day>,
    pub way: Option<Way>,
    pub collector_sealed: Option<String>,
}

/// The certificates of a registration point in figures.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct PointCount {
    pub point_path: OrgPath,
    pub valid: i64,
    pub collected: i64,
}

/// A hand-out to be recorded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewHandout<'a> {
    pub number: &'a CertificateNumber,
    pub batch: &'a BatchCode,
    pub point: &'a OrgPath,
    pub collected_on: Day,
    pub way: Way,
    pub collector_sealed: &'a str,
    pub by: &'a str,
    pub at: UnixMicros,
}

queries! {
    LINES = "SELECT c.number, c.person_id, c.occupation_code, c.level_code, c.issued_on, h.collected_on, h.way,
             h.collector_sealed FROM certificate c
             JOIN certificate_order o ON o.application_id = c.application_id
             LEFT JOIN certificate_handout h ON h.number = c.number
             WHERE c.batch_code = $1 AND o.point_path = $2 AND c.status = 'valid'
             AND (CAST($3 AS TEXT) IS NULL OR ($3 = 'collected') = (h.number IS NOT NULL))
             ORDER BY c.number LIMIT $4 OFFSET $5";
    COUNT = "SELECT COUNT(*) FROM certificate c
             JOIN certificate_order o ON o.application_id = c.application_id
             LEFT JOIN certificate_handout h ON h.number = c.number
             WHERE c.batch_code = $1 AND o.point_path = $2 AND c.status = 'valid'
             AND (CAST($3 AS TEXT) IS NULL OR ($3 = 'collected') = (h.number IS NOT NULL))";
    BY_POINT = "SELECT o.point_path, COUNT(*) AS valid, COUNT(h.number) AS collected FROM certificate c
                JOIN certificate_order o ON o.application_id = c.application_id
                LEFT JOIN certificate_handout h ON h.number = c.number
                WHERE c.batch_code = $1 AND c.status = 'valid' GROUP BY o.point_path ORDER BY o.point_path";
    /// Only a valid certificate of this point, and only once.
    HAND_OUT = "INSERT INTO certificate_handout (number, batch_code, point_path, collected_on, way,
                collector_sealed, recorded_by, recorded_at)
                SELECT c.number, c.batch_code, o.point_path, CAST($4 AS TEXT), CAST($5 AS TEXT), CAST($6 AS TEXT),
                CAST($7 AS TEXT), CAST($8 AS BIGINT) FROM certificate c
                JOIN certificate_order o ON o.application_id = c.application_id
                WHERE c.number = $1 AND c.batch_code = $2 AND o.point_path = $3 AND c.status = 'valid'
                ON CONFLICT (number) DO NOTHING";
    TAKE_BACK = "DELETE FROM certificate_handout WHERE number = $1 AND batch_code = $2 AND point_path = $3";
}

/// Where the sealed name of a collector stands.
pub(crate) fn place(number: &CertificateNumber) -> Place<'_> {
    Place { table: "certificate_handout", column: "collector_sealed", row: number.as_str() }
}

/// One page of the certificates of a registration point: all, `waiting` or `collected`.
pub(crate) async fn lines(
    tx: &mut Tx,
    batch: &BatchCode,
    point: &OrgPath,
    show: Option<&str>,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<HandoutLine>> {
    on!(tx, |conn| sqlx::query_as(LINES)
        .bind(batch)
        .bind(point)
        .bind(show)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await)
}

/// How many they are.
pub(crate) async fn count(
    tx: &mut Tx,
    batch: &BatchCode,
    point: &OrgPath,
    show: Option<&str>,
) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(COUNT).bind(batch).bind(point).bind(show).fetch_one(conn).await)
}

/// Certificates nobody collected at a registration point.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Uncollected {
    pub batch_code: BatchCode,
    pub point_path: OrgPath,
    pub count: i64,
}

/// What was signed since and nobody collected yet, of several batches.
pub(crate) async fn uncollected(
    tx: &mut Tx,
    batches: &[&str],
    since: UnixMicros,
) -> sqlx::Result<Vec<Uncollected>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT c.batch_code, o.point_path, COUNT(*) AS count FROM certificate c
             JOIN certificate_order o ON o.application_id = c.application_id
             WHERE c.status = 'valid'
             AND NOT EXISTS (SELECT 1 FROM certificate_handout h WHERE h.number = c.number)
             AND c.signed_at >= ",
        );
        query.push_bind(since).push(" AND c.batch_code IN (");
        push_keys(&mut query, batches);
        query.push("GROUP BY c.batch_code, o.point_path");
        query.build_query_as().fetch_all(conn).await
    })
}

/// The certificates of each registration point in figures.
pub(crate) async fn counts_by_point(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<PointCount>> {
    on!(tx, |conn| sqlx::query_as(BY_POINT).bind(batch).fetch_all(conn).await)
}

/// Records that a certificate was collected; `false` when it was before, or is not to be had there.
pub(crate) async fn hand_out(tx: &mut Tx, new: NewHandout<'_>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(HAND_OUT)
        .bind(new.number)
        .bind(new.batch)
        .bind(new.point)
        .bind(new.collected_on)
        .bind(new.way)
        .bind(new.collector_sealed)
        .bind(new.by)
        .bind(new.at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Takes a record back; `false` when there is none.
pub(crate) async fn take_back(
    tx: &mut Tx,
    batch: &BatchCode,
    point: &OrgPath,
    number: &CertificateNumber,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TAKE_BACK)
        .bind(number)
        .bind(batch)
        .bind(point)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
