//! One seat: who sits there, how it stands, and what an invigilator can do about it.
use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use identity::{Action, Env, Object};
use kernel::UnixMicros;
use plan::{InBatch, WatchRooms, stage_head};
use scheme::Delivery;
use web::{Markup, PageError, PageResult, Visit};

use super::{
    desk::{self, Room},
    look::{SeatLook, room_look},
    record::{self, Record, RecordLine},
};
use crate::{
    Ledger,
    rules::{EventSort, SeatState},
    store::{EventKind, SeatAttempt},
};

/// What is known of the work at a computer.
struct Work {
    acked_seq: i64,
    close_at: UnixMicros,
    is_over: bool,
}

impl Work {
    fn of(attempt: &SeatAttempt, now: UnixMicros) -> Self {
        Self {
            acked_seq: attempt.acked_seq,
            close_at: attempt.close_at,
            is_over: attempt.has_ended() || now >= attempt.close_at,
        }
    }
}

#[derive(Template)]
#[template(path = "seat/show.html")]
struct SeatPage<'a> {
    v: &'a Visit,
    head: Markup,
    at: &'a Room,
    seat: SeatLook,
    work: Option<Work>,
    on_computer: bool,
    invigilates: bool,
    incidents: Vec<EventKind>,
    violations: Vec<EventKind>,
    record: Vec<RecordLine>,
    most: i64,
}

impl SeatPage<'_> {
    /// Where the lines of the record are struck out.
    fn sitting_base(&self) -> String {
        let sitting = &self.at.sitting;
        format!("/batches/{}/sittings/{}", sitting.batch_code, sitting.id)
    }

    /// Where what is said of the seat is posted.
    fn seat_base(&self) -> String {
        format!("{}/seats/{}", self.sitting_base(), self.seat.id)
    }
}

/// GET …/seats/{seat_id}
pub async fn show(
    State(env): State<Env>,
    Extension(ledger): Extension<Ledger>,
    entry: InBatch<WatchRooms>,
    Path((code, sitting, seat)): Path<(String, String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (at, standing) = desk::standing_of_seat(&mut tx, &entry, &sitting, &seat).await?;
    let head = stage_head(&mut tx, &entry, 6, &v, env.now()).await?;
    let written = Record::read(&mut tx, &at).await?;
    let look = room_look(&mut tx, &env, &ledger, (&at, &standing, &written.events), &v).await?;
    let mut record = written.lines(&env, &look.labels(), &v)?;
    let attempt = standing.attempts.iter().find(|row| row.seat_id == seat);
    let seat = look.seats.into_iter().find(|one| one.id == seat).ok_or(PageError::NotFound)?;
    record.retain(|line| line.label == seat.label);
    let (incidents, violations) =
        written.kinds.into_iter().partition(|kind| kind.sort() == Some(EventSort::Incident));
    let object = Object { path: &at.room.site_path, batch: Some(&code) };
    let page = SeatPage {
        v: &v,
        head,
        on_computer: at.sitting.delivery == Delivery::Computer,
        invigilates: entry.who.may(Action::Invigilate, object, env.now()).is_some(),
        most: record::authority(&entry, &at, env.now()).minutes(),
        seat,
        work: attempt.map(|row| Work::of(row, env.now())),
        incidents,
        violations,
        record,
        at: &at,
    };
    let title = format!("{} {}", page.seat.label, page.seat.name);
    web::page(&v, &title, &page)
}
