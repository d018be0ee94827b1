//! What waits for whom in the assessment of a batch.
use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::{OrgPath, UnixMicros};
use plan::{Agenda, Batch, Ongoing, Task};
use scheme::ComponentKind;

use crate::{
    importing::duty_of,
    rooms::{self, Ground},
};

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
pub async fn tasks(tx: &mut Tx, who: &Subject, agenda: &Agenda, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !WRITTEN.iter().any(|(kind, ..)| who.carries(duty_of(*kind))) {
        return Ok(tasks);
    }
    let drawn: Vec<&Ongoing> = agenda.at(7).filter(|one| one.is_done(4)).collect();
    let codes: Vec<&str> = drawn.iter().map(|one| one.batch.code.as_str()).collect();
    let ground = Ground::load(tx, &codes, &who.account_id).await?;
    for one in drawn {
        let batch = &one.batch;
        let add = |tasks: &mut Vec<Task>, key, count: i64, tail: &str| {
            if count > 0 {
                tasks.push(one.task(key, count, &format!("/scores{tail}"), one.due(7)));
            }
        };
        for (kind, key, tail) in WRITTEN {
            let at = at(who, duty_of(kind), batch, now);
            if at.is_empty() {
                continue;
            }
            let is_clerk = kind == ComponentKind::Theory;
            if is_clerk && at.iter().any(|path| path.contains(&batch.org_path)) {
                let is_unscored = is_unscored(tx, &ground, batch).await?;
                add(&mut tasks, "task-score-objective", i64::from(is_unscored), "");
            }
            let (waiting, differ) = rooms::waiting(&ground.states(&batch.code, kind, &at, now));
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
async fn is_unscored(tx: &mut Tx, ground: &Ground, batch: &Batch) -> sqlx::Result<bool> {
    let is_waiting = !ground.is_run(&batch.code) && ground.is_closed(&batch.code);
    Ok(is_waiting && sitting::is_over(tx, &batch.code).await?)
}
