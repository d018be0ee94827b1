//! Handing a roster in: what is plainly none is refused at once, the rest is a job.
use std::ops::ControlFlow;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use decode::Decoder;
use identity::Env;
use kernel::Digest;
use plan::{Batch, InBatch, Register, stage_head};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Markup, PageResult, Upload, Visit};

use super::new_job;
use crate::{
    decoding::Glance,
    intake,
    pages::STAGE,
    roster_file::Limits,
    rules::{
        gate::RegistrationRefused,
        template::{Column, TEMPLATE, TEMPLATES, Template as Columns},
    },
    staging,
    store::{
        roster::{self as rosters, Roster},
        roster_row,
    },
};

#[derive(Template)]
#[template(path = "roster/form.html")]
struct FormPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    form: Form,
    templates: &'a [Columns],
    limits: Limits,
    /// What was handed in before, and how many of its rows cannot be taken in.
    rosters: Vec<(Roster, i64)>,
    refused: Option<RegistrationRefused>,
}

impl FormPage<'_> {
    /// The templates to choose from; left open, the heading tells.
    fn choices(&self) -> Vec<(String, String)> {
        let t = self.v.t;
        let named = |one: &Columns| (one.id.clone(), t.pick(&one.title_zh, &one.title_en).to_owned());
        let open = std::iter::once((String::new(), t.s("roster-template-told")));
        open.chain(self.templates.iter().map(named)).collect()
    }

    /// Whether its heading was wrong, so that no row was read.
    fn is_unread(&self, roster: &Roster) -> bool {
        roster.heading_sealed.is_some() && roster.staged_at.is_none()
    }

    fn needed_when(&self, columns: &Columns, column: &Column) -> Option<String> {
        super::needed_when(self.v.t, columns, column)
    }

    fn limit(&self) -> String {
        let limit = web::Message::new("roster-limit").with("rows", web::grouped(self.limits.rows));
        self.v.t.message(&limit.with("megabytes", self.limits.megabytes))
    }
}

/// GET /batches/{code}/roster
pub async fn new(State(env): State<Env>, entry: InBatch<Register>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let known = rosters::rosters(&mut tx, &entry.batch.code, &entry.who.account_id).await?;
    let ids: Vec<&str> = known.iter().map(|roster| roster.id.as_str()).collect();
    let counts = roster_row::refused_counts(&mut tx, &ids).await?;
    let with_count = |roster: Roster| {
        let refused = counts.get(&roster.id).copied().unwrap_or_default();
        (roster, refused)
    };
    let handed_in = known.into_iter().map(with_count).collect();
    let refused = intake::check_open(&mut tx, &env, &entry.batch, intake::windows(&entry)).await?.err();
    let (batch, form) = (&entry.batch, Form::default());
    let limits = intake::limits(&mut tx, &env).await?;
    let templates = TEMPLATES.as_slice();
    let page = FormPage { v: &v, head, batch, form, templates, limits, rosters: handed_in, refused };
    web::page(&v, &v.t.s("roster-title"), &page)
}

/// POST /batches/{code}/roster
pub async fn create(
    State(env): State<Env>,
    entry: InBatch<Register>,
    upload: Upload,
) -> PageResult<Response> {
    let limits = {
        let mut tx = env.db.read().await?;
        intake::check_open(&mut tx, &env, &entry.batch, intake::windows(&entry)).await??;
        intake::limits(&mut tx, &env).await?
    };
    let file = upload.file("file").ok_or(RegistrationRefused::NoFile)?.clone();
    let bytes = file.bytes.clone();
    let glance =
        move |decoder: &Decoder| decoder.read::<Glance>(&limits, &bytes, &mut |()| ControlFlow::Break(()));
    env.decoder.in_turn(glance).await??;
    let chosen = TEMPLATES.iter().find(|template| template.id == upload.form.value("template"));
    let id = env.new_id();
    let sealed = env.vault.seal_bytes(&*env.entropy, staging::file_place(&id), &file.bytes);
    let mut new = Roster {
        batch_code: entry.batch.code.clone(),
        digest: Digest::from_bytes(&Sha256::digest(&file.bytes).into()),
        sealed_digest: env.blobs.put(&sealed).map_err(::store::Error::from)?,
        file_name: file.name.chars().filter(|c| !c.is_control()).take(120).collect(),
        uploaded_by: entry.who.account_id.clone(),
        uploaded_at: env.now(),
        confirmed_at: None,
        job_id: None,
        heading_sealed: None,
        staged_at: None,
        checked_digest: None,
        in_force_at: None,
        template_id: chosen.unwrap_or(&TEMPLATE).id.clone(),
        template_chosen: chosen.is_some(),
        heading_row: 1,
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
