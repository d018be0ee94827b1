//! What waits for whoever issues certificates.
use ::store::Tx;
use identity::{Action, Object, Subject, approval, territory};
use kernel::UnixMicros;
use plan::Task;
use web::Message;

use crate::{pages::ISSUE, revocation::REVOCATION, store};

/// Certificates to propose, to decide on or to finish, and revocations to decide on.
///
/// # Errors
/// Storage.
pub async fn tasks(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = hand_outs(tx, who, now).await?;
    if !who.carries(Action::IssueCertificates) {
        return Ok(tasks);
    }
    let pending = approval::all_pending(tx).await?;
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        if batch.published_at.is_none() || who.may(Action::IssueCertificates, object, now).is_none() {
            continue;
        }
        let href = format!("/batches/{}/certificates", batch.code);
        let due = plan::due(tx, &batch, 9).await?;
        let mut add = |key, count, href: &str| {
            let title = Message::new(key).with_both("batch", &batch.title_zh, &batch.title_en);
            tasks.push(Task { title, count, href: href.to_owned(), due });
        };
        let of_batch = pending.iter().filter(|row| row.batch_code.as_deref() == Some(batch.code.as_str()));
        let proposal = of_batch.clone().find(|row| row.kind == ISSUE);
        let counts = store::counts(tx, &batch.code).await?;
        let open = result::certifiable_count(tx, &batch.code, now.day()).await? - counts.ordered;
        match proposal {
            Some(proposal) if proposal.proposed_by == who.account_id => {}
            Some(_) => add("task-certificate-decide", open, &href),
            None if open > 0 => add("task-certificate-propose", open, &href),
            None => {}
        }
        if counts.unfinished() > 0 {
            add("task-certificate-finish", counts.unfinished(), &href);
        }
        if counts.refused > 0 {
            add("task-certificate-refused", counts.refused, &href);
        }
        for row in of_batch.filter(|row| row.kind == REVOCATION && row.proposed_by != who.account_id) {
            add("task-certificate-revoke", 1, &format!("{href}/{}", row.object_id));
        }
    }
    Ok(tasks)
}

/// Certificates that wait to be collected at the registration points of this person.
async fn hand_outs(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    // The province reads the list; who stands at the counter is the registration point.
    if !who.carries(Action::HandOut) || who.carries(Action::IssueCertificates) {
        return Ok(tasks);
    }
    for batch in plan::batches(tx).await? {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        let at = territory(&who.grants, Action::HandOut, object, now);
        if batch.published_at.is_none() || at.is_empty() {
            continue;
        }
        let counts = store::counts_by_point(tx, &batch.code).await?;
        let within = counts.iter().filter(|count| at.iter().any(|path| path.contains(&count.point_path)));
        let count: i64 = within.map(|count| count.valid - count.collected).sum();
        if count > 0 {
            let title = Message::new("task-certificate-hand-out").with_both(
                "batch",
                &batch.title_zh,
                &batch.title_en,
            );
            let href = format!("/batches/{}/handout", batch.code);
            tasks.push(Task { title, count, href, due: None });
        }
    }
    Ok(tasks)
}
