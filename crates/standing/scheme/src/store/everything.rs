//! Whole tables, for an import that holds a file against what is there.
use store::{Tx, on, queries};

use crate::{CalendarDay, Clause, Component, Fee, Level, Occupation, TimeLimit};

queries! {
    EVERY_OCCUPATION = "SELECT id, code, dictionary, name_zh, name_en, levels, enabled, note,
        valid_from, valid_to, source, confidence FROM occupation ORDER BY id";
    EVERY_LEVEL = "SELECT code, position, name_zh, name_en, national_equivalent,
        valid_from, valid_to, source, confidence FROM level ORDER BY code, valid_from";
    EVERY_CLAUSE = "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate,
        materials, valid_from, valid_to, source, confidence FROM clause ORDER BY id";
    EVERY_COMPONENT = "SELECT id, standard_id, level_code, kind, position, name_zh, name_en, delivery,
        minutes, weight_percent, pass_mark, scoring, examiners, combination, rounding,
        third_on_difference, valid_from, valid_to, source, confidence FROM component ORDER BY id";
    EVERY_FEE = "SELECT id, component_id, amount, jurisdiction, document,
        valid_from, valid_to, source, confidence FROM fee ORDER BY id";
    EVERY_TIME_LIMIT = "SELECT code, working_days, bound, text_zh, text_en,
        valid_from, valid_to, source, confidence FROM time_limit ORDER BY code, valid_from";
    EVERY_DAY = "SELECT day, kind, name, source FROM calendar_day ORDER BY day";
}

pub(crate) async fn occupations(tx: &mut Tx) -> sqlx::Result<Vec<Occupation>> {
    on!(tx, |conn| sqlx::query_as(EVERY_OCCUPATION).fetch_all(conn).await)
}

pub(crate) async fn levels(tx: &mut Tx) -> sqlx::Result<Vec<Level>> {
    on!(tx, |conn| sqlx::query_as(EVERY_LEVEL).fetch_all(conn).await)
}

pub(crate) async fn clauses(tx: &mut Tx) -> sqlx::Result<Vec<Clause>> {
    on!(tx, |conn| sqlx::query_as(EVERY_CLAUSE).fetch_all(conn).await)
}

pub(crate) async fn components(tx: &mut Tx) -> sqlx::Result<Vec<Component>> {
    on!(tx, |conn| sqlx::query_as(EVERY_COMPONENT).fetch_all(conn).await)
}

pub(crate) async fn fees(tx: &mut Tx) -> sqlx::Result<Vec<Fee>> {
    on!(tx, |conn| sqlx::query_as(EVERY_FEE).fetch_all(conn).await)
}

pub(crate) async fn time_limits(tx: &mut Tx) -> sqlx::Result<Vec<TimeLimit>> {
    on!(tx, |conn| sqlx::query_as(EVERY_TIME_LIMIT).fetch_all(conn).await)
}

pub(crate) async fn days(tx: &mut Tx) -> sqlx::Result<Vec<CalendarDay>> {
    on!(tx, |conn| sqlx::query_as(EVERY_DAY).fetch_all(conn).await)
}
