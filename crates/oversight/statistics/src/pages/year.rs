//! The years in figures: batches and people, organisation by organisation; and what the public looks for.
use std::borrow::Borrow;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Action, Env, Holding, Object};
use kernel::Day;
use plan::{Batch, ReadBatch};
use readership::Matter;
use serde::Deserialize;
use web::{PageResult, Visit};

use crate::{
    Volume, Year,
    rules::year::{Counted, Held},
};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct YearQuery {
    year: String,
}

/// An occupation, and how often the public opened its page.
struct Interest {
    code: String,
    name: String,
    times: i64,
}

#[derive(Template)]
#[template(path = "year/show.html")]
struct YearPage<'a> {
    v: &'a Visit,
    /// The years in which the reader's organisations held something, the latest first.
    years: Vec<i16>,
    year: i16,
    total: Volume,
    lines: Vec<(String, Volume)>,
    interests: Vec<Interest>,
}

impl YearPage<'_> {
    /// `80.1 %`, or a dash when there is nothing to compare.
    fn rate(&self, volume: impl Borrow<Volume>) -> String {
        let rate = volume.borrow().pass_rate();
        rate.map_or_else(|| "—".to_owned(), |rate| format!("{}.{} %", rate / 10, rate % 10))
    }
}

/// GET /statistics?year=…
pub async fn show(
    State(env): State<Env>,
    entry: Holding<ReadBatch>,
    v: Visit,
    Query(query): Query<YearQuery>,
) -> PageResult<Response> {
    let today = env.now().day();
    let mut tx = env.db.read().await?;
    let mut batches = plan::batches(&mut tx).await?;
    batches.retain(|batch| {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        batch.published_at.is_some() && entry.who.may(Action::ReadBatch, object, env.now()).is_some()
    });
    let mut years: Vec<i16> = batches.iter().map(|batch| batch.exam_date.year()).collect();
    years.sort_unstable_by(|one, other| other.cmp(one));
    years.dedup();
    let asked = query.year.parse().ok().filter(|year| years.contains(year));
    let year = asked.or_else(|| years.first().copied()).unwrap_or_else(|| today.year());
    batches.retain(|batch| batch.exam_date.year() == year);
    let figures = figures(&mut tx, &batches).await?;
    let paths: Vec<_> = figures.organisations.keys().collect();
    let named = organisation::by_paths(&mut tx, &paths).await?;
    let line = |(path, volume): (&kernel::OrgPath, &Volume)| {
        let row = named.iter().find(|row| row.path == *path);
        let name =
            row.map_or_else(|| path.to_string(), |row| v.t.pick(&row.name_zh, &row.name_en).to_owned());
        (name, *volume)
    };
    let page = YearPage {
        v: &v,
        years,
        year,
        total: figures.total(),
        lines: figures.organisations.iter().map(line).collect(),
        interests: interests(&mut tx, today, &v).await?,
    };
    web::page(&v, &v.t.s("years-title"), &page)
}

async fn figures(tx: &mut Tx, batches: &[Batch]) -> sqlx::Result<Year> {
    let codes: Vec<&str> = batches.iter().map(|batch| batch.code.as_str()).collect();
    let counted = Counted {
        applied: registration::applied_by_batch(tx, &codes).await?,
        admitted: admission::admitted_by_batch(tx, &codes).await?,
        present: sitting::present_by_batch(tx, &codes).await?,
        passed: result::passed_by_batch(tx, &codes).await?,
        certified: certificate::certified_by_batch(tx, &codes).await?,
    };
    let held =
        batches.iter().map(|batch| Held { code: batch.code.clone(), org_path: batch.org_path.clone() });
    Ok(Year::of(&held.collect::<Vec<_>>(), &counted))
}

/// Occupations whose pages the public opened, the most wanted first.
async fn interests(tx: &mut Tx, today: Day, v: &Visit) -> sqlx::Result<Vec<Interest>> {
    let occupations = scheme::occupations(tx, today).await?;
    let read = readership::times_read_of_all(tx, Matter::Occupation).await?;
    let named = |(code, times): (String, i64)| {
        let known = |row: &&scheme::Occupation| row.code.as_ref().is_some_and(|own| own.as_str() == code);
        let row = occupations.iter().find(known)?;
        Some(Interest { name: v.t.pick(&row.name_zh, &row.name_en).to_owned(), code, times })
    };
    let mut interests: Vec<Interest> = read.into_iter().filter_map(named).collect();
    interests.sort_by(|one, other| other.times.cmp(&one.times).then_with(|| one.code.cmp(&other.code)));
    Ok(interests)
}
