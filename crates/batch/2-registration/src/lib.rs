//! Stage 2, registration (报名): applications arrive, by roster from a registration point or one by
//! one from the applicants themselves.
//!
//! A roster is a spreadsheet in a local template, described as data. A job reads it into rows and holds
//! them against the rules (`staging`); they are looked at, mended in place or in the file, and confirmed
//! before anything is written; one wrong row and nothing is written; the same file again changes nothing.
//! Another job takes it in (`taking_in`): nobody sees any of it before all of it stands. An applicant fills in one form on a phone, sees which clauses the facts
//! meet before sending it, and follows it from there.
//! What a clause is held against is kept with the application ([`facts`]); who the person is stands
//! in `person`; both sealed. The review decides later; it accepts and gives back with [`settle`], which
//! keeps the photo that was looked at, so that later stages print that one ([`photo`]); and the freeze of the admitted list closes the book for good ([`close_book`]).
//! Later stages add their lines to the applicant's page through [`StepSources`].
mod ahead;
mod application;
mod applied;
mod correction;
mod decoding;
mod delimited;
mod export;
mod intake;
mod job_subject;
pub mod pages;
mod portrait;
mod reading;
mod retake;
mod roster_file;
mod rules;
mod staging;
mod step;
mod store;
mod taking_in;
mod task;
mod workbook;

pub use application::{
    Application, ApplicationId, ApplicationStatus, ExamKind, Opened, Origin, Particulars, facts,
};
pub use applied::Applied;
pub use decoding::{DECODERS, texts};
pub use export::{export, export_templates};
pub use job_subject::job_subjects;
pub use pages::{PERMISSIONS, routes};
pub use portrait::{photo, photo_chosen, photo_digest};
pub use retake::{KeptComponent, close_book, keep_components, kept_components, kept_in, kept_kinds, kept_of};
pub use roster_file::FileRefused;
pub use step::{StepFuture, StepLine, StepSource, StepSources, StepState};
pub use store::{
    Filed, Total, application, applications, applications_chosen, applications_of_phone, applied_by_batch,
    demand, filed, holders, is_closed, queries as all_queries, set_status, settle, standing_people, totals,
};
pub use task::{Returned, tasks};

/// The long work of this stage.
pub const JOBS: &[job::Kind] = &[staging::CHECK, taking_in::TAKE_IN];

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &[
    "application.submit",
    "application.change",
    "application.resubmit",
    "application.withdraw",
    "application.correct",
    "application.find",
    "roster.preview",
    "roster.mend",
    "roster.confirm",
    "roster.in-force",
    "roster.take-back",
    "passed-part.propose",
    "passed-part.decide",
    "photo.keep",
];
