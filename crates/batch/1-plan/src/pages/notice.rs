//! What the public reads of a published plan.
use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Kind, Subject};
use readership::{Matter, Opened};
use web::{PageError, PageResult, Visit};

use super::{batch::delivery_key, seating};
use crate::{
    Batch,
    store::{self, Plan},
};

#[derive(Template)]
#[template(path = "notice/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    batches: Vec<Batch>,
}

/// GET /notices
pub async fn list(State(env): State<Env>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let mut batches = store::batches(&mut tx).await?;
    batches.retain(|batch| batch.published_at.is_some());
    web::medium_page(&v, &v.t.s("notices"), &ListPage { v: &v, batches })
}

#[derive(Template)]
#[template(path = "notice/show.html")]
struct NoticePage<'a> {
    v: &'a Visit,
    plan: &'a Plan,
    sites: Vec<venue::Site>,
    published_on: String,
    /// Name of the organisation that holds the batch.
    issuer: String,
    may_apply: bool,
    times_read: i64,
}

impl NoticePage<'_> {
    fn seated_at(&self, point: &crate::BatchPoint) -> String {
        seating::words(self.plan, &self.sites, point, self.v.t)
    }

    fn window(&self, code: &str) -> String {
        self.v.t.s(&format!("window-{code}"))
    }

    fn delivery(&self, part: &crate::BatchComponent) -> String {
        self.v.t.s(delivery_key(part))
    }
}

/// GET /notices/{code}; a draft is nobody's business. Who works here is not asked to apply.
pub async fn show(
    State(env): State<Env>,
    Path(code): Path<String>,
    who: Option<Extension<Subject>>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = store::batch(&mut tx, &code).await?.ok_or(PageError::NotFound)?;
    let published_on = batch.published_at.ok_or(PageError::NotFound)?.day().to_string();
    let plan = store::plan(&mut tx, batch).await?;
    let sites = venue::sites(&mut tx).await?;
    let is_open = plan.windows.iter().any(|w| w.code == "registration" && w.is_open(env.now()));
    let may_apply = is_open && who.is_none_or(|Extension(subject)| subject.kind == Kind::Candidate);
    let title = plan.batch.title(v.t);
    let held_by = organisation::by_path(&mut tx, &plan.batch.org_path).await?;
    let issuer = held_by.map(|row| v.t.pick(&row.name_zh, &row.name_en).to_owned()).unwrap_or_default();
    let key = plan.batch.code.to_string();
    let times_read = readership::times_read(&mut tx, Matter::Notice, &key).await?;
    let shown = NoticePage { v: &v, plan: &plan, sites, published_on, issuer, may_apply, times_read };
    Ok(Opened { matter: Matter::Notice, key }.noted_in(web::medium_page(&v, &title, &shown)?))
}
