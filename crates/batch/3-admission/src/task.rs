//! What waits for reviewers, registrars and the province.
use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::{OrgPath, UnixMicros};
use plan::{Batch, Task};
use web::Message;

use crate::{State, standing::counts, store};

/// Applications to decide, fees to receive, lists to freeze.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for batch in plan::batches(tx).await? {
        let at = |action| {
            let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
            territory(&who.grants, action, object, now)
        };
        let (review, payment, freeze) = (at(Action::Review), at(Action::RecordPayment), at(Action::Freeze));
        let nothing = review.is_empty() && payment.is_empty() && freeze.is_empty();
        if nothing || batch.published_at.is_none() || store::is_frozen(tx, &batch.code).await? {
            continue;
        }
        let whole = std::slice::from_ref(&batch.org_path);
        let rows = counts(tx, &batch, whole).await?;
        let count = |state: State, at: &[OrgPath]| -> i64 {
            let reached = |path: &OrgPath| at.iter().any(|node| node.contains(path));
            let waiting = rows.iter().filter(|row| row.state == state && reached(&row.point_path));
            waiting.map(|row| row.count).sum()
        };
        let pending = count(State::Pending, &review);
        if pending > 0 {
            tasks.push(task(tx, &batch, "admission-task-review", pending, ("admission", "review")).await?);
        }
        let to_pay = count(State::Accepted, &payment);
        if to_pay > 0 {
            tasks.push(task(tx, &batch, "admission-task-payment", to_pay, ("payments", "payment")).await?);
        }
        let paid = count(State::Paid, &freeze);
        let is_complete = count(State::Pending, whole) == 0 && has_closed(tx, &batch, now).await?;
        if paid > 0 && is_complete && freeze.iter().any(|path| path.contains(&batch.org_path)) {
            tasks.push(
                task(tx, &batch, "admission-task-freeze", paid, ("admission/freeze", "payment")).await?,
            );
        }
    }
    Ok(tasks)
}

/// Whether registration is over: before that, more may come.
async fn has_closed(tx: &mut Tx, batch: &Batch, now: UnixMicros) -> sqlx::Result<bool> {
    let window = plan::window(tx, &batch.code, "registration").await?;
    Ok(window.is_none_or(|window| window.closes_at <= now))
}

async fn task(
    tx: &mut Tx,
    batch: &Batch,
    key: &'static str,
    count: i64,
    (page, window): (&str, &str),
) -> sqlx::Result<Task> {
    Ok(Task {
        title: Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en),
        count,
        href: format!("/batches/{}/{page}", batch.code),
        due: plan::window(tx, &batch.code, window).await?.map(|window| window.last_day()),
    })
}
