//! Procedures with their papers and conditions.
use organisation::FilingKind;
use store::{Tx, on, queries, was_changed};

use crate::{CaseKind, Condition, Material, Procedure, ProcedureId};

queries! {
    BY_ID = "SELECT id, authority_path, filing_kind, case_kind, accept_days, assess_days, decide_days, announce_days,
        assessors, pass_points, begins_on_trial, valid_years, valid_from, valid_to, source
        FROM filing_procedure WHERE id = $1";
    EVERYTHING = "SELECT id, authority_path, filing_kind, case_kind, accept_days, assess_days, decide_days,
        announce_days, assessors, pass_points, begins_on_trial, valid_years, valid_from, valid_to, source
        FROM filing_procedure ORDER BY id";
    FOR_KIND = "SELECT id, authority_path, filing_kind, case_kind, accept_days, assess_days, decide_days,
        announce_days, assessors, pass_points, begins_on_trial, valid_years, valid_from, valid_to, source
        FROM filing_procedure WHERE filing_kind = $1 AND case_kind = $2 ORDER BY id";
    MATERIALS = "SELECT position, name_zh, name_en, is_required, may_be_promised FROM filing_material
        WHERE procedure_id = $1 ORDER BY position";
    CONDITIONS = "SELECT position, name_zh, name_en, most, is_veto FROM filing_condition
        WHERE procedure_id = $1 ORDER BY position";
    ADD = "INSERT INTO filing_procedure (id, authority_path, filing_kind, case_kind, accept_days, assess_days,
        decide_days, announce_days, assessors, pass_points, begins_on_trial, valid_years, valid_from, valid_to, source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) ON CONFLICT DO NOTHING";
    ADD_MATERIAL = "INSERT INTO filing_material (procedure_id, position, name_zh, name_en, is_required, may_be_promised)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    ADD_CONDITION = "INSERT INTO filing_condition (procedure_id, position, name_zh, name_en, most, is_veto)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
}

/// One procedure.
///
/// # Errors
/// When the database fails, or there is none of this id.
pub async fn by_id(tx: &mut Tx, id: &ProcedureId) -> sqlx::Result<Procedure> {
    on!(tx, |conn| sqlx::query_as(BY_ID).bind(id).fetch_one(conn).await)
}

/// Every procedure.
///
/// # Errors
/// When the database fails.
pub async fn everything(tx: &mut Tx) -> sqlx::Result<Vec<Procedure>> {
    on!(tx, |conn| sqlx::query_as(EVERYTHING).fetch_all(conn).await)
}

/// Every procedure for cases of this kind, of all jurisdictions and days.
///
/// # Errors
/// When the database fails.
pub async fn for_kind(
    tx: &mut Tx,
    filing_kind: FilingKind,
    case_kind: CaseKind,
) -> sqlx::Result<Vec<Procedure>> {
    on!(tx, |conn| sqlx::query_as(FOR_KIND).bind(filing_kind).bind(case_kind).fetch_all(conn).await)
}

/// The papers of a procedure, by number.
///
/// # Errors
/// When the database fails.
pub async fn materials(tx: &mut Tx, id: &ProcedureId) -> sqlx::Result<Vec<Material>> {
    on!(tx, |conn| sqlx::query_as(MATERIALS).bind(id).fetch_all(conn).await)
}

/// What experts look at, by number.
///
/// # Errors
/// When the database fails.
pub async fn conditions(tx: &mut Tx, id: &ProcedureId) -> sqlx::Result<Vec<Condition>> {
    on!(tx, |conn| sqlx::query_as(CONDITIONS).bind(id).fetch_all(conn).await)
}

/// Adds a procedure; false when its id is taken.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, row: &Procedure) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD)
        .bind(&row.id)
        .bind(&row.authority_path)
        .bind(row.filing_kind)
        .bind(row.case_kind)
        .bind(row.accept_days)
        .bind(row.assess_days)
        .bind(row.decide_days)
        .bind(row.announce_days)
        .bind(row.assessors)
        .bind(row.pass_points)
        .bind(row.begins_on_trial)
        .bind(row.valid_years)
        .bind(row.valid_from)
        .bind(row.valid_to)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a paper; false when its number is taken.
///
/// # Errors
/// When the database fails, or the procedure is not there.
pub async fn add_material(tx: &mut Tx, id: &ProcedureId, row: &Material) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_MATERIAL)
        .bind(id)
        .bind(row.position)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(row.is_required)
        .bind(row.may_be_promised)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a condition; false when its number is taken.
///
/// # Errors
/// When the database fails, or the procedure is not there.
pub async fn add_condition(tx: &mut Tx, id: &ProcedureId, row: &Condition) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_CONDITION)
        .bind(id)
        .bind(row.position)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(row.most)
        .bind(row.is_veto)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
