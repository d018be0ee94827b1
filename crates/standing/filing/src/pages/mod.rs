//! Cases in the browser: the board, one case, and what each side does to it.
mod announced;
mod assessment;
mod board;
mod decision;
pub(crate) mod entry;
mod handling;
mod objection;
mod opening;
mod request;
mod show;
mod words;

use axum::extract::DefaultBodyLimit;
use identity::Env;
use web::{Cell, Route, get, post};

use crate::rules::paper::FILE_BYTES_MAX;

/// What a form carries besides its file.
const FORM_BYTES: usize = 64 * 1024;

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    let mut paper = post("/filing-cases/{id}/papers/{number}", request::put_paper);
    paper.handler = paper.handler.layer(DefaultBodyLimit::max(FILE_BYTES_MAX + FORM_BYTES));
    vec![
        get("/filings/announced", announced::show),
        get("/filing-cases", board::show),
        post("/filing-cases", opening::open),
        get("/filing-cases/new", opening::new),
        get("/filing-cases/{id}", show::show),
        post("/filing-cases/{id}/lines", request::add_lines),
        post("/filing-cases/{id}/lines/{number}/removal", request::take_line),
        paper,
        get("/filing-cases/{id}/papers/{number}", request::paper),
        post("/filing-cases/{id}/submission", handling::submit),
        post("/filing-cases/{id}/withdrawal", handling::withdraw),
        post("/filing-cases/{id}/check", handling::check),
        post("/filing-cases/{id}/assessors", assessment::appoint),
        get("/filing-cases/{id}/assessment", assessment::show),
        post("/filing-cases/{id}/assessment", assessment::give),
        post("/filing-cases/{id}/proposal", decision::propose),
        post("/filing-cases/{id}/decision", decision::decide),
        post("/filing-cases/{id}/objections", objection::add),
        post("/filing-cases/{id}/objections/{number}/answer", objection::answer),
        post("/filing-cases/{id}/grant", decision::grant),
        post("/filing-cases/{id}/plaque", decision::plaque),
    ]
}

/// Whoever stands on one of the sides of a case.
const SIDES: &[&str] = &["manager", "filing-officer", "assessor", "auditor"];
const OFFICER: &[&str] = &["filing-officer"];
/// Who opens a case and hands its papers in: the applicant, or the authority that serves them at their place.
const OPENERS: &[&str] = &["manager", "filing-officer"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/filings/announced", who: &["anyone"] },
    Cell { method: "GET", path: "/filing-cases", who: SIDES },
    Cell { method: "POST", path: "/filing-cases", who: OPENERS },
    Cell { method: "GET", path: "/filing-cases/new", who: OPENERS },
    Cell { method: "GET", path: "/filing-cases/{id}", who: SIDES },
    Cell { method: "POST", path: "/filing-cases/{id}/lines", who: OPENERS },
    Cell { method: "POST", path: "/filing-cases/{id}/lines/{number}/removal", who: OPENERS },
    Cell { method: "POST", path: "/filing-cases/{id}/papers/{number}", who: OPENERS },
    Cell { method: "GET", path: "/filing-cases/{id}/papers/{number}", who: SIDES },
    Cell { method: "POST", path: "/filing-cases/{id}/submission", who: OPENERS },
    Cell { method: "POST", path: "/filing-cases/{id}/withdrawal", who: OPENERS },
    Cell { method: "POST", path: "/filing-cases/{id}/check", who: OFFICER },
    Cell { method: "POST", path: "/filing-cases/{id}/assessors", who: OFFICER },
    Cell { method: "GET", path: "/filing-cases/{id}/assessment", who: &["assessor"] },
    Cell { method: "POST", path: "/filing-cases/{id}/assessment", who: &["assessor"] },
    Cell { method: "POST", path: "/filing-cases/{id}/proposal", who: OFFICER },
    Cell { method: "POST", path: "/filing-cases/{id}/decision", who: OFFICER },
    Cell { method: "POST", path: "/filing-cases/{id}/objections", who: OFFICER },
    Cell { method: "POST", path: "/filing-cases/{id}/objections/{number}/answer", who: OFFICER },
    Cell { method: "POST", path: "/filing-cases/{id}/grant", who: OFFICER },
    Cell { method: "POST", path: "/filing-cases/{id}/plaque", who: OFFICER },
];
