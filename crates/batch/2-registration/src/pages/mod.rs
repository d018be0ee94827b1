//! Pages of stage 2.
mod apply;
mod correction;
mod form;
mod list;
mod mine;
mod passed;
mod photos;
mod resubmission;
mod roster;
mod search;
mod template;
mod withdrawal;

use axum::extract::DefaultBodyLimit;
use identity::Env;
use web::{Cell, Route, get, post};

/// This stage on the rail.
const STAGE: usize = 2;

pub(crate) use passed::REGISTER;

/// Largest request with a workbook or a zip.
const FILE_BYTES_MOST: usize = 64 << 20;
/// Largest request with one portrait.
const PHOTO_BYTES_MOST: usize = 6 << 20;

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/applications", list::list),
        get("/batches/{code}/applications/{id}", list::show),
        get("/batches/{code}/applications/{id}/photo", list::photo),
        post("/batches/{code}/applications", search::find),
        get("/batches/{code}/applications/{id}/correction", correction::edit),
        post("/batches/{code}/applications/{id}/correction", correction::create),
        post("/batches/{code}/applications/{id}/resubmission", resubmission::hand_in),
        get("/batches/{code}/roster", roster::new),
        up_to(FILE_BYTES_MOST, post("/batches/{code}/roster", roster::create)),
        get("/batches/{code}/roster/template", template::show),
        get("/batches/{code}/roster/{id}", roster::show),
        get("/batches/{code}/roster/{id}/annotated", roster::annotated),
        post("/batches/{code}/roster/{id}/check", roster::check),
        post("/batches/{code}/roster/{id}/confirmation", roster::confirm),
        get("/batches/{code}/roster/{id}/rows/{row}", roster::edit),
        post("/batches/{code}/roster/{id}/rows/{row}", roster::mend),
        get("/batches/{code}/passed-parts", passed::list),
        up_to(FILE_BYTES_MOST, post("/batches/{code}/passed-parts", passed::propose)),
        post("/batches/{code}/passed-parts/{id}/decision", passed::decide),
        get("/batches/{code}/photos", photos::new),
        up_to(FILE_BYTES_MOST, post("/batches/{code}/photos", photos::create)),
        get("/apply/{code}", apply::enter),
        get("/my", mine::list),
        get("/my/applications/new", apply::new),
        post("/my/applications", apply::create),
        get("/my/applications/{id}", mine::show),
        get("/my/applications/{id}/resubmission", resubmission::edit),
        post("/my/applications/{id}/resubmission", resubmission::resubmit),
        get("/my/applications/{id}/withdrawal", withdrawal::ask),
        post("/my/applications/{id}/withdrawal", withdrawal::withdraw),
        up_to(PHOTO_BYTES_MOST, post("/my/applications/{id}/photo", mine::keep_photo)),
        get("/my/photo/{id}", mine::photo),
    ]
}

fn up_to(bytes: usize, route: Route<Env>) -> Route<Env> {
    Route { handler: route.handler.layer(DefaultBodyLimit::max(bytes)), ..route }
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
/// Who sees who applied: nobody who scores.
const LOOKERS: &[&str] = &["province", "reviewer", "registrar", "exam-officer", "auditor"];
/// Who compares papers with what was entered.
const CORRECTORS: &[&str] = &["province", "reviewer", "registrar"];
const REGISTRARS: &[&str] = &["province", "registrar"];
const CANDIDATE: &[&str] = &["candidate"];
/// A part that somebody keeps is one they do not sit: the province says so, and never one person alone.
const PROVINCE: &[&str] = &["province"];

/// A preview holds other people's data: only whoever uploaded the roster sees it. In the walk that is
/// the registration point.
const UPLOADER: &[&str] = &["registrar"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/applications", who: READERS },
    Cell { method: "GET", path: "/batches/{code}/applications/{id}", who: LOOKERS },
    Cell { method: "GET", path: "/batches/{code}/applications/{id}/photo", who: LOOKERS },
    Cell { method: "POST", path: "/batches/{code}/applications", who: LOOKERS },
    Cell { method: "GET", path: "/batches/{code}/applications/{id}/correction", who: CORRECTORS },
    Cell { method: "POST", path: "/batches/{code}/applications/{id}/correction", who: CORRECTORS },
    Cell { method: "POST", path: "/batches/{code}/applications/{id}/resubmission", who: REGISTRARS },
    Cell { method: "GET", path: "/batches/{code}/roster", who: REGISTRARS },
    Cell { method: "POST", path: "/batches/{code}/roster", who: REGISTRARS },
    Cell { method: "GET", path: "/batches/{code}/roster/template", who: REGISTRARS },
    Cell { method: "GET", path: "/batches/{code}/roster/{id}", who: UPLOADER },
    Cell { method: "GET", path: "/batches/{code}/roster/{id}/annotated", who: UPLOADER },
    Cell { method: "POST", path: "/batches/{code}/roster/{id}/check", who: UPLOADER },
    Cell { method: "POST", path: "/batches/{code}/roster/{id}/confirmation", who: UPLOADER },
    Cell { method: "GET", path: "/batches/{code}/roster/{id}/rows/{row}", who: UPLOADER },
    Cell { method: "POST", path: "/batches/{code}/roster/{id}/rows/{row}", who: UPLOADER },
    Cell { method: "GET", path: "/batches/{code}/passed-parts", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/passed-parts", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/passed-parts/{id}/decision", who: PROVINCE },
    Cell { method: "GET", path: "/batches/{code}/photos", who: REGISTRARS },
    Cell { method: "POST", path: "/batches/{code}/photos", who: REGISTRARS },
    Cell { method: "GET", path: "/apply/{code}", who: &["signed-in"] },
    Cell { method: "GET", path: "/my", who: CANDIDATE },
    Cell { method: "GET", path: "/my/applications/new", who: CANDIDATE },
    Cell { method: "POST", path: "/my/applications", who: CANDIDATE },
    Cell { method: "GET", path: "/my/applications/{id}", who: CANDIDATE },
    Cell { method: "GET", path: "/my/applications/{id}/resubmission", who: CANDIDATE },
    Cell { method: "POST", path: "/my/applications/{id}/resubmission", who: CANDIDATE },
    Cell { method: "GET", path: "/my/applications/{id}/withdrawal", who: CANDIDATE },
    Cell { method: "POST", path: "/my/applications/{id}/withdrawal", who: CANDIDATE },
    Cell { method: "POST", path: "/my/applications/{id}/photo", who: CANDIDATE },
    Cell { method: "GET", path: "/my/photo/{id}", who: CANDIDATE },
];
