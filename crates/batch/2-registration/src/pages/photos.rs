//! Photos: a zip of portraits named by serial, or one portrait of one applicant.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Env, Subject};
use plan::{Batch, InBatch, Register, stage_head};
use serde_json::json;
use web::{Form, Markup, Message, PageError, PageResult, Upload, Visit};

use super::STAGE;
use crate::{
    Application, ApplicationStatus, decoding, intake,
    rules::{
        archive::NamedPhoto,
        gate::{NewPhoto, RegistrationRefused, check_photo},
        photo::{PhotoRefused, Picture},
    },
    store,
};

/// What became of a zip.
#[derive(Default)]
struct Report {
    kept: usize,
    same: usize,
    refused: Vec<(String, Message)>,
}

#[derive(Template)]
#[template(path = "photo/form.html")]
struct FormPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    form: Form,
    report: Option<Report>,
}

/// GET /batches/{code}/photos
pub async fn new(State(env): State<Env>, entry: InBatch<Register>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let page = FormPage { v: &v, head, batch: &entry.batch, form: Form::default(), report: None };
    web::page(&v, &v.t.s("photos-title"), &page)
}

/// POST /batches/{code}/photos — answers with the report itself: what is wrong with single files
/// is too much for one sentence, and the same zip again changes nothing.
pub async fn create(
    State(env): State<Env>,
    entry: InBatch<Register>,
    v: Visit,
    upload: Upload,
) -> PageResult<Response> {
    let file = upload.file("file").ok_or(RegistrationRefused::NoFile)?.bytes.clone();
    let photos = env.decoder.in_turn(move |decoder| decoding::photos(decoder, &file)).await??;
    let applications = {
        let mut tx = env.db.read().await?;
        store::applications(&mut tx, &entry.batch.code, &entry.at).await?
    };
    let mut by_serial: HashMap<i64, Vec<&Application>> = HashMap::new();
    for application in applications.iter().filter(|one| one.status != ApplicationStatus::Withdrawn) {
        by_serial.entry(application.serial).or_default().push(application);
    }
    let mut report = Report::default();
    for NamedPhoto { name, photo } in photos {
        let found = photo.and_then(|(serial, jpeg)| Ok((of_serial(&by_serial, serial)?, jpeg)));
        match found {
            Ok((application, Picture(jpeg))) => match keep(&env, &entry.who, application, &jpeg).await? {
                Ok(true) => report.kept += 1,
                Ok(false) => report.same += 1,
                Err(refused) => report.refused.push((name, refused.message())),
            },
            Err(refused) => report.refused.push((name, refused.message())),
        }
    }
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let page = FormPage { v: &v, head, batch: &entry.batch, form: Form::default(), report: Some(report) };
    web::page(&v, &v.t.s("photos-title"), &page)
}

fn of_serial<'a>(
    by_serial: &HashMap<i64, Vec<&'a Application>>,
    serial: i64,
) -> Result<&'a Application, PhotoRefused> {
    match by_serial.get(&serial).map(Vec::as_slice) {
        Some([application]) => Ok(application),
        Some([_, _, ..]) => Err(PhotoRefused::SerialOfSeveral),
        Some([]) | None => Err(PhotoRefused::UnknownSerial),
    }
}

/// Keeps one portrait in a transaction of its own; inside, `false` when it is the picture kept
/// already, and a refusal when the application was accepted with another one.
pub(super) async fn keep(
    env: &Env,
    who: &Subject,
    application: &Application,
    jpeg: &[u8],
) -> PageResult<Result<bool, RegistrationRefused>> {
    let mut tx: Tx = env.db.write().await?;
    intake::hold_book(&mut tx, &application.batch_code).await?;
    // As it stands now: it may have been decided while the file was read.
    let application =
        store::application(&mut tx, application.id.as_str()).await?.ok_or(PageError::NotFound)?;
    let (vault, entropy, blobs) = (&env.vault, &*env.entropy, &env.blobs);
    let person = &application.person_id;
    let Some(digest) = person::keep_photo(&mut tx, vault, entropy, blobs, person, jpeg, env.now()).await?
    else {
        return Ok(Ok(false));
    };
    let effect = match check_photo(application.status, application.reviewed_photo.as_deref()) {
        Ok(effect) => effect,
        Err(refused) => return Ok(Err(refused)),
    };
    if effect == NewPhoto::ReviewedAgain
        && !store::hand_in_again(&mut tx, &application.id, application.version, env.now()).await?
    {
        return Err(PageError::Stale);
    }
    who.note("photo.keep", "application", application.id.as_str())
        .batch(application.batch_code.as_str())
        .payload(json!({
            "file": digest,
            "bytes": jpeg.len(),
            "review_again": effect == NewPhoto::ReviewedAgain,
        }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(Ok(true))
}

/// The portrait of an application, for whoever may see the application.
pub(super) async fn answer(env: &Env, tx: &mut Tx, application: &Application) -> PageResult<Response> {
    let jpeg = crate::photo(tx, &env.vault, &env.blobs, application).await?;
    Ok(web::inline("photo.jpg", "image/jpeg", jpeg.ok_or(PageError::NotFound)?))
}
