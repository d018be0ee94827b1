//! Handing a case in, taking it back, and whether it is complete.
use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{Env, approval};
use kernel::Day;
use serde_json::json;
use web::{Form, Message, PageError, PageResult, Visit};

use super::{
    decision::DECISIONS,
    entry::{HandleFilings, InCase, PrepareCase},
    show::again,
};
use crate::{
    CaseAct, CaseRefused, CaseState, Course, Procedure, after,
    rules::{case::due_on, paper::missing, request::check_lines},
    store::{
        case::{self, FilingCase, Move},
        procedure, request,
    },
};

/// Longest words of a notice, in characters.
pub(super) const WORDS_CHARS_MAX: usize = 1000;

/// What the next state of a case depends on.
pub(super) fn course(case: &FilingCase, procedure: &Procedure) -> Course {
    Course {
        was_returned: !case.correction.is_empty(),
        is_assessed: procedure.is_assessed(),
        is_announced: procedure.is_announced(),
    }
}

/// Where an act leads, and by when the authority does what comes then.
pub(super) async fn step(
    tx: &mut Tx,
    case: &FilingCase,
    act: CaseAct,
    today: Day,
) -> PageResult<(CaseState, Option<Day>)> {
    let procedure = procedure::by_id(tx, &case.procedure_id).await?;
    let state = after(case.state, act, course(case, &procedure))
        .map_err(|refused: CaseRefused| PageError::Refused(refused.message()))?;
    let calendar = scheme::almanac(tx).await?.calendar;
    Ok((state, due_on(state, today, &procedure, &calendar)))
}

/// Writes where a case goes.
pub(super) async fn go(
    tx: &mut Tx,
    env: &Env,
    case: &FilingCase,
    (state, due_on): (CaseState, Option<Day>),
    correction: &str,
) -> PageResult<()> {
    let to = Move { state, due_on, correction, announced_until: case.announced_until };
    if case::move_on(tx, case, to, env.now()).await? { Ok(()) } else { Err(PageError::Stale) }
}

/// POST /filing-cases/{id}/submission with `commitment` (yes) and `version`.
pub async fn submit(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<PrepareCase>,
    mut form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    let today = env.now().day();
    let next = step(&mut tx, &case, CaseAct::Submit, today).await?;
    let refused = incomplete(&mut tx, &case, today).await?;
    if !refused.is_empty() {
        return Err(PageError::Mistakes(refused));
    }
    if case::unfinished(&mut tx, &case).await? > 0 {
        return Err(PageError::refused("case-unfinished"));
    }
    if form.value("commitment") != "yes" {
        form.refuse("commitment", "case-commitment-needed");
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    }
    go(&mut tx, &env, &case, next, &case.correction).await?;
    let lines = request::lines(&mut tx, &case.id).await?;
    let papers = request::papers(&mut tx, &case.id).await?;
    let digests: Vec<_> = papers.iter().map(|paper| (paper.position, &paper.digest)).collect();
    let payload = json!({ "lines": lines, "papers": digests, "commitment": true });
    entry.note(&mut tx, &env, ("submit", "filing-case.submit"), "", payload).await?;
    tx.commit().await?;
    Ok(web::done(&entry.here(), "case-submitted"))
}

/// Everything that is still missing.
async fn incomplete(tx: &mut Tx, case: &FilingCase, today: Day) -> PageResult<Vec<Message>> {
    let materials = procedure::materials(tx, &case.procedure_id).await?;
    // A promise whose day is over is none.
    let papers = request::papers(tx, &case.id).await?.into_iter();
    let given: Vec<i64> = papers
        .filter(|paper| paper.promised_until.is_none_or(|until| today < until))
        .map(|paper| paper.position)
        .collect();
    let lines = request::lines(tx, &case.id).await?;
    let held = match &case.filing_id {
        Some(id) => organisation::held(tx, id).await?,
        None => None,
    };
    let mut refused = missing(&materials, &given);
    refused.extend(check_lines(case.kind, &lines, held.as_ref(), today).err().unwrap_or_default());
    Ok(refused.iter().map(CaseRefused::message).collect())
}

/// The applicant takes back whatever is not over; the authority what it opened itself, until it is found complete: what
/// was found and decided then is not ended by one person.
pub(super) fn may_be_taken_back(case: &FilingCase) -> bool {
    match case.state {
        CaseState::Draft | CaseState::Submitted | CaseState::Returned => true,
        CaseState::Complete | CaseState::Assessed | CaseState::Announced => case.mode.is_by_the_applicant(),
        CaseState::Granted | CaseState::Refused | CaseState::Withdrawn => false,
    }
}

/// POST /filing-cases/{id}/withdrawal with `version`.
pub async fn withdraw(
    State(env): State<Env>,
    entry: InCase<PrepareCase>,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    if !may_be_taken_back(&case) {
        return Err(PageError::Refused(CaseRefused::NotNow.message()));
    }
    let next = step(&mut tx, &case, CaseAct::Withdraw, env.now().day()).await?;
    go(&mut tx, &env, &case, next, &case.correction).await?;
    entry.note(&mut tx, &env, ("withdraw", "filing-case.withdraw"), "", json!({})).await?;
    tx.commit().await?;
    Ok(web::done(&entry.here(), "case-was-withdrawn"))
}

/// POST /filing-cases/{id}/check with `finding` (complete, return), `correction` and `version`.
pub async fn check(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<HandleFilings>,
    mut form: Form,
) -> PageResult<Response> {
    let (act, event) = match form.value("finding") {
        "complete" => (CaseAct::FindComplete, ("complete", "filing-case.complete")),
        "return" => (CaseAct::Return, ("return", "filing-case.return")),
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let words = form.value("correction").to_owned();
    if act == CaseAct::Return && words.is_empty() {
        form.refuse("correction", "case-correction-needed");
    }
    if words.chars().count() > WORDS_CHARS_MAX {
        form.refuse("correction", Message::new("case-words-long").with("n", WORDS_CHARS_MAX));
    }
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    let next = step(&mut tx, &case, act, env.now().day()).await?;
    if approval::pending_of(&mut tx, DECISIONS, case.id.as_str()).await?.is_some() {
        return Err(PageError::refused("approval-waiting-already"));
    }
    if !form.is_ok() {
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    }
    let (correction, said) = if act == CaseAct::Return {
        (words.as_str(), words.as_str())
    } else {
        (case.correction.as_str(), "")
    };
    go(&mut tx, &env, &case, next, correction).await?;
    entry.note(&mut tx, &env, event, said, json!({ "due_on": next.1 })).await?;
    tx.commit().await?;
    let sentence = if act == CaseAct::Return { "case-was-returned" } else { "case-found-complete" };
    Ok(web::done(&entry.here(), sentence))
}
