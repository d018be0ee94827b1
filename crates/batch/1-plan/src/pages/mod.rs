//! Pages of stage 1.
mod batch;
mod copying;
mod draft;
mod levels;
mod notice;
mod publication;
mod seating;
mod timetable;

use identity::Env;
use web::{Cell, Route, get, post};

/// Kind of the approval by which a plan is published.
pub(crate) const PUBLICATION: &str = "plan.publication";

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches", batch::list),
        post("/batches", draft::create),
        get("/batches/new", draft::new),
        get("/batches/{code}", batch::show),
        get("/batches/{code}/plan", draft::edit),
        post("/batches/{code}/plan", draft::change),
        post("/batches/{code}/publication", publication::propose),
        post("/batches/{code}/publication/decision", publication::decide),
        get("/notices", notice::list),
        get("/notices/{code}", notice::show),
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
const PROVINCE: &[&str] = &["province"];
const ANYONE: &[&str] = &["anyone"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches", who: READERS },
    Cell { method: "POST", path: "/batches", who: PROVINCE },
    Cell { method: "GET", path: "/batches/new", who: PROVINCE },
    Cell { method: "GET", path: "/batches/{code}", who: READERS },
    Cell { method: "GET", path: "/batches/{code}/plan", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/plan", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/publication", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/publication/decision", who: PROVINCE },
    Cell { method: "GET", path: "/notices", who: ANYONE },
    Cell { method: "GET", path: "/notices/{code}", who: ANYONE },
];
