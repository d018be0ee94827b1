//! The exam rooms whose figures somebody writes down: by site, each with how it stands for this person.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, InBatch};
use scheme::ComponentKind;
use serde::Deserialize;
use web::{Form, Markup, PageResult, Visit, Words};

use super::Scoring;
use crate::{
    rooms::{self, RoomState},
    store::{self, Import},
};

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct RoomsQuery {
    /// Site whose rooms are listed; all of them when there is only one.
    site: String,
}

/// A site in figures.
pub(super) struct SiteLine {
    pub id: String,
    pub name: String,
    pub rooms: i64,
    pub done: i64,
    pub seats: i64,
    pub sealed: i64,
    pub waiting: i64,
    pub differ: i64,
}

#[derive(Template)]
#[template(path = "score/rooms.html")]
struct RoomsPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    address: String,
    kind: ComponentKind,
    sites: Vec<SiteLine>,
    /// The site that was chosen, with its rooms.
    site: Option<SiteLine>,
    rooms: Vec<RoomState>,
    imports: Vec<Import>,
    form: Form,
}

impl RoomsPage<'_> {
    fn title(&self) -> &'static str {
        title(self.kind)
    }

    fn is_theory(&self) -> bool {
        self.kind == ComponentKind::Theory
    }

    fn name(&self, room: &RoomState) -> String {
        self.v.t.pick(&room.room.room_name, &room.room.room_name_en).to_owned()
    }
}

/// Key of the name of these sheets.
pub(super) fn title(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Theory | ComponentKind::Other => "assessment-to-entries",
        ComponentKind::Practical => "assessment-to-practical",
        ComponentKind::Panel => "assessment-to-panel",
    }
}

/// GET /batches/{code}/scores/entries, …/practical, …/panel
pub async fn show<D: Scoring>(
    State(env): State<Env>,
    entry: InBatch<D>,
    v: Visit,
    Query(query): Query<RoomsQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let head = plan::stage_head(&mut tx, &entry, 7, &v, env.now()).await?;
    let who = (entry.who.account_id.as_str(), entry.at.as_slice());
    let mut rooms = rooms::states(&mut tx, batch, D::KIND, who, env.now()).await?;
    let mut sites = site_lines(&mut tx, &rooms, v.t).await?;
    let imports = store::imports_of(&mut tx, &batch.code, who.0, D::KIND).await?;
    let chosen = match sites.as_slice() {
        [_] => Some(0),
        _ => sites.iter().position(|site| site.id == query.site),
    };
    let site = chosen.map(|at| sites.remove(at));
    rooms.retain(|room| site.as_ref().is_some_and(|site| site.id == room.room.site_id.as_str()));
    let page = RoomsPage {
        v: &v,
        head,
        batch,
        address: D::address(batch),
        kind: D::KIND,
        sites,
        site,
        rooms,
        imports,
        form: Form::default(),
    };
    web::page(&v, &batch.title(v.t), &page)
}

/// The sites of some rooms in figures.
async fn site_lines(tx: &mut Tx, rooms: &[RoomState], t: Words) -> sqlx::Result<Vec<SiteLine>> {
    let names: HashMap<String, String> = venue::sites(tx)
        .await?
        .into_iter()
        .map(|site| (site.id.to_string(), t.pick(&site.name_zh, &site.name_en).to_owned()))
        .collect();
    let line = |id: venue::SiteId| {
        let of: Vec<&RoomState> = rooms.iter().filter(|room| room.room.site_id == id).collect();
        let sum = |figure: fn(&RoomState) -> i64| of.iter().map(|room| figure(room)).sum();
        SiteLine {
            name: names.get(id.as_str()).cloned().unwrap_or_default(),
            id: id.to_string(),
            rooms: sum(|_| 1),
            done: sum(|room| i64::from(room.is_done())),
            seats: sum(|room| room.seats),
            sealed: sum(|room| room.sealed),
            waiting: sum(RoomState::waiting),
            differ: sum(|room| room.differ),
        }
    };
    Ok(rooms::sites(rooms).into_iter().map(line).collect())
}
