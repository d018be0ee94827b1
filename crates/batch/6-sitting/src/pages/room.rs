//! One room: its seats, and the closing of its record.
use ::store::Tx;
use arrangement::{Seat, Sitting};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::BatchCode;
use plan::{InBatch, Invigilate, stage_head};
use scheme::Delivery;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::desk::{self, Room, label, states};
use crate::{
    jobs,
    rules::{self, Others, RoomCount, SeatState},
    store::{self, ClosingRow, NewMark},
};

struct SeatLine {
    id: String,
    label: String,
    name: String,
    admission_number: String,
    level: String,
    form_letter: String,
    state: SeatState,
}

#[derive(Template)]
#[template(path = "room/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    all: String,
    base: String,
    at: &'a Room,
    lines: Vec<SeatLine>,
    count: RoomCount,
    on_computer: bool,
}

/// GET /batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((code, sitting, room)): Path<(String, String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    let head = stage_head(&mut tx, &entry.batch, 6, &v, env.now()).await?;
    let lines = lines(&mut tx, &env, &entry.batch.code, &at, &v).await?;
    let count = RoomCount::of(lines.iter().map(|line| line.state));
    let on_computer = at.sitting.delivery == Delivery::Computer;
    let all = format!("/batches/{code}/sittings");
    let base = format!("{all}/{sitting}");
    let title = v.t.pick(&at.room.room_name, &at.room.room_name_en).to_owned();
    web::page(&v, &title, &ShowPage { v: &v, head, all, base, at: &at, lines, count, on_computer })
}

async fn lines(tx: &mut Tx, env: &Env, batch: &BatchCode, at: &Room, v: &Visit) -> PageResult<Vec<SeatLine>> {
    let known = states(tx, &at.sitting.id).await?;
    let numbers = arrangement::admission_numbers(tx, batch).await?;
    let levels = plan::levels(tx, batch).await?;
    let mut lines = Vec::new();
    for seat in arrangement::seats_of_room(tx, &at.room.id).await? {
        let application =
            registration::application(tx, &seat.application_id).await?.ok_or(PageError::NotFound)?;
        let person = person::load(tx, &env.vault, &application.person_id).await?;
        let level = levels.iter().find(|one| {
            one.occupation_code == application.occupation_code && one.level_code == application.level_code
        });
        lines.push(SeatLine {
            label: label(seat.ordinal, seat.number),
            name: person.name,
            admission_number: numbers.get(&seat.application_id).map(ToString::to_string).unwrap_or_default(),
            level: level.map(|one| v.t.pick(&one.level_zh, &one.level_en).to_owned()).unwrap_or_default(),
            state: known.get(&seat.id).copied().unwrap_or(SeatState::NotYet),
            form_letter: seat.form_letter,
            id: seat.id,
        });
    }
    Ok(lines)
}

/// POST /batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/attendance — says about everybody
/// nobody has marked what the delivery implies, and closes the room's record.
pub async fn close(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((code, sitting, room)): Path<(String, String, String)>,
    _: Form,
) -> PageResult<Response> {
    let now = env.now();
    let mut tx = env.db.write().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    if !arrangement::is_confirmed(&mut tx, &entry.batch.code).await? {
        return Err(rules::SittingRefused::PlanNotConfirmed.into());
    }
    let known = states(&mut tx, &sitting).await?;
    let seats = arrangement::seats_of_room(&mut tx, &room).await?;
    let state = |seat: &Seat| known.get(&seat.id).copied().unwrap_or(SeatState::NotYet);
    let count = RoomCount::of(seats.iter().map(state));
    let others = Others::of(at.sitting.delivery);
    let (present, absent) =
        rules::close_room(count, others, at.closing.is_some(), at.sitting.starts_at, now)?;
    let unmarked: Vec<&Seat> = seats.iter().filter(|seat| state(seat) == SeatState::NotYet).collect();
    let marks: Vec<NewMark<'_>> =
        unmarked.into_iter().map(|seat| new_mark(&at.sitting, seat, others, &entry, now)).collect();
    store::record_others(&mut tx, &marks).await?;
    let row = ClosingRow {
        room_use_id: room.clone(),
        sitting_id: sitting.clone(),
        expected: count.expected(),
        present,
        absent,
        closed_by: entry.who.account_id.clone(),
        closed_at: now,
    };
    if !store::close_record(&mut tx, &entry.batch.code, &row).await? {
        return Err(PageError::Stale);
    }
    jobs::report(&mut tx, &env, &entry.batch.code).await?;
    let summary = json!({ "expected": row.expected, "present": present, "absent": absent });
    entry
        .who
        .note("room.close", "room_use", &room)
        .batch(&code)
        .payload(summary)
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}/sittings/{sitting}/rooms/{room}"), "room-closed"))
}

fn new_mark<'a>(
    sitting: &'a Sitting,
    seat: &'a Seat,
    others: Others,
    entry: &'a InBatch<Invigilate>,
    now: kernel::UnixMicros,
) -> NewMark<'a> {
    NewMark {
        seat: &seat.id,
        room_use: &seat.room_use_id,
        sitting: &sitting.id,
        batch: &entry.batch.code,
        application: &seat.application_id,
        mark: others.mark(),
        by: &entry.who.account_id,
        at: now,
    }
}
