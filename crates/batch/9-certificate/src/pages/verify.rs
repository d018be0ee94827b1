//! The public query: number and name, the QR code's token, or the file.
//!
//! "No such number" and "another name" are one answer, and the full document number is never shown:
//! nothing can be tried out here. The page asks nobody to sign in; one that does is not ours.
use std::sync::Arc;

use ::store::Tx;
use askama::Template;
use axum::{
    Extension,
    extract::{Query, State},
    response::Response,
};
use identity::{Env, Note};
use kernel::CertificateNumber;
use serde::Deserialize;
use serde_json::json;
use web::{Form, PageError, PageResult, Upload, Visit};

use crate::{
    Certificate, CertificateStatus, Issuer, Payload, PublicAnswer, Verdict, issuance::sha256,
    rules::is_same_name, store, token_in, verify_pdf, verify_token,
};

/// What is asked: a token, or number and name.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    t: String,
    number: String,
    name: String,
}

enum Answer {
    /// Nothing was asked yet.
    Nothing,
    /// It stands in the register.
    Known(Box<Known>),
    /// It is not good; the key of the sentence says why.
    Bad(&'static str),
}

/// A certificate that stands in the register.
struct Known {
    found: PublicAnswer,
    english: English,
}

/// What its Chinese facts are called in English; empty where nothing is known.
#[derive(Default)]
struct English {
    occupation: String,
    level: String,
    issuer: String,
}

impl English {
    async fn read(tx: &mut Tx, row: &Certificate) -> PageResult<Self> {
        let mut said = Self::default();
        let levels = plan::levels(tx, &row.batch_code).await?;
        let level = levels
            .into_iter()
            .find(|level| level.occupation_code == row.occupation_code && level.level_code == row.level_code);
        if let Some(level) = level {
            (said.occupation, said.level) = (level.occupation_en, level.level_en);
        }
        // The name is that of the day of issue: another one since then is not its translation.
        let issuer = organisation::by_path(tx, &row.issuer_path).await?;
        if let Some(issuer) = issuer.filter(|issuer| issuer.name_zh == row.issuer_name) {
            said.issuer = issuer.name_en;
        }
        Ok(said)
    }
}

impl Answer {
    async fn known(tx: &mut Tx, found: PublicAnswer, row: &Certificate) -> PageResult<Self> {
        let english = English::read(tx, row).await?;
        Ok(Self::Known(Box::new(Known { found, english })))
    }

    /// Word for the trail.
    fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Known(known) if known.found.revoked_on.is_some() => "revoked",
            Self::Known(_) => "valid",
            Self::Bad(key) => key,
        }
    }
}

#[derive(Template)]
#[template(path = "verify/show.html")]
struct VerifyPage<'a> {
    v: &'a Visit,
    answer: Answer,
    form: Form,
    host: &'a str,
    /// When it was asked: a sheet that is filed says of what moment it speaks.
    now: String,
    keys: Vec<String>,
}

/// GET /verify
pub async fn show(
    State(env): State<Env>,
    Extension(issuer): Extension<Arc<Issuer>>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    let answer = if !asked.t.is_empty() {
        by_token(&env, &issuer, token_in(&asked.t)).await?
    } else if asked.number.is_empty() && asked.name.is_empty() {
        Answer::Nothing
    } else if issuer.budget.take(env.now()) {
        by_name(&env, &asked).await?
    } else {
        return Err(PageError::Busy);
    };
    let form = Form::filled(&[("number", &asked.number), ("name", &asked.name)]);
    page(&env, &issuer, &v, answer, form)
}

/// POST /verify/file
pub async fn file(
    State(env): State<Env>,
    Extension(issuer): Extension<Arc<Issuer>>,
    v: Visit,
    upload: Upload,
) -> PageResult<Response> {
    if !issuer.budget.take(env.now()) {
        return Err(PageError::Busy);
    }
    let file = upload.file("file").ok_or_else(|| PageError::refused("certificate-file-needed"))?;
    let answer = by_file(&env, &issuer, &file.bytes).await?;
    let mut tx = env.db.write().await?;
    let id = env.new_id();
    Note::of("anonymous", &v.request_id, "certificate.check", "certificate_check", &id)
        .payload(json!({ "answer": answer.word(), "digest": sha256(&file.bytes).as_str() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    page(&env, &issuer, &v, answer, Form::default())
}

fn page(env: &Env, issuer: &Issuer, v: &Visit, answer: Answer, form: Form) -> PageResult<Response> {
    let keys = issuer.keys().iter().map(crate::PublicKey::to_text).collect();
    let host = env.public_url.split_once("://").map_or(&*env.public_url, |(_, host)| host);
    web::narrow_page(
        v,
        &v.t.s("verify-title"),
        &VerifyPage { v, answer, form, host, now: env.now().text(), keys },
    )
}

async fn by_name(env: &Env, asked: &Asked) -> PageResult<Answer> {
    let typed: String = asked.number.chars().filter(|c| !c.is_whitespace()).collect();
    let Ok(number) = CertificateNumber::parse(&typed.to_ascii_uppercase()) else {
        return Ok(Answer::Bad("verify-not-found"));
    };
    let mut tx = env.db.read().await?;
    let row = store::by_number(&mut tx, &number).await?;
    let Some(row) = row.filter(|row| row.status != CertificateStatus::Intended) else {
        return Ok(Answer::Bad("verify-not-found"));
    };
    let payload = row.payload(&env.vault)?;
    if !is_same_name(&payload.name, &asked.name) {
        return Ok(Answer::Bad("verify-not-found"));
    }
    Answer::known(&mut tx, PublicAnswer::masked(&payload, row.revoked_on()), &row).await
}

async fn by_token(env: &Env, issuer: &Issuer, token: &str) -> PageResult<Answer> {
    let Ok(payload) = verify_token(token, &issuer.keys()) else { return Ok(Answer::Bad("verify-token-bad")) };
    // One reading: each begins and ends with a way to the database and back.
    let mut tx = env.db.read().await?;
    let Some(row) = registered(&mut tx, &payload).await? else {
        return Ok(Answer::Bad("verify-not-registered"));
    };
    if row.token(&env.vault)? != token {
        return Ok(Answer::Bad("verify-not-registered"));
    }
    Answer::known(&mut tx, PublicAnswer::full(&payload, row.revoked_on()), &row).await
}

async fn by_file(env: &Env, issuer: &Issuer, bytes: &[u8]) -> PageResult<Answer> {
    let payload = match verify_pdf(bytes, &issuer.keys()) {
        Verdict::Genuine(payload) => payload,
        Verdict::Altered => return Ok(Answer::Bad("verify-file-altered")),
        Verdict::NotOurs => return Ok(Answer::Bad("verify-file-not-ours")),
    };
    let mut tx = env.db.read().await?;
    let row = registered(&mut tx, &payload).await?;
    match row.filter(|row| row.pdf_digest.as_ref() == Some(&sha256(bytes))) {
        Some(row) => Answer::known(&mut tx, PublicAnswer::full(&payload, row.revoked_on()), &row).await,
        None => Ok(Answer::Bad("verify-not-registered")),
    }
}

/// The row of a payload whose signature holds. A good signature without its row was made by somebody
/// who has the key and went past the register: it does not count.
async fn registered(tx: &mut Tx, payload: &Payload) -> PageResult<Option<Certificate>> {
    let row = store::by_number(tx, &payload.number).await?;
    let digest = sha256(&payload.canonical());
    Ok(row.filter(|row| row.status != CertificateStatus::Intended && row.payload_digest == digest))
}
