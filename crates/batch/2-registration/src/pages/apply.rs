//! The applicant's form: facts first, then which clauses they meet, then the application.
use ::store::Tx;
use axum::{
    Extension,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use identity::{Env, Kind, Subject};
use person::Person;
use plan::{Batch, Window};
use serde::Deserialize;
use serde_json::json;
use web::{Form, PageError, PageResult, Visit};

use super::{
    form::{FormPage, check, read},
    mine::Candidate,
};
use crate::{
    Application, ApplicationStatus, Origin, intake,
    rules::{
        draft::{Draft, Scope},
        gate::{RegistrationRefused, check_window},
        trouble::Trouble,
    },
    store,
};

/// What applicants agree to, each by a tick of its own, and the version of its words in
/// `locales/`: changed words are a new version. Source: PIPL articles 17 and 29.
pub(super) const CONSENTS: [(&str, &str); 2] = [("privacy_notice", "2021-03"), ("sensitive_data", "2021-03")];

/// GET /apply/{code} — the public's way in.
pub async fn enter(
    State(env): State<Env>,
    Path(code): Path<String>,
    who: Option<Extension<Subject>>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = plan::batch(&mut tx, &code).await?.filter(|batch| batch.published_at.is_some());
    let batch = batch.ok_or(PageError::NotFound)?;
    match who {
        None => Err(PageError::SignIn),
        Some(Extension(who)) if who.kind == Kind::Staff => Err(RegistrationRefused::NotACandidate.into()),
        Some(_) => Ok(Redirect::to(&format!("/my/applications/new?batch={}", batch.code)).into_response()),
    }
}

/// The batch to apply in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    batch: String,
}

/// GET /my/applications/new?batch={code}
pub async fn new(
    State(env): State<Env>,
    _: Candidate,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (batch, window) = open_batch(&mut tx, &env, &asked.batch).await?;
    let scope =
        intake::scope(&mut tx, (&batch, window.as_ref()), std::slice::from_ref(&batch.org_path), env.now())
            .await?;
    let form = Form::filled(&[("batch", batch.code.as_str()), ("exam_kind", "正考")]);
    FormPage::new(&v, &batch, form, &scope, None).show()
}

/// A batch that takes applications now, with its window of registration.
async fn open_batch(tx: &mut Tx, env: &Env, code: &str) -> PageResult<(Batch, Option<Window>)> {
    let planned = plan::planned(tx, code).await?.filter(|(batch, _)| batch.published_at.is_some());
    let (batch, windows) = planned.ok_or(PageError::NotFound)?;
    let window = windows.into_iter().find(|window| window.code == "registration");
    check_window(window.as_ref(), true, env.now())?;
    if store::is_closed(tx, &batch.code).await? {
        return Err(RegistrationRefused::BookClosed.into());
    }
    Ok((batch, window))
}

/// POST /my/applications — `act=check` only shows which clauses the facts meet.
pub async fn create(
    State(env): State<Env>,
    candidate: Candidate,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    let is_check = form.value("act") == "check";
    let mut tx = if is_check { env.db.read().await? } else { env.db.write().await? };
    let (batch, window) = open_batch(&mut tx, &env, form.value("batch")).await?;
    let scope =
        intake::scope(&mut tx, (&batch, window.as_ref()), std::slice::from_ref(&batch.org_path), env.now())
            .await?;
    let page = FormPage::new(&v, &batch, form, &scope, None);
    if is_check {
        return check(page);
    }
    let (draft, mut page) = match read(&env, &candidate, page)? {
        Ok(read) => read,
        Err(again) => return Ok(again),
    };
    for (kind, _) in CONSENTS {
        if page.form.value(kind).is_empty() {
            page.form.refuse(kind, "consent-needed");
        }
    }
    intake::hold_book(&mut tx, &batch.code).await?;
    let person = same_person(&mut tx, &env, &draft, &mut page.form).await?;
    let known = match &person {
        Some(person) => {
            let (occupation, level) = (&draft.occupation_code, &draft.level_code);
            store::of_person(&mut tx, &batch.code, &person.id, occupation, level).await?
        }
        None => None,
    };
    if known.as_ref().is_some_and(|known| known.status != ApplicationStatus::Withdrawn) {
        page.form.refuse("clause", Trouble::AppliedElsewhere.expected());
    }
    if let Some(other) = at_once(&mut tx, &batch, &scope, &draft, person.as_ref()).await? {
        page.form.refuse("clause", Trouble::SameSitting(other).expected());
    }
    if !page.form.is_ok() {
        return page.again();
    }
    let id = hand_in(&mut tx, &env, &candidate, &batch, draft, (person, known)).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/my/applications/{id}"), "application-handed-in"))
}

/// Another application of the person in this batch whose parts are sat at the same time, by its name.
async fn at_once(
    tx: &mut Tx,
    batch: &Batch,
    scope: &Scope,
    draft: &Draft,
    person: Option<&Person>,
) -> PageResult<Option<String>> {
    let Some(person) = person else { return Ok(None) };
    let this = (&draft.occupation_code, &draft.level_code);
    let others = store::of_people(tx, &batch.code, std::slice::from_ref(&person.id)).await?;
    let other = others.into_iter().find(|other| {
        let that = (&other.occupation_code, &other.level_code);
        other.status != ApplicationStatus::Withdrawn && that != this && scope.overlap(this, that)
    });
    Ok(other.map(|other| scope.name(&other.occupation_code, &other.level_code)))
}

async fn hand_in(
    tx: &mut Tx,
    env: &Env,
    candidate: &Candidate,
    batch: &Batch,
    mut draft: Draft,
    (person, known): (Option<Person>, Option<Application>),
) -> PageResult<String> {
    let person = intake::keep_person(tx, env, &draft, person.as_ref()).await?;
    draft.serial = match &known {
        Some(known) => known.serial,
        None => store::next_serial(tx, &batch.code).await?,
    };
    let mut payload = intake::payload(env, &draft, &[]);
    payload["consents"] = json!(CONSENTS.map(|(kind, version)| format!("{kind} {version}")));
    let row = match &known {
        Some(known) => {
            let row = intake::restated(env, known, &draft, Origin::Applicant);
            intake::rewrite(tx, env, &candidate.who, "application.resubmit", &row, payload).await?;
            row
        }
        None => {
            let row = intake::row(env, &batch.code, person, &draft, Origin::Applicant);
            let new = [(row, payload)];
            intake::submit(tx, env, &candidate.who, &new, None).await?;
            let [(row, _)] = new;
            row
        }
    };
    for (kind, version) in CONSENTS {
        store::insert_consent(tx, &row.id, kind, version, env.now()).await?;
    }
    intake::report(tx, &batch.code, env.now()).await?;
    Ok(row.id.to_string())
}

/// The person of the document, if known and the same; what disagrees is marked in the form.
async fn same_person(tx: &mut Tx, env: &Env, draft: &Draft, form: &mut Form) -> PageResult<Option<Person>> {
    let Some(id) = person::find_by_document(tx, &env.vault, &draft.document).await? else { return Ok(None) };
    let person = person::load(tx, &env.vault, &id).await?;
    if person.phone != draft.phone.as_str() {
        form.refuse("document", Trouble::OtherPhone.expected());
    } else if person.name != draft.name.as_str() {
        form.refuse("name", Trouble::OtherName.expected());
    }
    Ok(Some(person))
}
