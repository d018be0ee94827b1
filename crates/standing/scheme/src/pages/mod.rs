//! The register of standards and the working calendar. Public law: everybody may read them.
mod calendar;
mod condition;
mod list;
mod show;
mod words;

use identity::Env;
use web::{Cell, Route, get};

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/standards", list::show),
        get("/standards/{occupation}", show::show),
        get("/calendar", calendar::now),
        get("/calendar/{year}", calendar::show),
    ]
}

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/standards", who: &["anyone"] },
    Cell { method: "GET", path: "/standards/{occupation}", who: &["anyone"] },
    Cell { method: "GET", path: "/calendar", who: &["anyone"] },
    Cell { method: "GET", path: "/calendar/{year}", who: &["anyone"] },
];
