//! Pages of the announcements.
mod list;
mod write;

use identity::Env;
use web::{Cell, Route, get, post};

/// Routes of the announcements.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/announcements", list::show),
        post("/batches/{code}/announcements", write::write),
    ]
}

const PROVINCE: &[&str] = &["province"];

/// Who may use them, written by hand: whoever publishes the results of the whole batch.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/announcements", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/announcements", who: PROVINCE },
];
