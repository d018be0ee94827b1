//! Who did not come to a room, ticked on one page and sent at once.
use std::collections::HashSet;

use arrangement::Seat;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, Invigilate};
use serde_json::json;
use web::{Form, PageError, PageResult};

use super::{
    desk::{self, marks},
    room::{close_record, new_mark},
};
use crate::{
    jobs,
    rules::{self, Mark, SeatState, SittingRefused},
    store,
};

/// POST …/rooms/{room_use_id}/absentees — marks who is ticked and was not (`was`) when the page was
/// drawn, and takes back the mark of who is no longer ticked; what a colleague marked meanwhile
/// stays. With `then=close` the record is closed in the same transaction.
pub async fn record(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, room)): Path<(String, String, String)>,
    form: Form,
) -> PageResult<Response> {
    let now = env.now();
    let mut tx = env.db.write().await?;
    let at = desk::room(&mut tx, &entry, &sitting, &room).await?;
    if !arrangement::is_confirmed(&mut tx, &entry.batch.code).await? {
        return Err(SittingRefused::PlanNotConfirmed.into());
    }
    let ticked: HashSet<&str> = form.all("absent").iter().map(String::as_str).collect();
    let was: HashSet<&str> = form.all("was").iter().map(String::as_str).collect();
    let known = marks(&mut tx, &room).await?;
    let attempts = store::attempts_of_room(&mut tx, &room).await?;
    let (mut marked, mut withdrawn): (Vec<Seat>, Vec<Seat>) = (Vec::new(), Vec::new());
    for seat in arrangement::seats_of_room(&mut tx, &room).await? {
        let (is_ticked, was_ticked) = (ticked.contains(seat.id.as_str()), was.contains(seat.id.as_str()));
        let mark = known.get(&seat.id).copied();
        if is_ticked == was_ticked || is_ticked == (mark == Some(Mark::Absent)) {
            continue;
        }
        let work = attempts.iter().find(|row| row.seat_id == seat.id).map(|row| row.state.as_str());
        // Whoever sits at a computer is held back seat by seat, where the machine is fenced as well.
        if work.is_some() {
            return Err(SittingRefused::HasBegun.into());
        }
        rules::may_mark(at.closing.is_some(), SeatState::of(mark, work))?;
        if is_ticked { marked.push(seat) } else { withdrawn.push(seat) }
    }
    for seat in &marked {
        if !store::set_mark(&mut tx, new_mark(&at.sitting, seat, Mark::Absent, &entry, now)).await? {
            return Err(SittingRefused::RoomClosed.into());
        }
    }
    for seat in &withdrawn {
        if !store::take_back_mark(&mut tx, &seat.id, Mark::Absent).await? {
            return Err(PageError::Stale);
        }
    }
    if !marked.is_empty() || !withdrawn.is_empty() {
        let ids = |seats: &[Seat]| seats.iter().map(|seat| seat.id.clone()).collect::<Vec<_>>();
        entry
            .who
            .note("room.absentees", "room_use", &room)
            .batch(entry.batch.code.as_str())
            .payload(json!({ "absent": ids(&marked), "withdrawn": ids(&withdrawn) }))
            .record(&mut tx, &env)
            .await?;
        jobs::report_going_on(&mut tx, &env, &entry.batch.code).await?;
    }
    let is_closing = form.value("then") == "close";
    if is_closing {
        close_record(&mut tx, &env, &entry, &at).await?;
    }
    tx.commit().await?;
    Ok(web::done(&at.href(), if is_closing { "room-closed" } else { "room-absentees-kept" }))
}
