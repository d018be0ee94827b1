//! Whoever stands at the door: the number of the admission ticket, typed or scanned, and the face.
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use kernel::AdmissionNumber;
use plan::{InBatch, Invigilate, stage_head};
use scheme::Delivery;
use serde::Deserialize;
use web::{Markup, PageResult, Visit};

use super::desk::{self, Desk, label};
use crate::rules::SeatState;

/// What was scanned, and the room one came from.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    number: String,
    #[serde(default)]
    room: String,
}

/// Somebody who sits here in this sitting.
struct Found {
    desk: Desk,
    label: String,
    name: String,
    document: String,
    number: String,
}

#[derive(Template)]
#[template(path = "sitting/scan.html")]
struct ScanPage<'a> {
    v: &'a Visit,
    head: Markup,
    action: String,
    back: String,
    asked: &'a Asked,
    found: Option<Found>,
}

/// GET /batches/{code}/sittings/{sitting_id}/arrivals
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Invigilate>,
    Path((code, sitting)): Path<(String, String)>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, 6, &v, env.now()).await?;
    let all = format!("/batches/{code}/sittings");
    let action = format!("{all}/{sitting}/arrivals");
    let found = match AdmissionNumber::parse(asked.number.trim()) {
        Ok(number) => find(&mut tx, &env, &entry, &sitting, &number).await?,
        Err(_) => None,
    };
    let back = match (&found, asked.room.as_str()) {
        (Some(found), _) => found.desk.at.href(),
        (None, "") => all,
        (None, room) => desk::room(&mut tx, &entry, &sitting, room).await.map_or(all, |at| at.href()),
    };
    let page = ScanPage { v: &v, head, action, back, asked: &asked, found };
    web::page(&v, &v.t.s("scan-title"), &page)
}

/// The seat of this number in this sitting; nobody when it is elsewhere or out of reach, so that the
/// answer says nothing about other sites.
async fn find(
    tx: &mut ::store::Tx,
    env: &Env,
    entry: &InBatch<Invigilate>,
    sitting: &str,
    number: &AdmissionNumber,
) -> PageResult<Option<Found>> {
    let Some(application) = arrangement::application_by_admission_number(tx, number).await? else {
        return Ok(None);
    };
    let seats = arrangement::seats_of_application(tx, &application).await?;
    let Some(seat) = seats.into_iter().find(|seat| seat.sitting_id == sitting) else { return Ok(None) };
    let Ok(desk) = desk::desk(tx, entry, sitting, &seat.id).await else { return Ok(None) };
    let holders = registration::holders(tx, &env.vault, &[&application]).await?;
    let person = holders.get(&application);
    Ok(Some(Found {
        label: label(desk.seat.ordinal, desk.seat.number),
        name: person.map(|person| person.name.clone()).unwrap_or_default(),
        number: number.to_string(),
        document: person.map(person::Person::masked_document).unwrap_or_default(),
        desk,
    }))
}

impl Found {
    fn base(&self) -> String {
        self.desk.href()
    }

    fn is_open(&self) -> bool {
        self.desk.at.closing.is_none()
    }

    fn on_computer(&self) -> bool {
        self.desk.at.sitting.delivery == Delivery::Computer
    }

    fn may_enter(&self) -> bool {
        self.is_open()
            && match self.desk.state {
                SeatState::NotYet => true,
                SeatState::In => self.on_computer(),
                SeatState::Absent => !self.on_computer(),
                SeatState::Working | SeatState::HandedIn => false,
            }
    }
}
