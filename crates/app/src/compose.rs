//! The one list of crates. Everything the product offers passes through here.
use std::collections::HashMap;

use admission::Waiting;
use identity::{Action, Env, NavAudience, NavRule, Subject};
use kernel::{BatchCode, UnixMicros, WorkingCalendar};
use plan::{Agenda, InBatch, Ongoing, OpenStep, Outlook, Task};
use registration::{Applied, StepLine, StepSources};
use store::Tx;
use web::{Cell, NavItem, Route};

use crate::pages;

/// Every route of the product.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    [
        pages::routes(),
        identity::pages::routes(),
        job::routes(),
        scheme::routes(),
        organisation::routes(),
        filing::routes(),
        venue::routes(),
        itembank::routes(),
        plan::routes(),
        registration::routes(),
        admission::routes(),
        arrangement::routes(),
        paper::routes(),
        sitting::routes(),
        assessment::routes(),
        result::routes(),
        certificate::routes(),
        announcement::routes(),
        supervision::routes(),
        statistics::routes(),
    ]
    .concat()
}

/// Every kind of file from outside that is read.
#[must_use]
pub fn decoders() -> Vec<decode::Entry> {
    [itembank::DECODERS, registration::DECODERS].concat()
}

/// The hand-written permission matrix of every crate.
#[must_use]
pub fn permissions() -> Vec<Cell> {
    [
        pages::PERMISSIONS,
        identity::pages::PERMISSIONS,
        job::PERMISSIONS,
        scheme::PERMISSIONS,
        organisation::PERMISSIONS,
        filing::PERMISSIONS,
        venue::PERMISSIONS,
        itembank::PERMISSIONS,
        plan::PERMISSIONS,
        registration::PERMISSIONS,
        admission::PERMISSIONS,
        arrangement::PERMISSIONS,
        paper::PERMISSIONS,
        sitting::PERMISSIONS,
        assessment::PERMISSIONS,
        result::PERMISSIONS,
        certificate::PERMISSIONS,
        announcement::PERMISSIONS,
        supervision::PERMISSIONS,
        statistics::PERMISSIONS,
    ]
    .concat()
}

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    let listed = [
        trail::ALL_QUERIES,
        message::ALL_QUERIES,
        readership::ALL_QUERIES,
        job::ALL_QUERIES,
        venue::ALL_QUERIES,
        announcement::ALL_QUERIES,
    ];
    let gathered = [
        person::all_queries(),
        identity::all_queries(),
        scheme::all_queries(),
        organisation::all_queries(),
        filing::all_queries(),
        itembank::all_queries(),
        plan::all_queries(),
        registration::all_queries(),
        admission::all_queries(),
        arrangement::all_queries(),
        paper::all_queries(),
        sitting::all_queries(),
        assessment::all_queries(),
        result::all_queries(),
        certificate::all_queries(),
    ];
    [listed.concat(), gathered.concat()].concat()
}

/// Every word the trail may hold.
#[must_use]
pub fn trail_actions() -> Vec<&'static str> {
    [
        trail::TRAIL_ACTIONS,
        identity::TRAIL_ACTIONS,
        job::TRAIL_ACTIONS,
        filing::TRAIL_ACTIONS,
        itembank::TRAIL_ACTIONS,
        plan::TRAIL_ACTIONS,
        registration::TRAIL_ACTIONS,
        admission::TRAIL_ACTIONS,
        arrangement::TRAIL_ACTIONS,
        paper::TRAIL_ACTIONS,
        sitting::TRAIL_ACTIONS,
        assessment::TRAIL_ACTIONS,
        result::TRAIL_ACTIONS,
        certificate::TRAIL_ACTIONS,
        announcement::TRAIL_ACTIONS,
        &["house.seed", "register.import"],
    ]
    .concat()
}

/// Routes that do not leave one entry a request but a rolling hash (see `trail::ROLLED_UP`).
#[must_use]
pub fn rolled_up() -> Vec<&'static str> {
    [trail::ROLLED_UP, sitting::ROLLED_UP].concat()
}

/// Every kind of long work.
#[must_use]
pub fn jobs() -> Vec<job::Kind> {
    [
        registration::JOBS,
        admission::JOBS,
        arrangement::JOBS,
        assessment::JOBS,
        result::JOBS,
        certificate::JOBS,
        announcement::JOBS,
    ]
    .concat()
}

/// The top navigation.
#[must_use]
pub fn navigation() -> Vec<NavRule> {
    let rule = |key, href, shown_to| NavRule { item: NavItem { key, href }, shown_to };
    let duty = NavAudience::Duty;
    vec![
        rule("nav-my", "/my", NavAudience::Candidates),
        rule("notices", "/notices", NavAudience::Candidates),
        rule("nav-workbench", "/workbench", NavAudience::Staff),
        rule("nav-batches", "/batches", duty(Action::ReadBatch)),
        rule("nav-items", "/items", duty(Action::ReadItems)),
        rule("nav-standards", "/standards", duty(Action::ReadRegisters)),
        rule("nav-calendar", "/calendar", duty(Action::ReadRegisters)),
        rule("nav-organisations", "/organisations", duty(Action::ReadRegisters)),
        rule("nav-filing-cases", "/filing-cases", duty(Action::ReadFilingCases)),
        rule("nav-sites", "/sites", duty(Action::ReadRegisters)),
        rule("nav-jobs", "/jobs", duty(Action::OwnWork)),
        rule("nav-accounts", "/accounts", duty(Action::ReadAccounts)),
        rule("nav-trail", "/trail", duty(Action::ReadTrail)),
    ]
}

/// What waits for this person, stage by stage. What several stages look at is asked for once.
///
/// # Errors
/// Storage.
pub async fn tasks(
    tx: &mut Tx,
    who: &Subject,
    (agenda, waiting): (&Agenda, &[Waiting]),
    now: UnixMicros,
) -> sqlx::Result<Vec<Task>> {
    let reached = result::reached(tx, who, agenda, now.day()).await?;
    let mut all = Vec::new();
    all.extend(duty_task(who, agenda, now));
    all.extend(filing::tasks(tx, who, now).await?.into_iter().map(case_task));
    all.extend(plan::tasks(who, agenda, now));
    all.extend(registration::tasks(who, agenda, &admission::returned(waiting), now));
    all.extend(admission::tasks(who, agenda, waiting, now));
    all.extend(arrangement::tasks(tx, who, agenda, now).await?);
    all.extend(paper::tasks(tx, who, agenda, now).await?);
    all.extend(sitting::tasks(tx, who, agenda, now).await?);
    all.extend(assessment::tasks(tx, who, agenda, now).await?);
    all.extend(result::tasks(who, agenda, &reached, now));
    all.extend(certificate::tasks(tx, who, (agenda, &reached), now).await?);
    Ok(all)
}

/// What will go wrong with a batch unless somebody acts, in the order of the stages.
///
/// # Errors
/// Storage.
pub async fn risks<D>(
    tx: &mut Tx,
    entry: &InBatch<D>,
    calendar: &WorkingCalendar,
    now: UnixMicros,
) -> sqlx::Result<Vec<plan::Risk>> {
    let batch = &entry.batch;
    let outlook = Outlook::load(tx, batch).await?;
    let mut all = plan::risks(entry, &outlook, calendar);
    all.extend(arrangement::risks(tx, entry, &outlook).await?);
    all.extend(paper::risks(tx, batch, &outlook).await?);
    all.extend(sitting::risks(tx, batch, &outlook, now).await?);
    Ok(all)
}

/// What is open in some batches, place by place, in the steps that are done at places.
///
/// # Errors
/// Storage.
pub async fn open_steps(
    tx: &mut Tx,
    batches: &[&Ongoing],
    waiting: &[Waiting],
    now: UnixMicros,
) -> sqlx::Result<Vec<(BatchCode, OpenStep)>> {
    let mut all = admission::open_steps(batches, waiting);
    all.extend(sitting::open_steps(tx, batches, now).await?);
    Ok(all)
}

/// Proposed duties that this person may decide.
fn duty_task(who: &Subject, agenda: &Agenda, now: UnixMicros) -> Option<Task> {
    let count = identity::duties_to_decide(who, agenda.proposed_duties(), now);
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    Some(Task { title: "task-grant-decide".into(), count, href: "/accounts".to_owned(), due: None })
}

fn case_task(task: filing::CaseTask) -> Task {
    Task { title: task.key.into(), count: task.count, href: task.href.to_owned(), due: task.due }
}

/// What each stage adds to the applicant's page, in order; then what they were told.
#[must_use]
pub fn steps() -> StepSources {
    StepSources::new(vec![|env, tx, applied| Box::pin(stage_lines(env, tx, applied))])
}

/// How the applications stand and what came of them is asked for once for all stages.
async fn stage_lines(env: &Env, tx: &mut Tx, applied: &[Applied]) -> sqlx::Result<Vec<Vec<StepLine>>> {
    let standings = admission::standings(tx, applied).await?;
    // Only who is on the list has a result.
    let admitted = applied.iter().zip(&standings).filter(|(_, one)| one.state == admission::State::Admitted);
    let ids: Vec<&str> = admitted.map(|(one, _)| one.application.id.as_str()).collect();
    let outcomes = result::published_outcomes(tx, &ids).await?;
    let of_stages = [
        admission::steps(env, tx, applied, &standings).await?,
        arrangement::steps(env, tx, applied, &standings).await?,
        result::steps(applied, &outcomes),
        certificate::steps(tx, applied, &outcomes).await?,
        announcement::steps(tx, applied).await?,
    ];
    let mut lines = vec![Vec::new(); applied.len()];
    for stage in of_stages {
        for (of, more) in lines.iter_mut().zip(stage) {
            of.extend(more);
        }
    }
    Ok(lines)
}

/// Who tells the page of an organisation which sites it runs.
#[must_use]
pub fn grounds() -> organisation::GroundsSource {
    organisation::GroundsSource(|tx, path| Box::pin(venue::grounds(tx, path)))
}

/// Who names what long work works on.
#[must_use]
pub fn job_subjects() -> job::SubjectSource {
    job::SubjectSource(|tx, jobs| Box::pin(list_job_subjects(tx, jobs)))
}

async fn list_job_subjects(tx: &mut Tx, jobs: &[job::Job]) -> sqlx::Result<HashMap<String, job::JobSubject>> {
    let mut all = registration::job_subjects(tx, jobs).await?;
    all.extend(announcement::job_subjects(tx, jobs).await?);
    Ok(all)
}

/// Where duties may be given: the tree of organisations and the batches.
#[must_use]
pub fn places() -> identity::PlaceSource {
    identity::PlaceSource(|tx| Box::pin(list_places(tx)))
}

async fn list_places(tx: &mut Tx) -> sqlx::Result<identity::Places> {
    let organisations = organisation::everything(tx).await?.into_iter().map(|row| identity::Place {
        code: row.path.to_string(),
        name_zh: row.name_zh,
        name_en: row.name_en,
    });
    let organisations = organisations.collect();
    let batches = plan::batches(tx).await?.into_iter().map(|batch| identity::Place {
        code: batch.code.to_string(),
        name_zh: batch.title_zh,
        name_en: batch.title_en,
    });
    Ok(identity::Places { organisations, batches: batches.collect() })
}
