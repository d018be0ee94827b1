//! What waits for a registration point.
use ::store::Tx;
use identity::{Action, Object, Subject, approval, territory};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::{ApplicationStatus, pages::REGISTER, store};

/// Applications given back in the batches and places this person registers for, and registers of passed
/// parts that wait for a second person.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    let proposed: Vec<approval::Proposal> = approval::all_pending(tx)
        .await?
        .into_iter()
        .filter(|proposal| proposal.kind == REGISTER && proposal.proposed_by != who.account_id)
        .collect();
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        let waiting = proposed.iter().filter(|one| one.batch_code.as_deref() == Some(batch.code.as_str()));
        let waiting = i64::try_from(waiting.count()).unwrap_or(i64::MAX);
        if waiting > 0 && who.may(Action::PublishResults, object, now).is_some() {
            tasks.push(Task {
                title: Message::new("task-passed-parts").with_both("batch", &batch.title_zh, &batch.title_en),
                count: waiting,
                href: format!("/batches/{}/passed-parts", batch.code),
                due: None,
            });
        }
        let at = territory(&who.grants, Action::Register, object, now);
        if at.is_empty() || store::is_closed(tx, &batch.code).await? {
            continue;
        }
        let returned =
            store::Filter { status: Some(ApplicationStatus::Returned), ..store::Filter::default() };
        let count = store::count(tx, &batch.code, &at, &returned).await?;
        if count == 0 {
            continue;
        }
        tasks.push(Task {
            title: Message::new("task-registration-returned").with_both(
                "batch",
                &batch.title_zh,
                &batch.title_en,
            ),
            count,
            href: format!("/batches/{}/applications?status=returned", batch.code),
            due: plan::window(tx, &batch.code, "review").await?.map(|window| window.last_day()),
        });
    }
    Ok(tasks)
}
