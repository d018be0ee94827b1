//! One exam room: who sits where, the sheet they sign, and choosing another seat for somebody.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use person::Person;
use plan::{Arrange, Batch, InBatch, stage_head};
use serde::Deserialize;
use web::{Markup, PageError, PageResult, Visit};

use super::{
    moving::{MoveLine, move_lines},
    seat_map::{Cell, Chosen, Free, Place, choose, free_numbers, legend, map},
};
use crate::{
    RoomUse, Seat, SitePlan, Sitting,
    document::{
        self,
        room::{Room, Rooms, paper_of, papers},
        two_digits,
    },
    moving::layout,
    names::Names,
    people::people,
    rules::{SiteStatus, moving::may_move, need::PaperKey},
    store::{
        self, RoomAtSite,
        moving::{Move, NamedMove},
    },
};

/// Whom to move, and where to: what the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoomQuery {
    seat: String,
    to: String,
}

/// Another room of the sitting to which somebody may be moved.
struct OtherRoom {
    href: String,
    name: String,
    people: i64,
    places: i64,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "seat_plan/room.html")]
struct RoomPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    room: &'a RoomUse,
    sitting: &'a Sitting,
    site: &'a SitePlan,
    site_name: String,
    map: Vec<Cell>,
    list: Vec<Place>,
    free: Vec<Free>,
    legend: Vec<(usize, String, usize)>,
    free_count: i64,
    is_confirmed: bool,
    may_move: bool,
    chosen: Option<Chosen>,
    others: Vec<OtherRoom>,
    moves: Vec<MoveLine>,
}

impl RoomPage<'_> {
    /// Whether this is the place somebody is about to be moved to.
    fn is_target(&self, number: &str) -> bool {
        let verdict = self.chosen.as_ref().and_then(|chosen| chosen.verdict.as_ref());
        verdict.is_some_and(|verdict| number.parse::<i64>() == Ok(verdict.number))
    }

    /// Places out of use.
    fn blocked(&self) -> usize {
        self.map.iter().filter(|cell| matches!(cell, Cell::Blocked(_))).count()
    }

    fn has_needed(&self) -> bool {
        self.map.iter().any(|cell| matches!(cell, Cell::Taken(place) if place.is_needed))
    }

    fn has_letters(&self) -> bool {
        self.list.iter().any(|place| !place.letter.is_empty())
    }

    fn can_undo(&self) -> bool {
        self.may_move && self.moves.iter().any(|line| !line.is_undone)
    }
}

/// GET /batches/{code}/seat-plan/rooms/{room_use_id}?seat=…&to=…
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<RoomQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (found, moves) = Found::load(&mut tx, &env, &entry, &id, &v).await?;
    let head = stage_head(&mut tx, &entry, 4, &v, env.now()).await?;
    let opens_at = super::opens_at(entry.windows());
    let site = &found.site;
    let may_move = may_move(site.status, site.asked_at.is_some(), opens_at, env.now()).is_ok();
    let chosen = if may_move && !query.seat.is_empty() {
        let to = query.to.parse().ok();
        Some(choose(&mut tx, &env, &entry, (&query.seat, &found.room, to), &v).await?)
    } else {
        None
    };
    let others = match &chosen {
        Some(chosen) => others(&mut tx, &entry.batch, &found.room, chosen, &v).await?,
        None => Vec::new(),
    };
    let ground = venue::site_with_rooms(&mut tx, &found.room.site_id).await?.ok_or(PageError::NotFound)?;
    let (ground, rooms) = ground;
    let now = rooms.iter().find(|room| room.id == found.room.room_id).ok_or(PageError::NotFound)?;
    let layout = layout(&found.room, now);
    let mut places = found.places(&entry.batch, may_move, chosen.as_ref());
    let free = match &chosen {
        Some(chosen) => free_numbers(&found.sitting, &layout, &found.seats, chosen),
        None => Vec::new(),
    };
    let legend = legend(&places);
    let seated = i64::try_from(places.len()).unwrap_or(i64::MAX);
    let page = RoomPage {
        head,
        batch: &entry.batch,
        room: &found.room,
        sitting: &found.sitting,
        site,
        site_name: v.t.pick(&ground.name_zh, &ground.name_en).to_owned(),
        map: map(&found.sitting, &layout, &mut places, chosen.as_ref()),
        list: places,
        free,
        legend,
        free_count: (found.room.places - seated).max(0),
        is_confirmed: site.status == SiteStatus::Confirmed,
        may_move,
        chosen,
        others,
        moves: move_lines(&env, moves, &v)?,
        v: &v,
    };
    web::page(&v, &v.t.n("exam-room-number", found.room.ordinal), &page)
}

/// The rooms of the same site and sitting.
async fn others(
    tx: &mut Tx,
    batch: &Batch,
    here: &RoomUse,
    chosen: &Chosen,
    v: &Visit,
) -> PageResult<Vec<OtherRoom>> {
    let rooms = store::rooms_at(tx, &batch.code, &here.site_id).await?;
    let of_sitting = rooms.iter().filter(|one| one.room.sitting_id == here.sitting_id);
    let other = |one: &RoomAtSite| OtherRoom {
        href: format!("/batches/{}/seat-plan/rooms/{}?seat={}", batch.code, one.room.id, chosen.seat),
        name: v.t.n("exam-room-number", one.room.ordinal),
        people: one.people(),
        places: one.room.places,
        is_here: one.room.id == here.id,
    };
    Ok(of_sitting.map(other).collect())
}

/// A room the visitor may see, with everybody in it.
struct Found {
    room: RoomUse,
    site: SitePlan,
    sitting: Sitting,
    seats: Vec<Seat>,
    people: HashMap<String, Person>,
    needed: Vec<(String, i64, String)>,
    names: Names,
    papers: Vec<PaperKey>,
}

impl Found {
    /// Reads it, and the moves of its site.
    async fn load(
        tx: &mut Tx,
        env: &Env,
        entry: &InBatch<Arrange>,
        id: &str,
        v: &Visit,
    ) -> PageResult<(Self, Vec<NamedMove>)> {
        let code = &entry.batch.code;
        let found = store::room_in_sitting(tx, code, id).await?;
        let found = found.filter(|(room, _)| entry.reaches(&room.site_path));
        let (room, sitting) = found.ok_or(PageError::NotFound)?;
        let site = store::site_plan(tx, code, &room.site_id).await?.ok_or(PageError::NotFound)?;
        let seats = store::seats_of_room(tx, &room.id).await?;
        let moves = store::moving::moves(tx, code, &site.site_id, site.draws).await?;
        let needed = moves.iter().map(|one| &one.row).filter(|row| row.is_needed());
        let place = |row: &Move| (row.to_room_use_id.clone(), row.to_number, row.application_id.clone());
        let found = Self {
            people: people(tx, env, &seats).await?,
            needed: needed.map(place).collect(),
            names: Names::load(tx, code, v.t).await?,
            papers: papers(&seats),
            room,
            site,
            sitting,
            seats,
        };
        Ok((found, moves))
    }

    fn places(&self, batch: &Batch, may_move: bool, chosen: Option<&Chosen>) -> Vec<Place> {
        let is_confirmed = self.site.status == SiteStatus::Confirmed;
        let here = format!("/batches/{}/seat-plan/rooms/{}", batch.code, self.room.id);
        let place = |seat: &Seat| {
            let paper = paper_of(seat);
            let index = self.papers.iter().position(|known| *known == paper).unwrap_or(0);
            let (from, until) = self.sitting.turn(seat.turn);
            let ticket = format!("/batches/{}/tickets/{}.pdf", batch.code, seat.application_id);
            let pick = match chosen {
                Some(chosen) if chosen.seat == seat.id => String::new(),
                Some(chosen) => format!("{here}?seat={}&to={}#move", chosen.seat, seat.number),
                None if may_move => format!("{here}?seat={}#move", seat.id),
                None => String::new(),
            };
            Place {
                number: two_digits(seat.number),
                name: self.people.get(&seat.application_id).map_or_else(String::new, |one| one.name.clone()),
                level: self.names.among(&paper, &self.papers),
                // The style sheet has four hues.
                hue: index % 4 + 1,
                letter: seat.form_letter.clone(),
                time: format!("{}–{}", from.clock_text(), until.clock_text()),
                ticket: if is_confirmed && chosen.is_none() { ticket } else { String::new() },
                pick,
                is_chosen: chosen.is_some_and(|chosen| chosen.seat == seat.id),
                is_needed: self.needed.iter().any(|(room, number, who)| {
                    (room, *number, who) == (&seat.room_use_id, seat.number, &seat.application_id)
                }),
            }
        };
        self.seats.iter().map(place).collect()
    }
}

/// GET /batches/{code}/seat-plan/rooms/{room_use_id}/sign-in-sheet.pdf
pub async fn sign_in_sheet(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let code = &entry.batch.code;
    let found = store::room_in_sitting(&mut tx, code, &id).await?;
    let found = found.filter(|(room, _)| entry.reaches(&room.site_path));
    let (room, sitting) = found.ok_or(PageError::NotFound)?;
    let site = store::site_plan(&mut tx, code, &room.site_id).await?.ok_or(PageError::NotFound)?;
    let seats = store::seats_of_room(&mut tx, &room.id).await?;
    let rooms = Rooms::load(&mut tx, &env, &entry.batch, (&site, &seats)).await?;
    drop(tx);
    let sheet = rooms.sheet(Room { room: &room, sitting: &sitting, seats: &seats });
    let ordinal = two_digits(room.ordinal);
    let title = document::ZH.n("exam-room-number", &ordinal);
    let pdf = document::pdf(rooms.sheets_document(&title, vec![sheet])).await?;
    Ok(web::inline(&format!("sign-in-{code}-{ordinal}.pdf"), "application/pdf", pdf))
}
