//! A room's record: incidents, violations and extra time, written by who watches.
use std::collections::HashMap;

use ::store::Tx;
use arrangement::Seat;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Action, Env, Object};
use plan::{InBatch, WatchRooms};
use serde_json::json;
use web::{Form, PageError, PageResult, Visit};

use super::desk::{self, Room};
use crate::{
    rules::{self, Authority, EventSort, RecordRefused, SittingRefused},
    store::{self, EventKind, EventRow, MovedClose, NamedEvent, NewEvent},
};

type RoomPath = Path<(String, String, String)>;

/// One line as it is shown.
pub struct RecordLine {
    pub id: String,
    pub at: kernel::UnixMicros,
    /// Seat; empty for the whole room.
    pub label: String,
    pub sort: EventSort,
    /// Kind of an incident or violation, or the reason of extra time.
    pub kind: String,
    pub amount: i64,
    pub note: String,
    /// Who wrote it; empty for a machine.
    pub by: String,
    pub is_struck_out: bool,
}

/// The record of a room so far, and what its lines may be of.
pub struct Record {
    pub events: Vec<NamedEvent>,
    pub kinds: Vec<EventKind>,
}

impl Record {
    /// Reads it.
    pub async fn read(tx: &mut Tx, at: &Room) -> sqlx::Result<Self> {
        Ok(Self {
            events: store::named_events(tx, &at.room.id).await?,
            kinds: store::event_kinds(tx, at.sitting.starts_at.day()).await?,
        })
    }

    /// The lines with their notes; `labels` are of the seats of the room.
    pub fn lines(&self, env: &Env, labels: &HashMap<&str, &str>, v: &Visit) -> PageResult<Vec<RecordLine>> {
        let mut lines = Vec::with_capacity(self.events.len());
        for NamedEvent { row, recorder } in &self.events {
            let Some(sort) = row.sort() else { continue };
            let kind = self.kinds.iter().find(|kind| row.kind_code.as_deref() == Some(kind.code.as_str()));
            let label = row.seat_id.as_deref().and_then(|seat| labels.get(seat).copied());
            lines.push(RecordLine {
                at: row.recorded_at,
                label: label.unwrap_or_default().to_owned(),
                sort,
                kind: kind.map(|kind| v.t.pick(&kind.name_zh, &kind.name_en).to_owned()).unwrap_or_default(),
                amount: row.amount,
                note: open_note(env, row)?,
                by: if sort == EventSort::LateAnswers { String::new() } else { recorder.clone() },
                is_struck_out: row.withdrawn_at.is_some(),
                id: row.id.clone(),
            });
        }
        Ok(lines)
    }
}

fn open_note(env: &Env, row: &EventRow) -> PageResult<String> {
    if row.note_sealed.is_empty() {
        return Ok(String::new());
    }
    Ok(env.vault.open(place(&row.id), &row.note_sealed)?)
}

fn place(id: &str) -> person::Place<'_> {
    person::Place { table: "room_event", column: "note_sealed", row: id }
}

/// A line to be written: everything but who, when and where.
pub struct Writing<'a> {
    pub seat: Option<&'a Seat>,
    pub sort: EventSort,
    pub kind: Option<&'a str>,
    pub amount: i64,
    pub note: &'a str,
}

/// Writes a line; refused when the room's record is closed. The id of the line.
pub async fn write<D>(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<D>,
    at: &Room,
    line: &Writing<'_>,
) -> PageResult<String> {
    let id = env.new_id();
    let note_sealed = match line.note {
        "" => String::new(),
        note => env.vault.seal(&*env.entropy, place(&id), note),
    };
    let new = NewEvent {
        id: &id,
        batch: &entry.batch.code,
        sitting: &at.sitting.id,
        room: &at.room.id,
        seat: line.seat.map(|seat| seat.id.as_str()),
        sort: line.sort,
        kind: line.kind,
        amount: line.amount,
        note_sealed: &note_sealed,
        by: &entry.who.account_id,
        at: env.now(),
    };
    if !store::insert_event(tx, &new).await? {
        return Err(SittingRefused::RoomClosed.into());
    }
    Ok(id)
}

/// The kind that was chosen, of the sort that is asked for.
async fn chosen(tx: &mut Tx, at: &Room, form: &Form, sort: EventSort) -> PageResult<EventKind> {
    let kinds = store::event_kinds(tx, at.sitting.starts_at.day()).await?;
    let asked = form.value("kind");
    let found = kinds.into_iter().find(|kind| kind.code == asked && kind.sort() == Some(sort));
    found.ok_or_else(|| RecordRefused::NoKind.into())
}

/// POST …/seats/{seat_id}/incidents
pub async fn seat_incident(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, seat)): RoomPath,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    keep(tx, &env, &entry, &desk.at, Some(&desk.seat), EventSort::Incident, &form).await
}

/// POST …/seats/{seat_id}/violations
pub async fn seat_violation(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, seat)): RoomPath,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    keep(tx, &env, &entry, &desk.at, Some(&desk.seat), EventSort::Violation, &form).await
}

/// POST …/rooms/{room_use_id}/incidents
pub async fn room_incident(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, room)): RoomPath,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    keep(tx, &env, &entry, &at, None, EventSort::Incident, &form).await
}

async fn keep(
    mut tx: Tx,
    env: &Env,
    entry: &InBatch<WatchRooms>,
    at: &Room,
    seat: Option<&Seat>,
    sort: EventSort,
    form: &Form,
) -> PageResult<Response> {
    let kind = chosen(&mut tx, at, form, sort).await?;
    let note = rules::note(sort, form.value("note"))?;
    let line = Writing { seat, sort, kind: Some(&kind.code), amount: 0, note: &note };
    let event = write(&mut tx, env, entry, at, &line).await?;
    let (noun, id) = seat.map_or(("room_use", at.room.id.as_str()), |seat| ("seat", seat.id.as_str()));
    let action = if sort == EventSort::Violation { "room.violation" } else { "room.incident" };
    entry
        .who
        .note(action, noun, id)
        .batch(entry.batch.code.as_str())
        .payload(json!({ "event": event, "kind": kind.code, "gravity": kind.gravity }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&at.href(), "record-written"))
}

/// POST …/seats/{seat_id}/extra-time
pub async fn seat_extra_time(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, seat)): RoomPath,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    give(tx, &env, &entry, &desk.at, Some(&desk.seat), &form).await
}

/// POST …/rooms/{room_use_id}/extra-time — for everybody who was let in and has not ended.
pub async fn room_extra_time(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, room)): RoomPath,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    give(tx, &env, &entry, &at, None, &form).await
}

/// How much this person may give: whoever arranges the site answers for it.
pub fn authority(entry: &InBatch<WatchRooms>, at: &Room, now: kernel::UnixMicros) -> Authority {
    let object = Object { path: &at.room.site_path, batch: Some(entry.batch.code.as_str()) };
    match entry.who.may(Action::Arrange, object, now) {
        Some(_) => Authority::Chief,
        None => Authority::Invigilator,
    }
}

async fn give(
    mut tx: Tx,
    env: &Env,
    entry: &InBatch<WatchRooms>,
    at: &Room,
    seat: Option<&Seat>,
    form: &Form,
) -> PageResult<Response> {
    let minutes: i64 = form.value("minutes").trim().parse().map_err(|_| RecordRefused::NoMinutes)?;
    let reason = chosen(&mut tx, at, form, EventSort::Incident).await?;
    let note = rules::note(EventSort::ExtraTime, form.value("note"))?;
    let by = authority(entry, at, env.now());
    let given: HashMap<_, _> = store::minutes_given(&mut tx, &at.room.id).await?.into_iter().collect();
    let mut moved = Vec::new();
    for row in store::attempts_of_room(&mut tx, &at.room.id).await? {
        let is_meant = seat.is_none_or(|seat| seat.id == row.seat_id);
        let is_over = !matches!(row.state.as_str(), "waiting" | "open")
            || (seat.is_none() && env.now() >= row.close_at);
        if !is_meant || is_over {
            continue;
        }
        let before = given.get(&row.id).copied().unwrap_or(0);
        let after = rules::later_close(row.close_at, before, minutes, by, env.now())?;
        moved.push(MovedClose { attempt: row.id, before: row.close_at, after });
    }
    if moved.is_empty() {
        return Err(RecordRefused::NobodyWorks.into());
    }
    let sort = EventSort::ExtraTime;
    let line = Writing { seat, sort, kind: Some(&reason.code), amount: minutes, note: &note };
    let event = write(&mut tx, env, entry, at, &line).await?;
    for one in &moved {
        if !store::move_close(&mut tx, &event, minutes, one).await? {
            return Err(PageError::Stale);
        }
    }
    let (noun, id) = seat.map_or(("room_use", at.room.id.as_str()), |seat| ("seat", seat.id.as_str()));
    let attempts: Vec<_> =
        moved.iter().map(|one| json!([one.attempt, one.before.get(), one.after.get()])).collect();
    let payload = json!({ "event": event, "minutes": minutes, "reason": reason.code, "close_at": attempts });
    let note = entry.who.note("room.extra-time", noun, id).batch(entry.batch.code.as_str());
    note.payload(payload).record(&mut tx, env).await?;
    tx.commit().await?;
    Ok(web::done(&at.href(), "extra-time-given"))
}

/// POST …/rooms/{room_use_id}/events/{event_id}/withdrawal — strikes out a line written by mistake.
pub async fn strike_out(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, room, event)): Path<(String, String, String, String)>,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    let row = store::event(&mut tx, &event, &sitting).await?.filter(|row| row.room_use_id == room);
    let row = row.ok_or(PageError::NotFound)?;
    if !row.sort().is_some_and(EventSort::can_be_struck_out) {
        return Err(RecordRefused::NotStruckOut.into());
    }
    if at.closing.is_some() {
        return Err(SittingRefused::RoomClosed.into());
    }
    if !store::strike_out(&mut tx, &event, &entry.who.account_id, env.now()).await? {
        return Err(PageError::Stale);
    }
    entry
        .who
        .note("room.event-withdrawn", "room_use", &room)
        .batch(entry.batch.code.as_str())
        .payload(json!({ "event": event }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&at.href(), "record-struck-out"))
}
