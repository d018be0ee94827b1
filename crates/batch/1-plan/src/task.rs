//! What waits for whom: the lines of the workbench.
use ::store::Tx;
use identity::{Action, Object, Subject, approval};
use kernel::{Day, UnixMicros};
use web::Message;

use crate::store;

/// One line of somebody's workbench.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What to do.
    pub title: Message,
    /// How many.
    pub count: i64,
    /// Where to do it.
    pub href: String,
    /// Until when (the last day on which it is in time).
    pub due: Option<Day>,
}

/// Plans that wait for this person: drafts to propose, proposals to decide.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for batch in store::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if batch.published_at.is_some() || who.may(Action::Plan, object, now).is_none() {
            continue;
        }
        let proposal = approval::pending(tx, crate::pages::PUBLICATION, batch.code.as_str()).await?;
        let key = match proposal {
            Some(proposal) if proposal.proposed_by == who.account_id => continue,
            Some(_) => "task-plan-decide",
            None => "task-plan-propose",
        };
        let title = Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en);
        tasks.push(Task { title, count: 1, href: format!("/batches/{}", batch.code), due: None });
    }
    Ok(tasks)
}
