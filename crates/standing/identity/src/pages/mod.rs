//! Signing in and out, and the two switches of every page: language and print size.
mod preference;
mod sign_in;

pub use sign_in::{DemoGuide, DemoPhone, candidate_account};
use web::{Cell, Route, get, post};

use crate::Env;

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/sign-in", sign_in::show),
        post("/sessions", sign_in::create),
        post("/one-time-codes", sign_in::send_code),
        post("/sign-out", sign_in::sign_out),
        get("/preferences", preference::set),
    ]
}

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/sign-in", who: &["anyone"] },
    Cell { method: "POST", path: "/sessions", who: &["anyone"] },
    Cell { method: "POST", path: "/one-time-codes", who: &["anyone"] },
    Cell { method: "POST", path: "/sign-out", who: &["signed-in"] },
    Cell { method: "GET", path: "/preferences", who: &["anyone"] },
];
