//! What waits for writers' reviewers and for custodians.
use ::store::Tx;
use identity::{Action, Object, Subject};
use kernel::UnixMicros;
use plan::{Agenda, Task};
use web::Message;

use crate::{Form, demand::open_count, pages::LOCK, store::form};

/// Drafts to review, levels without locked forms, locks to decide.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, agenda: &Agenda, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for waiting in itembank::waiting(tx, who, now).await? {
        let href = format!("/items?bank={}&status=draft", waiting.bank.id);
        tasks.push(Task { title: Message::new("task-items-review"), count: waiting.count, href, due: None });
    }
    if !who.carries(Action::KeepPapers) {
        return Ok(tasks);
    }
    let mut mine = Vec::new();
    for one in agenda.at(5) {
        let object = Object { path: &one.batch.org_path, batch: Some(one.batch.code.as_str()) };
        if who.may(Action::KeepPapers, object, now).is_some() {
            mine.push(one);
        }
    }
    let codes: Vec<&str> = mine.iter().map(|one| one.batch.code.as_str()).collect();
    let forms = form::forms_of(tx, &codes).await?;
    let parts = plan::components_of(tx, &codes).await?;
    for one in mine {
        let batch = &one.batch;
        let forms: Vec<&Form> = forms.iter().filter(|form| form.batch_code == batch.code).collect();
        let parts = parts.iter().filter(|(code, _)| code == batch.code.as_str()).map(|(_, part)| part);
        let open = open_count(parts, &forms);
        let waits = agenda.proposed_in(LOCK, &batch.code).filter(|one| one.proposed_by != who.account_id);
        for (key, count) in [("task-papers-open", open), ("task-papers-decide", waits.count())] {
            if count > 0 {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                tasks.push(one.task(key, count, "/papers", one.due(5)));
            }
        }
    }
    Ok(tasks)
}
