//! The list of batches, and one batch with its rail and its plan.
use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Holding, Object, Subject, approval::Proposal};
use web::{Markup, PageResult, Visit};

use super::{PUBLICATION, seating};
use crate::{
    Batch, InBatch, ReadBatch, stage_head,
    store::{self, Plan},
};

#[derive(Template)]
#[template(path = "batch/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    batches: Vec<Batch>,
    may_plan: bool,
}

/// GET /batches
pub async fn list(State(env): State<Env>, entry: Holding<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let mut batches = store::batches(&mut tx).await?;
    batches.retain(|batch| {
        entry.at.iter().any(|at| at.contains(&batch.org_path) || batch.org_path.contains(at))
    });
    let may_plan = entry.who.carries(Action::Plan);
    web::page(&v, &v.t.s("nav-batches"), &ListPage { v: &v, batches, may_plan })
}

#[derive(Template)]
#[template(path = "batch/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    plan: &'a Plan,
    sites: Vec<venue::Site>,
    proposal: Option<Proposal>,
    may_plan: bool,
    /// Whether they write to the candidates of the batch: who publishes its results does.
    may_announce: bool,
    is_proposer: bool,
}

impl ShowPage<'_> {
    fn seated_at(&self, point: &crate::BatchPoint) -> String {
        seating::words(self.plan, &self.sites, point, self.v.t)
    }

    fn window(&self, code: &str) -> String {
        self.v.t.s(&format!("window-{code}"))
    }

    fn delivery(&self, part: &crate::BatchComponent) -> String {
        self.v.t.s(match part.delivery {
            scheme::Delivery::Paper => "delivery-paper",
            scheme::Delivery::Computer => "delivery-computer",
            scheme::Delivery::OnSite => "delivery-on-site",
        })
    }
}

/// GET /batches/{code}
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry.batch, 1, &v, env.now()).await?;
    let proposal = identity::approval::pending(&mut tx, PUBLICATION, entry.batch.code.as_str()).await?;
    let plan = store::plan(&mut tx, entry.batch).await?;
    let may = |action| may(&entry.who, action, &plan.batch, &env);
    let (may_plan, may_announce) = (may(Action::Plan), may(Action::PublishResults));
    let sites = venue::sites(&mut tx).await?;
    let is_proposer = proposal.as_ref().is_some_and(|p| p.proposed_by == entry.who.account_id);
    let title = plan.batch.title(v.t);
    let shown = ShowPage { v: &v, head, plan: &plan, sites, proposal, may_plan, may_announce, is_proposer };
    web::page(&v, &title, &shown)
}

fn may(who: &Subject, action: Action, batch: &Batch, env: &Env) -> bool {
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    who.may(action, object, env.now()).is_some()
}
