//! What will go wrong with a batch unless somebody acts before the day.
use askama::Template;
use axum::{extract::State, response::Response};
use identity::Env;
use plan::{InBatch, ReadBatch, Risk, stage_head_by};
use web::{Markup, PageResult, Visit};

use crate::compose;

#[derive(Template)]
#[template(path = "readiness.html")]
struct ReadinessPage<'a> {
    v: &'a Visit,
    head: Markup,
    risks: Vec<Risk>,
}

impl ReadinessPage<'_> {
    fn stage(&self, risk: &Risk) -> String {
        self.v.t.s(&format!("stage-{}", risk.stage))
    }
}

/// GET /batches/{code}/readiness
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let almanac = scheme::almanac(&mut tx).await?;
    let head = stage_head_by(&almanac, &entry, 1, &v, env.now())?;
    let risks = compose::risks(&mut tx, &entry, &almanac.calendar, env.now()).await?;
    let title = format!("{} · {}", v.t.s("readiness"), entry.batch.title(v.t));
    web::page(&v, &title, &ReadinessPage { v: &v, head, risks })
}
