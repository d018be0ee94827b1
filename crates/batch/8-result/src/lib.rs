//! Stage 8, result (成绩): the sealed scores of a candidate become one decision, and the decisions
//! are published by two people.
//!
//! A job decides, in steps; one row says that all is decided. Each part must reach its own pass mark; the parts are never averaged. Who was absent from a part
//! is absent, and a score that is missing stops the decision and is named. One person proposes the
//! publication over a digest of every decision, another publishes. From then on the candidates read
//! their own results, the public list stands for the working days that the rule in force asks for,
//! and only after its last day do certificates follow ([`certifiable`]).
mod combining;
pub mod pages;
mod reached;
pub mod rules;
mod step;
pub mod store;
mod task;
mod telling;

pub use pages::{PERMISSIONS, routes};
pub use reached::reached;
pub use rules::{Outcome, ResultRefused};
pub use step::steps;
pub use store::{
    Publication, Reached, all_queries, certifiable, passed, passed_by_batch, publication, published_outcomes,
};
pub use task::tasks;

use ::store::Tx;
use assessment::PartOutcome;
use kernel::BatchCode;

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["result.decide", "result.publish", "result.export"];

/// The long work of this stage.
pub const JOBS: &[job::Kind] = &[combining::COMBINE, telling::TELL];

/// The decision on one candidate, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultRow {
    /// Application.
    pub application_id: String,
    /// Decision.
    pub outcome: Outcome,
    /// Part of the batch, and its sealed score, in the order of the parts.
    pub parts: Vec<(String, PartOutcome)>,
}

/// Every decision of a batch, published or not, by application.
///
/// # Errors
/// Storage.
pub async fn results(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<ResultRow>> {
    let decided = store::outcomes(tx, batch).await?;
    let parts = plan::components(tx, batch).await?;
    let place = |id: &str| parts.iter().find(|part| part.id == id).map(|part| part.position);
    let mut scores = std::collections::HashMap::<String, Vec<(String, PartOutcome)>>::new();
    for score in assessment::component_scores(tx, batch).await? {
        scores.entry(score.application_id).or_default().push((score.component_id, score.outcome));
    }
    let row = |(application_id, outcome): (String, Outcome)| {
        let mut parts = scores.remove(&application_id).unwrap_or_default();
        parts.sort_by_key(|(id, _)| place(id));
        ResultRow { application_id, outcome, parts }
    };
    Ok(decided.into_iter().map(row).collect())
}
