//! A roster: handed in, held against the rules, taken in as a whole.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use identity::Env;
use kernel::{Digest, OrgPath};
use person::Place;
use plan::{Batch, InBatch, Register, stage_head};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, Markup, PageError, PageResult, Upload, Visit};

use super::STAGE;
use crate::{
    Application, Origin, intake,
    rules::{
        difference::{self, Change},
        draft::Scope,
        gate::{RegistrationRefused, check_window},
        roster::{self, RowDraft, RowOutcome, Tally},
        template::{Field, TEMPLATE, Template as Columns},
        trouble::Mistake,
    },
    store::{self, RosterUpload},
    workbook,
};

/// Mistakes one page lists; the rest appear when these are mended.
const MISTAKES_SHOWN: usize = 200;
/// Changed fields one page lists. Source: [own]; a roster that corrects more is looked at in parts.
const CHANGES_SHOWN: usize = 500;

#[derive(Template)]
#[template(path = "roster/form.html")]
struct FormPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    form: Form,
    columns: &'a Columns,
    uploads: Vec<RosterUpload>,
    refused: Option<RegistrationRefused>,
}

/// GET /batches/{code}/roster
pub async fn new(State(env): State<Env>, entry: InBatch<Register>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry.batch, STAGE, &v, env.now()).await?;
    let uploads = store::uploads(&mut tx, &entry.batch.code, &entry.who.account_id).await?;
    let refused = check_open(&mut tx, &env, &entry.batch).await?.err();
    let (batch, form) = (&entry.batch, Form::default());
    let page = FormPage { v: &v, head, batch, form, columns: &TEMPLATE, uploads, refused };
    web::page(&v, &v.t.s("roster-title"), &page)
}

/// Rosters bring new applications while registration is open and corrections until the review ends.
pub(super) async fn check_open(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
) -> sqlx::Result<Result<(), RegistrationRefused>> {
    if store::is_closed(tx, &batch.code).await? {
        return Ok(Err(RegistrationRefused::BookClosed));
    }
    let registration = plan::window(tx, &batch.code, "registration").await?;
    let review = plan::window(tx, &batch.code, "review").await?;
    let (is_published, now) = (batch.published_at.is_some(), env.now());
    let open = check_window(registration.as_ref(), is_published, now);
    Ok(open.or_else(|refused| check_window(review.as_ref(), is_published, now).map_err(|_| refused)))
}

/// POST /batches/{code}/roster
pub async fn create(
    State(env): State<Env>,
    entry: InBatch<Register>,
    upload: Upload,
) -> PageResult<Response> {
    {
        let mut tx = env.db.read().await?;
        check_open(&mut tx, &env, &entry.batch).await??;
    }
    let file = upload.file("file").ok_or(RegistrationRefused::NoFile)?.clone();
    let bytes = file.bytes.clone();
    let rows = intake::blocking(move || workbook::read(&bytes)).await??.rows.len();
    let id = env.new_id();
    let sealed = env.vault.seal_bytes(&*env.entropy, place(&id), &file.bytes);
    let new = RosterUpload {
        batch_code: entry.batch.code.clone(),
        digest: Digest::from_bytes(&Sha256::digest(&file.bytes).into()),
        sealed_digest: env.blobs.put(&sealed).map_err(|error| PageError::Internal(error.to_string()))?,
        file_name: file.name.chars().filter(|c| !c.is_control()).take(120).collect(),
        uploaded_by: entry.who.account_id.clone(),
        uploaded_at: env.now(),
        confirmed_at: None,
        id,
    };
    let mut tx = env.db.write().await?;
    store::insert_upload(&mut tx, &new).await?;
    entry
        .who
        .note("roster.preview", "roster", &new.id)
        .batch(entry.batch.code.as_str())
        .payload(json!({ "digest": new.digest.as_str(), "rows": rows }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(Redirect::to(&format!("/batches/{}/roster/{}", entry.batch.code, new.id)).into_response())
}

fn place(id: &str) -> Place<'_> {
    Place { table: "roster_upload", column: "sealed_digest", row: id }
}

/// What a roster would do, or why its heading is none.
struct Preview {
    upload: RosterUpload,
    rows: Result<Vec<RowDraft>, Vec<Mistake>>,
    scope: Scope,
}

/// Reads a roster of the caller's own again, outside any transaction that writes.
async fn preview(env: &Env, entry: &InBatch<Register>, id: &str) -> PageResult<Preview> {
    let (upload, scope) = {
        let mut tx = env.db.read().await?;
        let upload = store::upload(&mut tx, &entry.batch.code, id).await?;
        // A roster quotes people of other places: only who handed it in sees it.
        let own = upload.filter(|upload| upload.uploaded_by == entry.who.account_id);
        (own.ok_or(PageError::NotFound)?, scope_of(&mut tx, env, entry).await?)
    };
    let gone = || PageError::Internal(format!("the file of roster {id} is gone"));
    let sealed =
        env.blobs.get(&upload.sealed_digest).map_err(|error| PageError::Internal(error.to_string()))?;
    let bytes = env.vault.open_bytes(place(&upload.id), &sealed.ok_or_else(gone)?)?;
    let rules = scope.clone();
    let rows =
        intake::blocking(move || workbook::read(&bytes).map(|sheet| roster::read(&sheet, &TEMPLATE, &rules)))
            .await??;
    Ok(Preview { upload, rows, scope })
}

async fn scope_of(tx: &mut Tx, env: &Env, entry: &InBatch<Register>) -> sqlx::Result<Scope> {
    let at: &[OrgPath] = &entry.at;
    intake::scope(tx, &entry.batch, at, env.now()).await
}

#[derive(Template)]
#[template(path = "roster/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    upload: &'a RosterUpload,
    tally: Tally,
    is_readable: bool,
    mistakes: Vec<Mistake>,
    mistake_count: usize,
    changes: Vec<Change>,
    change_count: usize,
    /// Keyed digest of all that confirming would write.
    seen_digest: String,
    refused: Option<RegistrationRefused>,
}

impl ShowPage<'_> {
    /// By reference, because templates hand those out.
    fn column(&self, field: &Field) -> &'static str {
        TEMPLATE.column(*field).map_or("", |column| column.name.as_str())
    }
}

/// GET /batches/{code}/roster/{id}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    v: Visit,
) -> PageResult<Response> {
    let Preview { upload, rows, scope } = preview(&env, &entry, &id).await?;
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry.batch, STAGE, &v, env.now()).await?;
    let refused = check_open(&mut tx, &env, &entry.batch).await?.err();
    let is_readable = rows.is_ok();
    let (mut changes, mut seen_digest) = (Vec::new(), String::new());
    let (tally, mistakes) = match rows {
        Err(mistakes) => (Tally::default(), mistakes),
        Ok(rows) => {
            let known = intake::known(&mut tx, &env, &entry.batch, &rows).await?;
            let outcomes = roster::decide(rows, &known, &TEMPLATE, &scope);
            let tally = Tally::of(&outcomes);
            changes = difference::changes(&outcomes, &known, &scope);
            seen_digest = digest(&env, &upload, &outcomes, &known);
            let mistakes = outcomes.into_iter().flat_map(|(_, outcome)| match outcome {
                RowOutcome::Refused(mistakes) => mistakes,
                RowOutcome::New(_) | RowOutcome::Unchanged | RowOutcome::Changed(..) => Vec::new(),
            });
            (tally, mistakes.collect())
        }
    };
    let mistake_count = mistakes.len();
    let mistakes = mistakes.into_iter().take(MISTAKES_SHOWN).collect();
    let change_count = changes.len();
    changes.truncate(CHANGES_SHOWN);
    let page = ShowPage {
        v: &v,
        head,
        batch: &entry.batch,
        upload: &upload,
        tally,
        is_readable,
        mistakes,
        mistake_count,
        changes,
        change_count,
        seen_digest,
        refused,
    };
    web::page(&v, &v.t.s("roster-title"), &page)
}

/// What the form of a preview carries: keyed, because it is worked out from personal data.
fn digest(
    env: &Env,
    upload: &RosterUpload,
    outcomes: &[(usize, RowOutcome)],
    known: &roster::Register,
) -> String {
    let fingerprint = difference::fingerprint(upload.digest.as_str(), outcomes, known);
    env.vault.index("roster.preview", &fingerprint)
}

/// POST /batches/{code}/roster/{id}/confirmation
pub async fn confirm(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let Preview { upload, rows, .. } = preview(&env, &entry, &id).await?;
    if upload.confirmed_at.is_some() {
        return Err(RegistrationRefused::Confirmed.into());
    }
    let rows = rows.map_err(|mistakes| RegistrationRefused::WrongRows(mistakes.len()))?;
    let mut tx = env.db.write().await?;
    intake::hold_book(&mut tx, &entry.batch.code).await?;
    check_open(&mut tx, &env, &entry.batch).await??;
    // What is allowed now, not when the file began to be read.
    let scope = scope_of(&mut tx, &env, &entry).await?;
    let known = intake::known(&mut tx, &env, &entry.batch, &rows).await?;
    let outcomes = roster::decide(rows, &known, &TEMPLATE, &scope);
    let tally = Tally::of(&outcomes);
    if tally.refused > 0 {
        return Err(RegistrationRefused::WrongRows(tally.refused).into());
    }
    // Somebody registered, corrected or withdrew one of these people since the preview was drawn.
    let digest = digest(&env, &upload, &outcomes, &known);
    if form.value("seen_digest") != digest {
        return Err(PageError::Stale);
    }
    if !store::confirm_upload(&mut tx, &upload.id, env.now()).await? {
        return Err(RegistrationRefused::Confirmed.into());
    }
    take_in(&mut tx, &env, &entry, outcomes, &known).await?;
    intake::report(&mut tx, &entry.batch.code, env.now()).await?;
    entry
        .who
        .note("roster.confirm", "roster", &upload.id)
        .batch(entry.batch.code.as_str())
        .payload(json!({
            "digest": upload.digest.as_str(), "preview": digest, "new": tally.new, "changed": tally.changed,
            "unchanged": tally.unchanged,
        }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    let said = if tally.new + tally.changed == 0 { "roster-nothing-new" } else { "roster-taken-in" };
    Ok(web::done(&format!("/batches/{}/applications", entry.batch.code), said))
}

async fn take_in(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<Register>,
    outcomes: Vec<(usize, RowOutcome)>,
    known: &roster::Register,
) -> PageResult<()> {
    let code = &entry.batch.code;
    let mut new: Vec<(Application, serde_json::Value)> = Vec::new();
    let mut last_serial = 0;
    for (_, outcome) in outcomes {
        match outcome {
            RowOutcome::New(draft) => {
                let person = known.people.get(&draft.document).map(|known| &known.person);
                let person = intake::keep_person(tx, env, &draft, person).await?;
                last_serial = last_serial.max(draft.serial);
                new.push((
                    intake::row(env, code, person, &draft, Origin::Roster),
                    intake::payload(env, &draft, &[]),
                ));
            }
            RowOutcome::Changed(draft, application, fields) => {
                let person = known.people.get(&draft.document).map(|known| &known.person);
                intake::keep_person(tx, env, &draft, person).await?;
                last_serial = last_serial.max(draft.serial);
                let row = intake::restated(env, &application, &draft, Origin::Roster);
                let payload = intake::payload(env, &draft, &fields);
                intake::rewrite(tx, env, &entry.who, "application.change", &row, payload).await?;
            }
            RowOutcome::Unchanged => {}
            RowOutcome::Refused(mistakes) => {
                return Err(RegistrationRefused::WrongRows(mistakes.len()).into());
            }
        }
    }
    intake::submit(tx, env, &entry.who, &new).await?;
    store::raise_serial(tx, code, last_serial).await?;
    Ok(())
}
