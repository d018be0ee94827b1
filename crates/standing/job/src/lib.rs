//! Long work (任务): what takes longer than a request should.
//!
//! A handler that finds the work allowed puts a job into the table in its own transaction ([`begin`])
//! and answers with the job's page. A [`Runner`] beside the requests takes it and calls the function
//! of its [`Kind`]. That goes in steps, each a short transaction of its own in which
//! [`Work::progress`] says how far it is: so the work can be left, watched and cancelled, and when
//! the machine stops it goes on from its own rows. No step may assume that it runs for the first time.
//!
//! Whoever began the work acts in it with the duties they hold when it runs, not when it was begun.
//! Another process takes a job over when its worker's `beat` has stood still for a while; no clock
//! is compared, because the demo's may stand or jump.
pub mod pages;
mod rules;
mod runner;
mod store;
mod work;

pub use pages::{JobSubject, PERMISSIONS, SubjectSource, SubjectsFuture, routes, state};
pub use rules::{JobRefused, Outcome, Status};
pub use runner::{Runner, release};
pub use store::{ALL_QUERIES, Job, job, latest};
pub use work::{Kind, NewJob, Step, Stopped, UndoFuture, Work, WorkFuture, begin};

kernel::id_types! {
    /// One piece of long work.
    JobId;
}

/// What this crate writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["job.begin", "job.cancel", "job.resume"];
