//! Announcements (通知考生): the office of a batch writes to its candidates.
//!
//! One text goes to everybody of one audience ([`Audience`]): all who applied, those who have something to
//! correct, those whose fee is due, those on the frozen list, or those of them who sit at one site. It is
//! looked at before it is sent: how many people, and the words as they will read them; what was looked at is
//! bound by a digest, and when the number has changed it is shown again. Sending fixes the people as rows and
//! begins a job ([`JOBS`]) that queues one message each, in steps: nobody is told twice, whoever took their
//! application back meanwhile is told nothing. The candidate reads the same words on their own page ([`steps`]).
mod audience;
mod job_subject;
pub mod pages;
mod rules;
mod sending;
mod step;
pub mod store;
mod telling;

pub use job_subject::job_subjects;
pub use pages::{PERMISSIONS, routes};
pub use rules::{AnnouncementRefused, Audience, People, Text, digest};
pub use step::steps;
pub use store::ALL_QUERIES;

kernel::id_types! {
    /// One announcement.
    AnnouncementId;
}

/// What this crate writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["announcement.send"];

/// The long work of this crate.
pub const JOBS: &[job::Kind] = &[telling::SEND];
