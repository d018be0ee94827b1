//! Pages of stage 7.
mod differences;
mod entries;
mod objective;
mod overview;
mod rooms;
mod sheet;
mod table;
mod unreadable;
mod workbook;

use axum::extract::DefaultBodyLimit;
use identity::{Duty, Env};
use plan::{Batch, EnterScores, ScorePanel, ScorePractical};
use scheme::ComponentKind;
use web::{Cell, Route, get, post};

/// Largest workbook of figures; one of a province has some 500 kB. Source: [own].
const FILE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A duty to write figures down: of which kind of part, and where.
trait Scoring: Duty + Send + Sync + 'static {
    /// Which kind of part.
    const KIND: ComponentKind;
    /// Its noun below `/batches/{code}/scores/`.
    const NOUN: &'static str;

    /// Where its pages lie.
    fn address(batch: &Batch) -> String {
        format!("/batches/{}/scores/{}", batch.code, Self::NOUN)
    }
}

impl Scoring for EnterScores {
    const KIND: ComponentKind = ComponentKind::Theory;
    const NOUN: &'static str = "entries";
}

impl Scoring for ScorePractical {
    const KIND: ComponentKind = ComponentKind::Practical;
    const NOUN: &'static str = "practical";
}

impl Scoring for ScorePanel {
    const KIND: ComponentKind = ComponentKind::Panel;
    const NOUN: &'static str = "panel";
}

/// Routes of this stage.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    let limited = |mut route: Route<Env>| {
        route.handler = route.handler.layer(DefaultBodyLimit::max(FILE_BYTES_MAX));
        route
    };
    vec![
        get("/batches/{code}/scores", overview::show),
        post("/batches/{code}/scores/objective", objective::run),
        get("/batches/{code}/scores/entries", rooms::show::<EnterScores>),
        get("/batches/{code}/scores/entries/differences", differences::show),
        get("/batches/{code}/scores/entries/rooms/{room}", entries::show),
        post("/batches/{code}/scores/entries/rooms/{room}", entries::enter),
        get("/batches/{code}/scores/entries/workbook", workbook::template::<EnterScores>),
        limited(post("/batches/{code}/scores/entries/workbook", workbook::bring::<EnterScores>)),
        get("/batches/{code}/scores/entries/workbooks/{import}", workbook::show::<EnterScores>),
        get("/batches/{code}/scores/practical", rooms::show::<ScorePractical>),
        get("/batches/{code}/scores/practical/rooms/{room}", sheet::show::<ScorePractical>),
        post("/batches/{code}/scores/practical/rooms/{room}", sheet::seal::<ScorePractical>),
        get("/batches/{code}/scores/practical/workbook", workbook::template::<ScorePractical>),
        limited(post("/batches/{code}/scores/practical/workbook", workbook::bring::<ScorePractical>)),
        get("/batches/{code}/scores/practical/workbooks/{import}", workbook::show::<ScorePractical>),
        get("/batches/{code}/scores/panel", rooms::show::<ScorePanel>),
        get("/batches/{code}/scores/panel/rooms/{room}", sheet::show::<ScorePanel>),
        post("/batches/{code}/scores/panel/rooms/{room}", sheet::seal::<ScorePanel>),
        get("/batches/{code}/scores/panel/workbook", workbook::template::<ScorePanel>),
        limited(post("/batches/{code}/scores/panel/workbook", workbook::bring::<ScorePanel>)),
        get("/batches/{code}/scores/panel/workbooks/{import}", workbook::show::<ScorePanel>),
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

/// Who may use them, written by hand. A workbook is shown to whoever brought it and to nobody else.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/batches/{code}/scores", who: READERS },
    Cell { method: "POST", path: "/batches/{code}/scores/objective", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/entries", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/entries/differences", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/entries/rooms/{room}", who: CLERK },
    Cell { method: "POST", path: "/batches/{code}/scores/entries/rooms/{room}", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/entries/workbook", who: CLERK },
    Cell { method: "POST", path: "/batches/{code}/scores/entries/workbook", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/entries/workbooks/{import}", who: CLERK },
    Cell { method: "GET", path: "/batches/{code}/scores/practical", who: EXAMINER },
    Cell { method: "GET", path: "/batches/{code}/scores/practical/rooms/{room}", who: EXAMINER },
    Cell { method: "POST", path: "/batches/{code}/scores/practical/rooms/{room}", who: EXAMINER },
    Cell { method: "GET", path: "/batches/{code}/scores/practical/workbook", who: EXAMINER },
    Cell { method: "POST", path: "/batches/{code}/scores/practical/workbook", who: EXAMINER },
    Cell { method: "GET", path: "/batches/{code}/scores/practical/workbooks/{import}", who: EXAMINER },
    Cell { method: "GET", path: "/batches/{code}/scores/panel", who: PANEL },
    Cell { method: "GET", path: "/batches/{code}/scores/panel/rooms/{room}", who: PANEL },
    Cell { method: "POST", path: "/batches/{code}/scores/panel/rooms/{room}", who: PANEL },
    Cell { method: "GET", path: "/batches/{code}/scores/panel/workbook", who: PANEL },
    Cell { method: "POST", path: "/batches/{code}/scores/panel/workbook", who: PANEL },
    Cell { method: "GET", path: "/batches/{code}/scores/panel/workbooks/{import}", who: PANEL },
];
