//! Stage 7, assessment (评定): what was done in the sitting becomes one sealed score a part.
//!
//! Computer theory is scored by a pure function over answers and keys; running it again gives the
//! same digest and changes nothing. Paper theory is entered twice by two people who do not see each
//! other's figures; figures that differ are read again. In the practical and the panel part every
//! examiner seals a score of their own, and as soon as enough have, the part's score is combined by
//! the rule of the standard. Figures are written down room by room, or in a workbook that a job reads. No figure of one examiner or clerk is on any page of another, and the
//! pages name candidates by admission number only.
//!
//! A [`ComponentScore`] is written once. When every admitted candidate has one in every part, or is
//! absent from it, the batch [`is_complete`] and stage 8 may decide.
mod absences;
mod answers;
mod evidence;
mod figures;
mod importing;
pub mod pages;
mod progress;
mod roll;
mod room;
mod rooms;
pub mod rules;
mod scoring;
pub mod store;
mod task;

pub use evidence::{ScoreEvidence, evidence};
pub use pages::{PERMISSIONS, routes};
pub use roll::{Candidate, Roll, roll};
pub use rules::{AssessmentRefused, PartOutcome};
pub use store::{ComponentScore, Origin, all_queries, component_scores, scores_of, scores_of_candidate};
pub use task::tasks;

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["score.objective", "score.enter", "score.seal"];

/// The long work of this stage.
pub const JOBS: &[job::Kind] = &[scoring::OBJECTIVE, importing::IMPORT];

/// Whether every admitted candidate has a sealed score, or is absent, in every part of their level. The
/// database counts; nobody is read.
///
/// # Errors
/// Storage.
pub async fn is_complete(tx: &mut ::store::Tx, batch: &kernel::BatchCode) -> sqlx::Result<bool> {
    let expected = progress::Expected::read(tx, batch).await?;
    Ok(expected.is_met(&store::sealed_by_part(tx, batch).await?))
}
