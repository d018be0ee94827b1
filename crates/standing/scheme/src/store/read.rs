//! Reading the scheme as it stands on a day.
use std::collections::BTreeSet;

use kernel::{Day, LevelCode, OccupationCode, WorkingCalendar};
use sqlx::QueryBuilder;
use store::{Tx, on, push_keys};

use super::{
    CALENDAR, CLAUSE, CLAUSES, CLAUSES_IN_FORCE, COMPONENT, COMPONENTS, FEES, LEVEL, LEVEL_NAMED, LEVELS,
    OCCUPATION, OCCUPATION_NAMED, OCCUPATIONS, STANDARD, STANDARD_IN_FORCE, TIME_LIMIT, everything,
};
use crate::{
    CalendarDay, Clause, ClauseId, Component, ComponentId, Fee, Level, Occupation, Standard, StandardId,
    TimeLimit,
};

/// Every occupation in force, enabled or not, by code.
///
/// # Errors
/// When the database fails.
pub async fn occupations(tx: &mut Tx, day: Day) -> sqlx::Result<Vec<Occupation>> {
    on!(tx, |conn| sqlx::query_as(OCCUPATIONS).bind(day).fetch_all(conn).await)
}

/// The occupation a code means on `day`.
///
/// # Errors
/// When the database fails.
pub async fn occupation(tx: &mut Tx, code: &OccupationCode, day: Day) -> sqlx::Result<Option<Occupation>> {
    on!(tx, |conn| sqlx::query_as(OCCUPATION).bind(code).bind(day).fetch_optional(conn).await)
}

/// The occupation with this Chinese name on `day`, as rosters name it.
///
/// # Errors
/// When the database fails.
pub async fn occupation_named(tx: &mut Tx, name_zh: &str, day: Day) -> sqlx::Result<Option<Occupation>> {
    on!(tx, |conn| sqlx::query_as(OCCUPATION_NAMED).bind(name_zh).bind(day).fetch_optional(conn).await)
}

/// The ladder of levels, lowest first.
///
/// # Errors
/// When the database fails.
pub async fn levels(tx: &mut Tx, day: Day) -> sqlx::Result<Vec<Level>> {
    on!(tx, |conn| sqlx::query_as(LEVELS).bind(day).fetch_all(conn).await)
}

/// The level a code means on `day`.
///
/// # Errors
/// When the database fails.
pub async fn level(tx: &mut Tx, code: &LevelCode, day: Day) -> sqlx::Result<Option<Level>> {
    on!(tx, |conn| sqlx::query_as(LEVEL).bind(code).bind(day).fetch_optional(conn).await)
}

/// The level with this full Chinese name, `三级/高级工`, as rosters name it.
///
/// # Errors
/// When the database fails.
pub async fn level_named(tx: &mut Tx, name_zh: &str, day: Day) -> sqlx::Result<Option<Level>> {
    on!(tx, |conn| sqlx::query_as(LEVEL_NAMED).bind(name_zh).bind(day).fetch_optional(conn).await)
}

/// One standard, in force or not.
///
/// # Errors
/// When the database fails.
pub async fn standard(tx: &mut Tx, id: &StandardId) -> sqlx::Result<Option<Standard>> {
    on!(tx, |conn| sqlx::query_as(STANDARD).bind(id).fetch_optional(conn).await)
}

/// The standard of an occupation in force on `day`: the generation a batch is judged by.
///
/// # Errors
/// When the database fails.
pub async fn standard_in_force(
    tx: &mut Tx,
    occupation: &OccupationCode,
    day: Day,
) -> sqlx::Result<Option<Standard>> {
    on!(tx, |conn| sqlx::query_as(STANDARD_IN_FORCE).bind(occupation).bind(day).fetch_optional(conn).await)
}

/// The clauses of a standard for a level in force on `day`, by number.
///
/// # Errors
/// When the database fails, or a stored condition is of a kind this binary does not know.
pub async fn clauses(
    tx: &mut Tx,
    standard: &StandardId,
    level: &LevelCode,
    day: Day,
) -> sqlx::Result<Vec<Clause>> {
    on!(tx, |conn| sqlx::query_as(CLAUSES).bind(standard).bind(level).bind(day).fetch_all(conn).await)
}

/// The clauses of a standard at every level in force on `day`, by level and in order.
///
/// # Errors
/// When the database fails, or a stored condition is of a kind this binary does not know.
pub async fn clauses_in_force(tx: &mut Tx, standard: &StandardId, day: Day) -> sqlx::Result<Vec<Clause>> {
    on!(tx, |conn| sqlx::query_as(CLAUSES_IN_FORCE).bind(standard).bind(day).fetch_all(conn).await)
}

/// The clauses of several standards at every level in force on `day`, by standard, level and in order.
///
/// # Errors
/// When the database fails, or a stored condition is of a kind this binary does not know.
pub async fn clauses_of_standards(
    tx: &mut Tx,
    standards: &[&StandardId],
    day: Day,
) -> sqlx::Result<Vec<Clause>> {
    if standards.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = standards.iter().map(|id| id.as_str()).collect();
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate, materials,
             valid_from, valid_to, source, confidence FROM clause WHERE valid_from <= ",
        );
        query.push_bind(day).push(" AND (valid_to IS NULL OR valid_to > ").push_bind(day).push(
            ") AND NOT EXISTS (SELECT 1 FROM clause newer WHERE newer.standard_id = clause.standard_id
             AND newer.level_code = clause.level_code AND newer.position = clause.position
             AND newer.valid_from > clause.valid_from AND newer.valid_from <= ",
        );
        query.push_bind(day).push(" AND (newer.valid_to IS NULL OR newer.valid_to > ").push_bind(day);
        query.push(")) AND standard_id IN (");
        push_keys(&mut query, &ids);
        query.push("ORDER BY standard_id, level_code, position, id");
        query.build_query_as().fetch_all(conn).await
    })
}

/// The clauses with these ids, in force or not.
///
/// # Errors
/// When the database fails, or a stored condition is of a kind this binary does not know.
pub async fn clauses_by_id(tx: &mut Tx, ids: &[&ClauseId]) -> sqlx::Result<Vec<Clause>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate, materials,
             valid_from, valid_to, source, confidence FROM clause WHERE id IN (",
        );
        push_keys(&mut query, &ids);
        query.push("ORDER BY id");
        query.build_query_as().fetch_all(conn).await
    })
}

/// The components with these ids, in force or not.
///
/// # Errors
/// When the database fails.
pub async fn components_by_id(tx: &mut Tx, ids: &[&ComponentId]) -> sqlx::Result<Vec<Component>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: BTreeSet<&str> = ids.iter().map(|id| id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT id, standard_id, level_code, kind, position, name_zh, name_en, delivery, minutes,
             weight_percent, pass_mark, scoring, examiners, combination, rounding, third_on_difference,
             valid_from, valid_to, source, confidence FROM component WHERE id IN (",
        );
        push_keys(&mut query, &ids);
        query.push("ORDER BY id");
        query.build_query_as().fetch_all(conn).await
    })
}

/// One clause, in force or not: an old decision quotes an old clause.
///
/// # Errors
/// When the database fails, or a stored condition is of a kind this binary does not know.
pub async fn clause(tx: &mut Tx, id: &ClauseId) -> sqlx::Result<Option<Clause>> {
    on!(tx, |conn| sqlx::query_as(CLAUSE).bind(id).fetch_optional(conn).await)
}

/// The components of a standard at a level in force on `day`, in order.
///
/// # Errors
/// When the database fails.
pub async fn components(
    tx: &mut Tx,
    standard: &StandardId,
    level: &LevelCode,
    day: Day,
) -> sqlx::Result<Vec<Component>> {
    on!(tx, |conn| sqlx::query_as(COMPONENTS).bind(standard).bind(level).bind(day).fetch_all(conn).await)
}

/// One component, in force or not.
///
/// # Errors
/// When the database fails.
pub async fn component(tx: &mut Tx, id: &ComponentId) -> sqlx::Result<Option<Component>> {
    on!(tx, |conn| sqlx::query_as(COMPONENT).bind(id).fetch_optional(conn).await)
}

/// What the components of a standard at a level cost in a jurisdiction on `day`.
///
/// # Errors
/// When the database fails.
pub async fn fees(
    tx: &mut Tx,
    standard: &StandardId,
    level: &LevelCode,
    jurisdiction: &str,
    day: Day,
) -> sqlx::Result<Vec<Fee>> {
    on!(tx, |conn| sqlx::query_as(FEES)
        .bind(standard)
        .bind(level)
        .bind(jurisdiction)
        .bind(day)
        .fetch_all(conn)
        .await)
}

/// Every time limit in force on `day`, by code.
///
/// # Errors
/// When the database fails.
pub async fn time_limits(tx: &mut Tx, day: Day) -> sqlx::Result<Vec<TimeLimit>> {
    let every = everything::time_limits(tx).await?;
    Ok(TimeLimit::in_force(&every, day).into_iter().cloned().collect())
}

/// One time limit as it stands on `day`.
///
/// # Errors
/// When the database fails.
pub async fn time_limit(tx: &mut Tx, code: &str, day: Day) -> sqlx::Result<Option<TimeLimit>> {
    on!(tx, |conn| sqlx::query_as(TIME_LIMIT).bind(code).bind(day).fetch_optional(conn).await)
}

/// The working calendar made of every published day. A notice covers a calendar year, so it is
/// known to the end of the year of the last row; with no row at all only weekends are known.
///
/// # Errors
/// When the database fails.
pub async fn calendar(tx: &mut Tx) -> sqlx::Result<WorkingCalendar> {
    let days: Vec<CalendarDay> = on!(tx, |conn| sqlx::query_as(CALENDAR).fetch_all(conn).await)?;
    Ok(calendar_of(&days))
}

/// The working calendar made of published days, the last of them at the end.
pub(super) fn calendar_of(days: &[CalendarDay]) -> WorkingCalendar {
    let last = days.last().map_or(Day::EPOCH, |row| row.day);
    let known_until = Day::new(last.year(), 12, 31).unwrap_or(last);
    let of_kind = |kind: &str| -> BTreeSet<Day> {
        days.iter().filter(|row| row.kind == kind).map(|row| row.day).collect()
    };
    WorkingCalendar::new(of_kind("holiday"), of_kind("working_day"), known_until)
}
