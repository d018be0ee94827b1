//! Objections to what is announced: written down as they come in, and answered.
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::Day;
use serde_json::json;
use web::{Form, Message, PageError, PageResult, Visit};

use super::{
    entry::{HandleFilings, InCase},
    handling::WORDS_CHARS_MAX,
    show::again,
};
use crate::{
    CaseRefused, CaseState,
    store::{
        case,
        objection::{self, Objection},
    },
};

/// POST /filing-cases/{id}/objections with `received_on`, `words`, `version`.
pub async fn add(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<HandleFilings>,
    mut form: Form,
) -> PageResult<Response> {
    let today = env.now().day();
    let received_on = form.parse("received_on", Day::parse);
    if received_on.is_some_and(|day| today < day) {
        form.refuse("received_on", "case-objection-in-future");
    }
    let words = form.required("words").unwrap_or_default();
    if words.chars().count() > WORDS_CHARS_MAX {
        form.refuse("words", Message::new("case-words-long").with("n", WORDS_CHARS_MAX));
    }
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    if case.state != CaseState::Announced {
        return Err(PageError::Refused(CaseRefused::NotNow.message()));
    }
    if received_on.is_some_and(|day| case.announced_until.is_some_and(|until| until <= day)) {
        form.refuse("received_on", "case-objection-too-late");
    }
    let Some(received_on) = received_on.filter(|_| form.is_ok()) else {
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    };
    if !case::touch(&mut tx, &case, env.now()).await? {
        return Err(PageError::Stale);
    }
    let number = objection::objections(&mut tx, &case.id).await?.len() + 1;
    let number = i64::try_from(number).unwrap_or(i64::MAX);
    let row = Objection { number, received_on, words, answer: String::new(), is_upheld: None };
    objection::add(&mut tx, &case.id, &row).await?;
    let payload = json!({ "number": number, "received_on": received_on });
    entry.note(&mut tx, &env, ("objection", "filing-case.object"), "", payload).await?;
    tx.commit().await?;
    Ok(web::done(&format!("{}#objections", entry.here()), "case-objection-kept"))
}

/// POST /filing-cases/{id}/objections/{number}/answer with `answer-NUMBER`, `finding` (upheld, dismissed), `version`.
pub async fn answer(
    State(env): State<Env>,
    v: Visit,
    entry: InCase<HandleFilings>,
    Path((_, number)): Path<(String, i64)>,
    mut form: Form,
) -> PageResult<Response> {
    let is_upheld = match form.value("finding") {
        "upheld" => true,
        "dismissed" => false,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let field = format!("answer-{number}");
    let words = form.required(&field).unwrap_or_default();
    if words.chars().count() > WORDS_CHARS_MAX {
        form.refuse(&field, Message::new("case-words-long").with("n", WORDS_CHARS_MAX));
    }
    let mut tx = env.db.write().await?;
    let case = entry.as_seen(&mut tx, &form).await?;
    if case.state != CaseState::Announced {
        return Err(PageError::Refused(CaseRefused::NotNow.message()));
    }
    if !form.is_ok() {
        drop(tx);
        return again(&env, &v, &entry, case, form).await;
    }
    let now = env.now();
    let by = (entry.who.account_id.as_str(), now);
    if !case::touch(&mut tx, &case, now).await?
        || !objection::answer(&mut tx, &case.id, number, (&words, is_upheld), by).await?
    {
        return Err(PageError::Stale);
    }
    let payload = json!({ "number": number, "upheld": is_upheld });
    let act = if is_upheld { "objection-upheld" } else { "objection-dismissed" };
    entry.note(&mut tx, &env, (act, "filing-case.answer"), "", payload).await?;
    tx.commit().await?;
    Ok(web::done(&format!("{}#objections", entry.here()), "case-objection-answered"))
}
