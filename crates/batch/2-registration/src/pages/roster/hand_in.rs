//! Handing a roster in: what is plainly none is refused at once, the rest is a job.
use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use identity::Env;
use kernel::Digest;
use plan::{Batch, InBatch, Register, stage_head};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Markup, PageError, PageResult, Upload, Visit};

use super::new_job;
use crate::{
    intake,
    pages::STAGE,
    rules::{
        gate::RegistrationRefused,
        template::{TEMPLATE, Template as Columns},
    },
    staging,
    store::roster::{self as rosters, Roster},
    workbook,
};

#[derive(Template)]
#[template(path = "roster/form.html")]
struct FormPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    form: Form,
    columns: &'a Columns,
    rosters: Vec<Roster>,
    refused: Option<RegistrationRefused>,
}

/// GET /batches/{code}/roster
pub async fn new(State(env): State<Env>, entry: InBatch<Register>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry.batch, STAGE, &v, env.now()).await?;
    let handed_in = rosters::rosters(&mut tx, &entry.batch.code, &entry.who.account_id).await?;
    let refused = intake::check_open(&mut tx, &env, &entry.batch).await?.err();
    let (batch, form) = (&entry.batch, Form::default());
    let page = FormPage { v: &v, head, batch, form, columns: &TEMPLATE, rosters: handed_in, refused };
    web::page(&v, &v.t.s("roster-title"), &page)
}

/// POST /batches/{code}/roster
pub async fn create(
    State(env): State<Env>,
    entry: InBatch<Register>,
    upload: Upload,
) -> PageResult<Response> {
    {
        let mut tx = env.db.read().await?;
        intake::check_open(&mut tx, &env, &entry.batch).await??;
    }
    let file = upload.file("file").ok_or(RegistrationRefused::NoFile)?.clone();
    let bytes = file.bytes.clone();
    intake::blocking(move || workbook::glance(&bytes)).await??;
    let id = env.new_id();
    let sealed = env.vault.seal_bytes(&*env.entropy, staging::file_place(&id), &file.bytes);
    let mut new = Roster {
        batch_code: entry.batch.code.clone(),
        digest: Digest::from_bytes(&Sha256::digest(&file.bytes).into()),
        sealed_digest: env.blobs.put(&sealed).map_err(|error| PageError::Internal(error.to_string()))?,
        file_name: file.name.chars().filter(|c| !c.is_control()).take(120).collect(),
        uploaded_by: entry.who.account_id.clone(),
        uploaded_at: env.now(),
        confirmed_at: None,
        job_id: None,
        heading_sealed: None,
        staged_at: None,
        checked_digest: None,
        in_force_at: None,
        id,
    };
    let mut tx = env.db.write().await?;
    let job = new_job(&staging::CHECK, &entry, &new.id);
    new.job_id = Some(job::begin(&mut tx, &env, &entry.who, &job).await?);
    rosters::insert(&mut tx, &new).await?;
    entry
        .who
        .note("roster.preview", "roster", &new.id)
        .batch(entry.batch.code.as_str())
        .payload(json!({ "digest": new.digest.as_str() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/batches/{}/roster/{}", entry.batch.code, new.id)).into_response())
}
