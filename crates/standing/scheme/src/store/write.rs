//! Adding rows. A row is never changed: a later rule is a new row with a later first day, so adding
//! the same row again does nothing, and each function says whether it added one.
use store::{Tx, on, was_changed};

use super::{
    ADD_CALENDAR_DAY, ADD_CLAUSE, ADD_COMPONENT, ADD_FEE, ADD_LEVEL, ADD_OCCUPATION, ADD_STANDARD,
    ADD_TIME_LIMIT, CONFIRM_OCCUPATION,
};
use crate::{
    CalendarDay, Clause, Component, Fee, Level, Occupation, OccupationId, Standard, TimeLimit,
    clause_position,
};

/// Adds an occupation unless its id is taken.
///
/// # Errors
/// When the database fails.
pub async fn add_occupation(tx: &mut Tx, row: &Occupation) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_OCCUPATION)
        .bind(&row.id)
        .bind(&row.code)
        .bind(&row.dictionary)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(row.levels.text())
        .bind(row.enabled)
        .bind(&row.note)
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Confirms an occupation, so that batches may be planned for it; false when it already was, is not
/// there or has no code yet.
///
/// # Errors
/// When the database fails.
pub async fn confirm_occupation(tx: &mut Tx, id: &OccupationId) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM_OCCUPATION)
        .bind(id)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a level unless its code has a row with the same first day.
///
/// # Errors
/// When the database fails.
pub async fn add_level(tx: &mut Tx, row: &Level) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_LEVEL)
        .bind(&row.code)
        .bind(row.position)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(&row.national_equivalent)
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a standard unless its id is taken.
///
/// # Errors
/// When the database fails.
pub async fn add_standard(tx: &mut Tx, row: &Standard) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_STANDARD)
        .bind(&row.id)
        .bind(&row.occupation_code)
        .bind(&row.version)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(row.levels.text())
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a clause unless its id, or its number on the same first day, is taken.
///
/// # Errors
/// When the database fails, or the clause does not begin with a number in brackets.
pub async fn add_clause(tx: &mut Tx, row: &Clause) -> sqlx::Result<bool> {
    let position = clause_position(&row.number)
        .ok_or_else(|| sqlx::Error::Encode(format!("{}: a clause number is written (1)", row.id).into()))?;
    let predicate = row.predicate.to_json().map_err(|error| sqlx::Error::Encode(error.into()))?;
    on!(tx, |conn| sqlx::query(ADD_CLAUSE)
        .bind(&row.id)
        .bind(&row.standard_id)
        .bind(&row.level_code)
        .bind(position)
        .bind(&row.number)
        .bind(&row.label_zh)
        .bind(&row.text_zh)
        .bind(&row.text_en)
        .bind(predicate)
        .bind(row.materials.text())
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a component unless its id, or its place on the same first day, is taken.
///
/// # Errors
/// When the database fails, or the row makes no sense ([`Component::check`]).
pub async fn add_component(tx: &mut Tx, row: &Component) -> sqlx::Result<bool> {
    row.check().map_err(|refused| sqlx::Error::Encode(refused.into()))?;
    on!(tx, |conn| sqlx::query(ADD_COMPONENT)
        .bind(&row.id)
        .bind(&row.standard_id)
        .bind(&row.level_code)
        .bind(row.kind)
        .bind(row.position)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(row.delivery)
        .bind(row.minutes)
        .bind(row.weight_percent)
        .bind(row.pass_mark)
        .bind(row.scoring)
        .bind(row.examiners)
        .bind(row.combination)
        .bind(row.rounding)
        .bind(row.third_on_difference)
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a fee unless its id is taken.
///
/// # Errors
/// When the database fails.
pub async fn add_fee(tx: &mut Tx, row: &Fee) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_FEE)
        .bind(&row.id)
        .bind(&row.component_id)
        .bind(row.amount)
        .bind(&row.jurisdiction)
        .bind(&row.document)
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a time limit unless its code has a row with the same first day.
///
/// # Errors
/// When the database fails.
pub async fn add_time_limit(tx: &mut Tx, row: &TimeLimit) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_TIME_LIMIT)
        .bind(&row.code)
        .bind(row.working_days)
        .bind(row.bound)
        .bind(&row.text_zh)
        .bind(&row.text_en)
        .bind(row.validity.valid_from)
        .bind(row.validity.valid_to)
        .bind(&row.validity.source)
        .bind(row.validity.confidence)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a published day unless it is there.
///
/// # Errors
/// When the database fails.
pub async fn add_calendar_day(tx: &mut Tx, row: &CalendarDay) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_CALENDAR_DAY)
        .bind(row.day)
        .bind(&row.kind)
        .bind(&row.name)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
