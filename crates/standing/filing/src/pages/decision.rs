//! Two people decide; what was decided is announced and then done; a plaque is handed over.
use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use kernel::{Day, Digest, SiteCode};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Message, PageError, PageResult, Visit};

use super::{
    entry::{HandleFilings, InCase},
    handling::{WORDS_CHARS_MAX, go, step},
    show::again,
};
use crate::{
    CaseAct, CaseRefused, CaseState, Outcome, Procedure,
    grant::{carry_out, planned},
    outcome,
    rules::change::{HoldsTo, Terms, gets_code},
    store::{
        assessment::{self, Assessor, Points},
        case::{self, FilingCase, Move},
        objection, procedure, request,
    },
};

/// The kind of approval that grants.
pub(super) const APPROVE: &str = "filing-case.approve";
/// The kind that refuses.
const REFUSE: &str = "filing-case.refuse";
/// Both: one of them waits at a time.
pub(super) const DECISIONS: [&str; 2] = [APPROVE, REFUSE];

/// Longest number of a paper or plaque, in characters.
const NUMBER_CHARS_MAX: usize = 60;

fn refused(refused: &CaseRefused) -> PageError {
    PageError::Refused(refused.message())
}

/// POST /filing-cases/{id}/proposal with `finding` (approve, refuse), `site_code`, `document`, `holds_from`, `holds_to`,
/// `reason`, `version`.
pub async fn propose(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<HandleFilings>,
    mut form: Form,
) -> PageResult<Response> {
    let (kind, act) = match form.value("finding") {
        "approve" => (APPROVE, CaseAct::Approve),
        "refuse" => (REFUSE, CaseAct::Refuse),
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    step(&mut tx, &case, act, env.now().day()).await?;
    if approval::pending_of(&mut tx, DECISIONS, case.id.as_str()).await?.is_some() {
        return Err(PageError::refused("approval-waiting-already"));
    }
    let reason = reason(&mut form, act);
    let terms = if act == CaseAct::Approve { read(&mut form, &case) } else { None };
    if !form.is_ok() {
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    }
    if let Some(terms) = &terms {
        may_approve(&mut tx, &env, &case, terms).await?;
    }
    // A refusal leaves what was approved before it as it stands, for it may be rejected.
    let kept = terms.clone().or_else(|| case.terms());
    if !case::put_terms(&mut tx, &case, (kept.as_ref(), &reason), env.now()).await? {
        return Err(PageError::Stale);
    }
    let case = case::by_id(&mut tx, case.id.as_str()).await?.ok_or(PageError::NotFound)?;
    let digest = digest(&mut tx, &case).await?;
    let what = Proposed { kind, object: case.id.as_str(), batch: None, digest: &digest, reason: &reason };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    entry
        .note(&mut tx, &env, (proposal_event(act), "filing-case.propose"), &reason, json!({ "terms": terms }))
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("{}#decision", entry.here()), "case-proposed"))
}

fn proposal_event(act: CaseAct) -> &'static str {
    if act == CaseAct::Approve { "propose-approval" } else { "propose-refusal" }
}

/// Whoever refuses says why.
fn reason(form: &mut Form, act: CaseAct) -> String {
    let reason = form.value("reason").to_owned();
    if act == CaseAct::Refuse && reason.is_empty() {
        form.refuse("reason", "case-reason-needed");
    }
    if reason.chars().count() > WORDS_CHARS_MAX {
        form.refuse("reason", Message::new("case-words-long").with("n", WORDS_CHARS_MAX));
    }
    reason
}

/// The terms of a form.
fn read(form: &mut Form, case: &FilingCase) -> Option<Terms> {
    let site_code = match form.value("site_code") {
        code if code.is_empty() || !gets_code(case.kind, case.filing_kind) => None,
        _ => form.parse("site_code", SiteCode::parse),
    };
    let document = form.required("document").unwrap_or_default();
    if document.chars().count() > NUMBER_CHARS_MAX {
        form.refuse("document", Message::new("case-words-long").with("n", NUMBER_CHARS_MAX));
    }
    let holds_from = form.parse("holds_from", Day::parse);
    let holds_to = match (HoldsTo::of(case.kind), form.value("holds_to")) {
        (HoldsTo::Absent, _) | (HoldsTo::Possible, "") => None,
        (HoldsTo::Needed | HoldsTo::Possible, _) => {
            form.parse("holds_to", Day::parse).map(|last| last.plus_days(1))
        }
    };
    Some(Terms { site_code, document, holds_from: holds_from?, holds_to })
}

/// An approval needs enough experts who found that it passes, and a register in which it can be done.
async fn may_approve(tx: &mut Tx, env: &Env, case: &FilingCase, terms: &Terms) -> PageResult<()> {
    let known = procedure::by_id(tx, &case.procedure_id).await?;
    if known.is_assessed() {
        let assessors = assessment::assessors(tx, &case.id).await?;
        let points = assessment::points(tx, &case.id).await?;
        if !found(tx, &known, (&assessors, &points)).await?.is_passed {
            return Err(refused(&CaseRefused::NotPassed));
        }
    }
    planned(tx, env, case, terms).await.map(|_| ())
}

/// What the experts who have sealed found.
pub(super) async fn found(
    tx: &mut Tx,
    known: &Procedure,
    (assessors, points): (&[Assessor], &[Points]),
) -> PageResult<Outcome> {
    let conditions = procedure::conditions(tx, &known.id).await?;
    let of = |one: &Assessor| {
        let own = points.iter().filter(|row| row.account_id == one.account_id);
        own.map(|row| (row.position, row.points)).collect::<Vec<_>>()
    };
    let experts: Vec<_> = assessors.iter().filter(|one| one.sealed_at.is_some()).map(of).collect();
    Ok(outcome(&conditions, &experts, known.pass_points))
}

/// SHA-256 of the case with all that it rests on: its terms, lines, papers and points.
async fn digest(tx: &mut Tx, case: &FilingCase) -> PageResult<Digest> {
    let lines = request::lines(tx, &case.id).await?;
    let papers = request::papers(tx, &case.id).await?;
    let papers: Vec<_> = papers.iter().map(|paper| (paper.position, &paper.digest)).collect();
    let points = assessment::points(tx, &case.id).await?;
    let points: Vec<_> = points.iter().map(|row| (&row.account_id, row.position, row.points)).collect();
    let all = json!({
        "case": case.id, "state": case.state, "terms": case.terms(), "reason": case.reason, "lines": lines,
        "papers": papers, "points": points,
    });
    Ok(Digest::from_bytes(&Sha256::digest(all.to_string()).into()))
}

/// POST /filing-cases/{id}/decision with `decision` (approve, reject) and `version`.
pub async fn decide(
    State(env): State<Env>,
    entry: InCase<HandleFilings>,
    form: Form,
) -> PageResult<Response> {
    let decision = match form.value("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    if case.state.is_over() {
        return Err(refused(&CaseRefused::NotNow));
    }
    let (kind, act) = match approval::pending(&mut tx, APPROVE, case.id.as_str()).await? {
        Some(_) => (APPROVE, CaseAct::Approve),
        None => (REFUSE, CaseAct::Refuse),
    };
    let digest = digest(&mut tx, &case).await?;
    let proposal =
        approval::decide(&mut tx, &env, &entry.who, kind, case.id.as_str(), &digest, decision).await?;
    let Some(proposal) = proposal else {
        let kept = case.terms().filter(|_| kind == REFUSE);
        if !case::put_terms(&mut tx, &case, (kept.as_ref(), ""), env.now()).await? {
            return Err(PageError::Stale);
        }
        entry.note(&mut tx, &env, ("proposal-rejected", "filing-case.decide"), "", json!({})).await?;
        tx.commit().await?;
        return Ok(web::done(&entry.here(), "case-proposal-rejected"));
    };
    let today = env.now().day();
    let (state, due_on) = step(&mut tx, &case, act, today).await?;
    let terms = case.terms();
    if let (CaseAct::Approve, Some(terms)) = (act, &terms) {
        may_approve(&mut tx, &env, &case, terms).await?;
    }
    let (announced_until, due_on) = match state {
        CaseState::Announced => announcement(&mut tx, &case, today).await?,
        CaseState::Granted
        | CaseState::Refused
        | CaseState::Draft
        | CaseState::Submitted
        | CaseState::Returned
        | CaseState::Complete
        | CaseState::Assessed
        | CaseState::Withdrawn => (case.announced_until, due_on),
    };
    let to = Move { state, due_on, correction: &case.correction, announced_until };
    if !case::move_on(&mut tx, &case, to, env.now()).await? {
        return Err(PageError::Stale);
    }
    let (event, sentence) = match state {
        CaseState::Announced => ("announce", "case-was-announced"),
        CaseState::Granted => ("grant", "case-was-granted"),
        CaseState::Draft
        | CaseState::Submitted
        | CaseState::Returned
        | CaseState::Complete
        | CaseState::Assessed
        | CaseState::Refused
        | CaseState::Withdrawn => ("refuse", "case-was-refused"),
    };
    let filing = match (state, &terms) {
        (CaseState::Granted, Some(terms)) => Some(carry_out(&mut tx, &env, &case, terms).await?),
        (_, _) => None,
    };
    let payload = json!({
        "proposal": proposal.id, "digest": digest.as_str(), "announced_until": announced_until, "filing": filing,
    });
    entry.note(&mut tx, &env, (event, "filing-case.decide"), &case.reason, payload).await?;
    tx.commit().await?;
    Ok(web::done(&entry.here(), sentence))
}

/// The first day after the announcement that begins today, and by when it is granted in time.
async fn announcement(tx: &mut Tx, case: &FilingCase, today: Day) -> PageResult<(Option<Day>, Option<Day>)> {
    let known = procedure::by_id(tx, &case.procedure_id).await?;
    let calendar = scheme::almanac(tx).await?.calendar;
    // Its days are whole working days after this one.
    let last = calendar.plus_working_days(today, known.announce_days);
    Ok((Some(last.plus_days(1)), Some(calendar.plus_working_days(last, known.decide_days))))
}

/// POST /filing-cases/{id}/grant with `version`: the announcement is over, and nobody was right to object.
pub async fn grant(State(env): State<Env>, entry: InCase<HandleFilings>, form: Form) -> PageResult<Response> {
    let today = env.now().day();
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    let next = step(&mut tx, &case, CaseAct::Grant, today).await?;
    if approval::pending(&mut tx, REFUSE, case.id.as_str()).await?.is_some() {
        return Err(PageError::refused("approval-waiting-already"));
    }
    if let Some(until) = case.announced_until.filter(|until| today < *until) {
        return Err(refused(&CaseRefused::AnnouncedUntil(until)));
    }
    let objections = objection::objections(&mut tx, &case.id).await?;
    let open = objections.iter().filter(|one| one.is_upheld.is_none()).count();
    if open > 0 {
        return Err(refused(&CaseRefused::OpenObjections(open)));
    }
    if objections.iter().any(|one| one.is_upheld == Some(true)) {
        return Err(refused(&CaseRefused::UpheldObjection));
    }
    let terms = case.terms().ok_or(PageError::Stale)?;
    go(&mut tx, &env, &case, next, &case.correction).await?;
    let filing = carry_out(&mut tx, &env, &case, &terms).await?;
    let payload = json!({ "filing": filing, "terms": terms });
    entry.note(&mut tx, &env, ("grant", "filing-case.grant"), "", payload).await?;
    tx.commit().await?;
    Ok(web::done(&entry.here(), "case-was-granted"))
}

/// POST /filing-cases/{id}/plaque with `number` and `on`.
pub async fn plaque(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<HandleFilings>,
    mut form: Form,
) -> PageResult<Response> {
    let number = form.required("number").unwrap_or_default();
    if number.chars().count() > NUMBER_CHARS_MAX {
        form.refuse("number", Message::new("case-words-long").with("n", NUMBER_CHARS_MAX));
    }
    let day = form.parse("on", Day::parse);
    if day.is_some_and(|day| env.now().day() < day) {
        form.refuse("on", "case-plaque-in-future");
    }
    let mut tx = env.db.write().await?;
    let case = case::by_id(&mut tx, entry.case.id.as_str()).await?.ok_or(PageError::NotFound)?;
    let (CaseState::Granted, Some(filing)) = (case.state, case.filing_id.clone()) else {
        return Err(refused(&CaseRefused::NotNow));
    };
    let known = organisation::one_filing(&mut tx, &filing).await?.ok_or(PageError::NotFound)?;
    if known.ended_on.is_some() {
        return Err(refused(&CaseRefused::NotNow));
    }
    let Some(day) = day.filter(|_| form.is_ok()) else {
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    };
    if !case::touch(&mut tx, &case, env.now()).await?
        || !organisation::hand_over_plaque(&mut tx, &filing, &number, day).await?
    {
        return Err(PageError::Stale);
    }
    let payload = json!({ "filing": filing, "number": number, "on": day });
    entry.note(&mut tx, &env, ("plaque", "filing.plaque"), &number, payload).await?;
    tx.commit().await?;
    Ok(web::done(&entry.here(), "case-plaque-kept"))
}
