//! What waits for exam officers.
use ::store::Tx;
use identity::{Action, Object, Subject};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::{rules::PlanStatus, store};

/// Batches whose frozen list waits for a seat plan, or whose plan waits for confirmation.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if who.may(Action::Arrange, object, now).is_none() || !admission::is_frozen(tx, &batch.code).await? {
            continue;
        }
        let key = match store::seat_plan(tx, &batch.code).await?.map(|plan| plan.status) {
            Some(PlanStatus::Confirmed) => continue,
            Some(PlanStatus::Drafted) => "task-seat-plan-confirm",
            None => "task-seat-plan-draw",
        };
        tasks.push(Task {
            title: Message::new(key).with("batch", &batch.title_zh),
            count: 1,
            href: format!("/batches/{}/seat-plan", batch.code),
            due: plan::due(tx, &batch, 4).await?,
        });
    }
    Ok(tasks)
}
