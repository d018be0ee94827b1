//! Scripts whose two figures differ, to be read again: by room and number, with the reader's own figure only.
use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use kernel::AdmissionNumber;
use plan::{Batch, EnterScores, InBatch};
use scheme::ComponentKind;
use serde::Deserialize;
use web::{Markup, PageResult, Visit};

use super::{Scoring, table};
use crate::{
    rooms,
    rules::{EntryState, PartOutcome, entry_state},
    store,
};

/// Rows on one page.
const ROWS: i64 = 60;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DifferencesQuery {
    /// Page, from 1.
    page: i64,
}

struct Line {
    number: AdmissionNumber,
    room: String,
    room_id: String,
    level: String,
    /// The reader's own last figure.
    own: String,
    /// Whether the reader has entered it again already.
    is_entered: bool,
}

#[derive(Template)]
#[template(path = "score/differences.html")]
struct DifferencesPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    address: String,
    lines: Vec<Line>,
    page: i64,
    pages: i64,
    total: i64,
}

/// GET /batches/{code}/scores/entries/differences?page=…
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<EnterScores>,
    v: Visit,
    Query(query): Query<DifferencesQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let head = plan::stage_head(&mut tx, &entry, 7, &v, env.now()).await?;
    let who = entry.who.account_id.as_str();
    let states = rooms::states(&mut tx, batch, ComponentKind::Theory, (who, &entry.at), env.now()).await?;
    let total: i64 = states.iter().map(|room| room.differ).sum();
    let pages = ((total + ROWS - 1) / ROWS).max(1);
    let page = query.page.clamp(1, pages);
    let rows = store::differing(&mut tx, &batch.code, ((page - 1) * ROWS, ROWS)).await?;
    let ids: Vec<&str> = rows.iter().map(|(_, _, application)| application.as_str()).collect();
    let numbers = arrangement::numbers_of(&mut tx, &ids).await?;
    let entries = store::entries_of(&mut tx, &ids).await?.entries;
    let (levels, parts) = plan::levels_and_components(&mut tx, &batch.code).await?;
    let levels = table::levels(&levels, &parts, v.t);
    let rooms: HashMap<&str, _> = states.iter().map(|state| (state.room.id.as_str(), &state.room)).collect();
    let line = |(room, part, application): &(String, String, String)| {
        let known = rooms.get(room.as_str())?;
        let mine = entries.get(&(part.clone(), application.clone())).map_or(&[][..], Vec::as_slice);
        let (own, is_entered) = match entry_state(mine, who) {
            EntryState::Open => (None, false),
            EntryState::Entered(own) => (Some(own), true),
            EntryState::Differs(own) => (own, false),
        };
        let own = own.map_or_else(String::new, |own| match own {
            PartOutcome::Scored(score) => score.short(),
            PartOutcome::Absent => v.t.s("assessment-absent"),
        });
        Some(Line {
            number: numbers.get(application)?.clone(),
            room: format!(
                "{} {}",
                v.t.a("assessment-room-no", known.ordinal),
                v.t.pick(&known.room_name, &known.room_name_en)
            ),
            room_id: room.clone(),
            level: levels.get(part).cloned().unwrap_or_default(),
            own,
            is_entered,
        })
    };
    let lines = rows.iter().filter_map(line).collect();
    let address = EnterScores::address(batch);
    let shown = DifferencesPage { v: &v, head, batch, address, lines, page, pages, total };
    web::page(&v, &batch.title(v.t), &shown)
}
