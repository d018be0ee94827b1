//! What waits for writers' reviewers and for custodians.
use ::store::Tx;
use identity::{Action, Object, Subject, approval};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::{demand::demands, pages::LOCK, store::form};

/// Drafts to review, levels without locked forms, locks to decide.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for waiting in itembank::waiting(tx, who, now).await? {
        let href = format!("/items?bank={}&status=draft", waiting.bank.id);
        tasks.push(Task { title: Message::new("task-items-review"), count: waiting.count, href, due: None });
    }
    if !who.carries(Action::KeepPapers) {
        return Ok(tasks);
    }
    let proposals = approval::all_pending(tx).await?;
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if batch.published_at.is_none() || who.may(Action::KeepPapers, object, now).is_none() {
            continue;
        }
        let forms = form::forms(tx, &batch.code).await?;
        let open = demands(tx, &batch.code).await?.iter().filter(|demand| !demand.is_locked(&forms)).count();
        let waits = proposals.iter().filter(|proposal| {
            proposal.kind == LOCK
                && proposal.batch_code.as_deref() == Some(batch.code.as_str())
                && proposal.proposed_by != who.account_id
        });
        let due = plan::due(tx, &batch, 5).await?;
        for (key, count) in [("task-papers-open", open), ("task-papers-decide", waits.count())] {
            if count > 0 {
                let title = Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en);
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                tasks.push(Task { title, count, href: format!("/batches/{}/papers", batch.code), due });
            }
        }
    }
    Ok(tasks)
}
