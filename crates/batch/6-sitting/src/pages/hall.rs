//! Signing in at the exam computer: admission number and code, no password.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use identity::{Env, Note, session};
use kernel::AdmissionNumber;
use web::{Form, PageError, PageResult, Visit};

use super::seat::{account_of, code_hash};
use crate::{AttemptId, rules, store};

/// Wrong codes a check-in allows before its code is dead: 10 in a thousand million.
const CODE_TRIES_MAX: i64 = 10;

#[derive(Template)]
#[template(path = "hall/show.html")]
struct HallPage<'a> {
    v: &'a Visit,
    form: Form,
}

/// GET /hall
pub async fn show(v: Visit) -> PageResult<Response> {
    web::narrow_page(&v, &v.t.s("hall-title"), &HallPage { v: &v, form: Form::default() })
}

/// POST /hall — opens a session for the candidate of the seat and leads to the attempt. The code
/// works until the candidate begins, so that a second press of the button does not lock anybody out.
pub async fn sign_in(State(env): State<Env>, v: Visit, mut form: Form) -> PageResult<Response> {
    let code = rules::normal_code(form.value("code"));
    let mut tx = env.db.write().await?;
    let found = match form.parse("admission_number", AdmissionNumber::parse) {
        Some(number) => seat_of_code(&mut tx, &env, &number, &code).await?,
        None => None,
    };
    let Some((seat, application)) = found else {
        tx.commit().await?;
        form.refuse("code", "hall-wrong");
        return web::page_again(&v, &v.t.s("hall-title"), &HallPage { v: &v, form }, true);
    };
    let row = store::attempt_of_seat(&mut tx, &seat).await?.ok_or(PageError::NotFound)?;
    let found = row.attempt()?;
    let (attempt, epoch): (AttemptId, i64) = (found.frame().id.clone(), found.frame().epoch);
    let application = registration::application(&mut tx, &application).await?.ok_or(PageError::NotFound)?;
    let person = person::load(&mut tx, &env.vault, &application.person_id).await?;
    let account = account_of(&mut tx, &env, &person.phone).await?;
    let (cookie, session) = session::open_named(&mut tx, &env, &account).await?;
    store::rebind(&mut tx, &attempt, &account, &session.0).await?;
    store::insert_machine(&mut tx, &attempt, &session.0, epoch, env.now()).await?;
    Note::of(&account, &v.request_id, "hall.sign-in", "attempt", attempt.as_str())
        .batch(row.place.batch_code.as_str())
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    let mut response = Redirect::to(&format!("/attempts/{attempt}")).into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Seat and application that number and code belong to; a wrong code counts against every open
/// check-in of the number.
async fn seat_of_code(
    tx: &mut Tx,
    env: &Env,
    number: &AdmissionNumber,
    code: &str,
) -> PageResult<Option<(String, String)>> {
    let Some(application) = arrangement::application_by_admission_number(tx, number).await? else {
        return Ok(None);
    };
    let open = store::check_ins_of(tx, &application).await?;
    let right = open.iter().find(|row| {
        row.failed_tries < CODE_TRIES_MAX
            && !row.code_hash.is_empty()
            && row.code_hash == code_hash(env, &row.seat_id, code)
    });
    if let Some(row) = right {
        return Ok(Some((row.seat_id.clone(), application)));
    }
    for row in &open {
        store::count_failure(tx, &row.seat_id).await?;
    }
    Ok(None)
}
