//! What waits for an invigilator.
use std::collections::HashSet;

use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::store;

/// Rooms within this person's reach whose sitting is today or was, and whose record is open.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        let at = territory(&who.grants, Action::Invigilate, object, now);
        if at.is_empty() || batch.exam_date > now.day() || !arrangement::is_confirmed(tx, &batch.code).await?
        {
            continue;
        }
        let sittings = arrangement::sittings(tx, &batch.code).await?;
        let begun: HashSet<&str> = sittings
            .iter()
            .filter(|one| one.starts_at.day() <= now.day())
            .map(|one| one.id.as_str())
            .collect();
        let closings = store::closings_of_batch(tx, &batch.code).await?;
        let closed: HashSet<&str> = closings.iter().map(|row| row.room_use_id.as_str()).collect();
        let rooms = arrangement::room_uses(tx, &batch.code).await?;
        let waiting = rooms.iter().filter(|room| {
            begun.contains(room.sitting_id.as_str())
                && !closed.contains(room.id.as_str())
                && at.iter().any(|path| path.contains(&room.site_path))
        });
        let count = i64::try_from(waiting.count()).unwrap_or(i64::MAX);
        if count > 0 {
            tasks.push(Task {
                title: Message::new("task-sitting-rooms").with_both(
                    "batch",
                    &batch.title_zh,
                    &batch.title_en,
                ),
                count,
                href: format!("/batches/{}/sittings", batch.code),
                due: plan::due(tx, &batch, 6).await?,
            });
        }
    }
    Ok(tasks)
}
