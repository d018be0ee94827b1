//! Experts are appointed, look at the body, and seal what they found.
use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Env, Holder, Role, holders};
use kernel::{OrgPath, UnixMicros};
use serde_json::json;
use web::{Form, Message, PageError, PageResult, Visit, page, page_again};

use super::{
    entry::{AssessFilings, HandleFilings, InCase},
    handling::{go, step},
};
use crate::{
    CaseAct, CaseRefused, CaseState, Condition,
    rules::assessment::check_points,
    store::{
        assessment::{self, Assessor, Points},
        case::{self, FilingCase},
        procedure,
    },
};

/// Longest remark, in characters.
const REMARK_CHARS_MAX: usize = 200;

/// Those who may be appointed, and go on: experts of this authority who handle none of its cases, and hold nothing in the
/// body that asks, above or below it, but being experts here.
pub(super) async fn candidates(tx: &mut Tx, case: &FilingCase, now: UnixMicros) -> sqlx::Result<Vec<String>> {
    let all = holders(tx, now).await?;
    let authority = &case.authority_path;
    let is_expert = |holder: &&Holder| {
        holder.role == Role::Assessor && holder.batch_code.is_none() && holder.path.contains(authority)
    };
    let is_bound = |holder: &&Holder| {
        let handles = holder.role == Role::FilingOfficer && holder.path.contains(authority);
        handles || (!is_expert(holder) && is_near(&holder.path, &case.org_path))
    };
    let mut found: Vec<String> =
        all.iter().filter(is_expert).map(|holder| holder.account_id.clone()).collect();
    found.retain(|account| !all.iter().filter(is_bound).any(|holder| holder.account_id == *account));
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// How many experts have sealed, or can.
pub(super) fn active(assessors: &[Assessor], candidates: &[String]) -> i64 {
    let counts = |one: &&Assessor| one.sealed_at.is_some() || candidates.contains(&one.account_id);
    i64::try_from(assessors.iter().filter(counts).count()).unwrap_or(i64::MAX)
}

/// Whether somebody who holds a duty at `held` works in the body or above or below it.
fn is_near(held: &OrgPath, body: &OrgPath) -> bool {
    held.contains(body) || body.contains(held)
}

/// POST /filing-cases/{id}/assessors with `account` and `version`.
pub async fn appoint(
    State(env): State<Env>,
    entry: InCase<HandleFilings>,
    form: Form,
) -> PageResult<Response> {
    let now = env.now();
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    let known = procedure::by_id(&mut tx, &case.procedure_id).await?;
    if case.state != CaseState::Complete || !known.is_assessed() {
        return Err(PageError::Refused(CaseRefused::NotNow.message()));
    }
    let account = form.value("account");
    let free = candidates(&mut tx, &case, now).await?;
    if !free.iter().any(|one| one == account) {
        return Err(PageError::refused("case-choose-assessor"));
    }
    if active(&assessment::assessors(&mut tx, &case.id).await?, &free) >= known.assessors {
        return Err(PageError::Refused(CaseRefused::EnoughAssessors.message()));
    }
    if !case::touch(&mut tx, &case, now).await? {
        return Err(PageError::Stale);
    }
    if !assessment::appoint(&mut tx, &case.id, (account, &entry.who.account_id), now).await? {
        return Err(PageError::refused("case-appointed-already"));
    }
    entry.note(&mut tx, &env, ("appoint", "filing-case.appoint"), "", json!({ "account": account })).await?;
    tx.commit().await?;
    Ok(web::done(&format!("{}#assessment", entry.here()), "case-appointed"))
}

#[derive(Template)]
#[template(path = "case/assessment.html")]
struct AssessmentPage<'a> {
    v: &'a Visit,
    form: Form,
    case: FilingCase,
    holder: String,
    conditions: Vec<Condition>,
    is_sealed: bool,
    is_open: bool,
}

impl AssessmentPage<'_> {
    fn points_field(&self, condition: &Condition) -> String {
        format!("points-{}", condition.position)
    }

    fn remark_field(&self, condition: &Condition) -> String {
        format!("remark-{}", condition.position)
    }
}

/// GET /filing-cases/{id}/assessment
pub async fn show(State(env): State<Env>, v: Visit, entry: InCase<AssessFilings>) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let points = assessment::points(&mut tx, &entry.case.id).await?;
    let own = points.iter().filter(|row| row.account_id == entry.who.account_id);
    let mut values = Vec::new();
    for row in own {
        values.push((format!("points-{}", row.position), row.points.to_string()));
        values.push((format!("remark-{}", row.position), row.remark.clone()));
    }
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let shown = load(&mut tx, &v, &entry, Form::filled(&values)).await?;
    page(&v, &v.t.s("case-assessment"), &shown)
}

async fn load<'a>(
    tx: &mut Tx,
    v: &'a Visit,
    entry: &InCase<AssessFilings>,
    form: Form,
) -> PageResult<AssessmentPage<'a>> {
    let case = case::by_id(tx, entry.case.id.as_str()).await?.ok_or(PageError::NotFound)?;
    let conditions = procedure::conditions(tx, &case.procedure_id).await?;
    let own = mine(tx, entry).await?;
    let body = organisation::by_id(tx, &case.organisation_id).await?.ok_or(PageError::NotFound)?;
    let is_open = own.sealed_at.is_none() && case.state == CaseState::Complete;
    let holder = v.t.pick(&body.name_zh, &body.name_en).to_owned();
    Ok(AssessmentPage { v, form, holder, conditions, is_sealed: own.sealed_at.is_some(), is_open, case })
}

async fn mine(tx: &mut Tx, entry: &InCase<AssessFilings>) -> PageResult<Assessor> {
    let all = assessment::assessors(tx, &entry.case.id).await?;
    all.into_iter().find(|one| one.account_id == entry.who.account_id).ok_or(PageError::NotFound)
}

/// POST /filing-cases/{id}/assessment with `points-N`, `remark-N` and `then` (keep, seal).
pub async fn give(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<AssessFilings>,
    mut form: Form,
) -> PageResult<Response> {
    let (now, is_sealing) = (env.now(), form.value("then") == "seal");
    let mut tx = env.db.write().await?;
    let case = case::by_id(&mut tx, entry.case.id.as_str()).await?.ok_or(PageError::NotFound)?;
    if case.state != CaseState::Complete || mine(&mut tx, &entry).await?.sealed_at.is_some() {
        return Err(PageError::Refused(CaseRefused::NotNow.message()));
    }
    // Whoever got a duty in the body meanwhile, or handles its cases, does not go on.
    if !candidates(&mut tx, &case, now).await?.contains(&entry.who.account_id) {
        return Err(PageError::NotFound);
    }
    let conditions = procedure::conditions(&mut tx, &case.procedure_id).await?;
    let rows = read(&mut form, &conditions, &entry.who.account_id, is_sealing);
    if !form.is_ok() {
        drop(tx);
        let mut tx = env.db.read().await?;
        let shown = load(&mut tx, &v, &entry, form).await?;
        return page_again(&v, &v.t.s("case-assessment"), &shown, false);
    }
    if !case::touch(&mut tx, &case, now).await? {
        return Err(PageError::Stale);
    }
    for row in &rows {
        if !assessment::put_points(&mut tx, &case.id, row).await? {
            return Err(PageError::Stale);
        }
    }
    if !is_sealing {
        entry
            .who
            .note("filing-case.points", "filing-case", case.id.as_str())
            .payload(json!({ "kept": rows.len() }))
            .record(&mut tx, &env)
            .await?;
        tx.commit().await?;
        return Ok(web::done(&format!("{}/assessment", entry.here()), "case-points-kept"));
    }
    seal(&mut tx, &env, &entry).await?;
    tx.commit().await?;
    Ok(web::done(&entry.here(), "case-points-sealed"))
}

/// The points of a form; what is left open is left out, and refused when it is sealed.
fn read(form: &mut Form, conditions: &[Condition], account: &str, is_sealing: bool) -> Vec<Points> {
    let mut rows = Vec::new();
    for condition in conditions {
        let (field, remark) =
            (format!("points-{}", condition.position), format!("remark-{}", condition.position));
        if form.value(&remark).chars().count() > REMARK_CHARS_MAX {
            form.refuse(&remark, Message::new("case-words-long").with("n", REMARK_CHARS_MAX));
        }
        let Ok(points) = form.value(&field).parse::<i64>() else {
            if is_sealing || !form.value(&field).is_empty() {
                form.refuse(&field, CaseRefused::NotScored(condition.position).message());
            }
            continue;
        };
        rows.push(Points {
            account_id: account.to_owned(),
            position: condition.position,
            points,
            remark: form.value(&remark).to_owned(),
        });
    }
    let given: Vec<(i64, i64)> = rows.iter().map(|row| (row.position, row.points)).collect();
    for refused in check_points(conditions, &given).err().unwrap_or_default() {
        if let CaseRefused::BeyondMost { number, .. } = &refused {
            form.refuse(&format!("points-{number}"), refused.message());
        }
    }
    rows
}

/// Seals what somebody found; with the last of them the case goes on.
async fn seal(tx: &mut Tx, env: &Env, entry: &InCase<AssessFilings>) -> PageResult<()> {
    let now = env.now();
    if !assessment::seal(tx, &entry.case.id, &entry.who.account_id, now).await? {
        return Err(PageError::Stale);
    }
    let case = case::by_id(tx, entry.case.id.as_str()).await?.ok_or(PageError::NotFound)?;
    let known = procedure::by_id(tx, &case.procedure_id).await?;
    let all = assessment::assessors(tx, &case.id).await?;
    // Somebody who cannot go on was replaced: as many as the procedure asks for are enough.
    let sealed = all.iter().filter(|one| one.sealed_at.is_some()).count();
    if i64::try_from(sealed).unwrap_or(i64::MAX) >= known.assessors {
        let next = step(tx, &case, CaseAct::Assess, now.day()).await?;
        go(tx, env, &case, next, &case.correction).await?;
    }
    entry.note(tx, env, ("seal", "filing-case.seal"), "", json!({ "sealed": true })).await
}
