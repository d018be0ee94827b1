//! Pages of stage 4.
mod document;
mod ground;
mod names;
mod room;
mod seat_plan;
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
        post("/batches/{code}/seat-plan/confirmation", seat_plan::confirm),
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

/// Who may use them, written by hand. A ticket of one's own is found only by the candidate whose phone
/// gave the application; no duty opens it.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/seat-plan", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan", who: OFFICERS },
    Cell { method: "POST", path: "/batches/{code}/seat-plan/confirmation", who: OFFICERS },
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
