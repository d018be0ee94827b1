//! What waits for whoever publishes results.
use ::store::Tx;
use identity::{Action, Object, Subject, approval};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::{pages::PUBLICATION, store};

/// Results that wait for this person: to combine, to propose, to decide.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !who.carries(Action::PublishResults) {
        return Ok(tasks);
    }
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if batch.published_at.is_none() || who.may(Action::PublishResults, object, now).is_none() {
            continue;
        }
        if store::publication(tx, &batch.code).await?.is_some() {
            continue;
        }
        let is_decided = store::book(tx, &batch.code).await?.is_some_and(|book| book.digest.is_some());
        if !is_decided && !assessment::is_complete(tx, &batch.code).await? {
            continue;
        }
        let proposal = approval::pending(tx, PUBLICATION, batch.code.as_str()).await?;
        let key = match proposal {
            Some(proposal) if proposal.proposed_by == who.account_id => continue,
            Some(_) => "task-result-decide",
            None if is_decided => "task-result-propose",
            None => "task-result-combine",
        };
        let title = Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en);
        let due = plan::due(tx, &batch, 8).await?;
        tasks.push(Task { title, count: 1, href: format!("/batches/{}/results", batch.code), due });
    }
    Ok(tasks)
}
