//! What waits for whoever publishes results.
use std::collections::HashMap;

use identity::{Action, Object, Subject};
use kernel::UnixMicros;
use plan::{Agenda, Task};

use crate::{Reached, pages::PUBLICATION};

/// Results that wait for this person: to combine, to propose, to decide; `reached` is how far they have come.
#[must_use]
pub fn tasks(
    who: &Subject,
    agenda: &Agenda,
    reached: &HashMap<String, Reached>,
    now: UnixMicros,
) -> Vec<Task> {
    let mut tasks = Vec::new();
    for one in agenda.at(8).filter(|one| one.batch.exam_date <= now.day()) {
        let batch = &one.batch;
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if who.may(Action::PublishResults, object, now).is_none() {
            continue;
        }
        let is_decided = reached.get(batch.code.as_str()).is_some_and(|known| known.is_decided);
        if !is_decided && !one.is_done(7) {
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
    tasks
}
