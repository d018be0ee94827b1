//! Registers of passed parts, and what retakes keep of them.
use ::store::{Many, Tx, on, queries, was_changed};
use kernel::{BatchCode, Day, LevelCode, OccupationCode, OrgPath, Score, UnixMicros};
use scheme::ComponentKind;
use sqlx::FromRow;

use crate::ApplicationId;

/// A register as it was handed in.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct PassedImport {
    pub id: String,
    pub batch_code: BatchCode,
    pub file_name: String,
    pub row_count: i64,
    pub proposed_by: String,
    pub proposed_at: UnixMicros,
    pub in_force_at: Option<UnixMicros>,
}

/// One line of a register.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct PassedRow {
    pub id: String,
    pub import_id: String,
    pub document_index: String,
    pub holder_sealed: String,
    pub occupation_code: OccupationCode,
    pub level_code: LevelCode,
    pub component_kind: ComponentKind,
    pub passed_on: Day,
    pub score_centi: Option<Score>,
    pub basis: String,
}

/// A part that the register says an applicant passed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Found {
    pub application_id: ApplicationId,
    pub occupation_code: OccupationCode,
    pub level_code: LevelCode,
    pub point_path: OrgPath,
    pub component_kind: ComponentKind,
    pub passed_component_id: String,
    pub passed_on: Day,
    pub score_centi: Option<Score>,
    pub basis: String,
}

queries! {
    INSERT_IMPORT = "INSERT INTO passed_import (id, batch_code, file_name, row_count, proposed_by, proposed_at,
        in_force_at) VALUES ($1, $2, $3, $4, $5, $6, NULL)";
    IMPORTS = "SELECT id, batch_code, file_name, row_count, proposed_by, proposed_at, in_force_at
        FROM passed_import WHERE batch_code = $1 ORDER BY proposed_at DESC, id DESC LIMIT 20";
    IMPORT = "SELECT id, batch_code, file_name, row_count, proposed_by, proposed_at, in_force_at
        FROM passed_import WHERE batch_code = $1 AND id = $2";
    PUT_IN_FORCE = "UPDATE passed_import SET in_force_at = $2 WHERE id = $1 AND in_force_at IS NULL";
    REMOVE_ROWS = "DELETE FROM passed_component WHERE import_id = $1";
    REMOVE_IMPORT = "DELETE FROM passed_import WHERE id = $1 AND in_force_at IS NULL";
    ROWS = "SELECT id, import_id, document_index, holder_sealed, occupation_code, level_code, component_kind,
        passed_on, score_centi, basis FROM passed_component WHERE import_id = $1 ORDER BY id LIMIT $2 OFFSET $3";
    LIVE = "SELECT a.id AS application_id, a.occupation_code, a.level_code, a.point_path, c.component_kind, c.id AS passed_component_id, c.passed_on,
        c.score_centi, c.basis
        FROM standing_application a JOIN person p ON p.id = a.person_id
        JOIN passed_component c ON c.document_index = p.document_index
            AND c.occupation_code = a.occupation_code AND c.level_code = a.level_code
        JOIN passed_import i ON i.id = c.import_id AND i.in_force_at IS NOT NULL
        WHERE a.batch_code = $1 AND a.exam_kind = 'retake' AND a.status <> 'withdrawn'
        AND (CAST($2 AS TEXT) IS NULL OR a.id = $2)
        ORDER BY a.id, c.component_kind, c.passed_on DESC, c.id";
    /// What was fixed with the list; as long as the book is open, what the registers say now.
    KEPT = "SELECT CAST(1 AS BIGINT) AS is_fixed, k.application_id, a.occupation_code, a.level_code, a.point_path,
        k.component_kind, k.passed_component_id, c.passed_on, c.score_centi, c.basis
        FROM kept_component k JOIN passed_component c ON c.id = k.passed_component_id
        JOIN application a ON a.id = k.application_id
        JOIN registration_book b ON b.batch_code = a.batch_code AND b.closed_at IS NOT NULL
        WHERE a.batch_code = $1 AND (CAST($2 AS TEXT) IS NULL OR a.id = $2)
        UNION ALL SELECT CAST(0 AS BIGINT), a.id, a.occupation_code, a.level_code, a.point_path, c.component_kind,
        c.id, c.passed_on, c.score_centi, c.basis
        FROM standing_application a JOIN person p ON p.id = a.person_id
        JOIN passed_component c ON c.document_index = p.document_index
            AND c.occupation_code = a.occupation_code AND c.level_code = a.level_code
        JOIN passed_import i ON i.id = c.import_id AND i.in_force_at IS NOT NULL
        WHERE a.batch_code = $1 AND a.exam_kind = 'retake' AND a.status <> 'withdrawn'
        AND (CAST($2 AS TEXT) IS NULL OR a.id = $2)
        AND NOT EXISTS (SELECT 1 FROM registration_book b WHERE b.batch_code = $1 AND b.closed_at IS NOT NULL)
        ORDER BY application_id, component_kind, passed_on DESC, passed_component_id";
    RETAKES = "SELECT COUNT(*) FROM standing_application WHERE batch_code = $1 AND exam_kind = 'retake'
        AND status <> 'withdrawn'";
}

/// Puts a register where a second person finds it.
pub(crate) async fn insert(tx: &mut Tx, import: &PassedImport, rows: &[PassedRow]) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| sqlx::query(INSERT_IMPORT)
        .bind(&import.id)
        .bind(&import.batch_code)
        .bind(&import.file_name)
        .bind(import.row_count)
        .bind(&import.proposed_by)
        .bind(import.proposed_at)
        .execute(conn)
        .await
        .map(|_| ()))?;
    let mut many = Many::new(
        "INSERT INTO passed_component (id, import_id, document_index, holder_sealed, occupation_code,
         level_code, component_kind, passed_on, score_centi, basis) ",
        "",
    );
    for new in rows {
        let row = many.row().put(new.id.as_str()).put(new.import_id.as_str());
        let row = row.put(new.document_index.as_str()).put(new.holder_sealed.as_str());
        let row = row.put(new.occupation_code.as_str()).put(new.level_code.as_str());
        let row = row.put(new.component_kind.code()).put(new.passed_on.to_string());
        row.put(new.score_centi.map(|score| score.0)).put(new.basis.as_str());
    }
    many.write(tx).await.map(|_| ())
}

/// The latest twenty registers handed in on the pages of a batch.
pub(crate) async fn imports(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<PassedImport>> {
    on!(tx, |conn| sqlx::query_as(IMPORTS).bind(batch).fetch_all(conn).await)
}

/// One register.
pub(crate) async fn import(tx: &mut Tx, batch: &BatchCode, id: &str) -> sqlx::Result<Option<PassedImport>> {
    on!(tx, |conn| sqlx::query_as(IMPORT).bind(batch).bind(id).fetch_optional(conn).await)
}

/// Some lines of a register.
pub(crate) async fn rows(tx: &mut Tx, id: &str, (offset, limit): (i64, i64)) -> sqlx::Result<Vec<PassedRow>> {
    on!(tx, |conn| sqlx::query_as(ROWS).bind(id).bind(limit).bind(offset).fetch_all(conn).await)
}

/// From here a register counts; `false` when it did before.
pub(crate) async fn put_in_force(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PUT_IN_FORCE)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Removes a register that never counted.
pub(crate) async fn remove(tx: &mut Tx, id: &str) -> sqlx::Result<()> {
    on!(&mut *tx, |conn| sqlx::query(REMOVE_ROWS).bind(id).execute(conn).await.map(|_| ()))?;
    on!(tx, |conn| sqlx::query(REMOVE_IMPORT).bind(id).execute(conn).await.map(|_| ()))
}

/// What the registers say of the retakes of a batch, or of one of them, latest first of each part.
pub(crate) async fn live(tx: &mut Tx, batch: &BatchCode, id: Option<&str>) -> sqlx::Result<Vec<Found>> {
    on!(tx, |conn| sqlx::query_as(LIVE).bind(batch).bind(id).fetch_all(conn).await)
}

/// What counts for a batch, or for one of its applications.
pub(crate) enum Kept {
    /// Fixed with the list.
    Fixed(Vec<Found>),
    /// What the registers say now, latest first of each part.
    Live(Vec<Found>),
}

#[derive(FromRow)]
struct KeptRow {
    is_fixed: i64,
    #[sqlx(flatten)]
    found: Found,
}

/// What was fixed with the list of a batch; as long as its book is open, what the registers say.
pub(crate) async fn kept(tx: &mut Tx, batch: &BatchCode, id: Option<&str>) -> sqlx::Result<Kept> {
    let rows: Vec<KeptRow> = on!(tx, |conn| sqlx::query_as(KEPT).bind(batch).bind(id).fetch_all(conn).await)?;
    let is_fixed = rows.iter().all(|row| row.is_fixed == 1);
    let found = rows.into_iter().map(|row| row.found).collect();
    Ok(if is_fixed { Kept::Fixed(found) } else { Kept::Live(found) })
}

/// Retakes of a batch.
pub(crate) async fn retakes(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(RETAKES).bind(batch).fetch_one(conn).await)
}

/// Keeps what the retakes of a batch keep.
pub(crate) async fn fix(tx: &mut Tx, found: &[Found]) -> sqlx::Result<()> {
    let mut rows =
        Many::new("INSERT INTO kept_component (application_id, component_kind, passed_component_id) ", "");
    for new in found {
        let row = rows.row().put(new.application_id.as_str()).put(new.component_kind.code());
        row.put(new.passed_component_id.as_str());
    }
    rows.write(tx).await.map(|_| ())
}
