//! Pages that belong to no stage: the start, the workbench, the trail.
mod messages;
mod readiness;
mod start;
mod trail_page;
mod workbench;

use identity::Env;
use web::{Cell, Route, get};

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/", start::show),
        get("/workbench", workbench::show),
        get("/messages", messages::show),
        get("/batches/{code}/readiness", readiness::show),
        get("/trail", trail_page::recent),
        get("/trail/{kind}/{id}", trail_page::history),
    ]
}

/// Everybody who works in a batch.
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
    Cell { method: "GET", path: "/", who: &["anyone"] },
    Cell { method: "GET", path: "/workbench", who: &["signed-in"] },
    Cell { method: "GET", path: "/messages", who: &["anyone"] },
    Cell { method: "GET", path: "/batches/{code}/readiness", who: READERS },
    Cell { method: "GET", path: "/trail", who: &["province", "auditor"] },
    Cell { method: "GET", path: "/trail/{kind}/{id}", who: &["province", "auditor"] },
];
