//! The sittings of a batch: every room and how far it is.
use std::collections::HashMap;

use arrangement::{RoomUse, Sitting};
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object};
use plan::{InBatch, ReadBatch, stage_head};
use web::{Markup, PageResult, Visit};

use super::desk::states;
use crate::{
    rules::{RoomCount, SeatState},
    store,
};

struct RoomLine {
    room: RoomUse,
    count: RoomCount,
    is_closed: bool,
    /// Whether this visitor watches it.
    is_mine: bool,
}

struct SittingBlock {
    sitting: Sitting,
    rooms: Vec<RoomLine>,
}

#[derive(Template)]
#[template(path = "sitting/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    code: &'a str,
    blocks: Vec<SittingBlock>,
}

/// GET /batches/{code}/sittings
pub async fn list(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry.batch, 6, &v, env.now()).await?;
    let closings = store::closings_of_batch(&mut tx, &entry.batch.code).await?;
    let mut of_sitting: HashMap<String, Vec<RoomUse>> = HashMap::new();
    for room in arrangement::room_uses(&mut tx, &entry.batch.code).await? {
        if entry.reaches(&room.site_path) {
            of_sitting.entry(room.sitting_id.clone()).or_default().push(room);
        }
    }
    let code = entry.batch.code.as_str();
    let mut blocks = Vec::new();
    for sitting in arrangement::sittings(&mut tx, &entry.batch.code).await? {
        let Some(rooms) = of_sitting.remove(&sitting.id) else { continue };
        let known = states(&mut tx, &sitting.id).await?;
        let mut seats: HashMap<String, Vec<SeatState>> = HashMap::new();
        for seat in arrangement::seats_of_sitting(&mut tx, &sitting.id).await? {
            let state = known.get(&seat.id).copied().unwrap_or(SeatState::NotYet);
            seats.entry(seat.room_use_id).or_default().push(state);
        }
        let line = |room: RoomUse| {
            let object = Object { path: &room.site_path, batch: Some(code) };
            RoomLine {
                count: RoomCount::of(seats.get(&room.id).into_iter().flatten().copied()),
                is_closed: closings.iter().any(|row| row.room_use_id == room.id),
                is_mine: entry.who.may(Action::Invigilate, object, env.now()).is_some(),
                room,
            }
        };
        blocks.push(SittingBlock { sitting, rooms: rooms.into_iter().map(line).collect() });
    }
    web::page(&v, &v.t.s("stage-6"), &ListPage { v: &v, head, code, blocks })
}
