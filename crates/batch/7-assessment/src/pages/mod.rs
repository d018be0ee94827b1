//! Pages of stage 7.
mod entries;
mod objective;
mod overview;
mod sheet;
mod table;

use ::store::Tx;
use identity::Env;
use kernel::UnixMicros;
use plan::{Batch, Progress, ProgressState};
use web::{Cell, Route, get, post};

use crate::{Roll, store};

pub(crate) use entries::waiting_entries;
pub(crate) use sheet::waiting_scores;

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/batches/{code}/scores", overview::show),
        post("/batches/{code}/scores/objective", objective::run),
        get("/batches/{code}/scores/entries/{component}", entries::show),
        post("/batches/{code}/scores/entries/{component}", entries::enter),
        get("/batches/{code}/scores/practical", sheet::practical),
        post("/batches/{code}/scores/practical", sheet::seal_practical),
        get("/batches/{code}/scores/panel", sheet::panel),
        post("/batches/{code}/scores/panel", sheet::seal_panel),
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
const CLERK: &[&str] = &["score-clerk"];
const EXAMINER: &[&str] = &["examiner"];
const PANEL: &[&str] = &["panel-member"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/scores", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/scores/objective", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/entries/{component}", who: CLERK },
    Cell { method: "POST", path: "/batches/{code}/scores/entries/{component}", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/practical", who: EXAMINER },
    Cell { method: "POST", path: "/batches/{code}/scores/practical", who: EXAMINER },
    Cell { method: "GET", path: "/batches/{code}/scores/panel", who: PANEL },
    Cell { method: "POST", path: "/batches/{code}/scores/panel", who: PANEL },
];

/// Tells the rail how many scores are sealed.
async fn report(tx: &mut Tx, batch: &Batch, roll: &Roll, now: UnixMicros) -> sqlx::Result<()> {
    let sealed = store::component_scores(tx, &batch.code).await?;
    let is_done = !roll.candidates.is_empty() && roll.missing(&sealed).is_empty();
    let (state, note_key) = match is_done {
        true => (ProgressState::Done, "assessment-note-done"),
        false => (ProgressState::Now, "assessment-note-now"),
    };
    let count = i64::try_from(sealed.len()).unwrap_or(i64::MAX);
    plan::report_progress(tx, &batch.code, 7, Progress { state, count, note_key }, now).await
}
