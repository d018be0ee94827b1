//! The certificate as its holder sees it.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Subject};
use kernel::Day;
use web::{PageError, PageResult, Visit};

use super::{file::signed_file, register::level_of};
use crate::{
    CertificateStatus, Payload,
    store::{self, Certificate},
};

#[derive(Template)]
#[template(path = "certificate/mine.html")]
struct MinePage<'a> {
    v: &'a Visit,
    application: &'a str,
    payload: &'a Payload,
    /// What it is for, in both languages.
    level: Option<plan::BatchLevel>,
    token: &'a str,
    salt: &'a str,
    revoked_on: Option<Day>,
}

/// GET /my/certificates/{application_id}
pub async fn show(
    State(env): State<Env>,
    who: Subject,
    Path(application): Path<String>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let row = own(&mut tx, &who, &application).await?;
    let (payload, token, salt) = (row.payload(&env.vault)?, row.token(&env.vault)?, row.salt(&env.vault)?);
    let page = MinePage {
        v: &v,
        application: &application,
        payload: &payload,
        level: level_of(&mut tx, &row).await?,
        token: &token,
        salt: &salt,
        revoked_on: row.revoked_on(),
    };
    web::narrow_page(&v, &v.t.s("certificate-mine"), &page)
}

/// GET /my/certificates/{application_id}/certificate.pdf
pub async fn pdf(
    State(env): State<Env>,
    who: Subject,
    Path(application): Path<String>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let row = own(&mut tx, &who, &application).await?;
    if row.status == CertificateStatus::Revoked {
        return Err(PageError::refused("certificate-revoked-no-file"));
    }
    let name = format!("{}.pdf", row.number);
    Ok(web::download(&name, "application/pdf", signed_file(&env, &row)?))
}

/// The certificate of an application that belongs to the phone of who asks.
async fn own(tx: &mut Tx, who: &Subject, application: &str) -> PageResult<Certificate> {
    let phone = who.phone_index.as_deref().ok_or(PageError::NotFound)?;
    let theirs = registration::applications_of_phone(tx, phone).await?;
    let row = theirs.into_iter().find(|row| row.id.as_str() == application).ok_or(PageError::NotFound)?;
    let certificate = store::certificate_of(tx, &row.id).await?;
    certificate.filter(|row| row.status != CertificateStatus::Intended).ok_or(PageError::NotFound)
}
