//! The certificates of a batch: who gets one, who has one; one page at a time.
use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{
    Action, Env, Object,
    approval::{self, Proposal},
};
use kernel::{Day, LevelCode, OccupationCode};
use plan::{BatchLevel, BatchPoint, InBatch, Outline, ReadBatch};
use registration::ApplicationId;
use serde::Deserialize;
use web::{Markup, PageResult, Visit};

use super::ISSUE;
use crate::{
    Candidate, CertificateStatus, candidate,
    store::{self, Counts, Listed, OrderState, Wanted},
};

/// Rows of one page.
const PAGE: i64 = 100;

/// Which part of the list is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// `decided`, or `open` for those nobody has decided on; by itself whatever there is.
    show: String,
    /// State of a decided certificate, or everything.
    state: String,
    /// `OCCUPATION/LEVEL`, or everything.
    level: String,
    /// Path of a registration point, or everything.
    point: String,
    /// Page, from 1.
    page: i64,
}

impl Asked {
    fn wanted(&self, points: &[BatchPoint]) -> Wanted {
        let point = points.iter().find(|point| point.point_path.as_str() == self.point);
        Wanted {
            state: OrderState::ALL.into_iter().find(|state| state.code() == self.state),
            level: self.level.split_once('/').map(|(one, other)| (one.to_owned(), other.to_owned())),
            point: point.map(|point| point.point_path.clone()),
        }
    }

    fn takes(&self, row: &Candidate) -> bool {
        (self.level.is_empty() || self.level == format!("{}/{}", row.occupation_code, row.level_code))
            && (self.point.is_empty() || self.point == row.point_path.as_str())
    }
}

#[derive(Template)]
#[template(path = "certificate/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    code: &'a str,
    counts: Counts,
    open: i64,
    proposal: Option<Proposal>,
    may_issue: bool,
    may_hand_out: bool,
    is_proposer: bool,
    job: Option<Markup>,
    is_running: bool,
    levels: Vec<BatchLevel>,
    points: Vec<BatchPoint>,
    asked: Asked,
    shows_open: bool,
    rows: Vec<Row>,
    page: i64,
    pages: i64,
    total: i64,
    /// Last day of the public notice, while it runs.
    notice_until: Option<Day>,
}

impl ListPage<'_> {
    /// Whether something waits to be done beside the list.
    fn has_aside(&self) -> bool {
        let is_unfinished = self.counts.unfinished() > 0 || self.counts.refused > 0;
        self.may_issue && (self.proposal.is_some() || self.open > 0 || (!self.is_running && is_unfinished))
    }

    /// What those nobody has decided on wait for.
    fn open_key(&self) -> &'static str {
        if self.proposal.is_some() { "certificate-waiting" } else { "certificate-open" }
    }

    fn open_word(&self) -> String {
        self.v.t.s(self.open_key())
    }

    fn is_narrowed(&self) -> bool {
        !self.asked.state.is_empty() || !self.asked.level.is_empty() || !self.asked.point.is_empty()
    }

    fn link(&self, name: &str, value: &str) -> String {
        let show = if self.shows_open { "open" } else { "decided" };
        let mut values = [
            ("show", show),
            ("state", &self.asked.state),
            ("level", &self.asked.level),
            ("point", &self.asked.point),
            ("page", "1"),
        ];
        for known in &mut values {
            if known.0 == name {
                known.1 = value;
            }
        }
        web::address("", &values)
    }

    fn to_page(&self, page: impl Borrow<i64>) -> String {
        self.link("page", &page.borrow().to_string())
    }

    fn level_value(&self, level: &BatchLevel) -> String {
        format!("{}/{}", level.occupation_code, level.level_code)
    }

    /// Occupation and level in words.
    fn what(&self, occupation: &OccupationCode, level: &LevelCode) -> String {
        let t = self.v.t;
        let is_meant = |one: &&BatchLevel| one.occupation_code == *occupation && one.level_code == *level;
        let known = self.levels.iter().find(is_meant).map(|one| {
            let occupation = t.pick(&one.occupation_zh, &one.occupation_en);
            format!("{occupation} · {}", t.pick(&one.level_zh, &one.level_en))
        });
        known.unwrap_or_default()
    }

    /// A registration point in words.
    fn point(&self, path: &str) -> String {
        let known = self.points.iter().find(|point| point.point_path.as_str() == path);
        known.map(|point| self.v.t.pick(&point.point_zh, &point.point_en).to_owned()).unwrap_or_default()
    }
}

struct Row {
    name: String,
    what: String,
    point: String,
    number: Option<String>,
    class: &'static str,
    state: String,
    refusal: String,
}

/// GET /batches/{code}/certificates — figures for everybody in the batch, names for who issues.
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<ReadBatch>,
    Query(asked): Query<Asked>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let head = plan::stage_head(&mut tx, &entry, 9, &v, env.now()).await?;
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let may_issue = entry.who.may(Action::IssueCertificates, object, env.now()).is_some();
    let hands_out = identity::territory(&entry.who.grants, Action::HandOut, object, env.now());
    let counts = store::counts(&mut tx, &batch.code).await?;
    let publication = result::publication(&mut tx, &batch.code).await?;
    let notice_until = publication.as_ref().map(|row| row.notice_ends_on);
    // Nobody gets a certificate before the notice is over.
    let passed = publication.filter(|row| row.notice_ends_on < env.now().day()).map_or(0, |row| row.passes);
    let open = passed - counts.ordered;
    let proposal = approval::pending(&mut tx, ISSUE, batch.code.as_str()).await?;
    let is_proposer = proposal.as_ref().is_some_and(|proposal| proposal.proposed_by == entry.who.account_id);
    // The job begins with the first decision.
    let job = if counts.ordered > 0 {
        job::latest(&mut tx, batch.code.as_str(), crate::issuing::ISSUE.name).await?
    } else {
        None
    };
    let is_running = job.as_ref().is_some_and(|job| job.status.is_open());
    // Whoever began it steers it; others see the figures grow.
    let job = job.filter(|job| job.started_by == entry.who.account_id);
    let mut list = ListPage {
        v: &v,
        head,
        code: batch.code.as_str(),
        shows_open: asked.show == "open" || (asked.show.is_empty() && counts.ordered == 0),
        counts,
        open,
        proposal,
        may_issue,
        may_hand_out: !hands_out.is_empty(),
        is_proposer,
        is_running,
        job: job.map(|job| job::state(&v, &job)).transpose()?,
        levels: Vec::new(),
        points: Vec::new(),
        asked,
        rows: Vec::new(),
        page: 1,
        pages: 1,
        total: 0,
        notice_until: notice_until.filter(|day| *day >= env.now().day()),
    };
    if may_issue {
        fill(&mut tx, &env, batch, &mut list).await?;
    }
    web::page(&v, &batch.title(v.t), &list)
}

/// The rows of the page that is asked for, and what they are narrowed by.
async fn fill(tx: &mut Tx, env: &Env, batch: &plan::Batch, list: &mut ListPage<'_>) -> PageResult<()> {
    let Outline { levels, points, .. } = plan::outline(tx, &batch.code).await?;
    (list.levels, list.points) = (levels, points);
    let cut = |total: i64| {
        let pages = ((total + PAGE - 1) / PAGE).max(1);
        (list.asked.page.clamp(1, pages), pages)
    };
    if list.shows_open {
        let mut open = if list.open <= 0 {
            Vec::new()
        } else if list.counts.ordered == 0 {
            candidate::certifiable(tx, &batch.code, &batch.org_path, env.now().day()).await?
        } else {
            unordered(tx, env, batch).await?
        };
        open.retain(|row| list.asked.takes(row));
        let total = i64::try_from(open.len()).unwrap_or(i64::MAX);
        let (page, pages) = cut(total);
        let first = usize::try_from((page - 1) * PAGE).unwrap_or_default();
        let size = usize::try_from(PAGE).unwrap_or_default();
        let shown: Vec<&Candidate> = open.iter().skip(first).take(size).collect();
        list.rows = open_rows(tx, env, list, &shown).await?;
        (list.page, list.pages, list.total) = (page, pages, total);
        return Ok(());
    }
    let wanted = list.asked.wanted(&list.points);
    let total = store::order_count(tx, &batch.code, &wanted).await?;
    let (page, pages) = cut(total);
    let orders = store::order_page(tx, &batch.code, &wanted, ((page - 1) * PAGE, PAGE)).await?;
    list.rows = orders.iter().map(|one| decided_row(env, list, one)).collect::<PageResult<_>>()?;
    (list.page, list.pages, list.total) = (page, pages, total);
    Ok(())
}

/// Those a certificate may be issued to today and nobody has decided on.
pub(super) async fn unordered(tx: &mut Tx, env: &Env, batch: &plan::Batch) -> sqlx::Result<Vec<Candidate>> {
    let decided: HashSet<ApplicationId> = store::ordered(tx, &batch.code).await?.into_iter().collect();
    let mut open = candidate::certifiable(tx, &batch.code, &batch.org_path, env.now().day()).await?;
    open.retain(|row| !decided.contains(&row.application_id));
    Ok(open)
}

async fn open_rows(
    tx: &mut Tx,
    env: &Env,
    list: &ListPage<'_>,
    shown: &[&Candidate],
) -> PageResult<Vec<Row>> {
    let people: Vec<_> = shown.iter().map(|row| row.person_id.clone()).collect();
    let people = person::load_many(tx, &env.vault, &people).await?;
    let names: HashMap<_, _> = people.into_iter().map(|person| (person.id, person.name)).collect();
    let row = |one: &&Candidate| Row {
        name: names.get(&one.person_id).cloned().unwrap_or_default(),
        what: list.what(&one.occupation_code, &one.level_code),
        point: list.point(one.point_path.as_str()),
        number: None,
        class: if list.proposal.is_some() { "wait" } else { "now" },
        state: list.open_word(),
        refusal: String::new(),
    };
    Ok(shown.iter().map(row).collect())
}

fn decided_row(env: &Env, list: &ListPage<'_>, one: &Listed) -> PageResult<Row> {
    let (t, order) = (list.v.t, &one.order);
    let is_refused = !order.refusal.is_empty();
    let (class, key) = state(one.status, is_refused);
    Ok(Row {
        name: one.person(&env.vault)?.name,
        what: list.what(&order.occupation_code, &order.level_code),
        point: list.point(&order.point_path),
        number: one.number.as_ref().map(ToString::to_string),
        class,
        state: t.s(key),
        refusal: if is_refused { t.a(&order.refusal, &order.refusal_detail) } else { String::new() },
    })
}

/// Class of the tag and key of its words.
fn state(certificate: Option<CertificateStatus>, is_refused: bool) -> (&'static str, &'static str) {
    match (certificate, is_refused) {
        (Some(CertificateStatus::Valid), _) => ("done", "certificate-valid"),
        (Some(CertificateStatus::Revoked), _) => ("late", "certificate-revoked"),
        (Some(CertificateStatus::Intended), _) => ("wait", "certificate-intended"),
        (None, true) => ("late", "certificate-refused"),
        (None, false) => ("wait", "certificate-decided"),
    }
}
