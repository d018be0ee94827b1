//! Correcting the name or the document number of somebody who applied.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use kernel::{DocumentKind, DocumentNumber, PersonName};
use person::Person;
use plan::{Batch, CorrectPerson, InBatch, stage_head};
use web::{Form, Markup, PageResult, Visit};

use super::{STAGE, list::within};
use crate::{
    Application, ApplicationStatus, correction,
    rules::{
        correction::{Correction, CorrectionRefused},
        gate::RegistrationRefused,
    },
    store,
};

#[derive(Template)]
#[template(path = "application/correction.html")]
struct FormPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    application: &'a Application,
    person: &'a Person,
    form: Form,
}

/// GET /batches/{code}/applications/{id}/correction
pub async fn edit(
    State(env): State<Env>,
    entry: InBatch<CorrectPerson>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let application = standing(within(&mut tx, &entry, &id).await?)?;
    if store::is_closed(&mut tx, &entry.batch.code).await? {
        return Err(RegistrationRefused::BookClosed.into());
    }
    let person = person::load(&mut tx, &env.vault, &application.person_id).await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let version = application.version.to_string();
    let form = Form::filled(&[("name", person.name.as_str()), ("seen_version", version.as_str())]);
    let form = form.needs(&["name", "reason"]);
    let (batch, application, person) = (&entry.batch, &application, &person);
    let page = FormPage { v: &v, head, batch, application, person, form };
    web::page(&v, &v.t.s("correction-title"), &page)
}

/// POST /batches/{code}/applications/{id}/correction
pub async fn create(
    State(env): State<Env>,
    entry: InBatch<CorrectPerson>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    let mut form = form.needs(&["name", "reason"]);
    let mut tx = env.db.write().await?;
    let application = standing(within(&mut tx, &entry, &id).await?)?;
    let person = person::load(&mut tx, &env.vault, &application.person_id).await?;
    if let Some(correction) = read(&mut form, &person) {
        let seen = (&application, form.value("seen_version").parse().unwrap_or_default());
        match correction::correct(&mut tx, &env, &entry.who, &person, &correction, seen).await? {
            Ok(()) => {
                correction::tell(&mut tx, &env, &entry.batch, &person, &application.id).await?;
                tx.commit().await?;
                let to = format!("/batches/{}/applications/{id}", entry.batch.code);
                return Ok(web::done(&to, "correction-done"));
            }
            Err(refused) => refuse(&mut form, refused)?,
        }
    }
    drop(tx);
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let (batch, application, person) = (&entry.batch, &application, &person);
    let page = FormPage { v: &v, head, batch, application, person, form };
    web::page_again(&v, &v.t.s("correction-title"), &page, false)
}

/// What was asked for; an empty number stays what it is.
fn read(form: &mut Form, person: &Person) -> Option<Correction> {
    let name = form.parse("name", PersonName::parse);
    let kept = person.document.clone();
    let kind = DocumentKind::named(&person.document_kind).unwrap_or(DocumentKind::ResidentCard);
    let document = form.parse("document", |given| {
        DocumentNumber::parse(kind, if given.is_empty() { kept.as_str() } else { given })
    });
    let reason = form.value("reason").to_owned();
    match Correction::of(person, name?, document?, &reason) {
        Ok(correction) => Some(correction),
        Err(refused) => {
            form.refuse(refused.field().unwrap_or("name"), refused.message());
            None
        }
    }
}

/// At its field; what no field can mend is answered as a page of its own.
fn refuse(form: &mut Form, refused: CorrectionRefused) -> PageResult<()> {
    let field = refused.field().ok_or(refused)?;
    form.refuse(field, refused.message());
    Ok(())
}

fn standing(application: Application) -> PageResult<Application> {
    if application.status == ApplicationStatus::Withdrawn {
        return Err(RegistrationRefused::Withdrawn.into());
    }
    Ok(application)
}
