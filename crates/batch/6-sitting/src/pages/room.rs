//! One room: its seats at this moment, its record, and the closing of it.
use ::store::Tx;
use arrangement::{Seat, Sitting};
use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
};
use identity::{Action, Env, Object};
use plan::{InBatch, Invigilate, WatchRooms, stage_head};
use scheme::Delivery;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{
    desk::{self, Room, marks},
    look::{Cell, RoomLook, SeatLook, cells, columns, room_look},
    record::{self, Record, RecordLine},
};
use crate::{
    Ledger, jobs,
    rules::{self, EventSort, Mark, Others, RoomCount, SeatState},
    store::{self, ClosingRow, EventKind, NewMark},
};

type RoomPath = Path<(String, String, String)>;

/// The part of the page that is drawn anew every few seconds.
#[derive(Template)]
#[template(path = "room/map.html")]
struct MapPart<'a> {
    v: &'a Visit,
    at: &'a Room,
    base: String,
    on_computer: bool,
    columns: String,
    count: RoomCount,
    offline: usize,
    violations: usize,
    legend: Vec<(usize, String, usize)>,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "room/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    all: String,
    base: String,
    at: &'a Room,
    map: Markup,
    lines: Vec<SeatLook>,
    count: RoomCount,
    on_computer: bool,
    record: Vec<RecordLine>,
    incidents: Vec<EventKind>,
    most: i64,
    /// Whether this visitor checks in and marks, or only watches.
    invigilates: bool,
}

fn base(at: &Room) -> String {
    format!("/batches/{}/sittings/{}", at.sitting.batch_code, at.sitting.id)
}

fn map_part(v: &Visit, at: &Room, look: RoomLook) -> PageResult<Markup> {
    let delivery = at.sitting.delivery;
    web::fragment(&MapPart {
        v,
        at,
        base: base(at),
        on_computer: delivery == Delivery::Computer,
        columns: columns(&at.room, delivery),
        count: look.count,
        offline: look.offline,
        violations: look.violations,
        legend: look.legend,
        cells: cells(&at.room, delivery, look.seats),
    })
}

/// GET /batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/seat-map — what changes while one looks.
pub async fn seat_map(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, room)): RoomPath,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (at, standing) = desk::standing(&mut tx, &entry, &sitting, &room).await?;
    let events = store::named_events(&mut tx, &at.room.id).await?;
    let look = room_look(&mut tx, &env, &ledger, (&at, &standing, &events), &v).await?;
    Ok(Html(map_part(&v, &at, look)?.0).into_response())
}

/// GET /batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}
pub async fn show(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    entry: InBatch<WatchRooms>,
    Path((code, sitting, room)): RoomPath,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (at, standing) = desk::standing(&mut tx, &entry, &sitting, &room).await?;
    let head = stage_head(&mut tx, &entry, 6, &v, env.now()).await?;
    let written = Record::read(&mut tx, &at).await?;
    let look = room_look(&mut tx, &env, &ledger, (&at, &standing, &written.events), &v).await?;
    let lines = look.seats.clone();
    let record = written.lines(&env, &look.labels(), &v)?;
    let incident = |kind: &EventKind| kind.sort() == Some(EventSort::Incident);
    let object = Object { path: &at.room.site_path, batch: Some(&code) };
    let page = ShowPage {
        v: &v,
        head,
        all: web::address(&format!("/batches/{code}/sittings"), &[("site", at.room.site_id.as_ref())]),
        base: base(&at),
        count: look.count,
        map: map_part(&v, &at, look)?,
        lines,
        on_computer: at.sitting.delivery == Delivery::Computer,
        record,
        incidents: written.kinds.into_iter().filter(incident).collect(),
        most: record::authority(&entry, &at, env.now()).minutes(),
        invigilates: entry.who.may(Action::Invigilate, object, env.now()).is_some(),
        at: &at,
    };
    let title = v.t.pick(&at.room.room_name, &at.room.room_name_en).to_owned();
    web::page(&v, &title, &page)
}

/// POST /batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/attendance — says about everybody
/// nobody has marked what the delivery implies, and closes the room's record.
pub async fn close(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, room)): RoomPath,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    close_record(&mut tx, &env, &entry, &at).await?;
    tx.commit().await?;
    Ok(web::done(&at.href(), "room-closed"))
}

/// Closes the record of a room within the transaction of the caller.
pub async fn close_record(tx: &mut Tx, env: &Env, entry: &InBatch<Invigilate>, at: &Room) -> PageResult<()> {
    let now = env.now();
    if !arrangement::is_confirmed(tx, &entry.batch.code).await? {
        return Err(rules::SittingRefused::PlanNotConfirmed.into());
    }
    let seats = arrangement::seats_of_room(tx, &at.room.id).await?;
    let attempts = store::attempts_of_room(tx, &at.room.id).await?;
    let marks = marks(tx, &at.room.id).await?;
    // Who is open though the time is over is ended by the clock within seconds and works no more.
    let state = |seat: &Seat| {
        let attempt = attempts.iter().find(|row| row.seat_id == seat.id);
        let work = attempt.map(|row| if now >= row.close_at { "closed" } else { row.state.as_str() });
        SeatState::of(marks.get(&seat.id).copied(), work)
    };
    let count = RoomCount::of(seats.iter().map(state));
    let others = Others::of(at.sitting.delivery);
    let (present, absent) =
        rules::close_room(count, others, at.closing.is_some(), at.sitting.starts_at, now)?;
    let unmarked = seats.iter().filter(|seat| state(seat) == SeatState::NotYet);
    let new: Vec<NewMark<'_>> =
        unmarked.map(|seat| new_mark(&at.sitting, seat, others.mark(), entry, now)).collect();
    store::record_others(tx, &new).await?;
    let row = ClosingRow {
        room_use_id: at.room.id.clone(),
        sitting_id: at.sitting.id.clone(),
        expected: count.expected(),
        present,
        absent,
        closed_by: entry.who.account_id.clone(),
        closed_at: now,
    };
    if !store::close_record(tx, &entry.batch.code, &row).await? {
        return Err(PageError::Stale);
    }
    jobs::report(tx, env, &entry.batch.code).await?;
    let lines = store::events_of_room(tx, &at.room.id).await?;
    let lines = lines.iter().filter(|line| line.withdrawn_at.is_none()).count();
    entry
        .who
        .note("room.close", "room_use", &at.room.id)
        .batch(entry.batch.code.as_str())
        .payload(json!({ "expected": row.expected, "present": present, "absent": absent, "lines": lines }))
        .record(tx, env)
        .await?;
    Ok(())
}

/// A mark of a seat, made by whoever asks.
pub fn new_mark<'a>(
    sitting: &'a Sitting,
    seat: &'a Seat,
    mark: Mark,
    entry: &'a InBatch<Invigilate>,
    now: kernel::UnixMicros,
) -> NewMark<'a> {
    NewMark {
        seat: &seat.id,
        room_use: &seat.room_use_id,
        sitting: &sitting.id,
        batch: &entry.batch.code,
        application: &seat.application_id,
        mark,
        by: &entry.who.account_id,
        at: now,
    }
}
