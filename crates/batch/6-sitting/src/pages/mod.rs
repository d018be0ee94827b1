//! Pages of stage 6, and the JSON of the exam computer.
mod absentees;
mod attempt;
mod desk;
mod hall;
mod json;
mod look;
mod pulse;
mod record;
mod room;
mod scan;
mod seat;
mod self_test;
mod sheet;
mod sitting;
mod watch;

use identity::Env;
use web::{Cell, Route, get, post};

/// Routes of this stage. `app` layers an `Extension` of [`crate::Ledger`] over them.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/sittings", sitting::list),
        get("/batches/{code}/sittings/{sitting_id}/arrivals", scan::show),
        get("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}", room::show),
        get("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/seat-map", room::seat_map),
        get("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/record.pdf", sheet::show),
        post("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/absentees", absentees::record),
        post("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/incidents", record::room_incident),
        post("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/extra-time", record::room_extra_time),
        post(
            "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/events/{event_id}/withdrawal",
            record::strike_out,
        ),
        post("/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/attendance", room::close),
        get("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}", watch::show),
        get("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/photo", seat::photo),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/incidents", record::seat_incident),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/violations", record::seat_violation),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/extra-time", record::seat_extra_time),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/presence", seat::mark_present),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/check-in", seat::check_in),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/epoch", seat::change_machine),
        post("/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/absence", seat::mark_absent),
        post(
            "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/absence/withdrawal",
            seat::withdraw_absence,
        ),
        get("/hall", hall::show),
        get("/hall/self-test", self_test::show),
        get("/hall/clock", self_test::clock),
        post("/hall", hall::sign_in),
        get("/attempts/{id}", attempt::show),
        get("/attempts/{id}/state", attempt::state),
        get("/attempts/{id}/pulse", pulse::pulse),
        post("/attempts/{id}/evidence", pulse::evidence),
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
/// Who watches a room: the invigilator, and the exam officer who answers for the site.
const WATCHERS: &[&str] = &["exam-officer", "invigilator"];
const ANYONE: &[&str] = &["anyone"];
/// The candidate whose attempt it is; everybody else sees nothing there.
const CANDIDATE: &[&str] = &["candidate"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/sittings", who: READERS },
    Cell { method: "GET", path: "/batches/{code}/sittings/{sitting_id}/arrivals", who: INVIGILATOR },
    Cell { method: "GET", path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}", who: WATCHERS },
    Cell {
        method: "GET",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/seat-map",
        who: WATCHERS,
    },
    Cell {
        method: "GET",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/record.pdf",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/absentees",
        who: INVIGILATOR,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/incidents",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/extra-time",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/events/{event_id}/withdrawal",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/rooms/{room_use_id}/attendance",
        who: INVIGILATOR,
    },
    Cell { method: "GET", path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}", who: WATCHERS },
    Cell {
        method: "GET",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/photo",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/incidents",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/violations",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/extra-time",
        who: WATCHERS,
    },
    Cell {
        method: "POST",
        path: "/batches/{code}/sittings/{sitting_id}/seats/{seat_id}/presence",
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
    Cell { method: "GET", path: "/hall/self-test", who: ANYONE },
    Cell { method: "GET", path: "/hall/clock", who: ANYONE },
    Cell { method: "POST", path: "/hall", who: ANYONE },
    Cell { method: "GET", path: "/attempts/{id}", who: CANDIDATE },
    Cell { method: "GET", path: "/attempts/{id}/state", who: CANDIDATE },
    Cell { method: "GET", path: "/attempts/{id}/pulse", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/evidence", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/start", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/answers", who: CANDIDATE },
    Cell { method: "POST", path: "/attempts/{id}/hand-in", who: CANDIDATE },
];
