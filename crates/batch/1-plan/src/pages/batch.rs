//! The list of batches, and one batch with its rail and its plan.
use std::borrow::Borrow;

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Action, Env, Holding, Object, Subject, approval::Proposal, territory};
use kernel::UnixMicros;
use serde::Deserialize;
use web::{Markup, PageResult, StopState, Visit};

use super::{PUBLICATION, seating};
use crate::{
    Batch, InBatch, Lateness, ReadBatch, StageLine,
    deadline::Deadlines,
    head::stage_lines,
    stage_head,
    store::{self, Plan},
};

/// Batches on one page.
const PAGE: usize = 20;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    page: usize,
}

/// A batch of the list, and how far it is.
struct Line {
    batch: Batch,
    /// The stage that is late, or under way, or next; none when all nine are done.
    at: Option<StageLine>,
    late: Option<Lateness>,
    /// Whether this reader may make a new plan like it.
    may_copy: bool,
}

impl Line {
    /// Class of the tag, which says the note of the stage.
    fn class(&self) -> &'static str {
        match self.at.as_ref().map(|line| line.stop.state) {
            Some(StopState::Late) => "tag late",
            Some(StopState::Now) => "tag now",
            Some(StopState::Ahead) | None => "tag",
            Some(StopState::Done) => "tag done",
        }
    }
}

#[derive(Template)]
#[template(path = "batch/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    lines: Vec<Line>,
    may_plan: bool,
    total: usize,
    page: usize,
    pages: usize,
}

impl ListPage<'_> {
    fn to_page(&self, page: impl Borrow<usize>) -> String {
        web::address("/batches", &[("page", &page.borrow().to_string())])
    }
}

/// GET /batches?page=…
pub async fn list(
    State(env): State<Env>,
    entry: Holding<ReadBatch>,
    v: Visit,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let mut batches = store::batches(&mut tx).await?;
    batches.retain(|batch| {
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        !territory(&entry.who.grants, Action::ReadBatch, object, env.now()).is_empty()
    });
    let total = batches.len();
    let pages = total.div_ceil(PAGE).max(1);
    let page = query.page.clamp(1, pages);
    let almanac = scheme::almanac(&mut tx).await?;
    let mut lines = Vec::new();
    let shown: Vec<Batch> = batches.into_iter().skip((page - 1) * PAGE).take(PAGE).collect();
    let codes: Vec<&str> = shown.iter().map(|batch| batch.code.as_str()).collect();
    let courses = store::courses(&mut tx, &codes).await?;
    for batch in shown {
        let course = courses.get(batch.code.as_str()).cloned().unwrap_or_default();
        let deadlines = Deadlines::new(&batch, &course, &almanac);
        let at = current(stage_lines(&batch, &course, &deadlines, (v.t, env.now())));
        let due = at.as_ref().filter(|line| line.stop.state == StopState::Late).and_then(|line| line.due);
        let late = due.map(|due| Lateness::of(due, env.now().day(), &almanac.calendar));
        let may_copy = may(&entry.who, Action::Plan, &batch, env.now());
        lines.push(Line { batch, at, late, may_copy });
    }
    let may_plan = entry.who.carries(Action::Plan);
    web::page(&v, &v.t.s("nav-batches"), &ListPage { v: &v, lines, may_plan, total, page, pages })
}

/// The stage to look at first: what is late before what is under way, and that before what comes next.
fn current(lines: Vec<StageLine>) -> Option<StageLine> {
    let rank = |state| match state {
        StopState::Late => Some(0),
        StopState::Now => Some(1),
        StopState::Ahead => Some(2),
        StopState::Done => None,
    };
    let open = lines.into_iter().filter_map(|line| Some((rank(line.stop.state)?, line)));
    open.min_by_key(|(rank, line)| (*rank, line.stop.number)).map(|(_, line)| line)
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
    now: UnixMicros,
}

impl ShowPage<'_> {
    fn seated_at(&self, point: &crate::BatchPoint) -> String {
        seating::words(self.plan, &self.sites, point, self.v.t)
    }

    fn window(&self, code: &str) -> String {
        self.v.t.s(&format!("window-{code}"))
    }

    fn delivery(&self, part: &crate::BatchComponent) -> String {
        self.v.t.s(delivery_key(part))
    }

    /// How a window lies to today: its dot says so, and words for who does not see it.
    fn window_state(&self, window: &crate::Window) -> (&'static str, &'static str) {
        if window.closes_at <= self.now {
            ("dot done", "window-over")
        } else if window.is_open(self.now) {
            ("dot now", "window-open")
        } else {
            ("dot", "window-ahead")
        }
    }

    fn is_exam_over(&self) -> bool {
        self.plan.batch.exam_date < self.now.day()
    }
}

/// Key of the way a part is sat.
pub(super) fn delivery_key(part: &crate::BatchComponent) -> &'static str {
    match part.delivery {
        scheme::Delivery::Paper => "delivery-paper",
        scheme::Delivery::Computer => "delivery-computer",
        scheme::Delivery::OnSite => "delivery-on-site",
    }
}

/// GET /batches/{code}
pub async fn show(State(env): State<Env>, entry: InBatch<ReadBatch>, v: Visit) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let head = stage_head(&mut tx, &entry, 1, &v, env.now()).await?;
    let proposal = identity::approval::pending(&mut tx, PUBLICATION, entry.batch.code.as_str()).await?;
    let windows = entry.course().windows.clone();
    let plan = store::plan_with(&mut tx, entry.batch, windows).await?;
    let now = env.now();
    let may = |action| may(&entry.who, action, &plan.batch, now);
    let (may_plan, may_announce) = (may(Action::Plan), may(Action::PublishResults));
    let sites = venue::sites(&mut tx).await?;
    let is_proposer = proposal.as_ref().is_some_and(|p| p.proposed_by == entry.who.account_id);
    let title = plan.batch.title(v.t);
    let shown =
        ShowPage { v: &v, head, plan: &plan, sites, proposal, may_plan, may_announce, is_proposer, now };
    web::page(&v, &title, &shown)
}

fn may(who: &Subject, action: Action, batch: &Batch, now: UnixMicros) -> bool {
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    who.may(action, object, now).is_some()
}

#[cfg(test)]
mod tests {
    use web::Stop;

    use super::*;

    fn line(number: usize, state: StopState) -> StageLine {
        let stop = Stop { number, name: String::new(), href: String::new(), state, note: String::new() };
        StageLine { stop, due: None }
    }

    #[test]
    fn a_batch_stands_at_what_is_late_before_what_is_under_way_or_to_come() {
        use StopState::{Ahead, Done, Late, Now};
        let at = |states: &[StopState]| {
            let lines = states.iter().zip(1..).map(|(state, number)| line(number, *state));
            current(lines.collect()).map(|line| line.stop.number)
        };
        assert_eq!(at(&[Done, Done, Now, Late, Late]), Some(4));
        assert_eq!(at(&[Done, Now, Now, Ahead]), Some(2));
        assert_eq!(at(&[Done, Done, Ahead, Ahead]), Some(3));
        assert_eq!(at(&[Done, Done]), None);
    }
}
