//! The results of a batch for those who work in it.
use std::borrow::Borrow;

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
use plan::{Batch, BatchComponent, BatchLevel, BatchPoint, InBatch, Outline, ReadBatch};
use web::{Markup, PageResult, Visit};

use super::{
    PUBLICATION,
    figures::{self, Chart, Figures},
    list::{self, ListQuery, PartSaid, Said},
};
use crate::{
    Publication,
    combining::COMBINE,
    rules::Tally,
    store::{self, Line},
    telling::TELL,
};

/// Rows on one page.
const ROWS: i64 = 50;

struct Row {
    line: Line,
    level: String,
    point: String,
    name: String,
    parts: Vec<(BatchComponent, PartSaid)>,
}

#[derive(Template)]
#[template(path = "result/table.html")]
struct TablePage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    levels: Vec<BatchLevel>,
    points: Vec<BatchPoint>,
    query: ListQuery,
    is_decided: bool,
    is_complete: bool,
    sees_rows: bool,
    /// Names and single scores are for those who deal with the people by name; who scored them does not.
    sees_people: bool,
    may_publish: bool,
    is_proposer: bool,
    is_running: bool,
    job: Option<Markup>,
    proposal: Option<Proposal>,
    publication: Option<Publication>,
    digest: String,
    whole: Figures,
    by_level: Vec<Figures>,
    by_point: Vec<Figures>,
    charts: Vec<Chart>,
    rows: Vec<Row>,
    page: i64,
    last: i64,
    total: i64,
}

impl TablePage<'_> {
    fn link(&self, page: impl Borrow<i64>) -> String {
        self.query.with("page", &page.borrow().to_string())
    }

    fn level_value(&self, level: &BatchLevel) -> String {
        format!("{}/{}", level.occupation_code, level.level_code)
    }

    fn part_text(&self, said: &PartSaid) -> String {
        said.text(self.v.t)
    }
}

/// GET /batches/{code}/results?outcome=…&level=…&point=…&page=…
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<ReadBatch>,
    v: Visit,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let head = plan::stage_head(&mut tx, &entry, 8, &v, env.now()).await?;
    let (book, publication) = store::book_and_publication(&mut tx, &batch.code).await?;
    let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
    let may_publish = entry.who.may(Action::PublishResults, object, env.now()).is_some();
    // Before publication nobody reads a figure but those who publish: an examiner or a clerk who
    // reads this page works in the batch as well.
    let sees_rows = may_publish || publication.is_some();
    let sees_people =
        !identity::territory(&entry.who.grants, Action::ReadApplications, object, env.now()).is_empty();
    let digest = book.and_then(|book| book.digest);
    let is_decided = digest.is_some();
    let is_complete = is_decided || entry.is_done(7) || assessment::is_complete(&mut tx, &batch.code).await?;
    // Nobody proposes before there is something to decide, or after it was published.
    let proposal = if may_publish && is_complete && publication.is_none() {
        approval::pending(&mut tx, PUBLICATION, batch.code.as_str()).await?
    } else {
        None
    };
    let is_proposer = proposal.as_ref().is_some_and(|proposal| proposal.proposed_by == entry.who.account_id);
    let job = own_job(&mut tx, &entry, publication.is_some()).await?;
    let mut shown = TablePage {
        v: &v,
        head,
        batch,
        levels: Vec::new(),
        points: Vec::new(),
        query,
        is_decided,
        is_complete,
        sees_rows,
        sees_people,
        may_publish,
        is_proposer,
        is_running: job.as_ref().is_some_and(|job| job.status.is_open()),
        job: job.map(|job| job::state(&v, &job)).transpose()?,
        proposal,
        digest: if may_publish && publication.is_none() { digest.unwrap_or_default() } else { String::new() },
        publication,
        whole: Figures::default(),
        by_level: Vec::new(),
        by_point: Vec::new(),
        charts: Vec::new(),
        rows: Vec::new(),
        page: 1,
        last: 1,
        total: 0,
    };
    if sees_rows && is_decided {
        fill(&mut tx, &env, &entry, &mut shown).await?;
    }
    web::page(&v, &batch.title(v.t), &shown)
}

/// The job that matters now, if this person began it: combining, and after publication telling everybody.
async fn own_job(
    tx: &mut Tx,
    entry: &InBatch<ReadBatch>,
    is_published: bool,
) -> sqlx::Result<Option<job::Job>> {
    let kind = if is_published { TELL } else { COMBINE };
    let job = job::latest(tx, entry.batch.code.as_str(), kind.name).await?;
    Ok(job.filter(|job| job.started_by == entry.who.account_id))
}

/// Figures, charts and one page of rows, of what this person may see.
async fn fill(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<ReadBatch>,
    shown: &mut TablePage<'_>,
) -> PageResult<()> {
    let (code, t) = (&entry.batch.code, shown.v.t);
    let is_whole = entry.at.iter().any(|path| path.contains(&entry.batch.org_path));
    let reach = |point: &kernel::OrgPath| is_whole || entry.reaches(point);
    let Outline { levels, components: parts, points } = plan::outline(tx, code).await?;
    let (mut tallies, mut bands) = store::figures(tx, code).await?;
    tallies.retain(|tally| reach(&tally.point_path));
    bands.retain(|band| reach(&band.point_path));
    let query = &shown.query;
    let of_level = |tally: &&Tally| query.is_level(&tally.occupation_code, &tally.level_code);
    let of_point = |tally: &&Tally| query.is_point(&tally.point_path);
    let whole = figures::all(tallies.iter().filter(of_level).filter(of_point));
    let by_level = figures::by_level(tallies.iter().filter(of_point), &levels, t);
    let by_point = figures::by_point(tallies.iter().filter(of_level), &points, t);
    let charts = figures::charts(&bands, &parts, query);
    (shown.whole, shown.by_level, shown.by_point, shown.charts) = (whole, by_level, by_point, charts);
    (shown.levels, shown.points) = (levels, points);
    if !shown.sees_people {
        return Ok(());
    }
    let wanted = list::wanted(entry, &shown.query, &shown.points);
    let total = wanted.count(&tallies);
    let last = ((total + ROWS - 1) / ROWS).max(1);
    let page = shown.query.page.clamp(1, last);
    let lines = store::lines(tx, code, &wanted, ((page - 1) * ROWS, ROWS)).await?;
    let people = list::people(env, &lines)?;
    let mut scores = list::scores(tx, code, &parts, &lines).await?;
    let rows = rows(lines, people, &mut scores, shown);
    (shown.rows, shown.page, shown.last, shown.total) = (rows, page, last, total);
    Ok(())
}

fn rows(
    lines: Vec<Line>,
    people: Vec<(String, String)>,
    scores: &mut Said,
    shown: &TablePage<'_>,
) -> Vec<Row> {
    let row = |(line, (name, _)): (Line, (String, String))| Row {
        level: list::level_name(&shown.levels, &line.occupation_code, &line.level_code, shown.v.t),
        point: list::point_name(&shown.points, &line.point_path, shown.v.t),
        parts: scores.remove(&line.application_id).unwrap_or_default(),
        name,
        line,
    };
    lines.into_iter().zip(people).map(row).collect()
}
