//! One seat: photo, check-in, absence, and the change of a machine.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::Phone;
use plan::{InBatch, Invigilate, WatchRooms};
use registration::Application;
use serde_json::json;
use web::{Form, PageError, PageResult, Visit};

use super::{
    desk::{self, Desk, label},
    record::{self, Writing},
};
use crate::{
    AttemptId, jobs,
    rules::{self, EventSort, Frame, Head, Mark, SeatState, SittingRefused},
    store::{self, NewAttempt, NewCheckIn, NewMark, Place},
};

type SeatPath = Path<(String, String, String)>;

#[derive(Template)]
#[template(path = "seat/code.html")]
struct CodePage<'a> {
    v: &'a Visit,
    back: String,
    /// Where the next admission number is scanned.
    scan: String,
    label: String,
    name: String,
    admission_number: String,
    /// In two groups of three, as it is read aloud.
    code: String,
}

/// GET /batches/{code}/sittings/{sitting_id}/seats/{seat_id}/photo
pub async fn photo(
    State(env): State<Env>,
    entry: InBatch<WatchRooms>,
    Path((_, sitting, seat)): SeatPath,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    let application = application(&mut tx, &desk).await?;
    let photo = registration::photo(&mut tx, &env.vault, &env.blobs, &application).await?;
    Ok(web::inline("photo.jpg", "image/jpeg", photo.ok_or(PageError::NotFound)?))
}

/// POST …/check-in — lets the candidate in and shows the code once; again gives another code.
pub async fn check_in(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, seat)): SeatPath,
    v: Visit,
    _: Form,
) -> PageResult<Response> {
    let now = env.now();
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    if !arrangement::is_confirmed(&mut tx, &entry.batch.code).await? {
        return Err(SittingRefused::PlanNotConfirmed.into());
    }
    let (_, close_at) = desk.at.sitting.turn(desk.seat.turn);
    rules::may_check_in(desk.at.sitting.delivery, desk.at.closing.is_some(), desk.state, close_at, now)?;
    let application = application(&mut tx, &desk).await?;
    let person = person::load(&mut tx, &env.vault, &application.person_id).await?;
    let attempt = match store::attempt_of_seat(&mut tx, &seat).await? {
        Some(row) => row.attempt()?.frame().id.clone(),
        None => open_attempt(&mut tx, &env, &entry, &desk, &application, &person.phone).await?,
    };
    let code = new_code(&env);
    let new = NewCheckIn {
        seat: &seat,
        application: &desk.seat.application_id,
        sitting: &sitting,
        by: &entry.who.account_id,
        at: now,
        code_hash: &code_hash(&env, &seat, &code),
    };
    store::put_check_in(&mut tx, new).await?;
    mark(&mut tx, &entry, &desk, Mark::Present, now).await?;
    jobs::report_going_on(&mut tx, &env, &entry.batch.code).await?;
    note(&mut tx, &env, &entry, "seat.check-in", &seat, json!({ "attempt": attempt })).await?;
    tx.commit().await?;
    show_code(&env, &entry, &desk, &v, person.name, &code).await
}

/// POST …/epoch — the candidate moves to another machine: the old one is fenced, a new code is shown.
pub async fn change_machine(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, seat)): SeatPath,
    v: Visit,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    let row = store::attempt_of_seat(&mut tx, &seat).await?.ok_or(SittingRefused::NotCheckedIn)?;
    let attempt = row.attempt()?;
    if attempt.ended().is_some() || desk.state == SeatState::Absent {
        return Err(SittingRefused::AttemptEnded.into());
    }
    let frame = attempt.frame();
    let code = new_code(&env);
    let changed = store::next_epoch(&mut tx, &frame.id, frame.epoch).await?
        && store::put_code(&mut tx, &seat, &code_hash(&env, &seat, &code)).await?;
    if !changed {
        return Err(PageError::Stale);
    }
    let application = application(&mut tx, &desk).await?;
    let person = person::load(&mut tx, &env.vault, &application.person_id).await?;
    let payload = json!({ "attempt": frame.id, "epoch": frame.epoch + 1 });
    let line =
        Writing { seat: Some(&desk.seat), sort: EventSort::MachineChange, kind: None, amount: 0, note: "" };
    record::write(&mut tx, &env, &entry, &desk.at, &line).await?;
    note(&mut tx, &env, &entry, "seat.machine-change", &seat, payload).await?;
    tx.commit().await?;
    show_code(&env, &entry, &desk, &v, person.name, &code).await
}

/// POST …/absence
pub async fn mark_absent(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, seat)): SeatPath,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    rules::may_mark(desk.at.closing.is_some(), desk.state)?;
    if !arrangement::is_confirmed(&mut tx, &entry.batch.code).await? {
        return Err(SittingRefused::PlanNotConfirmed.into());
    }
    let is_checked_in = store::attempt_of_seat(&mut tx, &seat).await?.is_some();
    if is_checked_in && !store::hold_back(&mut tx, &seat).await? {
        return Err(SittingRefused::HasBegun.into());
    }
    store::spend_codes(&mut tx, &[seat.as_str()]).await?;
    mark(&mut tx, &entry, &desk, Mark::Absent, env.now()).await?;
    jobs::report_going_on(&mut tx, &env, &entry.batch.code).await?;
    note(&mut tx, &env, &entry, "seat.absent", &seat, json!({})).await?;
    tx.commit().await?;
    Ok(web::done(&desk.at.href(), "seat-marked-absent"))
}

/// POST …/presence — marks somebody as there where nobody needs a code; a mark of absence is gone.
pub async fn mark_present(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, seat)): SeatPath,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    rules::may_mark_present(desk.at.sitting.delivery, desk.at.closing.is_some(), desk.state)?;
    if !arrangement::is_confirmed(&mut tx, &entry.batch.code).await? {
        return Err(SittingRefused::PlanNotConfirmed.into());
    }
    mark(&mut tx, &entry, &desk, Mark::Present, env.now()).await?;
    jobs::report_going_on(&mut tx, &env, &entry.batch.code).await?;
    note(&mut tx, &env, &entry, "seat.present", &seat, json!({})).await?;
    tx.commit().await?;
    let scan = format!("/batches/{}/sittings/{sitting}/arrivals", entry.batch.code);
    Ok(web::done(&web::address(&scan, &[("room", &desk.at.room.id)]), "seat-marked-present"))
}

/// POST …/absence/withdrawal
pub async fn withdraw_absence(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((_, sitting, seat)): SeatPath,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let desk = desk::desk(&mut tx, &entry, &sitting, &seat).await?;
    rules::may_mark(desk.at.closing.is_some(), desk.state)?;
    if !store::take_back_mark(&mut tx, &seat, Mark::Absent).await? {
        return Err(PageError::Stale);
    }
    note(&mut tx, &env, &entry, "seat.absent-withdrawn", &seat, json!({})).await?;
    tx.commit().await?;
    Ok(web::done(&desk.at.href(), "seat-absence-withdrawn"))
}

/// Keyed hash of a code at a seat: a stolen database does not sign anybody in.
pub fn code_hash(env: &Env, seat: &str, code: &str) -> String {
    env.vault.index("check-in-code", &format!("{seat}:{code}"))
}

/// The account of a phone, made when it is new.
pub async fn account_of(tx: &mut Tx, env: &Env, phone: &str) -> PageResult<String> {
    let phone = Phone::parse(phone).map_err(|error| PageError::Internal(error.to_string()))?;
    let index = env.vault.index("phone", phone.as_str());
    let tail = phone.as_str().get(7..).unwrap_or_default();
    identity::pages::candidate_account(tx, env, &index, tail).await
}

async fn open_attempt(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<Invigilate>,
    desk: &Desk,
    application: &Application,
    phone: &str,
) -> PageResult<AttemptId> {
    let (batch, seat) = (&entry.batch.code, &desk.seat);
    let (occupation, level) = (&application.occupation_code, &application.level_code);
    let form =
        paper::form(tx, batch, occupation, level, &seat.form_letter).await?.ok_or(SittingRefused::NoForm)?;
    let questions = paper::questions(tx, &form.id).await?;
    let numbers = arrangement::numbers_of(tx, &[&seat.application_id]).await?;
    let place = Place {
        seat_id: seat.id.clone(),
        batch_code: batch.clone(),
        application_id: seat.application_id.clone(),
        sitting_id: seat.sitting_id.clone(),
        room_use_id: Some(seat.room_use_id.clone()),
        form_id: form.id.clone(),
        seat_label: label(seat.ordinal, seat.number),
        admission_number: numbers.get(&seat.application_id).map(ToString::to_string).unwrap_or_default(),
    };
    let (open_at, close_at) = desk.at.sitting.turn(seat.turn);
    let frame = Frame {
        id: env.new_id().into(),
        account_id: account_of(tx, env, phone).await?,
        epoch: 1,
        session: None,
        open_at,
        close_at,
        item_count: questions.iter().map(|question| question.no).max().unwrap_or(0),
    };
    let head = Head::empty().map_err(|error| PageError::Internal(error.to_string()))?;
    if !store::insert_attempt(tx, &NewAttempt { place: &place, frame: &frame, head: &head }).await? {
        return Err(PageError::Stale);
    }
    Ok(frame.id)
}

fn new_code(env: &Env) -> String {
    let mut random = [0; 6];
    env.entropy.fill(&mut random);
    rules::check_in_code(random)
}

async fn application(tx: &mut Tx, desk: &Desk) -> PageResult<Application> {
    registration::application(tx, &desk.seat.application_id).await?.ok_or(PageError::NotFound)
}

async fn mark(
    tx: &mut Tx,
    entry: &InBatch<Invigilate>,
    desk: &Desk,
    mark: Mark,
    now: kernel::UnixMicros,
) -> PageResult<()> {
    let new = NewMark {
        seat: &desk.seat.id,
        room_use: &desk.seat.room_use_id,
        sitting: &desk.seat.sitting_id,
        batch: &entry.batch.code,
        application: &desk.seat.application_id,
        mark,
        by: &entry.who.account_id,
        at: now,
    };
    if store::set_mark(tx, new).await? { Ok(()) } else { Err(SittingRefused::RoomClosed.into()) }
}

async fn note(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<Invigilate>,
    action: &'static str,
    seat: &str,
    payload: serde_json::Value,
) -> sqlx::Result<()> {
    let note = entry.who.note(action, "seat", seat).batch(entry.batch.code.as_str());
    note.payload(payload).record(tx, env).await
}

async fn show_code(
    env: &Env,
    entry: &InBatch<Invigilate>,
    desk: &Desk,
    v: &Visit,
    name: String,
    code: &str,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let numbers = arrangement::numbers_of(&mut tx, &[&desk.seat.application_id]).await?;
    let (first, second) = code.split_at_checked(3).unwrap_or((code, ""));
    let page = CodePage {
        v,
        back: desk.at.href(),
        scan: format!("/batches/{}/sittings/{}/arrivals", entry.batch.code, desk.seat.sitting_id),
        label: label(desk.seat.ordinal, desk.seat.number),
        name,
        admission_number: numbers.get(&desk.seat.application_id).map(ToString::to_string).unwrap_or_default(),
        code: format!("{first} {second}"),
    };
    web::narrow_page(v, &v.t.s("code-title"), &page)
}
