//! Pages of stage 4.
mod conflict;
mod moving;
mod pack;
mod room;
mod seat_map;
mod seat_plan;
mod site;
mod ticket;

use identity::Env;
use web::{Cell, PageError, Route, get, post};

use crate::rules::ArrangementRefused;

pub(crate) use ticket::opens_at;

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/seat-plan", seat_plan::show),
        post("/batches/{code}/seat-plan", seat_plan::draw),
        get("/batches/{code}/seat-plan/sites/{site_id}", site::show),
        post("/batches/{code}/seat-plan/sites/{site_id}", site::draw),
        post("/batches/{code}/seat-plan/sites/{site_id}/confirmation", site::confirm),
        post("/batches/{code}/seat-plan/sites/{site_id}/moves", moving::make),
        post("/batches/{code}/seat-plan/sites/{site_id}/moves/reversal", moving::take_back),
        post("/batches/{code}/seat-plan/sites/{site_id}/print-packs", pack::begin),
        get("/batches/{code}/seat-plan/print-packs/{pack_id}/{file}", pack::download),
        get("/batches/{code}/seat-plan/rooms/{room_use_id}", room::show),
        get("/batches/{code}/seat-plan/rooms/{room_use_id}/sign-in-sheet.pdf", room::sign_in_sheet),
        get("/batches/{code}/tickets/{ticket}", ticket::of_anybody),
        get("/my/tickets/{application_id}", ticket::own),
    ]
}

const READERS: &[&str] = &[
    "province",
    "reviewer",
    "registrar",
    "exam-officer",
    "custodian",
    "invigilator",
    "examiner",
    "panel-member",
    "score-clerk",
    "auditor",
];
const OFFICERS: &[&str] = &["exam-officer"];

/// Who may use them, written by hand. A site is found only by those whose duty covers it; a ticket of
/// one's own only by the candidate whose phone gave the application; no duty opens it.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/seat-plan", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan", who: OFFICERS },
    Cell { method: "GET", path: "/batches/{code}/seat-plan/sites/{site_id}", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan/sites/{site_id}", who: OFFICERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan/sites/{site_id}/confirmation", who: OFFICERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan/sites/{site_id}/moves", who: OFFICERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan/sites/{site_id}/moves/reversal", who: OFFICERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan/sites/{site_id}/print-packs", who: OFFICERS },
    Cell { method: "GET", path: "/batches/{code}/seat-plan/print-packs/{pack_id}/{file}", who: OFFICERS },
    Cell { method: "GET", path: "/batches/{code}/seat-plan/rooms/{room_use_id}", who: OFFICERS },
    Cell {
        method: "GET",
        path: "/batches/{code}/seat-plan/rooms/{room_use_id}/sign-in-sheet.pdf",
        who: OFFICERS,
    },
    Cell { method: "GET", path: "/batches/{code}/tickets/{ticket}", who: OFFICERS },
    Cell { method: "GET", path: "/my/tickets/{application_id}", who: &["candidate"] },
];

impl From<ArrangementRefused> for PageError {
    fn from(refused: ArrangementRefused) -> Self {
        Self::Refused(refused.message())
    }
}
