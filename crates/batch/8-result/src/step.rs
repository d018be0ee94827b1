//! What the candidate sees of this stage: the published result.
use ::store::Tx;
use identity::Env;
use registration::{Application, StepLine, StepState};
use web::Message;

use crate::{Outcome, store};

/// This stage's line on the candidate's page: nothing before publication.
///
/// # Errors
/// Storage.
pub async fn steps(_env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    let Some(outcome) = store::published_outcome(tx, application.id.as_str()).await? else {
        return Ok(Vec::new());
    };
    let state = match outcome {
        Outcome::Pass => StepState::Done,
        Outcome::Fail | Outcome::Absent => StepState::Late,
    };
    let link = (Message::new("result-step-link"), format!("/my/results/{}", application.id));
    Ok(vec![StepLine {
        title: "result-step".into(),
        note: Some(outcome.key().into()),
        state,
        link: Some(link),
    }])
}
