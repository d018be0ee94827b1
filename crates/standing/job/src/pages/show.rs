//! One job: how far it is, stopping it, beginning it again.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Holding, Subject};
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit, page};

use super::{JobSubject, OwnWork, SubjectSource, kind_word, outcome_words, status_word, tag};
use crate::{
    Job,
    rules::{may_cancel, may_resume},
    store,
};

#[derive(Template)]
#[template(path = "job/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    job: &'a Job,
    kind: String,
    subject: Option<&'a JobSubject>,
    state: Markup,
}

impl ShowPage<'_> {
    /// Milliseconds of the longest step; what is shorter than one counts as one.
    fn longest(&self) -> String {
        let millis = self.job.longest_step_micros.div_euclid(1000).max(1);
        self.v.t.n("job-longest-step-millis", millis)
    }
}

/// The bar of a job with what can be done about it. While it runs it draws itself again.
#[derive(Template)]
#[template(path = "job/state.html")]
struct StateBox<'a> {
    v: &'a Visit,
    job: &'a Job,
    kind: String,
    outcome: String,
}

impl StateBox<'_> {
    fn status(&self) -> String {
        status_word(self.v, self.job.status)
    }

    fn tag(&self) -> &'static str {
        tag(self.job)
    }

    fn can_cancel(&self) -> bool {
        may_cancel(self.job.status).is_ok() && self.job.cancel_asked_at.is_none()
    }

    /// Whether the result is seen on another page than this one, whatever this one is narrowed to.
    fn leads_on(&self) -> bool {
        let bare = |address: &str| address.split('?').next().unwrap_or_default().to_owned();
        bare(&self.v.here) != bare(&self.job.page)
    }

    fn can_resume(&self) -> bool {
        may_resume(self.job.status).is_ok()
    }
}

/// The bar of a job, for the page on which its result will be seen: a page that holds it is asked
/// for again each second while the job runs.
///
/// # Errors
/// When the template cannot be rendered.
pub fn state(v: &Visit, job: &Job) -> PageResult<Markup> {
    web::fragment(&StateBox { v, job, kind: kind_word(v, job), outcome: outcome_words(v, job) })
}

/// GET /jobs/{id}
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<OwnWork>,
    source: SubjectSource,
    Path(id): Path<String>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let job = own(&mut tx, &held.who, &id).await?;
    let subjects = (source.0)(&mut tx, std::slice::from_ref(&job)).await?;
    drop(tx);
    let (kind, subject) = (kind_word(&v, &job), subjects.get(&job.subject));
    let shown = ShowPage { v: &v, job: &job, kind, subject, state: state(&v, &job)? };
    page(&v, &kind_word(&v, &job), &shown)
}

/// POST /jobs/{id}/cancellation — what it has begun is taken back at its next step.
pub async fn cancel(
    State(env): State<Env>,
    held: Holding<OwnWork>,
    Path(id): Path<String>,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let job = own(&mut tx, &held.who, &id).await?;
    may_cancel(job.status)?;
    // Asked twice is asked once.
    if store::ask_cancel(&mut tx, &job.id, env.now()).await? {
        note(&mut tx, &env, &held.who, "job.cancel", &job).await?;
    }
    tx.commit().await?;
    Ok(web::done(&format!("/jobs/{id}"), "job-cancel-asked"))
}

/// POST /jobs/{id}/resumption — a stopped job goes on from what it finds.
pub async fn resume(
    State(env): State<Env>,
    held: Holding<OwnWork>,
    Path(id): Path<String>,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let job = own(&mut tx, &held.who, &id).await?;
    may_resume(job.status)?;
    if !store::resume(&mut tx, &job.id).await? {
        return Err(PageError::Stale);
    }
    note(&mut tx, &env, &held.who, "job.resume", &job).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/jobs/{id}"), "job-begun-again"))
}

/// A job that this person began; anybody else's is not found.
async fn own(tx: &mut Tx, who: &Subject, id: &str) -> PageResult<Job> {
    let job = store::job(tx, id).await?.filter(|job| job.started_by == who.account_id);
    job.ok_or(PageError::NotFound)
}

async fn note(tx: &mut Tx, env: &Env, who: &Subject, action: &'static str, job: &Job) -> sqlx::Result<()> {
    let payload = json!({ "kind": job.kind, "done": job.done_count, "of": job.total_count });
    let mut note = who.note(action, "job", job.id.as_str()).payload(payload);
    if let Some(batch) = &job.batch_code {
        note = note.batch(batch.as_str());
    }
    note.record(tx, env).await
}
