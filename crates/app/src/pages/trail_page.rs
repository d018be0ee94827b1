//! The trail as people read it: the newest entries, and the history of one thing.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Action, Duty, Env, Holding};
use trail::HistoryRow;
use web::{PageResult, Visit};

/// Newest entries shown on the page.
const ROWS: i64 = 100;

/// To read the trail.
#[derive(Debug, Clone, Copy)]
pub struct ReadTrail;

impl Duty for ReadTrail {
    const ACTION: Action = Action::ReadTrail;
}

struct Line {
    row: HistoryRow,
    who: String,
}

#[derive(Template)]
#[template(path = "trail.html")]
struct TrailPage<'a> {
    v: &'a Visit,
    heading: String,
    lines: Vec<Line>,
}

impl TrailPage<'_> {
    fn action(&self, action: &str) -> String {
        self.v.t.s(&format!("trail-{}", action.replace('.', "-")))
    }

    /// What the entry is about: its kind in words, and the end of its id when it has no name.
    fn object(&self, row: &HistoryRow) -> String {
        object(self.v, &row.object_kind, &row.object_id)
    }
}

/// GET /trail
pub async fn recent(State(env): State<Env>, _: Holding<ReadTrail>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let rows = trail::recent(&mut tx, None, ROWS).await?;
    let lines = named(&mut tx, rows).await?;
    let heading = v.t.s("nav-trail");
    web::page(&v, &heading, &TrailPage { v: &v, heading: heading.clone(), lines })
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
    let lines = named(&mut tx, rows).await?;
    let heading = object(&v, &kind, &id);
    web::page(&v, &heading, &TrailPage { v: &v, heading: heading.clone(), lines })
}

/// A kind of thing in words, with its code, or the end of an id that says nothing to people.
fn object(v: &Visit, kind: &str, id: &str) -> String {
    const UUID_LENGTH: usize = 36;
    const SHOWN: usize = 8;
    let key = format!("trail-on-{}", kind.replace('_', "-"));
    let short = if id.len() == UUID_LENGTH { id.get(UUID_LENGTH - SHOWN..).unwrap_or(id) } else { id };
    format!("{} {short}", v.t.s(&key))
}

async fn named(tx: &mut store::Tx, rows: Vec<HistoryRow>) -> PageResult<Vec<Line>> {
    let mut lines: Vec<Line> = Vec::with_capacity(rows.len());
    let mut names = std::collections::HashMap::new();
    for row in rows {
        let who = match names.get(&row.actor) {
            Some(known) => String::clone(known),
            None => {
                let found = identity::account_name(tx, &row.actor).await?;
                let name = if found.is_empty() { row.actor.clone() } else { found };
                names.insert(row.actor.clone(), name.clone());
                name
            }
        };
        lines.push(Line { row, who });
    }
    Ok(lines)
}
