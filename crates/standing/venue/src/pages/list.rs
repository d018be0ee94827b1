//! Every site with its rooms and places.
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Env, Holding, ReadRegisters};
use organisation::Organisation;
use serde::Deserialize;
use web::{PageResult, Visit, grouped, page};

use super::{kind_code, kind_word, organisations};
use crate::{Room, RoomKind, Site, capacity, store};

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    kind: String,
}

struct Line {
    site: Site,
    run_by: Organisation,
    rooms: usize,
    places: [usize; 3],
}

#[derive(Template)]
#[template(path = "site/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    query: ListQuery,
    lines: Vec<Line>,
    total: usize,
}

impl ListPage<'_> {
    fn kinds(&self) -> Vec<(&'static str, String)> {
        RoomKind::ALL.into_iter().map(|kind| (kind_code(kind), self.v.t.s(kind_word(kind)))).collect()
    }

    fn rooms(&self) -> String {
        grouped(self.lines.iter().map(|line| line.rooms).sum())
    }

    /// How many places of a kind a site has.
    fn of(&self, line: &Line, kind: usize) -> String {
        grouped(line.places.get(kind).copied().unwrap_or_default())
    }

    fn places(&self, kind: usize) -> String {
        grouped(self.lines.iter().filter_map(|line| line.places.get(kind)).sum())
    }
}

/// GET /sites?q=…&kind=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadRegisters>,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let organisations = organisations(&mut tx, &held.at, env.now().day()).await?;
    let sites = store::sites(&mut tx).await?;
    let rooms = store::all_rooms(&mut tx).await?;
    drop(tx);
    let line = |site: Site| {
        let run_by = organisations.iter().find(|row| row.path == site.org_path)?.clone();
        let own: Vec<&Room> = rooms.iter().filter(|room| room.site_id == site.id).collect();
        let places = RoomKind::ALL
            .map(|kind| own.iter().filter(|room| room.kind == kind).map(|room| capacity(room)).sum());
        Some(Line { rooms: own.len(), places, run_by, site })
    };
    let mut lines: Vec<Line> = sites.into_iter().filter_map(line).collect();
    let total = lines.len();
    lines.retain(|line| is_wanted(line, &query));
    page(&v, &v.t.s("nav-sites"), &ListPage { v: &v, query, lines, total })
}

fn is_wanted(line: &Line, query: &ListQuery) -> bool {
    let wanted = query.q.trim().to_lowercase();
    let Line { site, run_by, .. } = line;
    let texts = [&site.name_zh, &site.name_en, &site.code, &site.address, &run_by.name_zh, &run_by.name_en];
    let kind = RoomKind::ALL.into_iter().position(|kind| kind_code(kind) == query.kind);
    let has_kind = kind.is_none_or(|kind| line.places.get(kind).is_some_and(|places| *places > 0));
    has_kind && texts.iter().any(|text| text.to_lowercase().contains(&wanted))
}
