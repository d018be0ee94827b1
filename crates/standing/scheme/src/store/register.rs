//! Reading a register whole, as its page shows it: rows that ended and rows still to come included.
use kernel::OccupationCode;
use store::{Tx, on, queries};

use crate::{CalendarDay, Clause, Component, Fee, Occupation, Standard, StandardId};

queries! {
    OCCUPATION_ROWS = "SELECT id, code, dictionary, name_zh, name_en, levels, enabled, note,
        valid_from, valid_to, source, confidence FROM occupation
        WHERE code = $1 ORDER BY valid_from DESC, id";
    STANDARDS = "SELECT id, occupation_code, version, name_zh, name_en, levels,
        valid_from, valid_to, source, confidence FROM standard
        ORDER BY occupation_code, valid_from DESC, id";
    STANDARDS_OF = "SELECT id, occupation_code, version, name_zh, name_en, levels,
        valid_from, valid_to, source, confidence FROM standard
        WHERE occupation_code = $1 ORDER BY valid_from DESC, id";
    CLAUSES_OF = "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate,
        materials, valid_from, valid_to, source, confidence FROM clause
        WHERE standard_id = $1 ORDER BY level_code, position, valid_from DESC, id";
    COMPONENTS_OF = "SELECT id, standard_id, level_code, kind, position, name_zh, name_en, delivery,
        minutes, weight_percent, pass_mark, scoring, examiners, combination, rounding,
        third_on_difference, valid_from, valid_to, source, confidence FROM component
        WHERE standard_id = $1 ORDER BY level_code, position, valid_from DESC, id";
    FEES_OF = "SELECT fee.id, fee.component_id, fee.amount, fee.jurisdiction, fee.document,
        fee.valid_from, fee.valid_to, fee.source, fee.confidence
        FROM fee JOIN component ON component.id = fee.component_id
        WHERE component.standard_id = $1
        ORDER BY component.level_code, component.position, fee.valid_from DESC, fee.id";
    /// `$1` and `$2` are the first and the last day of a year.
    CALENDAR_DAYS = "SELECT day, kind, name, source FROM calendar_day
        WHERE day >= $1 AND day <= $2 ORDER BY day";
    CALENDAR_YEARS = "SELECT DISTINCT SUBSTR(day, 1, 4) AS year FROM calendar_day ORDER BY year";
}

/// Every dated row of an occupation, newest first.
///
/// # Errors
/// When the database fails.
pub async fn occupation_rows(tx: &mut Tx, code: &OccupationCode) -> sqlx::Result<Vec<Occupation>> {
    on!(tx, |conn| sqlx::query_as(OCCUPATION_ROWS).bind(code).fetch_all(conn).await)
}

/// Every standard, by occupation, newest first.
///
/// # Errors
/// When the database fails.
pub async fn standards(tx: &mut Tx) -> sqlx::Result<Vec<Standard>> {
    on!(tx, |conn| sqlx::query_as(STANDARDS).fetch_all(conn).await)
}

/// Every standard of an occupation, newest first.
///
/// # Errors
/// When the database fails.
pub async fn standards_of(tx: &mut Tx, occupation: &OccupationCode) -> sqlx::Result<Vec<Standard>> {
    on!(tx, |conn| sqlx::query_as(STANDARDS_OF).bind(occupation).fetch_all(conn).await)
}

/// Every clause of a standard, by level and number, the newest row of each first.
///
/// # Errors
/// When the database fails, or a stored condition is of a kind this binary does not know.
pub async fn clauses_of(tx: &mut Tx, standard: &StandardId) -> sqlx::Result<Vec<Clause>> {
    on!(tx, |conn| sqlx::query_as(CLAUSES_OF).bind(standard).fetch_all(conn).await)
}

/// Every component of a standard, by level and place, the newest row of each first.
///
/// # Errors
/// When the database fails.
pub async fn components_of(tx: &mut Tx, standard: &StandardId) -> sqlx::Result<Vec<Component>> {
    on!(tx, |conn| sqlx::query_as(COMPONENTS_OF).bind(standard).fetch_all(conn).await)
}

/// Every fee of a standard in every jurisdiction, in the order of its components.
///
/// # Errors
/// When the database fails.
pub async fn fees_of(tx: &mut Tx, standard: &StandardId) -> sqlx::Result<Vec<Fee>> {
    on!(tx, |conn| sqlx::query_as(FEES_OF).bind(standard).fetch_all(conn).await)
}

/// The published days of a year, in order.
///
/// # Errors
/// When the database fails.
pub async fn calendar_days(tx: &mut Tx, year: i16) -> sqlx::Result<Vec<CalendarDay>> {
    on!(tx, |conn| sqlx::query_as(CALENDAR_DAYS)
        .bind(format!("{year:04}-01-01"))
        .bind(format!("{year:04}-12-31"))
        .fetch_all(conn)
        .await)
}

/// The years of which days are published, in order.
///
/// # Errors
/// When the database fails.
pub async fn calendar_years(tx: &mut Tx) -> sqlx::Result<Vec<i16>> {
    let years: Vec<String> = on!(tx, |conn| sqlx::query_scalar(CALENDAR_YEARS).fetch_all(conn).await)?;
    Ok(years.iter().filter_map(|year| year.parse().ok()).collect())
}
