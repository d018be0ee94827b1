//! Accepting many at once: what waits and the machine proposes to accept. A page of them is accepted
//! within the request; everything a filter leaves is a job's work, in small steps. Either way each
//! acceptance is a decision like any other: its own row, its own entry, its own message.
use std::collections::HashMap;

use ::store::Tx;
use identity::{Action, Env, Object, Subject, territory};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use kernel::{BatchCode, OrgPath};
use plan::Batch;
use registration::ApplicationId;
use web::{PageError, PageResult};

use crate::{
    AdmissionRefused, Decision, Ruler, State,
    decision::{Case, Verdict, decide, level_of, report},
    store::{
        self, Record,
        acceptance::Acceptance,
        queue::{Part, Turn},
    },
};

/// Accepts what an order says.
pub(crate) const ACCEPT: Kind = Kind { name: "admission.accept", run, undo };

/// Applications of one step. Source: [own]; each takes about ten small statements, so that a step
/// stays below the 50 ms a write transaction may take.
pub(crate) const AT_ONCE: usize = 20;

/// How often in a row a step finds that somebody changed one of its applications meanwhile.
const TRIES: usize = 5;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { accept_ordered(&work).await })
}

/// What was accepted stays accepted: each was a decision of its own.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

async fn accept_ordered(work: &Work) -> Result<Outcome, Stopped> {
    let mut total = usize::try_from(work.job.total_count).unwrap_or_default();
    let mut tries = 0;
    loop {
        let mut tx = work.env.db.read().await?;
        let (batch, order, at) = subject(&mut tx, work).await?;
        let part = Part::held(&batch, &at);
        if total == 0 {
            let waiting = store::queue::counts(&mut tx, part, &order.filter()).await?;
            total = waiting.iter().map(|row| usize::try_from(row.count).unwrap_or_default()).sum();
        }
        let limit = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
        let turn = Turn::After(order.place());
        let lines = store::queue::queued(&mut tx, part, &order.filter(), &turn, limit).await?;
        let Some(last) = lines.last() else { return Ok(outcome(&order)) };
        let ids: Vec<_> = lines.iter().map(|line| line.application_id.clone()).collect();
        let cases = gather(&mut tx, &work.env, &batch, &ids).await?;
        drop(tx);
        let to = store::queue::Place { serial: last.serial, application_id: last.application_id.clone() };
        let looked = usize::try_from(order.looked_count).unwrap_or_default() + lines.len();
        let mut tx = work.env.db.write().await?;
        match accept(&mut tx, &work.env, &work.who, &batch, &cases, Some(&order.id)).await {
            // Somebody was faster with one of them: the step is looked at anew.
            Err(PageError::Stale) if tries < TRIES => {
                tries += 1;
                continue;
            }
            done => tries = done.map(|()| 0)?,
        }
        let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
        if !store::acceptance::advance(&mut tx, &order, &to, (count(lines.len()), count(cases.len()))).await?
        {
            return Err(Stopped::Lost);
        }
        work.progress(&mut tx, looked, total.max(looked)).await?;
        tx.commit().await?;
    }
}

fn outcome(order: &Acceptance) -> Outcome {
    let number = |count: i64| usize::try_from(count).unwrap_or_default();
    Outcome::new("admission-outcome-accepted")
        .with("accepted", number(order.accepted_count))
        .with("left", number(order.looked_count - order.accepted_count))
}

/// The order a job works on, and where whoever gave it may review now.
async fn subject(tx: &mut Tx, work: &Work) -> Result<(Batch, Acceptance, Vec<OrgPath>), Stopped> {
    let gone = || Stopped::Broken("the order of the job is gone".to_owned());
    let code = work.job.batch_code.as_ref().map_or("", BatchCode::as_str);
    let batch = plan::batch(tx, code).await?.ok_or_else(gone)?;
    let order = store::acceptance::acceptance(tx, &work.job.subject).await?;
    let order = order.filter(|order| order.batch_code == batch.code).ok_or_else(gone)?;
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let at = territory(&work.who.grants, Action::Review, object, work.env.now());
    Ok((batch, order, at))
}

/// Those of the applications that wait and that the machine proposes to accept, with what it is
/// proposed on; in the order of serials.
pub(crate) async fn gather(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    ids: &[ApplicationId],
) -> PageResult<Vec<Case>> {
    let levels = plan::levels(tx, &batch.code).await?;
    let ruler = Ruler::of_levels(tx, batch, &levels).await?;
    let mut applications = registration::applications_chosen(tx, ids).await?;
    applications.retain(|application| application.batch_code == batch.code);
    let people: Vec<_> = applications.iter().map(|application| application.person_id.clone()).collect();
    let people = person::load_many(tx, &env.vault, &people).await?;
    let people: HashMap<_, _> = people.into_iter().map(|person| (person.id.clone(), person)).collect();
    let mut cases = Vec::new();
    for application in applications {
        let Some(person) = people.get(&application.person_id).cloned() else { continue };
        let record = store::record(tx, &application.id).await?;
        let state = Record::state(record.as_ref(), &application);
        let opinion = ruler.measure(&env.vault, &application, &person)?;
        if state != State::Pending || opinion.proposed != Decision::Accept {
            continue;
        }
        let level = level_of(&levels, &application)?;
        let photo = registration::photo_digest(tx, &application).await?.unwrap_or_default();
        cases.push(Case { application, person, level, opinion, state, photo });
    }
    Ok(cases)
}

/// Accepts all of these as proposed, or none. The caller commits.
///
/// # Errors
/// Refused when the list is frozen; stale when one of them changed since it was gathered; storage.
pub(crate) async fn accept(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    batch: &Batch,
    cases: &[Case],
    order: Option<&str>,
) -> PageResult<()> {
    if !store::hold(tx, &batch.code).await? {
        return Err(AdmissionRefused::Frozen.into());
    }
    for case in cases {
        let seen_version = case.application.version;
        let verdict =
            Verdict { decision: Decision::Accept, reason: "", seen_version, seen_photo: None, order };
        decide(tx, env, who, batch, case, verdict).await?;
    }
    Ok(report(tx, env, batch).await?)
}
