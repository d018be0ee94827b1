//! What somebody has begun: all of it, one piece with how far it is, and stopping it.
mod list;
mod show;
mod subject;

use identity::{Action, Duty, Env};
use web::{Cell, Message, PageError, Route, Visit, get, post};

pub use show::state;
pub use subject::{JobSubject, SubjectSource, SubjectsFuture};

use crate::{Job, JobRefused};

/// To see and steer what one has begun oneself.
#[derive(Debug, Clone, Copy)]
pub struct OwnWork;

impl Duty for OwnWork {
    const ACTION: Action = Action::OwnWork;
}

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/jobs", list::show),
        get("/jobs/{id}", show::show),
        post("/jobs/{id}/cancellation", show::cancel),
        post("/jobs/{id}/resumption", show::resume),
    ]
}

/// Everybody who works here.
const STAFF: &[&str] = &[
    "administrator",
    "security-administrator",
    "province",
    "reviewer",
    "registrar",
    "exam-officer",
    "item-writer",
    "item-reviewer",
    "custodian",
    "invigilator",
    "examiner",
    "panel-member",
    "score-clerk",
    "auditor",
    "manager",
    "filing-officer",
    "assessor",
];

/// Each sees only what they began themselves. In the walk that is the registration point.
const BEGINNER: &[&str] = &["registrar"];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/jobs", who: STAFF },
    Cell { method: "GET", path: "/jobs/{id}", who: BEGINNER },
    Cell { method: "POST", path: "/jobs/{id}/cancellation", who: BEGINNER },
    Cell { method: "POST", path: "/jobs/{id}/resumption", who: BEGINNER },
];

impl From<JobRefused> for PageError {
    fn from(refused: JobRefused) -> Self {
        Self::Refused(Message::new(match refused {
            JobRefused::Ended => "job-refused-ended",
            JobRefused::NotStopped => "job-refused-not-stopped",
        }))
    }
}

/// What kind of work it is, in words.
fn kind_word(v: &Visit, job: &Job) -> String {
    v.t.s(&format!("job-kind-{}", job.kind.replace('.', "-")))
}

fn status_word(v: &Visit, status: crate::Status) -> String {
    v.t.s(&format!("job-status-{}", status.code()))
}

/// How it ended, in words; empty while it has not.
fn outcome_words(v: &Visit, job: &Job) -> String {
    let Some(outcome) = job.outcome() else { return String::new() };
    let values: Vec<_> = outcome.values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
    v.t.values(&outcome.key, &values)
}

/// Class of the tag that shows a status.
fn tag(job: &Job) -> &'static str {
    match job.status {
        crate::Status::Waiting => "tag wait",
        crate::Status::Running => "tag now",
        crate::Status::Done => "tag done",
        crate::Status::Failed => "tag late",
        crate::Status::Cancelled => "tag",
    }
}
