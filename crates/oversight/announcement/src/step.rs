//! What the candidate sees: the announcements they were told, on the page of their application.
use ::store::Tx;
use identity::Env;
use registration::{Application, StepLine, StepState};
use web::Message;

use crate::store;

/// Announcements shown; older ones came by phone. Source: [own]; the steps of the application stand above them.
const SHOWN_MOST: usize = 5;

/// A line for each announcement of the batch that was sent to this applicant, newest first.
///
/// # Errors
/// Storage.
pub async fn steps(_env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    // One more than is shown tells whether there are older ones.
    let limit = i64::try_from(SHOWN_MOST + 1).unwrap_or(i64::MAX);
    let told = store::told_to(tx, &application.person_id, &application.batch_code, limit).await?;
    let is_more = told.len() > SHOWN_MOST;
    let line = |title, note| StepLine { title, note, state: StepState::Done, link: None };
    let shown = told.into_iter().take(SHOWN_MOST).map(|told| {
        let title = Message::new("announcement-step").with("at", told.told_at.text());
        line(title, Some(Message::new("announcement-step-text").with("text", told.text)))
    });
    let mut lines: Vec<StepLine> = shown.collect();
    if is_more {
        lines.push(line("announcement-step-older".into(), None));
    }
    Ok(lines)
}
