//! What waits for whom in the assessment of a batch.
use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::{OrgPath, UnixMicros};
use plan::{Batch, Task};
use scheme::ComponentKind;
use web::Message;

use crate::{is_complete, pages, store};

/// Scores that wait for this person: scripts to enter, scoring to run, sheets to seal.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    let carries = [Action::EnterScores, Action::ScorePractical, Action::ScorePanel];
    if !carries.into_iter().any(|action| who.carries(action)) {
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
                let title = Message::new(key).with("batch", &batch.title_zh);
                tasks.push(Task { title, count, href: format!("/batches/{}/scores{tail}", batch.code), due });
            }
        };
        // Scripts are entered by admission number, for the batch as a whole.
        if at(who, Action::EnterScores, &batch, now).contains(&batch.org_path) {
            add(&mut tasks, "task-score-objective", i64::from(is_unscored(tx, &batch).await?), "");
            let (waiting, differ) = pages::waiting_entries(tx, &batch, &who.account_id, now).await?;
            add(&mut tasks, "task-score-entries", waiting - differ, "");
            add(&mut tasks, "task-score-differ", differ, "");
        }
        let sealing = [
            (Action::ScorePractical, ComponentKind::Practical, "task-score-practical", "/practical"),
            (Action::ScorePanel, ComponentKind::Panel, "task-score-panel", "/panel"),
        ];
        for (action, kind, key, tail) in sealing {
            let at = at(who, action, &batch, now);
            if !at.is_empty() {
                let count = pages::waiting_scores(tx, &batch, kind, (&who.account_id, &at), now).await?;
                add(&mut tasks, key, count, tail);
            }
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
    if !sitting::is_over(tx, &batch.code).await? {
        return Ok(false);
    }
    for part in plan::components(tx, &batch.code).await? {
        // The run touches every part's sheet.
        if !store::is_begun(tx, &part.id).await? {
            return Ok(true);
        }
    }
    Ok(false)
}
