//! Pages of stage 8.
mod decision;
mod export;
mod figures;
mod list;
mod notice;
mod own;
mod publication;
mod table;

use identity::Env;
use web::{Cell, Route, get, post};

/// Kind of the approval by which results are published.
pub(crate) const PUBLICATION: &str = "result.publication";

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/results", table::show),
        post("/batches/{code}/results", decision::combine),
        get("/batches/{code}/results/workbook", export::workbook),
        post("/batches/{code}/results/publication", publication::propose),
        post("/batches/{code}/results/publication/decision", publication::decide),
        get("/notices/{code}/results", notice::show),
        get("/my/results/{application_id}", own::show),
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
const CANDIDATE: &[&str] = &["candidate"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/results", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/results", who: PROVINCE },
    Cell { method: "GET", path: "/batches/{code}/results/workbook", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/results/publication", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/results/publication/decision", who: PROVINCE },
    Cell { method: "GET", path: "/notices/{code}/results", who: ANYONE },
    Cell { method: "GET", path: "/my/results/{application_id}", who: CANDIDATE },
];
