//! The sittings of a batch: every site, and at a site every room, and how far they are.
use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::Tx;
use arrangement::{RoomInUse, RoomUse, Sitting};
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use identity::{Action, Env, Object};
use plan::{InBatch, ReadBatch, stage_head};
use scheme::Delivery;
use serde::Deserialize;
use web::{Markup, PageError, PageResult, Visit};

use super::look::silent;
use crate::{
    Ledger,
    rules::{EventSort, RoomCount},
    store,
};

/// Rooms that are listed at once; more are shown site by site.
/// Source: [own]; two sittings of a site with its 36 rooms make a page one still reads.
const ROOMS_AT_ONCE: usize = 40;

/// What the page was asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    site: String,
}

/// One room of a sitting, or one site with all its rooms.
struct Line {
    name: String,
    /// Empty where the visitor may not look further.
    href: String,
    standing: Standing,
}

/// How a room, or several together, stand.
#[derive(Debug, Clone, Copy, Default)]
struct Standing {
    rooms: usize,
    closed: usize,
    count: RoomCount,
    offline: usize,
    incidents: i64,
    violations: i64,
}

impl Standing {
    fn and(self, other: Self) -> Self {
        Self {
            rooms: self.rooms + other.rooms,
            closed: self.closed + other.closed,
            count: self.count.and(other.count),
            offline: self.offline + other.offline,
            incidents: self.incidents + other.incidents,
            violations: self.violations + other.violations,
        }
    }

    fn is_closed(&self) -> bool {
        self.closed == self.rooms
    }
}

struct SittingBlock {
    sitting: Sitting,
    lines: Vec<Line>,
}

impl SittingBlock {
    /// Only there somebody works, goes offline and hands in where a machine sees it.
    fn on_computer(&self) -> bool {
        self.sitting.delivery == Delivery::Computer
    }

    /// Key of how it is sat: two sittings may have one name.
    fn delivery(&self) -> &'static str {
        match self.sitting.delivery {
            Delivery::Paper => "delivery-paper",
            Delivery::Computer => "delivery-computer",
            Delivery::OnSite => "delivery-on-site",
        }
    }
}

#[derive(Template)]
#[template(path = "sitting/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    code: &'a str,
    blocks: Vec<SittingBlock>,
    /// The site whose rooms are shown, where not all are.
    site: Option<String>,
    by_site: bool,
    /// Whether this visitor checks people in somewhere.
    checks_in: bool,
}

impl ListPage<'_> {
    fn closed_words(&self, of: &Standing) -> String {
        let values = [("n", of.closed.to_string()), ("all", of.rooms.to_string())];
        self.v.t.values("sitting-rooms-closed", &values)
    }
}

/// GET /batches/{code}/sittings
pub async fn list(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    entry: InBatch<ReadBatch>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, 6, &v, env.now()).await?;
    let mut in_use = arrangement::rooms_in_use(&mut tx, &[entry.batch.code.as_str()]).await?;
    in_use.retain(|one| entry.reaches(&one.room.site_path));
    let sites: HashMap<String, String> = venue::sites(&mut tx)
        .await?
        .into_iter()
        .map(|site| (site.id.to_string(), v.t.pick(&site.name_zh, &site.name_en).to_owned()))
        .collect();
    let mut site = None;
    if !asked.site.is_empty() {
        in_use.retain(|one| one.room.site_id.as_ref() == asked.site);
        site =
            Some(sites.get(&asked.site).filter(|_| !in_use.is_empty()).cloned().ok_or(PageError::NotFound)?);
    }
    let by_site = site.is_none() && in_use.len() > ROOMS_AT_ONCE;
    let standings = standings(&mut tx, &env, &ledger, &entry, &in_use).await?;
    let rooms: Vec<RoomUse> = in_use.into_iter().map(|one| one.room).collect();
    let code = entry.batch.code.as_str();
    let sittings = arrangement::sittings(&mut tx, &entry.batch.code).await?;
    let names = Names { code, sites: &sites, many: site.is_none(), by_site };
    let blocks = sittings
        .into_iter()
        .map(|sitting| {
            let lines = names.lines(&sitting, &rooms, &standings, &entry, &env, &v);
            SittingBlock { sitting, lines }
        })
        .filter(|block| !block.lines.is_empty())
        .collect();
    let object = Object { path: &entry.batch.org_path, batch: Some(code) };
    let checks_in = !identity::territory(&entry.who.grants, Action::Invigilate, object, env.now()).is_empty();
    web::page(&v, &v.t.s("stage-6"), &ListPage { v: &v, head, code, blocks, site, by_site, checks_in })
}

/// How each of these rooms stands. Counted where the rows lie: nothing here grows with the number of
/// people in rooms that are not shown.
async fn standings(
    tx: &mut Tx,
    env: &Env,
    ledger: &Ledger,
    entry: &InBatch<ReadBatch>,
    rooms: &[RoomInUse],
) -> PageResult<HashMap<String, Standing>> {
    let ids: Vec<&str> = rooms.iter().map(|one| one.room.id.as_str()).collect();
    let seats = rooms.iter().map(|one| (one.room.id.clone(), one.seats)).collect();
    let counts = store::room_counts(tx, &seats, &ids).await?;
    let at_work = store::at_work(tx, &ids).await?;
    let silent = silent(ledger, &at_work, env.now());
    let closings = store::closings_of_batch(tx, &entry.batch.code).await?;
    let closed: HashSet<&str> = closings.iter().map(|row| row.room_use_id.as_str()).collect();
    let mut standings: HashMap<String, Standing> = HashMap::new();
    for (room, count) in counts {
        let closed = usize::from(closed.contains(room.as_str()));
        standings.insert(room, Standing { rooms: 1, closed, count, ..Standing::default() });
    }
    for row in at_work.iter().filter(|row| silent.contains_key(row.id.as_ref())) {
        if let Some(standing) = standings.get_mut(&row.room_use_id) {
            standing.offline += 1;
        }
    }
    for (room, sort, lines) in store::event_counts(tx, &ids).await? {
        let Some(standing) = standings.get_mut(&room) else { continue };
        match EventSort::from_code(&sort) {
            Some(EventSort::Incident) => standing.incidents += lines,
            Some(EventSort::Violation) => standing.violations += lines,
            Some(EventSort::ExtraTime | EventSort::MachineChange | EventSort::LateAnswers) | None => {}
        }
    }
    Ok(standings)
}

/// What the lines are called and where they lead.
struct Names<'a> {
    code: &'a str,
    sites: &'a HashMap<String, String>,
    /// Whether rooms of more than one site may stand together.
    many: bool,
    by_site: bool,
}

impl Names<'_> {
    fn lines(
        &self,
        sitting: &Sitting,
        rooms: &[RoomUse],
        standings: &HashMap<String, Standing>,
        entry: &InBatch<ReadBatch>,
        env: &Env,
        v: &Visit,
    ) -> Vec<Line> {
        let here = rooms.iter().filter(|room| room.sitting_id == sitting.id);
        let of = |room: &RoomUse| standings.get(&room.id).copied().unwrap_or_default();
        if self.by_site {
            let mut sites: BTreeMap<&str, Standing> = BTreeMap::new();
            for room in here {
                let standing = sites.entry(room.site_id.as_ref()).or_default();
                *standing = standing.and(of(room));
            }
            let line = |(site, standing): (&str, Standing)| Line {
                name: self.sites.get(site).cloned().unwrap_or_default(),
                href: format!("{}#s-{}", web::address(&self.all(), &[("site", site)]), sitting.id),
                standing,
            };
            let mut lines: Vec<Line> = sites.into_iter().map(line).collect();
            lines.sort_by(|a, b| a.name.cmp(&b.name));
            return lines;
        }
        let line = |room: &RoomUse| {
            let object = Object { path: &room.site_path, batch: Some(self.code) };
            let may = entry.who.may(Action::WatchRooms, object, env.now()).is_some();
            let href = format!("{}/{}/rooms/{}", self.all(), sitting.id, room.id);
            Line {
                name: self.room(room, v),
                href: if may { href } else { String::new() },
                standing: of(room),
            }
        };
        here.map(line).collect()
    }

    fn all(&self) -> String {
        format!("/batches/{}/sittings", self.code)
    }

    fn room(&self, room: &RoomUse, v: &Visit) -> String {
        let name = v.t.pick(&room.room_name, &room.room_name_en);
        let number = v.t.n("sitting-room-number", room.ordinal);
        match self.sites.get(room.site_id.as_ref()) {
            Some(site) if self.many => format!("{site} · {number} · {name}"),
            Some(_) | None => format!("{number} · {name}"),
        }
    }
}
