//! What the candidate sees of this stage: the published result.
use std::collections::HashMap;

use registration::{Applied, StepLine, StepState};
use web::Message;

use crate::Outcome;

/// This stage's line on the candidate's page, of each of these applications, given what is published
/// ([`crate::published_outcomes`]): nothing before publication.
#[must_use]
pub fn steps(applied: &[Applied], outcomes: &HashMap<String, Outcome>) -> Vec<Vec<StepLine>> {
    let of = |one: &Applied| {
        let outcome = outcomes.get(one.application.id.as_str())?;
        let state = match outcome {
            Outcome::Pass => StepState::Done,
            Outcome::Fail | Outcome::Absent => StepState::Late,
        };
        let link = (Message::new("result-step-link"), format!("/my/results/{}", one.application.id));
        let note = Some(outcome.key().into());
        Some(StepLine { title: "result-step".into(), note, state, link: Some(link) })
    };
    applied.iter().map(|one| of(one).into_iter().collect()).collect()
}
