//! The first page: staff go to their workbench, everybody else sees what the public can do.
use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Extension, State},
    response::{IntoResponse, Redirect, Response},
};
use identity::{DemoGuide, Env, Kind, Subject};
use plan::Batch;
use web::{PageResult, Visit};

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage<'a> {
    v: &'a Visit,
    batches: Vec<Batch>,
    logins: Vec<(String, &'static str)>,
}

impl StartPage<'_> {
    fn role(&self, code: &str) -> String {
        self.v.t.s(&format!("role-{code}"))
    }
}

/// GET /
pub async fn show(
    State(env): State<Env>,
    guide: Option<Extension<Arc<DemoGuide>>>,
    who: Option<Extension<Subject>>,
    v: Visit,
) -> PageResult<Response> {
    if let Some(Extension(who)) = who {
        let home = match who.kind {
            Kind::Staff => "/workbench",
            Kind::Candidate => "/my",
        };
        return Ok(Redirect::to(home).into_response());
    }
    let mut tx = env.db.read().await?;
    let mut batches = plan::batches(&mut tx).await?;
    batches.retain(|batch| batch.published_at.is_some());
    // Login and role of everybody in the demo; nobody outside it.
    let logins = guide.iter().flat_map(|guide| &guide.staff);
    let logins = logins.map(|(login, _, role)| (login.clone(), *role)).collect();
    web::page(&v, &v.t.s("start-title"), &StartPage { v: &v, batches, logins })
}
