//! Pages that belong to no stage: the start, the workbench, the trail.
mod messages;
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
        get("/trail", trail_page::recent),
        get("/trail/{kind}/{id}", trail_page::history),
    ]
}

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/", who: &["anyone"] },
    Cell { method: "GET", path: "/workbench", who: &["signed-in"] },
    Cell { method: "GET", path: "/messages", who: &["anyone"] },
    Cell { method: "GET", path: "/trail", who: &["province", "auditor"] },
    Cell { method: "GET", path: "/trail/{kind}/{id}", who: &["province", "auditor"] },
];
