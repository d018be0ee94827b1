//! Pages of stage 5.
mod assembly;
mod form;
mod lock;
mod overview;
mod print;

use ::store::Tx;
use identity::Env;
use kernel::{BatchCode, Digest};
use plan::{Batch, InBatch, KeepPapers, Progress, ProgressState};
use web::{Cell, PageError, PageResult, Route, get, post};

use crate::{
    Form, FormContent, FormItem,
    demand::demands,
    store::form::{form_by_id, form_items, forms},
};

/// Kind of the approval by which a form is locked.
pub(crate) const LOCK: &str = "form.lock";

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/papers", overview::show),
        post("/batches/{code}/papers/forms", assembly::create),
        get("/batches/{code}/papers/forms/{id}", form::show),
        post("/batches/{code}/papers/forms/{id}/lock", lock::propose),
        post("/batches/{code}/papers/forms/{id}/lock/approval", lock::decide),
        get("/batches/{code}/papers/forms/{id}/paper.pdf", print::paper),
        get("/batches/{code}/papers/forms/{id}/answer-sheet.pdf", print::answer_sheet),
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
const CUSTODIAN: &[&str] = &["custodian"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/papers", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/papers/forms", who: CUSTODIAN },
    Cell { method: "GET", path: "/batches/{code}/papers/forms/{id}", who: CUSTODIAN },
    Cell { method: "POST", path: "/batches/{code}/papers/forms/{id}/lock", who: CUSTODIAN },
    Cell { method: "POST", path: "/batches/{code}/papers/forms/{id}/lock/approval", who: CUSTODIAN },
    Cell { method: "GET", path: "/batches/{code}/papers/forms/{id}/paper.pdf", who: CUSTODIAN },
    Cell { method: "GET", path: "/batches/{code}/papers/forms/{id}/answer-sheet.pdf", who: CUSTODIAN },
];

/// A form of the batch and what it says, for a custodian of the whole batch.
async fn held_form(tx: &mut Tx, entry: &InBatch<KeepPapers>, id: &str) -> PageResult<(Form, Vec<FormItem>)> {
    entry.at_whole()?;
    let form = form_by_id(tx, &entry.batch.code, id).await?.ok_or(PageError::NotFound)?;
    let items = form_items(tx, id).await?;
    Ok((form, items))
}

/// The digest of what a form says now.
fn digest(form: &Form, items: &[FormItem]) -> PageResult<Digest> {
    let content = FormContent {
        batch: &form.batch_code,
        occupation: &form.occupation_code,
        level: &form.level_code,
        letter: form.letter,
        minutes: form.minutes,
        items,
    };
    content.digest().map_err(|error| PageError::Internal(error.to_string()))
}

/// Tells the rail for how many levels of the batch all forms are locked.
async fn report(tx: &mut Tx, env: &Env, batch: &BatchCode) -> sqlx::Result<()> {
    let (needed, forms) = (demands(tx, batch).await?, forms(tx, batch).await?);
    let locked = needed.iter().filter(|demand| demand.is_locked(&forms)).count();
    let state = if locked == needed.len() { ProgressState::Done } else { ProgressState::Now };
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let progress = Progress { state, count: number(locked), note_key: "paper-note-locked" };
    plan::report_share(tx, batch, 5, (progress, number(needed.len())), env.now()).await
}

/// Where the papers of a batch are listed.
fn papers_of(batch: &Batch) -> String {
    format!("/batches/{}/papers", batch.code)
}
