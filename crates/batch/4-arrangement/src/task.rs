//! What waits for whom in this stage, and what candidates see of it.
use ::store::Tx;
use identity::{Action, Env, Object, Subject};
use kernel::UnixMicros;
use plan::Task;
use registration::{Application, StepLine, StepState};
use web::Message;

use crate::{
    pages::opens_at,
    rules::{PlanStatus, may_print_own_ticket},
    store,
};

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
            due: plan::window(tx, &batch.code, "arrangement").await?.map(|window| window.last_day()),
        });
    }
    Ok(tasks)
}

/// The line of the applicant's page: the ticket, once there is a seat.
///
/// # Errors
/// Storage.
pub async fn steps(env: &Env, tx: &mut Tx, application: &Application) -> sqlx::Result<Vec<StepLine>> {
    let code = &application.batch_code;
    let status = store::seat_plan(tx, code).await?.map(|plan| plan.status);
    if status != Some(PlanStatus::Confirmed)
        || store::seats_of_application(tx, application.id.as_str()).await?.is_empty()
    {
        return Ok(Vec::new());
    }
    let line = match may_print_own_ticket(status, opens_at(tx, code).await?, env.now()) {
        Ok(()) => StepLine {
            title: "step-ticket".into(),
            note: None,
            state: StepState::Now,
            link: Some(("step-ticket-print".into(), format!("/my/tickets/{}", application.id))),
        },
        Err(early) => StepLine {
            title: "step-ticket".into(),
            note: Some(early.message()),
            state: StepState::Ahead,
            link: None,
        },
    };
    Ok(vec![line])
}
