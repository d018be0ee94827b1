//! What waits for a registration point.
use identity::{Action, Object, Subject, territory};
use kernel::{BatchCode, OrgPath, UnixMicros};
use plan::{Agenda, Task};

use crate::pages::REGISTER;

/// The list is frozen with this stage; until then applications may come back.
const FREEZE: i64 = 3;

/// Applications of one registration point that were given back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Batch.
    pub batch_code: BatchCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// How many.
    pub count: i64,
}

/// Applications given back in the batches and places this person registers for, and registers of passed
/// parts that wait for a second person. The review gives back, so it counts what it gave back.
#[must_use]
pub fn tasks(who: &Subject, agenda: &Agenda, returned: &[Returned], now: UnixMicros) -> Vec<Task> {
    let mut tasks = registers(who, agenda, now);
    for one in agenda.at(FREEZE) {
        let object = Object { path: &one.batch.org_path, batch: Some(one.batch.code.as_str()) };
        let at = territory(&who.grants, Action::Register, object, now);
        let is_mine = |row: &&Returned| {
            row.batch_code == one.batch.code && at.iter().any(|path| path.contains(&row.point_path))
        };
        let count = returned.iter().filter(is_mine).map(|row| row.count).sum();
        if count > 0 {
            let due = one.window("review").map(plan::Window::last_day);
            tasks.push(one.task("task-registration-returned", count, "/applications?status=returned", due));
        }
    }
    tasks
}

/// Registers of passed parts somebody else handed in. They count in every batch, also when the one
/// they came with is over.
fn registers(who: &Subject, agenda: &Agenda, now: UnixMicros) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (batch, proposals) in agenda.proposed_by_others(REGISTER, who) {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if who.may(Action::PublishResults, object, now).is_some() {
            let count = i64::try_from(proposals.len()).unwrap_or(i64::MAX);
            tasks.push(Task::in_batch(batch, "task-passed-parts", count, "/passed-parts", None));
        }
    }
    tasks
}
