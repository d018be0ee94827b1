//! What waits for whom in the assessment of a batch.
use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::{OrgPath, UnixMicros};
use plan::{Batch, Task};
use scheme::ComponentKind;
use web::Message;

use crate::{importing::duty_of, is_complete, rooms, store};

/// Kinds of parts whose figures people write down: title of the task, and where it is done.
const WRITTEN: [(ComponentKind, &str, &str); 3] = [
    (ComponentKind::Theory, "task-score-entries", "/entries"),
    (ComponentKind::Practical, "task-score-practical", "/practical"),
    (ComponentKind::Panel, "task-score-panel", "/panel"),
];

/// Scores that wait for this person: scripts to enter, scoring to run, sheets to seal.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !WRITTEN.iter().any(|(kind, ..)| who.carries(duty_of(*kind))) {
        return Ok(tasks);
    }
    for batch in plan::batches(tx).await? {
        if batch.published_at.is_none() || !arrangement::is_confirmed(tx, &batch.code).await? {
            continue;
        }
        if is_complete(tx, &batch.code).await? {
            continue;
        }
        let due = plan::due(tx, &batch, 7).await?;
        let add = |tasks: &mut Vec<Task>, key, count: i64, tail: &str| {
            if count > 0 {
                let title = Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en);
                tasks.push(Task { title, count, href: format!("/batches/{}/scores{tail}", batch.code), due });
            }
        };
        for (kind, key, tail) in WRITTEN {
            let at = at(who, duty_of(kind), &batch, now);
            if at.is_empty() {
                continue;
            }
            let is_clerk = kind == ComponentKind::Theory;
            if is_clerk && at.iter().any(|path| path.contains(&batch.org_path)) {
                add(&mut tasks, "task-score-objective", i64::from(is_unscored(tx, &batch).await?), "");
            }
            let rooms = rooms::states(tx, &batch, kind, (&who.account_id, &at), now).await?;
            let (waiting, differ) = rooms::waiting(&rooms);
            add(&mut tasks, key, waiting - differ, tail);
            add(&mut tasks, "task-score-differ", differ, "/entries/differences");
        }
    }
    Ok(tasks)
}

fn at(who: &Subject, action: Action, batch: &Batch, now: UnixMicros) -> Vec<OrgPath> {
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    territory(&who.grants, action, object, now)
}

/// Whether the sittings are over and nobody has run the scoring yet.
async fn is_unscored(tx: &mut Tx, batch: &Batch) -> sqlx::Result<bool> {
    Ok(store::run(tx, &batch.code).await?.is_none() && sitting::is_over(tx, &batch.code).await?)
}
