//! What waits for whom: the lines of the workbench.
use identity::{Action, Object, Subject};
use kernel::{Day, UnixMicros};
use web::Message;

use crate::{Agenda, Batch};

/// One line of somebody's workbench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What to do.
    pub title: Message,
    /// How many.
    pub count: i64,
    /// Where to do it.
    pub href: String,
    /// Until when (the last day on which it is in time).
    pub due: Option<Day>,
}

impl Task {
    /// A task in a batch, whose title names it; `page` stands behind the batch's address.
    #[must_use]
    pub fn in_batch(batch: &Batch, key: &'static str, count: i64, page: &str, due: Option<Day>) -> Self {
        let title = Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en);
        Self { title, count, href: format!("/batches/{}{page}", batch.code), due }
    }
}

/// Plans that wait for this person: drafts to propose, proposals to decide.
#[must_use]
pub fn tasks(who: &Subject, agenda: &Agenda, now: UnixMicros) -> Vec<Task> {
    let mut tasks = Vec::new();
    for draft in agenda.drafts() {
        let object = Object { path: &draft.batch.org_path, batch: Some(draft.batch.code.as_str()) };
        if who.may(Action::Plan, object, now).is_none() {
            continue;
        }
        let key = match agenda.proposed_in(crate::pages::PUBLICATION, &draft.batch.code).next() {
            Some(proposal) if proposal.proposed_by == who.account_id => continue,
            Some(_) => "task-plan-decide",
            None => "task-plan-propose",
        };
        tasks.push(draft.task(key, 1, "", None));
    }
    tasks
}
