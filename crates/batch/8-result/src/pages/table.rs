//! The results of a batch for those who work in it.
use std::borrow::Borrow;

use ::store::Tx;
use askama::Template;
use assessment::PartOutcome;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{
    Action, Env, Object,
    approval::{self, Proposal},
};
use kernel::Score;
use plan::{Batch, BatchLevel, InBatch, ReadBatch};
use scheme::ComponentKind;
use serde::Deserialize;
use web::{Markup, PageResult, Visit};

use super::{
    PUBLICATION,
    list::{self, Line},
};
use crate::{
    Outcome, Publication,
    rules::{self, Bar, distribution},
    store,
};

/// Rows on one page.
const ROWS: usize = 50;

/// What the address of the table says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct TableQuery {
    /// `pass`, `fail`, `absent`, or everything.
    outcome: String,
    /// `OCCUPATION/LEVEL`, or everything.
    level: String,
    /// Page, from 1.
    page: usize,
}

struct Row {
    line: Line,
    level: String,
    name: String,
}

struct Chart {
    name_key: &'static str,
    bars: Vec<Bar>,
    most: i64,
}

#[derive(Template)]
#[template(path = "result/table.html")]
struct TablePage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    levels: Vec<BatchLevel>,
    query: TableQuery,
    is_decided: bool,
    is_complete: bool,
    sees_rows: bool,
    may_publish: bool,
    is_proposer: bool,
    proposal: Option<Proposal>,
    publication: Option<Publication>,
    digest: String,
    counts: [i64; 3],
    charts: Vec<Chart>,
    rows: Vec<Row>,
    page: usize,
    last: usize,
    total: usize,
}

impl TablePage<'_> {
    fn link(&self, page: impl Borrow<usize>) -> String {
        format!("?outcome={}&level={}&page={}", self.query.outcome, self.query.level, page.borrow())
    }

    fn level_value(&self, level: &BatchLevel) -> String {
        format!("{}/{}", level.occupation_code, level.level_code)
    }

    fn part_text(&self, outcome: &PartOutcome) -> String {
        list::outcome_text(*outcome, self.v.t)
    }
}

/// GET /batches/{code}/results
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<ReadBatch>,
    v: Visit,
    Query(query): Query<TableQuery>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let head = plan::stage_head(&mut tx, batch, 8, &v, env.now()).await?;
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let publication = store::publication(&mut tx, &batch.code).await?;
    let proposal = approval::pending(&mut tx, PUBLICATION, batch.code.as_str()).await?;
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let may_publish = entry.who.may(Action::PublishResults, object, env.now()).is_some();
    // Before publication nobody reads a figure but those who publish: an examiner or a clerk who
    // reads this page works in the batch as well.
    let sees_rows = may_publish || publication.is_some();
    let is_decided = store::is_decided(&mut tx, &batch.code).await?;
    let mut lines = if sees_rows && is_decided { list::lines(&mut tx, &entry).await? } else { Vec::new() };
    let digest = if may_publish && publication.is_none() && is_decided {
        rules::digest(&crate::results(&mut tx, &batch.code).await?).to_string()
    } else {
        String::new()
    };
    let counts = Outcome::ALL.map(|wanted| count(lines.iter().filter(|line| line.outcome == wanted).count()));
    let charts = charts(&lines);
    lines.retain(|line| is_wanted(line, &query));
    let total = lines.len();
    let last = total.div_ceil(ROWS).max(1);
    let page = query.page.clamp(1, last);
    let lines: Vec<Line> = lines.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let shown = TablePage {
        v: &v,
        head,
        is_complete: assessment::is_complete(&mut tx, &batch.code).await?,
        is_proposer: proposal.as_ref().is_some_and(|proposal| proposal.proposed_by == entry.who.account_id),
        rows: rows(&mut tx, &env, batch, &levels, lines, &v).await?,
        batch,
        levels,
        query,
        is_decided,
        sees_rows,
        may_publish,
        proposal,
        publication,
        digest,
        counts,
        charts,
        page,
        last,
        total,
    };
    web::page(&v, &batch.title(v.t), &shown)
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn is_wanted(line: &Line, query: &TableQuery) -> bool {
    let level = format!("{}/{}", line.candidate.occupation_code, line.candidate.level_code);
    let is_outcome = Outcome::from_code(&query.outcome).is_none_or(|wanted| line.outcome == wanted);
    is_outcome && (query.level.is_empty() || query.level == level)
}

async fn rows(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    levels: &[BatchLevel],
    lines: Vec<Line>,
    v: &Visit,
) -> PageResult<Vec<Row>> {
    let people = list::people(tx, env, batch, &lines).await?;
    let row = |(line, (name, _)): (Line, (String, String))| {
        let level =
            list::level_name(levels, &line.candidate.occupation_code, &line.candidate.level_code, v.t);
        Row { line, level, name }
    };
    Ok(lines.into_iter().zip(people).map(row).collect())
}

/// How the scores of each kind of part are spread, over everybody within reach.
fn charts(lines: &[Line]) -> Vec<Chart> {
    let kinds = [
        (ComponentKind::Theory, "result-kind-theory"),
        (ComponentKind::Practical, "result-kind-practical"),
        (ComponentKind::Panel, "result-kind-panel"),
    ];
    let mut charts = Vec::new();
    for (kind, name_key) in kinds {
        let scores: Vec<Score> = lines
            .iter()
            .flat_map(|line| &line.parts)
            .filter(|(part, _)| part.kind == kind)
            .filter_map(|(_, outcome)| outcome.score())
            .collect();
        if scores.is_empty() {
            continue;
        }
        let bars = distribution(&scores);
        let most = bars.iter().map(|bar| bar.count).max().unwrap_or_default();
        charts.push(Chart { name_key, bars, most });
    }
    charts
}
