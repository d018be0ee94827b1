//! Pages of the statistics.
mod funnel;
mod year;

use identity::Env;
use web::{Cell, Route, get};

/// Routes of the statistics.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![get("/batches/{code}/funnel", funnel::show), get("/statistics", year::show)]
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

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/funnel", who: READERS },
    Cell { method: "GET", path: "/statistics", who: READERS },
];
