//! What waits for whoever issues certificates or hands them out.
use std::collections::HashMap;

use ::store::Tx;
use identity::{Action, Object, Subject, territory};
use kernel::UnixMicros;
use plan::{Agenda, Batch, Ongoing, Task};
use result::Reached;

use crate::{pages::ISSUE, revocation::REVOCATION, store};

/// How long a point is reminded of a certificate nobody collected; the list keeps it. Source: [own], a year: what
/// was not fetched by then is no work of every day any more.
const REMINDED_DAYS: i64 = 365;
/// Batches whose exam lies further back are not looked at. Source: [own], far beyond any delay of issuing.
const LOOKED_AT_DAYS: i64 = 3 * 365;

/// Certificates to propose, to decide on or to finish, revocations to decide on, and what lies at the points
/// to be collected; `reached` is how far the results have come.
///
/// # Errors
/// Storage.
pub async fn tasks(
    tx: &mut Tx,
    who: &Subject,
    (agenda, reached): (&Agenda, &HashMap<String, Reached>),
    now: UnixMicros,
) -> sqlx::Result<Vec<Task>> {
    // The province reads the list; who stands at the counter is the registration point.
    if !who.carries(Action::IssueCertificates) {
        return hand_outs(tx, who, now).await;
    }
    let mut tasks = issues(tx, who, (agenda, reached), now).await?;
    tasks.extend(revocations(who, agenda, now));
    Ok(tasks)
}

fn may_issue(who: &Subject, batch: &Batch, now: UnixMicros) -> bool {
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    who.may(Action::IssueCertificates, object, now).is_some()
}

async fn issues(
    tx: &mut Tx,
    who: &Subject,
    (agenda, reached): (&Agenda, &HashMap<String, Reached>),
    now: UnixMicros,
) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    let published: Vec<&Ongoing> =
        agenda.at(9).filter(|one| one.is_done(8) && may_issue(who, &one.batch, now)).collect();
    let codes: Vec<&str> = published.iter().map(|one| one.batch.code.as_str()).collect();
    let counts = store::counts_of(tx, &codes).await?;
    for one in published {
        let code = &one.batch.code;
        let mut add = |key, count| {
            if count > 0 {
                tasks.push(one.task(key, count, "/certificates", one.due(9)));
            }
        };
        let counts = counts.get(code.as_str()).copied().unwrap_or_default();
        let certifiable = reached.get(code.as_str()).map_or(0, |known| known.certifiable);
        let open = certifiable - counts.ordered;
        match agenda.proposed_in(ISSUE, code).next() {
            Some(proposal) if proposal.proposed_by == who.account_id => {}
            Some(_) => add("task-certificate-decide", open),
            None => add("task-certificate-propose", open),
        }
        add("task-certificate-finish", counts.unfinished());
        add("task-certificate-refused", counts.refused);
    }
    Ok(tasks)
}

/// A certificate may be revoked long after its batch is over.
fn revocations(who: &Subject, agenda: &Agenda, now: UnixMicros) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (batch, proposals) in agenda.proposed_by_others(REVOCATION, who) {
        if !may_issue(who, batch, now) {
            continue;
        }
        let due = agenda.published().find(|one| one.batch.code == batch.code).and_then(|one| one.due(9));
        for proposal in proposals {
            let page = format!("/certificates/{}", proposal.object_id);
            tasks.push(Task::in_batch(batch, "task-certificate-revoke", 1, &page, due));
        }
    }
    tasks
}

/// Certificates that wait to be collected at the registration points of this person.
async fn hand_outs(tx: &mut Tx, who: &Subject, now: UnixMicros) -> sqlx::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    if !who.carries(Action::HandOut) {
        return Ok(tasks);
    }
    let since = now.day().plus_days(-LOOKED_AT_DAYS);
    let mut batches = plan::batches(tx).await?;
    batches.retain(|batch| batch.published_at.is_some() && batch.exam_date >= since);
    let codes: Vec<&str> = batches.iter().map(|batch| batch.code.as_str()).collect();
    let waiting = store::uncollected(tx, &codes, now.plus_days(-REMINDED_DAYS)).await?;
    for batch in &batches {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        let at = territory(&who.grants, Action::HandOut, object, now);
        let is_mine = |one: &&store::Uncollected| {
            one.batch_code == batch.code && at.iter().any(|path| path.contains(&one.point_path))
        };
        let count: i64 = waiting.iter().filter(is_mine).map(|one| one.count).sum();
        if count > 0 {
            tasks.push(Task::in_batch(batch, "task-certificate-hand-out", count, "/handout", None));
        }
    }
    Ok(tasks)
}
