//! Pages of stage 9.
mod decision;
mod file;
mod handout;
mod list;
mod mine;
mod register;
mod revocation;
mod verify;

pub use file::signed_file;

use axum::extract::DefaultBodyLimit;
use identity::Env;
use web::{Cell, Route, get, post};

/// Kind of the approval by which certificates are issued; its object is the batch.
pub(crate) const ISSUE: &str = "certificate.issue";

/// Largest file that may be handed in for checking; a certificate has some 100 kB. [own] setting.
const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    let mut check = post("/verify/file", verify::file);
    check.handler = check.handler.layer(DefaultBodyLimit::max(FILE_BYTES_MAX));
    vec![
        get("/batches/{code}/certificates", list::show),
        post("/batches/{code}/certificates/issue", decision::propose),
        post("/batches/{code}/certificates/issue/decision", decision::decide),
        post("/batches/{code}/certificates/issue/continuation", decision::resume),
        get("/batches/{code}/certificates/{number}", register::show),
        post("/batches/{code}/certificates/{number}/revocation", revocation::propose),
        post("/batches/{code}/certificates/{number}/revocation/decision", revocation::decide),
        get("/batches/{code}/handout", handout::show),
        post("/batches/{code}/handout", handout::record),
        get("/batches/{code}/handout/print", handout::print),
        post("/batches/{code}/handout/withdrawal", handout::withdraw),
        get("/my/certificates/{application_id}", mine::show),
        get("/my/certificates/{application_id}/certificate.pdf", mine::pdf),
        get("/verify", verify::show),
        check,
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
const POINT: &[&str] = &["registrar", "province"];
const ANYONE: &[&str] = &["anyone"];
const CANDIDATE: &[&str] = &["candidate"];

/// Who may use them, written by hand. The pages below `/my` are for the holder alone: an account
/// without that application gets the 404 of a thing that does not exist.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/certificates", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/certificates/issue", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/certificates/issue/decision", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/certificates/issue/continuation", who: PROVINCE },
    Cell { method: "GET", path: "/batches/{code}/certificates/{number}", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/certificates/{number}/revocation", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/certificates/{number}/revocation/decision", who: PROVINCE },
    Cell { method: "GET", path: "/batches/{code}/handout", who: POINT },
    Cell { method: "POST", path: "/batches/{code}/handout", who: POINT },
    Cell { method: "GET", path: "/batches/{code}/handout/print", who: POINT },
    Cell { method: "POST", path: "/batches/{code}/handout/withdrawal", who: POINT },
    Cell { method: "GET", path: "/my/certificates/{application_id}", who: CANDIDATE },
    Cell { method: "GET", path: "/my/certificates/{application_id}/certificate.pdf", who: CANDIDATE },
    Cell { method: "GET", path: "/verify", who: ANYONE },
    Cell { method: "POST", path: "/verify/file", who: ANYONE },
];
