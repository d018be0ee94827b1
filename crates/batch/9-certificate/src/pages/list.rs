//! The certificates of a batch: who gets one, who has one.
use std::collections::{HashMap, HashSet};

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
use plan::{BatchLevel, InBatch, ReadBatch};
use registration::ApplicationId;
use serde::Deserialize;
use web::{Markup, PageResult, Visit};

use super::ISSUE;
use crate::{
    Candidate, CertificateStatus, candidate,
    store::{self, Certificate, Counts, Order},
};

/// Rows of one page.
const PAGE: usize = 100;

/// Which page is asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: usize,
}

#[derive(Template)]
#[template(path = "certificate/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    code: &'a str,
    counts: Counts,
    open: usize,
    proposal: Option<Proposal>,
    may_issue: bool,
    is_proposer: bool,
    rows: Vec<Row>,
    page: usize,
    pages: usize,
}

struct Row {
    name: String,
    what: String,
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
    let head = plan::stage_head(&mut tx, batch, 9, &v, env.now()).await?;
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let may_issue = entry.who.may(Action::IssueCertificates, object, env.now()).is_some();
    let mut orders = store::of_batch(&mut tx, &batch.code).await?;
    let mut open = unordered(&mut tx, &env, batch, &orders).await?;
    let counts = if entry.at_whole().is_ok() {
        store::counts(&mut tx, &batch.code).await?
    } else {
        let admitted = admission::admitted(&mut tx, &batch.code).await?.into_iter();
        let mine = admitted.filter(|row| entry.reaches(&row.point_path));
        let mine: HashSet<ApplicationId> = mine.map(|row| row.application_id).collect();
        orders.retain(|order| mine.contains(&order.application_id));
        open.retain(|row| mine.contains(&row.application_id));
        counts_of(&mut tx, &orders).await?
    };
    let proposal = approval::pending(&mut tx, ISSUE, batch.code.as_str()).await?;
    let is_proposer = proposal.as_ref().is_some_and(|proposal| proposal.proposed_by == entry.who.account_id);
    let total = orders.len() + open.len();
    let pages = total.div_ceil(PAGE).max(1);
    let page = asked.page.clamp(1, pages);
    let rows = if may_issue {
        let levels = plan::levels(&mut tx, &batch.code).await?;
        let all = orders.iter().map(Line::Decided).chain(open.iter().map(Line::Open));
        let lines: Vec<Line<'_>> = all.skip((page - 1) * PAGE).take(PAGE).collect();
        rows(&mut tx, &env, &v, &levels, &lines).await?
    } else {
        Vec::new()
    };
    let list = ListPage {
        v: &v,
        head,
        code: batch.code.as_str(),
        counts,
        open: open.len(),
        proposal,
        may_issue,
        is_proposer,
        rows,
        page,
        pages,
    };
    web::page(&v, &batch.title(v.t), &list)
}

/// How those of a part of the batch stand.
async fn counts_of(tx: &mut Tx, orders: &[Order]) -> sqlx::Result<Counts> {
    let ids: Vec<_> = orders.iter().map(|order| order.application_id.clone()).collect();
    let found = store::of_applications(tx, &ids).await?;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let of = |wanted: CertificateStatus| number(found.iter().filter(|row| row.status == wanted).count());
    let intended = of(CertificateStatus::Intended);
    Ok(Counts {
        ordered: number(orders.len()),
        refused: number(orders.iter().filter(|order| !order.refusal.is_empty()).count()),
        intended,
        signed: number(found.len()) - intended,
        revoked: of(CertificateStatus::Revoked),
    })
}

/// Those a certificate may be issued to today and nobody has decided on.
pub(super) async fn unordered(
    tx: &mut Tx,
    env: &Env,
    batch: &plan::Batch,
    orders: &[Order],
) -> sqlx::Result<Vec<Candidate>> {
    let decided: HashSet<&ApplicationId> = orders.iter().map(|order| &order.application_id).collect();
    let mut open = candidate::certifiable(tx, &batch.code, &batch.org_path, env.now().day()).await?;
    open.retain(|row| !decided.contains(&row.application_id));
    Ok(open)
}

#[derive(Clone, Copy)]
enum Line<'a> {
    Decided(&'a Order),
    Open(&'a Candidate),
}

impl<'a> Line<'a> {
    fn application(self) -> &'a ApplicationId {
        match self {
            Self::Decided(order) => &order.application_id,
            Self::Open(row) => &row.application_id,
        }
    }

    fn person(self) -> &'a person::PersonId {
        match self {
            Self::Decided(order) => &order.person_id,
            Self::Open(row) => &row.person_id,
        }
    }

    fn is_of(self, level: &BatchLevel) -> bool {
        let (occupation, code) = match self {
            Self::Decided(order) => (&order.occupation_code, &order.level_code),
            Self::Open(row) => (&row.occupation_code, &row.level_code),
        };
        level.occupation_code == *occupation && level.level_code == *code
    }
}

async fn rows(
    tx: &mut Tx,
    env: &Env,
    v: &Visit,
    levels: &[BatchLevel],
    lines: &[Line<'_>],
) -> PageResult<Vec<Row>> {
    let people: Vec<_> = lines.iter().map(|line| line.person().clone()).collect();
    let people = person::load_many(tx, &env.vault, &people).await?;
    let names: HashMap<_, _> = people.into_iter().map(|person| (person.id, person.name)).collect();
    let applications: Vec<_> = lines.iter().map(|line| line.application().clone()).collect();
    let found = store::of_applications(tx, &applications).await?;
    let found: HashMap<_, _> = found.into_iter().map(|row| (row.application_id.clone(), row)).collect();
    let row = |line: &Line<'_>| {
        let certificate = found.get(line.application());
        let level = levels.iter().find(|level| line.is_of(level));
        let what = level.map(|level| {
            let occupation = v.t.pick(&level.occupation_zh, &level.occupation_en);
            format!("{occupation} · {}", v.t.pick(&level.level_zh, &level.level_en))
        });
        let (class, key) = state(*line, certificate);
        Row {
            name: names.get(line.person()).cloned().unwrap_or_default(),
            what: what.unwrap_or_default(),
            number: certificate.map(|row| row.number.to_string()),
            class,
            state: v.t.s(key),
            refusal: match line {
                Line::Decided(order) if !order.refusal.is_empty() => {
                    v.t.a(&order.refusal, &order.refusal_detail)
                }
                Line::Decided(_) | Line::Open(_) => String::new(),
            },
        }
    };
    Ok(lines.iter().map(row).collect())
}

/// Class of the tag and key of its words.
fn state(line: Line<'_>, certificate: Option<&Certificate>) -> (&'static str, &'static str) {
    match (certificate.map(|row| row.status), line) {
        (Some(CertificateStatus::Valid), _) => ("done", "certificate-valid"),
        (Some(CertificateStatus::Revoked), _) => ("late", "certificate-revoked"),
        (Some(CertificateStatus::Intended), _) => ("wait", "certificate-intended"),
        (None, Line::Decided(order)) if !order.refusal.is_empty() => ("late", "certificate-refused"),
        (None, Line::Decided(_)) => ("wait", "certificate-decided"),
        (None, Line::Open(_)) => ("now", "certificate-open"),
    }
}
