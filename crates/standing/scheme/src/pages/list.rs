//! The occupations with their levels and the standards they are certified by.
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use kernel::Day;
use serde::Deserialize;
use web::{PageResult, Visit, page};

use super::words;
use crate::{
    Level, Occupation, Standard,
    store::{read, register},
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    level: String,
    state: String,
    on: String,
}

/// An occupation with its standards.
struct Line {
    row: Occupation,
    /// From the lowest to the highest.
    levels: String,
    standards: Vec<Standard>,
}

#[derive(Template)]
#[template(path = "standard/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    query: ListQuery,
    day: Day,
    levels: Vec<Level>,
    lines: Vec<Line>,
    total: usize,
}

impl ListPage<'_> {
    fn states(&self) -> [(&'static str, &'static str); 3] {
        [
            ("standard", "scheme-state-standard"),
            ("enabled", "scheme-state-enabled"),
            ("unconfirmed", "scheme-state-unconfirmed"),
        ]
    }

    fn version(&self, standard: &Standard) -> String {
        words::version(standard, self.v.t)
    }
}

/// GET /standards?q=…&level=…&state=…&on=…
pub async fn show(State(env): State<Env>, v: Visit, Query(query): Query<ListQuery>) -> PageResult<Response> {
    let day = Day::parse(&query.on).unwrap_or_else(|_| env.now().day());
    let mut tx = env.db.read().await?;
    let levels = read::levels(&mut tx, day).await?;
    let standards = register::standards(&mut tx).await?;
    let occupations = read::occupations(&mut tx, day).await?;
    drop(tx);
    let total = occupations.len();
    let line = |row: Occupation| Line {
        levels: words::level_span(&levels, &row.levels, v.t),
        standards: standards
            .iter()
            .filter(|standard| row.code.as_ref() == Some(&standard.occupation_code))
            .filter(|standard| standard.validity.covers(day))
            .cloned()
            .collect(),
        row,
    };
    let lines = occupations.into_iter().map(line).filter(|line| is_wanted(line, &query)).collect();
    let shown = ListPage { v: &v, query, day, lines, total, levels };
    page(&v, &v.t.s("scheme-standards"), &shown)
}

fn is_wanted(line: &Line, query: &ListQuery) -> bool {
    let wanted = query.q.trim().to_lowercase();
    let code = line.row.code.as_ref().map_or("", AsRef::as_ref);
    let named = [line.row.name_zh.as_str(), line.row.name_en.as_str(), code]
        .iter()
        .any(|text| text.to_lowercase().contains(&wanted));
    let at_level =
        query.level.is_empty() || line.row.levels.codes().iter().any(|code| code.as_str() == query.level);
    let in_state = match query.state.as_str() {
        "standard" => !line.standards.is_empty(),
        "enabled" => line.row.enabled,
        "unconfirmed" => !line.row.enabled,
        _ => true,
    };
    named && at_level && in_state
}
