//! Everything somebody has begun, newest first.
use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Env, Holding};
use serde::Deserialize;
use web::{PageResult, Visit, page};

use super::{JobSubject, OwnWork, SubjectSource, kind_word, outcome_words, status_word, tag};
use crate::{
    Job, Status,
    rules::{may_cancel, may_resume},
    store,
};

/// Jobs on a page of the list.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    status: String,
    page: String,
}

#[derive(Template)]
#[template(path = "job/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    jobs: Vec<Job>,
    subjects: HashMap<String, JobSubject>,
    status: Option<Status>,
    total: i64,
    page: i64,
    pages: i64,
}

impl ListPage<'_> {
    fn kind(&self, job: &Job) -> String {
        kind_word(self.v, job)
    }

    fn outcome(&self, job: &Job) -> String {
        outcome_words(self.v, job)
    }

    fn subject(&self, job: &Job) -> Option<&JobSubject> {
        self.subjects.get(&job.subject)
    }

    fn is_any_open(&self) -> bool {
        self.jobs.iter().any(|job| job.status.is_open())
    }

    fn can_cancel(&self, job: &Job) -> bool {
        may_cancel(job.status).is_ok() && job.cancel_asked_at.is_none()
    }

    fn can_resume(&self, job: &Job) -> bool {
        may_resume(job.status).is_ok()
    }

    /// Whether it came to its end and found something wrong.
    fn found_wrong(&self, job: &Job) -> bool {
        job.status == Status::Done && self.subject(job).is_some_and(|subject| subject.wrong_rows > 0)
    }

    fn status_of(&self, job: &Job) -> String {
        if self.found_wrong(job) { self.v.t.s("job-found-wrong") } else { status_word(self.v, job.status) }
    }

    fn tag(&self, job: &Job) -> &'static str {
        if self.found_wrong(job) { "tag wait" } else { tag(job) }
    }

    fn statuses(&self) -> [(&'static str, String); 5] {
        Status::ALL.map(|status| (status.code(), status_word(self.v, status)))
    }

    fn is_chosen(&self, code: &str) -> bool {
        self.status.is_some_and(|status| status.code() == code)
    }

    fn href(&self, page: i64) -> String {
        let status = self.status.map(Status::code).unwrap_or_default();
        web::address("/jobs", &[("status", status), ("page", &page.to_string())])
    }
}

/// GET /jobs?status=…&page=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<OwnWork>,
    source: SubjectSource,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let status = Status::ALL.into_iter().find(|status| status.code() == query.status);
    let at = query.page.parse().ok().filter(|page| *page >= 1).unwrap_or(1);
    let mut tx = env.db.read().await?;
    let place = ((at - 1) * PAGE, PAGE);
    let (jobs, total) = store::of_account(&mut tx, &held.who.account_id, status, place).await?;
    let subjects = (source.0)(&mut tx, &jobs).await?;
    drop(tx);
    let pages = ((total + PAGE - 1) / PAGE).max(1);
    let shown = ListPage { v: &v, jobs, subjects, status, total, page: at.min(pages), pages };
    page(&v, &v.t.s("nav-jobs"), &shown)
}
