//! The papers of a batch at a glance.
use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use identity::{Action, Env, Object, Subject, approval};
use itembank::CoveredPoint;
use kernel::Score;
use plan::{Batch, InBatch, ReadBatch};
use web::{Markup, PageResult, Visit};

use super::LOCK;
use crate::{
    Form, FormStatus, FormSum, ShortPoint,
    demand::{Demand, demands},
    needed,
    store::form::{PrintCount, form_sums, forms, prints},
};

/// A form as the page shows it.
struct FormLine {
    form: Form,
    is_locked: bool,
    kinds: Vec<(&'static str, i64)>,
    points: Score,
    expected: Score,
    proposed_by: String,
    waits: bool,
    may_decide: bool,
    prints: Vec<PrintCount>,
}

/// How well the bank covers the blueprint.
struct Coverage {
    points: usize,
    items: i64,
    short: Vec<ShortPoint>,
}

/// The paper of one occupation and level.
struct Paper {
    demand: Demand,
    coverage: Option<Coverage>,
    forms: Vec<FormLine>,
    may_assemble: bool,
}

#[derive(Template)]
#[template(path = "paper/show.html")]
struct PapersPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    keeps: bool,
    papers: Vec<Paper>,
}

/// What is known about the forms of a batch.
struct Known {
    forms: Vec<Form>,
    sums: Vec<FormSum>,
    prints: Vec<PrintCount>,
    proposals: Vec<approval::Proposal>,
}

/// GET /batches/{code}/papers
pub async fn show(State(env): State<Env>, v: Visit, entry: InBatch<ReadBatch>) -> PageResult<Response> {
    let (batch, now) = (&entry.batch, env.now());
    let mut tx = env.db.read().await?;
    let head = plan::stage_head(&mut tx, &entry, 5, &v, now).await?;
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let keeps = entry.who.may(Action::KeepPapers, object, now).is_some();
    let known = Known {
        forms: forms(&mut tx, &batch.code).await?,
        sums: form_sums(&mut tx, &batch.code).await?,
        prints: prints(&mut tx, &batch.code).await?,
        proposals: approval::all_waiting(&mut tx).await?.acts,
    };
    let covered = itembank::coverage(&mut tx).await?;
    let mut papers = Vec::new();
    for demand in demands(&mut tx, &batch.code).await? {
        let coverage = coverage(&covered, batch, &demand);
        let own = known.forms.iter().filter(|form| demand.is_of(form));
        let forms: Vec<FormLine> = own.map(|form| line(form, &known, &entry.who)).collect();
        let is_free = forms.iter().all(|line| !line.is_locked && !line.waits);
        let is_covered = coverage.as_ref().is_some_and(|coverage| coverage.short.is_empty());
        let may_assemble = keeps && batch.published_at.is_some() && is_free && is_covered;
        papers.push(Paper { demand, coverage, forms, may_assemble });
    }
    let shown = PapersPage { v: &v, head, batch, keeps, papers };
    web::page(&v, &v.t.s("stage-5"), &shown)
}

/// The nearest bank's coverage; none when no bank with a blueprint serves this batch.
fn coverage(covered: &[CoveredPoint], batch: &Batch, demand: &Demand) -> Option<Coverage> {
    let mut banks: BTreeMap<&str, Vec<&CoveredPoint>> = BTreeMap::new();
    for point in covered {
        let is_of = point.occupation_code == demand.level.occupation_code
            && point.level_code == demand.level.level_code
            && point.org_path.contains(&batch.org_path);
        if is_of {
            banks.entry(point.org_path.as_str()).or_default().push(point);
        }
    }
    let nearest = banks.into_iter().max_by_key(|(path, _)| path.len())?.1;
    let short = nearest.iter().map(|point| ShortPoint {
        code: point.code.clone(),
        name: point.name.clone(),
        have: usize::try_from(point.accepted).unwrap_or_default(),
        need: needed(point.per_form),
    });
    Some(Coverage {
        points: nearest.len(),
        items: nearest.iter().map(|point| point.accepted).sum(),
        short: short.filter(|point| point.have < point.need).collect(),
    })
}

fn line(form: &Form, known: &Known, who: &Subject) -> FormLine {
    let mut sums: Vec<&FormSum> = known.sums.iter().filter(|sum| sum.form_id == form.id).collect();
    sums.sort_by_key(|sum| sum.kind);
    let proposal =
        known.proposals.iter().find(|proposal| proposal.kind == LOCK && proposal.object_id == form.id);
    let expected: i64 = sums.iter().map(|sum| sum.expected).sum();
    FormLine {
        is_locked: form.status == FormStatus::Locked,
        kinds: sums.iter().map(|sum| (sum.kind.label(), sum.items)).collect(),
        points: Score(sums.iter().map(|sum| sum.points.0).sum()),
        expected: Score(expected / 100),
        proposed_by: proposal.map(|proposal| proposal.proposed_by_name.clone()).unwrap_or_default(),
        waits: proposal.is_some(),
        may_decide: proposal.is_some_and(|proposal| proposal.proposed_by != who.account_id),
        prints: known.prints.iter().filter(|print| print.form_id == form.id).cloned().collect(),
        form: form.clone(),
    }
}
