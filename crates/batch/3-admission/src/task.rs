//! What waits for reviewers, registrars and the province.
use identity::{Action, Object, Subject, territory};
use kernel::{OrgPath, UnixMicros};
use plan::{Agenda, Ongoing, Task, Window};

use crate::{State, waiting::Waiting};

/// Applications to decide, fees to receive, lists to freeze, of what waits.
#[must_use]
pub fn tasks(who: &Subject, agenda: &Agenda, waiting: &[Waiting], now: UnixMicros) -> Vec<Task> {
    let mut tasks = Vec::new();
    for one in agenda.at(3) {
        let batch = &one.batch;
        let at = |action| {
            let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
            territory(&who.grants, action, object, now)
        };
        let (review, payment, freeze) = (at(Action::Review), at(Action::RecordPayment), at(Action::Freeze));
        let whole = std::slice::from_ref(&batch.org_path);
        let rows: Vec<&Waiting> = waiting.iter().filter(|row| row.batch_code == batch.code).collect();
        let count = |state: State, at: &[OrgPath]| -> i64 {
            let reached = |path: &OrgPath| at.iter().any(|node| node.contains(path));
            let waiting = rows.iter().filter(|row| row.state == state && reached(&row.point_path));
            waiting.map(|row| row.count).sum()
        };
        let mut add = |key, count, page, window: &str| {
            if count > 0 {
                tasks.push(one.task(key, count, page, one.window(window).map(Window::last_day)));
            }
        };
        add("admission-task-review", count(State::Pending, &review), "/admission", "review");
        add("admission-task-payment", count(State::Accepted, &payment), "/payments", "payment");
        let is_complete = count(State::Pending, whole) == 0 && has_closed(one, now);
        if is_complete && freeze.iter().any(|path| path.contains(&batch.org_path)) {
            add("admission-task-freeze", count(State::Paid, &freeze), "/admission/freeze", "payment");
        }
    }
    tasks
}

/// Whether registration is over: before that, more may come.
fn has_closed(one: &Ongoing, now: UnixMicros) -> bool {
    one.window("registration").is_none_or(|window| window.closes_at <= now)
}
