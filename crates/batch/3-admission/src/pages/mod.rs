//! Pages of stage 3.
mod acceptance;
mod export;
mod filter;
mod list;
mod payment;
mod queue;
mod reason;
mod review;
mod totals;
mod words;

use identity::{Action, Env, Object, territory};
use kernel::OrgPath;
use plan::InBatch;
use web::{Cell, PageError, PageResult, Route, get, post};

use crate::{AdmissionRefused, store};

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/admission", queue::show),
        get("/batches/{code}/admission/freeze", list::show),
        post("/batches/{code}/admission/freeze", list::freeze),
        post("/batches/{code}/admission/acceptances", acceptance::create),
        get("/batches/{code}/admission/workbook", export::workbook),
        get("/batches/{code}/admission/{application_id}", review::show),
        get("/batches/{code}/admission/{application_id}/photo", review::photo),
        post("/batches/{code}/admission/{application_id}/review", review::decide),
        get("/batches/{code}/admission/{application_id}/payment", payment::show),
        post("/batches/{code}/admission/{application_id}/payment", payment::take),
        get("/batches/{code}/totals", totals::show),
        get("/batches/{code}/totals/{file}", totals::file),
        get("/batches/{code}/payments", payment::list),
        post("/batches/{code}/payments", payment::take_many),
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
const REVIEWERS: &[&str] = &["reviewer", "province"];
const REGISTRAR: &[&str] = &["registrar"];
const PROVINCE: &[&str] = &["province"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/admission", who: READERS },
    Cell { method: "GET", path: "/batches/{code}/admission/freeze", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/admission/freeze", who: PROVINCE },
    Cell { method: "POST", path: "/batches/{code}/admission/acceptances", who: REVIEWERS },
    Cell { method: "GET", path: "/batches/{code}/admission/workbook", who: PROVINCE },
    Cell { method: "GET", path: "/batches/{code}/admission/{application_id}", who: REVIEWERS },
    Cell { method: "GET", path: "/batches/{code}/admission/{application_id}/photo", who: REVIEWERS },
    Cell { method: "POST", path: "/batches/{code}/admission/{application_id}/review", who: REVIEWERS },
    Cell { method: "GET", path: "/batches/{code}/admission/{application_id}/payment", who: REGISTRAR },
    Cell { method: "POST", path: "/batches/{code}/admission/{application_id}/payment", who: REGISTRAR },
    Cell { method: "GET", path: "/batches/{code}/totals", who: READERS },
    Cell { method: "GET", path: "/batches/{code}/totals/{file}", who: READERS },
    Cell { method: "GET", path: "/batches/{code}/payments", who: REGISTRAR },
    Cell { method: "POST", path: "/batches/{code}/payments", who: REGISTRAR },
];

/// Where in the batch the subject may do something else than what the page is entered for.
fn reach<D>(entry: &InBatch<D>, env: &Env, action: Action) -> Vec<OrgPath> {
    let object = Object { path: &entry.batch.org_path, batch: Some(entry.batch.code.as_str()) };
    territory(&entry.who.grants, action, object, env.now())
}

/// Makes sure that an application is in the batch and within reach before anything is taken: what is
/// not theirs is not found, whatever else could be said of the batch.
async fn find<D>(env: &Env, entry: &InBatch<D>, id: &str) -> PageResult<()> {
    let mut tx = env.db.read().await?;
    let application = registration::application(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    let is_theirs = application.batch_code == entry.batch.code && entry.reaches(&application.point_path);
    if is_theirs { Ok(()) } else { Err(PageError::NotFound) }
}

/// Takes the batch's row before anything changes.
async fn hold(tx: &mut ::store::Tx, batch: &plan::Batch) -> PageResult<()> {
    if store::hold(tx, &batch.code).await? {
        return Ok(());
    }
    Err(AdmissionRefused::Frozen.into())
}
