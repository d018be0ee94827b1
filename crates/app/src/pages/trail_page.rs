//! The trail as people read it: entries by day, person and action, and the history of one thing.
use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::{Action, Duty, Env, Holding};
use kernel::{Day, UnixMicros};
use serde::Deserialize;
use trail::{HistoryRow, Place, Turn, Wanted};
use web::{PageResult, Visit};

/// Entries on one page.
const ROWS: usize = 100;
/// Accounts a name may stand for; whoever types one letter gets the first of them. Source: [own].
const NAMED: i64 = 200;
/// The actor of what nobody asked for: it has no account.
const SYSTEM: &str = "system";

/// To read the trail.
#[derive(Debug, Clone, Copy)]
pub struct ReadTrail;

impl Duty for ReadTrail {
    const ACTION: Action = Action::ReadTrail;
}

/// What the list is narrowed to, as it stands in the address; what cannot be read narrows nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TrailQuery {
    from: String,
    to: String,
    who: String,
    action: String,
    older: String,
    newer: String,
}

/// The filter above a list, and its neighbours.
struct List {
    query: TrailQuery,
    actions: Vec<(&'static str, String)>,
    newer: Option<String>,
    older: Option<String>,
}

struct Line {
    row: HistoryRow,
    who: String,
    what: String,
}

#[derive(Template)]
#[template(path = "trail.html")]
struct TrailPage<'a> {
    v: &'a Visit,
    heading: String,
    lines: Vec<Line>,
    /// None on the history of one thing, which is shown whole.
    list: Option<List>,
}

impl TrailPage<'_> {
    fn action(&self, action: &str) -> String {
        action_words(self.v, action)
    }
}

impl TrailQuery {
    fn turn(&self) -> Turn {
        match (read_place(&self.older), read_place(&self.newer)) {
            (Some(place), _) => Turn::Older(place),
            (None, Some(place)) => Turn::Newer(place),
            (None, None) => Turn::Start,
        }
    }

    /// The address of the page beside this one.
    fn address(&self, side: &str, row: &HistoryRow) -> String {
        let place = format!("{}.{}", row.at.get(), row.id);
        let kept = [("from", &self.from), ("to", &self.to), ("who", &self.who), ("action", &self.action)];
        let mut asked: Vec<(&str, &str)> = kept
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        asked.push((side, &place));
        web::address("/trail", &asked)
    }
}

/// A place in the address: microseconds, a point, id.
fn read_place(text: &str) -> Option<Place> {
    let (at, id) = text.split_once('.')?;
    Some(Place { at: UnixMicros::new(at.parse().ok()?), id: id.to_owned() })
}

/// GET /trail?from=…&to=…&who=…&action=…
pub async fn recent(
    State(env): State<Env>,
    _: Holding<ReadTrail>,
    Query(query): Query<TrailQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let wanted = wanted(&mut tx, &v, &query, env.now()).await?;
    let turn = query.turn();
    // One row more than are shown says whether there is another page.
    let limit = i64::try_from(ROWS + 1).unwrap_or(i64::MAX);
    let mut rows = trail::listed(&mut tx, &wanted, &turn, limit).await?;
    let is_more = rows.len() > ROWS;
    let (has_newer, has_older) = match turn {
        Turn::Start => (false, is_more),
        Turn::Older(_) => (true, is_more),
        Turn::Newer(_) => (is_more, true),
    };
    if is_more {
        match turn {
            Turn::Newer(_) => drop(rows.remove(0)),
            Turn::Start | Turn::Older(_) => rows.truncate(ROWS),
        }
    }
    let newer = rows.first().filter(|_| has_newer).map(|row| query.address("newer", row));
    let older = rows.last().filter(|_| has_older).map(|row| query.address("older", row));
    let mut actions: Vec<(&'static str, String)> = crate::compose::trail_actions()
        .into_iter()
        .map(|action| (action, action_words(&v, action)))
        .collect();
    actions.sort_by(|one, other| one.1.cmp(&other.1));
    let lines = named(&mut tx, &v, rows).await?;
    let heading = v.t.s("nav-trail");
    let list = Some(List { query, actions, newer, older });
    web::page(&v, &heading, &TrailPage { v: &v, heading: heading.clone(), lines, list })
}

/// GET /trail/{kind}/{id}
pub async fn history(
    State(env): State<Env>,
    _: Holding<ReadTrail>,
    Path((kind, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let rows = trail::history(&mut tx, &kind, &id).await?;
    if rows.is_empty() {
        return Err(web::PageError::NotFound);
    }
    let lines = named(&mut tx, &v, rows).await?;
    let heading = object(&mut tx, &v, &mut Names::default(), (&kind, &id)).await?;
    web::page(&v, &heading, &TrailPage { v: &v, heading: heading.clone(), lines, list: None })
}

/// The filter as the trail understands it: names become accounts, days become instants.
async fn wanted(tx: &mut store::Tx, v: &Visit, query: &TrailQuery, now: UnixMicros) -> PageResult<Wanted> {
    let who = query.who.trim();
    let actors = if who.is_empty() {
        None
    } else {
        let filter = identity::AccountFilter { words: who.to_owned(), ..identity::AccountFilter::default() };
        let found = identity::staff_accounts(tx, &filter, now, NAMED, 0).await?;
        let mut actors: Vec<String> = found.into_iter().map(|account| account.id).collect();
        if who == SYSTEM || who == v.t.s("trail-actor-system") {
            actors.push(SYSTEM.to_owned());
        }
        Some(actors)
    };
    Ok(Wanted {
        from: Day::parse(&query.from).ok().map(|day| day.at(0, 0)),
        until: Day::parse(&query.to).ok().map(|day| day.plus_days(1).at(0, 0)),
        actors,
        action: Some(query.action.clone()).filter(|action| !action.is_empty()),
    })
}

fn action_words(v: &Visit, action: &str) -> String {
    v.t.s(&format!("trail-{}", action.replace('.', "-")))
}

/// A kind of thing in words, with its name or code, or the end of an id that says nothing to people.
async fn object(
    tx: &mut store::Tx,
    v: &Visit,
    names: &mut Names,
    (kind, id): (&str, &str),
) -> PageResult<String> {
    const UUID_LENGTH: usize = 36;
    const SHOWN: usize = 8;
    let kind_words = v.t.s(&format!("trail-on-{}", kind.replace('_', "-")));
    let short = if id.len() == UUID_LENGTH { id.get(UUID_LENGTH - SHOWN..).unwrap_or(id) } else { id };
    let name = match kind {
        // There is one house, and what of it was changed the action says.
        "house" => return Ok(kind_words),
        "account" => names.of(tx, id).await?,
        _ => String::new(),
    };
    Ok(format!("{kind_words} {}", if name.is_empty() { short } else { name.as_str() }))
}

async fn named(tx: &mut store::Tx, v: &Visit, rows: Vec<HistoryRow>) -> PageResult<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::with_capacity(rows.len());
    let mut names = Names::default();
    for row in rows {
        let who = actor(tx, v, &mut names, &row.actor).await?;
        let what = object(tx, v, &mut names, (&row.object_kind, &row.object_id)).await?;
        lines.push(Line { row, who, what });
    }
    Ok(lines)
}

/// Names of accounts, each asked for once: who acts and who is acted upon are often the same few.
#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// The name; empty where there is no such account.
    async fn of(&mut self, tx: &mut store::Tx, id: &str) -> PageResult<String> {
        if let Some(known) = self.0.get(id) {
            return Ok(known.clone());
        }
        let name = identity::account_name(tx, id).await?;
        self.0.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}

/// Who acted, by name; what has no account says what it is.
async fn actor(tx: &mut store::Tx, v: &Visit, names: &mut Names, id: &str) -> PageResult<String> {
    if id == SYSTEM {
        return Ok(v.t.s("trail-actor-system"));
    }
    let found = names.of(tx, id).await?;
    Ok(if found.is_empty() { id.to_owned() } else { found })
}
