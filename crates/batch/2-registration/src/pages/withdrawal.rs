//! Taking an application back: the page asks first, with or without JavaScript.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::Batch;
use serde_json::Value;
use web::{Form, PageError, PageResult, Visit};

use super::{list::Names, mine::Candidate};
use crate::{Application, ApplicationStatus, Filed, intake, rules::gate::RegistrationRefused, store};

#[derive(Template)]
#[template(path = "mine/withdrawal.html")]
struct AskPage<'a> {
    v: &'a Visit,
    batch_title: String,
    title: String,
    application: Application,
}

/// GET /my/applications/{id}/withdrawal
pub async fn ask(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (Filed { application, is_closed, .. }, batch) = standing(&mut tx, &env, &candidate, &id).await?;
    if is_closed {
        return Err(RegistrationRefused::BookClosed.into());
    }
    let names = Names::load(&mut tx, &batch).await?;
    let occupation = names.occupation(&v, &application.occupation_code);
    let level = names.level(&v, &application.level_code);
    let title = format!("{occupation} · {level}");
    let page = AskPage { v: &v, batch_title: batch.title(v.t), title, application };
    web::narrow_page(&v, &v.t.s("withdraw"), &page)
}

/// POST /my/applications/{id}/withdrawal — only from the page that asks.
pub async fn withdraw(
    State(env): State<Env>,
    candidate: Candidate,
    Path(id): Path<String>,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let (Filed { application, .. }, batch) = standing(&mut tx, &env, &candidate, &id).await?;
    if form.value("sure") != "yes" {
        return Err(RegistrationRefused::NotSure.into());
    }
    intake::hold_book(&mut tx, &batch.code).await?;
    let seen = form.value("seen_version").parse().unwrap_or_default();
    if !store::set_status(&mut tx, &application.id, seen, ApplicationStatus::Withdrawn).await? {
        return Err(PageError::Stale);
    }
    intake::report(&mut tx, &batch.code, env.now()).await?;
    let note = candidate.who.note("application.withdraw", "application", application.id.as_str());
    note.batch(batch.code.as_str()).payload(Value::Null).record(&mut tx, &env).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/my/applications/{id}"), "application-taken-back"))
}

/// An application of the candidate's own that was not taken back yet.
async fn standing(tx: &mut Tx, env: &Env, candidate: &Candidate, id: &str) -> PageResult<(Filed, Batch)> {
    let (own, (batch, _)) = candidate.own_in_batch(tx, env, id).await?;
    if own.application.status == ApplicationStatus::Withdrawn {
        return Err(RegistrationRefused::Withdrawn.into());
    }
    Ok((own, batch))
}
