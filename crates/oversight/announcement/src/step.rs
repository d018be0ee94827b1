//! What the candidate sees: the announcements they were told, on the page of their application.
use ::store::Tx;
use registration::{Applied, StepLine, StepState};
use web::Message;

use crate::store::{self, Told};

/// Announcements shown; older ones came by phone. Source: [own]; the steps of the application stand above them.
const SHOWN_MOST: usize = 5;

/// A line for each announcement of the batch that was sent to the applicant, newest first; of each of these
/// applications.
///
/// # Errors
/// Storage.
pub async fn steps(tx: &mut Tx, applied: &[Applied]) -> sqlx::Result<Vec<Vec<StepLine>>> {
    let people: Vec<&str> = applied.iter().map(|one| one.application.person_id.as_str()).collect();
    let told = store::told_to(tx, &people).await?;
    Ok(applied.iter().map(|one| lines(one, &told)).collect())
}

fn lines(one: &Applied, told: &[Told]) -> Vec<StepLine> {
    let application = &one.application;
    let mine = told
        .iter()
        .filter(|told| told.person_id == application.person_id && told.batch_code == application.batch_code);
    let line = |title, note| StepLine { title, note, state: StepState::Done, link: None };
    let shown = mine.clone().take(SHOWN_MOST).map(|told| {
        let title = Message::new("announcement-step").with("at", told.told_at.text());
        line(title, Some(Message::new("announcement-step-text").with("text", &told.text)))
    });
    let mut lines: Vec<StepLine> = shown.collect();
    if mine.count() > SHOWN_MOST {
        lines.push(line("announcement-step-older".into(), None));
    }
    lines
}
