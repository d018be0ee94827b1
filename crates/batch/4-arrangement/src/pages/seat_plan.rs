//! The seat plan of a batch: shown, drawn, confirmed.
use std::collections::BTreeSet;

use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object, Subject};
use kernel::{BatchCode, Day};
use plan::{Arrange, Batch, InBatch, Progress, ProgressState, ReadBatch, stage_head};
use scheme::ComponentKind;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{ground::Ground, names::Names};
use crate::{
    RoomUse, SeatPlan, Sitting,
    rules::{
        ArrangementRefused, PlanStatus,
        admission_number::{FirstSeat, admission_numbers, series},
        lots::{lots, plan_digest},
        may_draw,
        need::PaperKey,
        seat_plan::{Demand, plan as draw_plan},
    },
    store,
};

/// One exam room on the page.
struct RoomCard {
    id: String,
    ordinal: i64,
    name: String,
    place: String,
    sitting: String,
    starts: String,
    papers: Vec<(String, i64)>,
    people: i64,
    places: i64,
    is_mixed: bool,
}

/// The figures above the rooms, for the sites the visitor may see.
#[derive(Default)]
struct Figures {
    people: i64,
    by_kind: Vec<(&'static str, i64)>,
    rooms: i64,
    rooms_least: i64,
    rooms_unmixed: Option<i64>,
    mixed: usize,
}

#[derive(Template)]
#[template(path = "seat_plan/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    plan: Option<SeatPlan>,
    is_frozen: bool,
    may_arrange: bool,
    may_decide: bool,
    figures: Figures,
    sittings: Vec<(Sitting, i64)>,
    rooms: Vec<RoomCard>,
}

impl ShowPage<'_> {
    fn is_confirmed(&self) -> bool {
        self.plan.as_ref().is_some_and(|plan| plan.status == PlanStatus::Confirmed)
    }

    fn seen_version(&self) -> i64 {
        self.plan.as_ref().map_or(0, |plan| plan.version)
    }

    fn delivery(&self, sitting: &Sitting) -> String {
        self.v.t.s(match sitting.delivery {
            scheme::Delivery::Paper => "delivery-paper",
            scheme::Delivery::Computer => "delivery-computer",
            scheme::Delivery::OnSite => "delivery-on-site",
        })
    }
}

/// GET /batches/{code}/seat-plan
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let code = &entry.batch.code;
    let head = stage_head(&mut tx, &entry.batch, 4, &v, env.now()).await?;
    let plan = store::seat_plan(&mut tx, code).await?;
    let is_frozen = admission::is_frozen(&mut tx, code).await?;
    let (figures, sittings, rooms) = overview(&mut tx, &entry, &v).await?;
    let object = Object { path: &entry.batch.org_path, batch: Some(code.as_str()) };
    let page = ShowPage {
        v: &v,
        head,
        batch: &entry.batch,
        plan,
        is_frozen,
        may_arrange: entry.who.carries(Action::Arrange),
        may_decide: entry.who.may(Action::Arrange, object, env.now()).is_some(),
        figures,
        sittings,
        rooms,
    };
    web::page(&v, &v.t.s("seat-plan"), &page)
}

async fn overview(
    tx: &mut Tx,
    entry: &InBatch<ReadBatch>,
    v: &Visit,
) -> PageResult<(Figures, Vec<(Sitting, i64)>, Vec<RoomCard>)> {
    let code = &entry.batch.code;
    let names = Names::load(tx, code, v.t).await?;
    let sittings = store::sittings(tx, code).await?;
    let papers = store::room_papers(tx, code).await?;
    let people = store::site_people(tx, code).await?;
    let mut rooms = store::room_uses(tx, code).await?;
    rooms.retain(|room| entry.reaches(&room.site_path));
    let here: BTreeSet<_> = rooms.iter().map(|room| room.site_id.clone()).collect();
    let mut sites = store::sitting_sites(tx, code).await?;
    sites.retain(|site| here.contains(&site.site_id));
    let mut places = std::collections::BTreeMap::new();
    for id in &here {
        if let Some(site) = venue::site(tx, id).await? {
            places.insert(id.clone(), v.t.pick(&site.name_zh, &site.name_en).to_owned());
        }
    }
    let cards: Vec<RoomCard> = rooms
        .iter()
        .map(|room| {
            let here = papers.iter().filter(|one| one.room_use_id == room.id);
            let of_room = here.map(|one| (key(one), one.count)).collect();
            let place = places.get(&room.site_id).cloned().unwrap_or_default();
            card(room, &sittings, of_room, place, &names, v)
        })
        .collect();
    let of_kind = |kind| -> i64 {
        let held = sites.iter().filter(|site| {
            sittings.iter().any(|one| one.id == site.sitting_id && one.component_kind == kind)
        });
        held.map(|site| site.candidates).sum()
    };
    let by_kind = ComponentKind::ALL.into_iter().map(|kind| (kind_key(kind), of_kind(kind)));
    let figures = Figures {
        people: people.iter().filter(|one| here.contains(&one.site_id)).map(|one| one.count).sum(),
        by_kind: by_kind.filter(|(_, count)| *count > 0).collect(),
        rooms: i64::try_from(cards.len()).unwrap_or(i64::MAX),
        rooms_least: sites.iter().map(|site| site.rooms_least).sum(),
        rooms_unmixed: sites.iter().map(|site| site.rooms_unmixed).sum(),
        mixed: cards.iter().filter(|card| card.is_mixed).count(),
    };
    let counted = |sitting: Sitting| {
        let held = sites.iter().filter(|site| site.sitting_id == sitting.id);
        let count = held.map(|site| site.candidates).sum();
        (sitting, count)
    };
    let sittings = sittings.into_iter().map(counted).filter(|(_, count)| *count > 0).collect();
    Ok((figures, sittings, cards))
}

fn key(paper: &crate::RoomPaper) -> PaperKey {
    PaperKey { occupation: paper.occupation_code.clone(), level: paper.level_code.clone() }
}

fn card(
    room: &RoomUse,
    sittings: &[Sitting],
    counts: Vec<(PaperKey, i64)>,
    place: String,
    names: &Names,
    v: &Visit,
) -> RoomCard {
    // Counts come by form; on the card a paper stands once.
    let mut papers: Vec<(PaperKey, i64)> = Vec::new();
    for (paper, count) in counts {
        match papers.iter_mut().find(|(known, _)| *known == paper) {
            Some((_, sum)) => *sum += count,
            None => papers.push((paper, count)),
        }
    }
    let sitting = sittings.iter().find(|one| one.id == room.sitting_id);
    RoomCard {
        id: room.id.clone(),
        ordinal: room.ordinal,
        name: v.t.pick(&room.room_name, &room.room_name_en).to_owned(),
        place,
        sitting: sitting.map_or_else(String::new, |one| v.t.pick(&one.name_zh, &one.name_en).to_owned()),
        starts: sitting.map_or_else(String::new, |one| one.starts_at.text()),
        people: papers.iter().map(|(_, count)| count).sum(),
        places: room.places,
        is_mixed: papers.len() > 1,
        papers: papers.into_iter().map(|(paper, count)| (names.paper(&paper), count)).collect(),
    }
}

fn kind_key(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Theory => "seat-plan-theory",
        ComponentKind::Practical => "seat-plan-practical",
        ComponentKind::Panel => "seat-plan-panel",
        ComponentKind::Other => "seat-plan-other",
    }
}

fn seen_version(form: &Form) -> PageResult<i64> {
    form.value("seen_version").parse().map_err(|_| PageError::refused("form-unreadable"))
}

/// POST /batches/{code}/seat-plan
pub async fn draw(
    State(env): State<Env>,
    entry: InBatch<Arrange>,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let (code, seen) = (&entry.batch.code, seen_version(&form)?);
    let mut tx = env.db.read().await?;
    let before = store::seat_plan(&mut tx, code).await?;
    may_draw(admission::is_frozen(&mut tx, code).await?, before.as_ref().map(|plan| plan.status))?;
    let ground = Ground::load(&mut tx, code).await?;
    let names = Names::load(&mut tx, code, v.t).await?;
    drop(tx);

    let mut chance = [0; 32];
    env.entropy.fill(&mut chance);
    let lots = lots(code, &ground.candidates, chance);
    let demand = Demand {
        candidates: &ground.candidates,
        rooms: &ground.rooms,
        needs: &ground.needs,
        seed: lots.seed,
    };
    let planned = draw_plan(&demand).map_err(|refused| ground.explain(&refused, &names, v.t))?;
    let rows = store::new_plan(code, &planned, &ground.paths(), &|| env.new_id());
    let hex = |bytes: &[u8; 32]| kernel::Digest::from_bytes(bytes).to_string();
    let draw = store::Draw {
        seed: hex(&lots.seed),
        population: lots.population.to_string(),
        chance: hex(&lots.chance),
        digest: plan_digest(&planned).to_string(),
    };

    let mut tx = env.db.write().await?;
    if !store::begin_draw(&mut tx, code, seen, &draw, env.now()).await? {
        return Err(PageError::Stale);
    }
    store::replace_plan(&mut tx, code, &rows).await?;
    let rooms = i64::try_from(rows.rooms.len()).unwrap_or(i64::MAX);
    report(&mut tx, &env, code, ProgressState::Now, rooms).await?;
    let payload = json!({
        "draws": before.map_or(0, |plan| plan.draws) + 1, "seed": draw.seed, "population": draw.population,
        "chance": draw.chance, "seats": draw.digest, "candidates": ground.candidates.len(), "rooms": rooms,
    });
    let note = entry.who.note("seat_plan.draw", "seat_plan", code.as_str()).batch(code.as_str());
    note.payload(payload).record(&mut tx, &env).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}/seat-plan"), "seat-plan-drawn"))
}

/// POST /batches/{code}/seat-plan/confirmation
pub async fn confirm(State(env): State<Env>, entry: InBatch<Arrange>, form: Form) -> PageResult<Response> {
    entry.at_whole()?;
    let (code, seen) = (&entry.batch.code, seen_version(&form)?);
    let mut tx = env.db.write().await?;
    if !store::confirm(&mut tx, code, seen, env.now()).await? {
        return Err(PageError::Stale);
    }
    let numbers = give_numbers(&mut tx, &entry.batch).await?;
    let rooms = store::room_uses(&mut tx, code).await?.len();
    report(&mut tx, &env, code, ProgressState::Done, i64::try_from(rooms).unwrap_or(i64::MAX)).await?;
    record_confirmation(&mut tx, &env, &entry.who, code, numbers).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}/seat-plan"), "seat-plan-confirmed"))
}

/// Everybody's admission number, made of where they sit first; returns how many.
async fn give_numbers(tx: &mut Tx, batch: &Batch) -> PageResult<usize> {
    let mut seen = BTreeSet::new();
    let seats = store::seats(tx, &batch.code).await?;
    let first: Vec<FirstSeat> = seats
        .into_iter()
        .filter(|seat| seen.insert(seat.application_id.clone()))
        .map(|seat| FirstSeat {
            application: seat.application_id,
            site: seat.site_id,
            ordinal: seat.ordinal,
            number: seat.number,
        })
        .collect();
    let year = i64::from(Day::year(batch.exam_date));
    let taken = store::series_of_year(tx, year).await?;
    let series = series(batch.code.as_str(), &taken).ok_or(ArrangementRefused::SeriesFull)?;
    let numbers = admission_numbers(batch.exam_date, series, &first)
        .map_err(|error| PageError::Internal(error.to_string()))?;
    store::insert_series(tx, &batch.code, year, series).await?;
    store::insert_numbers(tx, &batch.code, &numbers).await?;
    Ok(numbers.len())
}

async fn record_confirmation(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    code: &BatchCode,
    numbers: usize,
) -> PageResult<()> {
    let plan = store::seat_plan(tx, code).await?.ok_or(PageError::NotFound)?;
    let payload = json!({ "draws": plan.draws, "seats": plan.digest, "numbers": numbers });
    let note = who.note("seat_plan.confirm", "seat_plan", code.as_str()).batch(code.as_str());
    Ok(note.payload(payload).record(tx, env).await?)
}

async fn report(
    tx: &mut Tx,
    env: &Env,
    code: &BatchCode,
    state: ProgressState,
    rooms: i64,
) -> sqlx::Result<()> {
    let note_key = match state {
        ProgressState::Now => "seat-plan-note-drafted",
        ProgressState::Done => "seat-plan-note-confirmed",
    };
    plan::report_progress(tx, code, 4, Progress { state, count: rooms, note_key }, env.now()).await
}
