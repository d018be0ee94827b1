//! Pages of the supervision.
mod responsibility;

use identity::Env;
use web::{Cell, Route, get};

/// Routes of the supervision.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![get("/batches/{code}/responsibilities", responsibility::show)]
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
pub const PERMISSIONS: &[Cell] =
    &[Cell { method: "GET", path: "/batches/{code}/responsibilities", who: READERS }];
