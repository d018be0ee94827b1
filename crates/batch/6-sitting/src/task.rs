//! What waits for an invigilator.
use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::UnixMicros;
use plan::{Agenda, Ongoing, Task};

use crate::open_step::open_rooms;

/// Rooms within this person's reach whose sitting is today or was, and whose record is open.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, agenda: &Agenda, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut mine = Vec::new();
    for one in agenda.at(6) {
        let object = Object { path: &one.batch.org_path, batch: Some(one.batch.code.as_str()) };
        let at = territory(&who.grants, Action::Invigilate, object, now);
        if !at.is_empty() {
            mine.push((one, at));
        }
    }
    let batches: Vec<&Ongoing> = mine.iter().map(|(one, _)| *one).collect();
    let open = open_rooms(tx, &batches, now).await?;
    let mut tasks = Vec::new();
    for (one, at) in mine {
        let waiting = open.iter().filter(|room| {
            room.batch_code == one.batch.code && at.iter().any(|path| path.contains(&room.room.site_path))
        });
        let count = i64::try_from(waiting.count()).unwrap_or(i64::MAX);
        if count > 0 {
            tasks.push(one.task("task-sitting-rooms", count, "/sittings", one.due(6)));
        }
    }
    Ok(tasks)
}
