//! The bank in the browser: list, item, import.
mod import;
mod item;
mod list;

use identity::Env;
use kernel::OrgPath;
use web::{Cell, PageError, Route, get, post};

use crate::Bank;

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/items", list::show),
        get("/items/imports", import::list),
        post("/items/imports", import::upload),
        get("/items/imports/{digest}", import::show),
        post("/items/imports/{digest}/confirmation", import::confirm),
        post("/items/imports/{digest}/review", import::accept),
        get("/items/{id}", item::show),
        post("/items/{id}/review", item::review),
    ]
}

const READERS: &[&str] = &["item-writer", "item-reviewer", "custodian"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/items", who: READERS },
    Cell { method: "GET", path: "/items/imports", who: READERS },
    Cell { method: "POST", path: "/items/imports", who: &["item-writer"] },
    Cell { method: "GET", path: "/items/imports/{digest}", who: READERS },
    Cell { method: "POST", path: "/items/imports/{digest}/confirmation", who: &["item-writer"] },
    Cell { method: "POST", path: "/items/imports/{digest}/review", who: &["item-reviewer"] },
    Cell { method: "GET", path: "/items/{id}", who: READERS },
    Cell { method: "POST", path: "/items/{id}/review", who: &["item-reviewer"] },
];

/// Whether a bank lies within the nodes at which somebody holds the duty.
fn within(at: &[OrgPath], bank: &Bank) -> bool {
    at.iter().any(|path| path.contains(&bank.org_path))
}

/// A bank, if it is within; otherwise it does not exist for this person.
fn only_within(at: &[OrgPath], bank: Option<Bank>) -> Result<Bank, PageError> {
    bank.filter(|bank| within(at, bank)).ok_or(PageError::NotFound)
}
