//! The trail as people read it: entries by day, person and action, and the history of one thing.
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::{AccountNames, Action, Duty, Env, Holding, Object};
use kernel::{Day, UnixMicros};
use serde::Deserialize;
use trail::{HistoryRow, Place, Reach, Turn, Wanted};
use web::{PageResult, Visit};

/// Entries on one page.
const ROWS: usize = 100;
/// Accounts a name may stand for; whoever types one letter gets the first of them. Source: [own].
const NAMED: i64 = 200;
/// Actors without an account, each with its words: what nobody asked for, what its hour began, who was not signed in.
const WITHOUT_ACCOUNT: [(&str, &str); 3] = [
    ("system", "trail-actor-system"),
    ("clock", "trail-actor-clock"),
    ("anonymous", "trail-actor-anonymous"),
];
/// The kind of thing an account is in the trail.
const ACCOUNT: &str = "account";

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
    held: Holding<ReadTrail>,
    Query(query): Query<TrailQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let reach = reach(&mut tx, &held, env.now()).await?;
    let wanted = wanted(&mut tx, &v, &query, env.now(), reach).await?;
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
    let lines = named(&v, &names_in(&mut tx, &rows).await?, rows);
    let heading = v.t.s("nav-trail");
    let list = Some(List { query, actions, newer, older });
    web::page(&v, &heading, &TrailPage { v: &v, heading: heading.clone(), lines, list })
}

/// GET /trail/{kind}/{id}
pub async fn history(
    State(env): State<Env>,
    held: Holding<ReadTrail>,
    Path((kind, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let reach = reach(&mut tx, &held, env.now()).await?;
    let mut rows = trail::history(&mut tx, &kind, &id).await?;
    rows.retain(|row| reach.holds(row));
    if rows.is_empty() {
        return Err(web::PageError::NotFound);
    }
    let names = names_in(&mut tx, &rows).await?;
    let lines = named(&v, &names, rows);
    let heading = object(&v, &names, (&kind, &id));
    web::page(&v, &heading, &TrailPage { v: &v, heading: heading.clone(), lines, list: None })
}

/// Entries of the batches whose whole this person may read of. What belongs to no batch (sign-ins, accounts, duties,
/// items) is read by whoever holds the duty for no batch in particular, but for what people of another body did.
async fn reach(tx: &mut store::Tx, held: &Holding<ReadTrail>, now: UnixMicros) -> PageResult<Reach> {
    let grants = &held.who.grants;
    let batches = plan::batches(tx).await?.into_iter().filter(|batch| {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        identity::decide(grants, Action::ReadTrail, object, now).is_some()
    });
    let batches = batches.map(|batch| batch.code.to_string()).collect();
    let standing: Vec<_> = grants
        .iter()
        .filter(|grant| grant.batch.is_none() && grant.role.carries(Action::ReadTrail))
        .collect();
    let not_by =
        identity::elsewhere(tx, &standing.iter().map(|grant| &grant.path).collect::<Vec<_>>(), now).await?;
    Ok(Reach { batches, without_batch: !standing.is_empty(), not_by })
}

/// The filter as the trail understands it: names become accounts, days become instants.
async fn wanted(
    tx: &mut store::Tx,
    v: &Visit,
    query: &TrailQuery,
    now: UnixMicros,
    reach: Reach,
) -> PageResult<Wanted> {
    let who = query.who.trim();
    let actors = if who.is_empty() {
        None
    } else {
        let filter = identity::AccountFilter { words: who.to_owned(), ..identity::AccountFilter::default() };
        let found = identity::staff_accounts(tx, &filter, now, NAMED, 0).await?;
        let mut actors: Vec<String> = found.into_iter().map(|account| account.id).collect();
        let is_meant = |(id, words): &&(&str, &'static str)| who == *id || who == v.t.s(words);
        actors.extend(WITHOUT_ACCOUNT.iter().filter(is_meant).map(|(id, _)| (*id).to_owned()));
        Some(actors)
    };
    Ok(Wanted {
        from: Day::parse(&query.from).ok().map(|day| day.at(0, 0)),
        until: Day::parse(&query.to).ok().map(|day| day.plus_days(1).at(0, 0)),
        actors,
        action: Some(query.action.clone()).filter(|action| !action.is_empty()),
        reach: Some(reach),
    })
}

fn action_words(v: &Visit, action: &str) -> String {
    v.t.s(&format!("trail-{}", action.replace('.', "-")))
}

/// A kind of thing in words, with its name or code, or the end of an id that says nothing to people.
fn object(v: &Visit, names: &AccountNames, (kind, id): (&str, &str)) -> String {
    const UUID_LENGTH: usize = 36;
    const SHOWN: usize = 8;
    let kind_words = v.t.s(&format!("trail-on-{}", kind.replace('_', "-")));
    let short = if id.len() == UUID_LENGTH { id.get(UUID_LENGTH - SHOWN..).unwrap_or(id) } else { id };
    let name = match kind {
        // There is one house, and what of it was changed the action says.
        "house" => return kind_words,
        ACCOUNT => names.of(id),
        _ => "",
    };
    format!("{kind_words} {}", if name.is_empty() { short } else { name })
}

/// The lines of some entries.
fn named(v: &Visit, names: &AccountNames, rows: Vec<HistoryRow>) -> Vec<Line> {
    let line = |row: HistoryRow| Line {
        who: actor(v, names, &row.actor),
        what: object(v, names, (&row.object_kind, &row.object_id)),
        row,
    };
    rows.into_iter().map(line).collect()
}

/// Names of who acts in some entries and of who is acted upon: often the same few.
async fn names_in(tx: &mut store::Tx, rows: &[HistoryRow]) -> sqlx::Result<AccountNames> {
    let actors = rows.iter().map(|row| row.actor.as_str());
    let acted_upon = rows.iter().filter(|row| row.object_kind == ACCOUNT).map(|row| row.object_id.as_str());
    identity::account_names(tx, actors.chain(acted_upon)).await
}

/// Who acted, by name; what has no account says what it is.
fn actor(v: &Visit, names: &AccountNames, id: &str) -> String {
    if let Some((_, words)) = WITHOUT_ACCOUNT.iter().find(|(known, _)| *known == id) {
        return v.t.s(words);
    }
    let found = names.of(id);
    if found.is_empty() { id.to_owned() } else { found.to_owned() }
}
