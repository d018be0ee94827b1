//! What waits for whoever publishes results.
use ::store::Tx;
use identity::{Action, Object, Subject};
use kernel::UnixMicros;
use plan::{Agenda, Task};

use crate::{pages::PUBLICATION, store};

/// Results that wait for this person: to combine, to propose, to decide.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, agenda: &Agenda, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !who.carries(Action::PublishResults) {
        return Ok(tasks);
    }
    let mut mine = Vec::new();
    for one in agenda.at(8).filter(|one| one.batch.exam_date <= now.day()) {
        let object = Object { path: &one.batch.org_path, batch: Some(one.batch.code.as_str()) };
        if who.may(Action::PublishResults, object, now).is_some() {
            mine.push(one);
        }
    }
    let codes: Vec<&str> = mine.iter().map(|one| one.batch.code.as_str()).collect();
    let decided = store::decided(tx, &codes).await?;
    for one in mine {
        let batch = &one.batch;
        let is_decided = decided.contains(&batch.code);
        // Two last sheets sealed in the same moment may each have told the rail of the other's absence.
        if !is_decided && !one.is_done(7) && !assessment::is_complete(tx, &batch.code).await? {
            continue;
        }
        let key = match agenda.proposed_in(PUBLICATION, &batch.code).next() {
            Some(proposal) if proposal.proposed_by == who.account_id => continue,
            Some(_) => "task-result-decide",
            None if is_decided => "task-result-propose",
            None => "task-result-combine",
        };
        tasks.push(one.task(key, 1, "/results", one.due(8)));
    }
    Ok(tasks)
}
