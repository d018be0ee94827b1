//! Correcting an application that was given back.
use ::store::Tx;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, InBatch, Register, Window};
use serde_json::json;
use web::{Form, Message, PageError, PageResult, Visit};

use super::{
    form::{FormPage, check, fill, read},
    list::within,
    mine::Candidate,
};
use crate::{
    Application, ApplicationStatus, Applied, Filed, Origin, StepSources, StepState, intake,
    rules::{
        draft::Scope,
        gate::{RegistrationRefused, check_same_facts, check_window},
        trouble::Trouble,
    },
    store,
};

/// GET /my/applications/{id}/resubmission
pub async fn edit(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
    sources: StepSources,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (own, planned) = returned(&mut tx, &env, &candidate, &id).await?;
    let Filed { application: known, person, .. } = own;
    let scope = whole_scope(&mut tx, &env, &planned).await?;
    let reason = reason(&mut tx, &env, &sources, (&known, planned.clone())).await?;
    let form = fill(&known, &person, &known.open(&env.vault)?, &scope);
    FormPage::new(&v, &planned.0, form, &scope, Some(&known)).because(reason).show()
}

/// An application of the candidate's own that was given back and can still be corrected.
async fn returned(
    tx: &mut Tx,
    env: &Env,
    candidate: &Candidate,
    id: &str,
) -> PageResult<(Filed, (Batch, Vec<Window>))> {
    let (own, (batch, windows)) = candidate.own_in_batch(tx, env, id).await?;
    if own.application.status != ApplicationStatus::Returned {
        return Err(RegistrationRefused::NotReturned.into());
    }
    if own.is_closed {
        return Err(RegistrationRefused::BookClosed.into());
    }
    let review = windows.iter().find(|window| window.code == "review");
    check_window(review, batch.published_at.is_some(), env.now())?;
    Ok((own, (batch, windows)))
}

/// What may be applied for anywhere in the batch.
async fn whole_scope(tx: &mut Tx, env: &Env, (batch, windows): &(Batch, Vec<Window>)) -> sqlx::Result<Scope> {
    let registration = windows.iter().find(|window| window.code == "registration");
    intake::scope(tx, (batch, registration), std::slice::from_ref(&batch.org_path), env.now()).await
}

/// Why it was given back, as the later stage tells it on the applicant's page: in the first line whose turn it
/// is, which says nothing of what was applied for.
async fn reason(
    tx: &mut Tx,
    env: &Env,
    sources: &StepSources,
    (known, planned): (&Application, (Batch, Vec<Window>)),
) -> PageResult<Option<Message>> {
    let applied = [Applied::bare(known.clone(), planned)];
    let lines = sources.lines(env, tx, &applied).await?;
    Ok(lines.into_iter().flatten().find(|line| line.state == StepState::Now).and_then(|line| line.note))
}

/// POST /batches/{code}/applications/{id}/resubmission — a registration point hands in again what
/// was given back for its photo alone.
pub async fn hand_in(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let code = &entry.batch.code;
    let mut tx = env.db.write().await?;
    let known = within(&mut tx, &entry, &id).await?;
    intake::hold_book(&mut tx, code).await?;
    intake::check_open(&mut tx, &env, &entry.batch, intake::windows(&entry)).await??;
    let photo = crate::photo_digest(&mut tx, &known).await?;
    check_same_facts(known.status, known.reviewed_photo.as_deref(), photo.as_deref())?;
    let seen = form.value("seen_version").parse().unwrap_or_default();
    if !store::hand_in_again(&mut tx, &known.id, seen, env.now()).await? {
        return Err(PageError::Stale);
    }
    intake::report(&mut tx, code, env.now()).await?;
    entry
        .who
        .note("application.resubmit", "application", known.id.as_str())
        .batch(code.as_str())
        .payload(json!({ "changed": ["photo"], "photo": photo }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}/applications/{id}"), "application-handed-in-again"))
}

/// POST /my/applications/{id}/resubmission
pub async fn resubmit(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
    sources: StepSources,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    let is_check = form.value("act") == "check";
    let mut tx = if is_check { env.db.read().await? } else { env.db.write().await? };
    let (own, planned) = returned(&mut tx, &env, &candidate, &id).await?;
    let Filed { application: known, person, .. } = own;
    let scope = whole_scope(&mut tx, &env, &planned).await?;
    let reason = reason(&mut tx, &env, &sources, (&known, planned.clone())).await?;
    let (batch, _) = planned;
    let page = FormPage::new(&v, &batch, form, &scope, Some(&known)).because(reason);
    if is_check {
        return check(page);
    }
    let (mut draft, mut page) = match read(&env, &candidate, page)? {
        Ok(read) => read,
        Err(again) => return Ok(again),
    };
    // A correction is about facts; another person or another level is another application.
    if draft.document.as_str() != person.document || draft.name.as_str() != person.name {
        page.form.refuse("document", Trouble::OtherName.expected());
    }
    if draft.occupation_code != known.occupation_code || draft.level_code != known.level_code {
        page.form.refuse("clause", "resubmit-same-level");
    }
    if !page.form.is_ok() {
        return page.again();
    }
    intake::hold_book(&mut tx, &batch.code).await?;
    draft.serial = known.serial;
    let seen = page.form.value("seen_version").parse().unwrap_or_default();
    let changed = draft.differences(&person, &known, &known.open(&env.vault)?);
    intake::keep_person(&mut tx, &env, &draft, Some(&person)).await?;
    // What the applicant corrected is theirs: a roster handed in again must not put the old facts back.
    let row = Application { version: seen, ..intake::restated(&env, &known, &draft, Origin::Applicant) };
    let payload = intake::payload(&env, &draft, &changed);
    intake::rewrite(&mut tx, &env, &candidate.who, "application.resubmit", &row, payload).await?;
    intake::report(&mut tx, &batch.code, env.now()).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/my/applications/{id}"), "application-handed-in"))
}
