//! Pages of stage 6, and the JSON of the exam computer.
mod attempt;
mod desk;
mod hall;
mod json;
mod room;
mod seat;
mod sitting;

use identity::Env;
use web::{Cell, Route, get, post};

/// Routes of this stage. `app` layers an `Extension` of [`crate::Ledger`] over them.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/sittings", sitting::list),
        get("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}", room::show),
        post("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/attendance", room::close),
        get("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/photo", seat::photo),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/check-in", seat::check_in),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/epoch", seat::change_machine),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/absence", seat::mark_absent),
        post(
            "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/absence/withdrawal",
            seat::withdraw_absence,
        ),
        get("/hall", hall::show),
        post("/hall", hall::sign_in),
        get("/attempts/{id}", attempt::show),
        get("/attempts/{id}/state", attempt::state),
        post("/attempts/{id}/start", attempt::start),
        post("/attempts/{id}/answers", attempt::answers),
        post("/attempts/{id}/hand-in", attempt::hand_in),
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
const INVIGILATOR: &[&str] = &["invigilator"];
const ANYONE: &[&str] = &["anyone"];
/// The candidate whose attempt it is; everybody else sees nothing there.
const CANDIDATE: &[&str] = &["candidate"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/sittings", who: READERS },
    Cell {
        method: "GET",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}",
        who: INVIGILATOR,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/attendance",
        who: INVIGILATOR,
    },
    Cell {
        method: "GET",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/photo",
        who: INVIGILATOR,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/check-in",
        who: INVIGILATOR,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/epoch",
        who: INVIGILATOR,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/absence",
        who: INVIGILATOR,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/absence/withdrawal",
        who: INVIGILATOR,
    },
    Cell { method: "GET", path: "/hall", who: ANYONE },
    Cell { method: "POST", path: "/hall", who: ANYONE },
    Cell { method: "GET", path: "/attempts/{id}", who: CANDIDATE },
    Cell { method: "GET", path: "/attempts/{id}/state", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/start", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/answers", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/hand-in", who: CANDIDATE },
];
