//! What waits for a registration point.
use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::UnixMicros;
use plan::{Agenda, Task};

use crate::{pages::REGISTER, store};

/// The list is frozen with this stage; until then applications may come back.
const FREEZE: i64 = 3;

/// Applications given back in the batches and places this person registers for, and registers of passed
/// parts that wait for a second person.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, agenda: &Agenda, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = registers(who, agenda, now);
    let mut mine = Vec::new();
    for one in agenda.at(FREEZE) {
        let object = Object { path: &one.batch.org_path, batch: Some(one.batch.code.as_str()) };
        let at = territory(&who.grants, Action::Register, object, now);
        if !at.is_empty() {
            mine.push((one, at));
        }
    }
    let codes: Vec<&str> = mine.iter().map(|(one, _)| one.batch.code.as_str()).collect();
    let returned = store::returned(tx, &codes).await?;
    for (one, at) in mine {
        let is_mine = |row: &&store::Returned| {
            row.batch_code == one.batch.code && at.iter().any(|path| path.contains(&row.point_path))
        };
        let count = returned.iter().filter(is_mine).map(|row| row.count).sum();
        if count > 0 {
            let due = one.window("review").map(plan::Window::last_day);
            tasks.push(one.task("task-registration-returned", count, "/applications?status=returned", due));
        }
    }
    Ok(tasks)
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
