//! One exam room: who sits where, and the sheet they sign.
use std::collections::{BTreeMap, HashMap, HashSet};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::BatchCode;
use person::{Person, PersonId};
use plan::{Arrange, Batch, InBatch, stage_head};
use serde_json::{Value, json};
use venue::RoomKind;
use web::{Markup, PageError, PageResult, Visit};

use super::{
    document::{SIGN_IN_SHEET, ZH, labels, pdf, two_digits},
    names::Names,
};
use crate::{
    RoomUse, Seat, Sitting,
    rules::{ArrangementRefused, need::PaperKey},
    store,
};

/// Room plans the style sheet can draw as a map; other rooms are shown as a list.
const MAP_COLUMNS: std::ops::RangeInclusive<i64> = 4..=10;

/// One seat on the page.
struct Place {
    number: String,
    name: String,
    level: String,
    hue: usize,
    letter: String,
    time: String,
    ticket: String,
}

/// One cell of the map.
enum Cell {
    Taken(Place),
    Free(String),
    Blocked(String),
}

#[derive(Template)]
#[template(path = "seat_plan/room.html")]
struct RoomPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    room: &'a RoomUse,
    sitting: &'a Sitting,
    map: Vec<Cell>,
    list: Vec<Place>,
    legend: Vec<(usize, String, usize)>,
    free: i64,
    is_confirmed: bool,
}

/// GET /batches/{code}/seat-plan/rooms/{room_use_id}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let found = Found::load(&mut tx, &env, &entry, &id, &v).await?;
    let head = stage_head(&mut tx, &entry.batch, 4, &v, env.now()).await?;
    let is_confirmed = store::is_confirmed(&mut tx, &entry.batch.code).await?;
    let mut places = found.places(&entry.batch, is_confirmed);
    let mut legend: Vec<(usize, String, usize)> = Vec::new();
    for place in &places {
        match legend.iter_mut().find(|(hue, level, _)| *hue == place.hue && *level == place.level) {
            Some((_, _, count)) => *count += 1,
            None => legend.push((place.hue, place.level.clone(), 1)),
        }
    }
    let seated = i64::try_from(places.len()).unwrap_or(i64::MAX);
    let is_map =
        found.sitting.delivery != scheme::Delivery::OnSite && MAP_COLUMNS.contains(&found.room.column_count);
    let map = if is_map { map(&found.room, &mut places) } else { Vec::new() };
    let page = RoomPage {
        v: &v,
        head,
        batch: &entry.batch,
        room: &found.room,
        sitting: &found.sitting,
        map,
        list: places,
        legend,
        free: (found.room.places - seated).max(0),
        is_confirmed,
    };
    web::page(&v, &v.t.n("exam-room-number", found.room.ordinal), &page)
}

/// Moves the places into a map: row by row from the front, column 1 at the door.
fn map(room: &RoomUse, places: &mut Vec<Place>) -> Vec<Cell> {
    let layout = venue::Room {
        id: room.room_id.clone(),
        site_id: room.site_id.clone(),
        code: room.room_code.clone(),
        name_zh: room.room_name.clone(),
        name_en: room.room_name_en.clone(),
        kind: RoomKind::Paper,
        row_count: room.row_count,
        column_count: room.column_count,
        blocked: room.blocked.clone(),
    };
    let seats: BTreeMap<(i64, i64), i64> =
        venue::seats(&layout).into_iter().map(|seat| ((seat.row, seat.column), seat.number)).collect();
    let mut taken: HashMap<String, Place> =
        places.drain(..).map(|place| (place.number.clone(), place)).collect();
    let mut cells = Vec::new();
    for row in 1..=room.row_count {
        for column in 1..=room.column_count {
            let number = two_digits((column - 1) * room.row_count + row);
            cells.push(match (seats.contains_key(&(row, column)), taken.remove(&number)) {
                (_, Some(place)) => Cell::Taken(place),
                (true, None) => Cell::Free(number),
                (false, None) => Cell::Blocked(number),
            });
        }
    }
    cells
}

/// A room the visitor may see, with everybody in it.
struct Found {
    room: RoomUse,
    sitting: Sitting,
    seats: Vec<Seat>,
    people: HashMap<String, Person>,
    names: Names,
    papers: Vec<PaperKey>,
}

impl Found {
    async fn load(tx: &mut Tx, env: &Env, entry: &InBatch<Arrange>, id: &str, v: &Visit) -> PageResult<Self> {
        let code = &entry.batch.code;
        let room = store::room_use(tx, code, id).await?.filter(|room| entry.reaches(&room.site_path));
        let room = room.ok_or(PageError::NotFound)?;
        let sitting = store::sitting(tx, &room.sitting_id).await?.ok_or(PageError::NotFound)?;
        let seats = store::seats_of_room(tx, &room.id).await?;
        let people = people(tx, env, code, &seats).await?;
        let names = Names::load(tx, code, v.t).await?;
        let mut papers: Vec<PaperKey> = Vec::new();
        for paper in seats.iter().map(paper_of) {
            if !papers.contains(&paper) {
                papers.push(paper);
            }
        }
        Ok(Self { room, sitting, seats, people, names, papers })
    }

    fn name(&self, seat: &Seat) -> String {
        self.people.get(&seat.application_id).map_or_else(String::new, |person| person.name.clone())
    }

    /// When their group begins, where there are several.
    fn note(&self, seat: &Seat) -> Option<String> {
        let several = self.seats.iter().any(|one| one.turn > 1);
        several.then(|| self.sitting.turn(seat.turn).0.clock_text())
    }

    fn places(&self, batch: &Batch, is_confirmed: bool) -> Vec<Place> {
        let place = |seat: &Seat| {
            let paper = paper_of(seat);
            let index = self.papers.iter().position(|known| *known == paper).unwrap_or(0);
            let (from, until) = self.sitting.turn(seat.turn);
            let ticket = format!("/batches/{}/tickets/{}.pdf", batch.code, seat.application_id);
            Place {
                number: two_digits(seat.number),
                name: self.name(seat),
                level: self.names.among(&paper, &self.papers),
                // The style sheet has four hues.
                hue: index % 4 + 1,
                letter: seat.form_letter.clone(),
                time: format!("{}–{}", from.clock_text(), until.clock_text()),
                ticket: if is_confirmed { ticket } else { String::new() },
            }
        };
        self.seats.iter().map(place).collect()
    }
}

fn paper_of(seat: &Seat) -> PaperKey {
    PaperKey { occupation: seat.occupation_code.clone(), level: seat.level_code.clone() }
}

/// Everybody on these seats, by application.
async fn people(
    tx: &mut Tx,
    env: &Env,
    code: &BatchCode,
    seats: &[Seat],
) -> PageResult<HashMap<String, Person>> {
    let here: HashSet<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
    let owners: Vec<(String, PersonId)> = admission::admitted(tx, code)
        .await?
        .into_iter()
        .filter(|one| here.contains(one.application_id.as_str()))
        .map(|one| (one.application_id.to_string(), one.person_id))
        .collect();
    let ids: Vec<PersonId> = owners.iter().map(|(_, person)| person.clone()).collect();
    let known: HashMap<PersonId, Person> = person::load_many(tx, &env.vault, &ids)
        .await?
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    Ok(owners
        .into_iter()
        .filter_map(|(application, person)| Some((application, known.get(&person)?.clone())))
        .collect())
}

/// GET /batches/{code}/seat-plan/rooms/{room_use_id}/sign-in-sheet.pdf
pub async fn sign_in_sheet(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let zh = Visit { t: ZH, ..Visit::default() };
    let found = Found::load(&mut tx, &env, &entry, &id, &zh).await?;
    let plan = store::seat_plan(&mut tx, &entry.batch.code).await?;
    let confirmed = plan.and_then(|plan| plan.confirmed_at).ok_or(ArrangementRefused::NotConfirmed)?;
    let numbers = store::admission_numbers(&mut tx, &entry.batch.code).await?;
    let site = venue::site(&mut tx, &found.room.site_id).await?.ok_or(PageError::NotFound)?;
    drop(tx);

    let candidates: Vec<Value> = found
        .seats
        .iter()
        .map(|seat| {
            let person = found.people.get(&seat.application_id);
            json!({
                "seat": two_digits(seat.number),
                "number": numbers.get(&seat.application_id).map(ToString::to_string).unwrap_or_default(),
                "name": found.name(seat),
                "document_number": person.map(Person::masked_document).unwrap_or_default(),
                "level": found.names.among(&paper_of(seat), &found.papers),
                "note": found.note(seat),
            })
        })
        .collect();
    let (from, until) = (found.sitting.starts_at, found.sitting.ends_at);
    let ordinal = two_digits(found.room.ordinal);
    let room = ZH.n("exam-room-number", &ordinal);
    let data = json!({
        "language": "zh",
        "title": format!("{} {room}", ZH.s("sheet-heading")),
        "date": confirmed.day(),
        "labels": labels("sheet", &[
            "heading", "site", "room", "session", "subject", "seat", "number", "name", "document_number", "level",
            "signature", "note", "expected", "present", "absent", "invigilators", "page",
        ]),
        "plan": entry.batch.title_zh,
        "site": site.name_zh,
        "room": format!("{room} {}", found.room.room_name),
        "session": format!("{} {}–{}", from.day(), from.clock_text(), until.clock_text()),
        "subject": found.sitting.name_zh,
        "expected": candidates.len().to_string(),
        "candidates": candidates,
    });
    let pdf = pdf(SIGN_IN_SHEET, data, Vec::new()).await?;
    Ok(web::inline(&format!("sign-in-{}-{ordinal}.pdf", entry.batch.code), "application/pdf", pdf))
}
