//! Handing out (发放): the certificates of a registration point, who collected each, and when. Recorded by
//! the people of the point; printed as a list to sign.
use std::{borrow::Borrow, collections::HashMap};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use kernel::{CertificateNumber, Day};
use organisation::{Evaluator, Organisation};
use person::{Person, PersonId};
use plan::{Batch, BatchLevel, BatchPoint, HandOut, InBatch};
use serde::Deserialize;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use crate::store::{self, HandoutLine, NewHandout, Way};

/// Rows of one page.
const ROWS: i64 = 100;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct HandoutQuery {
    /// Path of a registration point.
    point: String,
    /// `waiting` or `collected`.
    show: String,
    /// Part of a name, or the last characters of a number; by itself everybody.
    q: String,
    /// Page, from 1.
    page: i64,
}

/// A registration point in figures.
struct PointLine {
    point: BatchPoint,
    valid: i64,
    collected: i64,
}

struct Row {
    number: CertificateNumber,
    name: String,
    document: String,
    level: String,
    issued_on: Day,
    collected_on: Option<Day>,
    way: String,
    collector: String,
}

#[derive(Template)]
#[template(path = "handout/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    points: Vec<PointLine>,
    point: Option<PointLine>,
    shows_collected: bool,
    rows: Vec<Row>,
    form: Form,
    q: String,
    page: i64,
    pages: i64,
}

impl ListPage<'_> {
    fn address(&self) -> String {
        format!("/batches/{}/handout", self.batch.code)
    }

    fn link(&self, show: &str, page: i64) -> String {
        let point = self.point.as_ref().map_or("", |line| line.point.point_path.as_str());
        let page = page.to_string();
        web::address(&self.address(), &[("point", point), ("show", show), ("q", &self.q), ("page", &page)])
    }

    /// The same list without the search.
    fn clear(&self) -> String {
        let point = self.point.as_ref().map_or("", |line| line.point.point_path.as_str());
        let show = if self.shows_collected { "collected" } else { "waiting" };
        web::address(&self.address(), &[("point", point), ("show", show)])
    }

    fn is_ticked(&self, row: &Row) -> bool {
        self.form.all("number").iter().any(|number| number == row.number.as_str())
    }

    fn at(&self, page: impl Borrow<i64>) -> String {
        self.link(if self.shows_collected { "collected" } else { "waiting" }, *page.borrow())
    }

    fn ways(&self) -> Vec<(String, String)> {
        Way::ALL.map(|way| (way.code().to_owned(), way_word(self.v, way))).to_vec()
    }
}

#[derive(Template)]
#[template(path = "handout/print.html")]
struct PrintPage<'a> {
    v: &'a Visit,
    batch: &'a Batch,
    point: &'a BatchPoint,
    /// Who issues here today; empty when nobody may.
    issuer: String,
    rows: Vec<Row>,
    printed_on: Day,
}

fn way_word(v: &Visit, way: Way) -> String {
    v.t.s(&format!("handout-way-{}", way.code()))
}

/// The registration points of the batch within reach, each with its certificates in figures.
async fn points(tx: &mut Tx, entry: &InBatch<HandOut>) -> sqlx::Result<Vec<PointLine>> {
    let code = &entry.batch.code;
    let counts: HashMap<_, _> = store::counts_by_point(tx, code)
        .await?
        .into_iter()
        .map(|count| (count.point_path.clone(), count))
        .collect();
    let points = plan::points(tx, code).await?.into_iter().filter(|point| entry.reaches(&point.point_path));
    let line = |point: BatchPoint| {
        let count = counts.get(&point.point_path);
        PointLine {
            valid: count.map_or(0, |count| count.valid),
            collected: count.map_or(0, |count| count.collected),
            point,
        }
    };
    Ok(points.map(line).collect())
}

/// GET /batches/{code}/handout?point=…&show=…&q=…&page=…
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<HandOut>,
    v: Visit,
    Query(query): Query<HandoutQuery>,
) -> PageResult<Response> {
    draw(&env, &entry, &v, &query, None).await
}

async fn draw(
    env: &Env,
    entry: &InBatch<HandOut>,
    v: &Visit,
    query: &HandoutQuery,
    again: Option<Form>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let head = plan::stage_head(&mut tx, entry, 9, v, env.now()).await?;
    let mut points = points(&mut tx, entry).await?;
    let chosen = match points.as_slice() {
        [_] => Some(0),
        _ => points.iter().position(|line| line.point.point_path.as_str() == query.point),
    };
    let point = chosen.map(|at| points.remove(at));
    let shows_collected = query.show == "collected";
    let q = query.q.trim().to_owned();
    let (mut rows, mut page, mut pages) = (Vec::new(), 1, 1);
    if let Some(line) = &point {
        let show = Some(if shows_collected { "collected" } else { "waiting" });
        let path = &line.point.point_path;
        let total = store::handout_count(&mut tx, &batch.code, path, show).await?;
        if q.is_empty() {
            pages = ((total + ROWS - 1) / ROWS).max(1);
            page = query.page.clamp(1, pages);
            let place = ((page - 1) * ROWS, ROWS);
            let lines = store::handout_lines(&mut tx, &batch.code, path, show, place).await?;
            rows = read_rows(&mut tx, env, batch, v, lines).await?;
        } else {
            // A name stands with its person, not in these rows; a point has hundreds of certificates, not thousands.
            let lines = store::handout_lines(&mut tx, &batch.code, path, show, (0, total)).await?;
            rows = read_rows(&mut tx, env, batch, v, lines).await?;
            rows.retain(|row| row.name.contains(&q) || row.number.as_str().ends_with(&q));
            rows.truncate(usize::try_from(ROWS).unwrap_or_default());
        }
    }
    let is_again = again.is_some();
    let today = env.now().day().to_string();
    let form = again.unwrap_or_else(|| Form::filled(&[("collected_on", &today), ("way", "holder")]));
    let shown = ListPage { v, head, batch, points, point, shows_collected, rows, form, q, page, pages };
    let title = batch.title(v.t);
    if is_again { web::page_again(v, &title, &shown, false) } else { web::page(v, &title, &shown) }
}

async fn read_rows(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    v: &Visit,
    lines: Vec<HandoutLine>,
) -> PageResult<Vec<Row>> {
    let levels = plan::levels(tx, &batch.code).await?;
    let ids: Vec<PersonId> = lines.iter().map(|line| line.person_id.clone()).collect();
    let people: HashMap<PersonId, Person> = person::load_many(tx, &env.vault, &ids)
        .await?
        .into_iter()
        .map(|person| (person.id.clone(), person))
        .collect();
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let person = people.get(&line.person_id);
        let collector = match line.collector_sealed.as_deref().unwrap_or_default() {
            "" => String::new(),
            sealed => env.vault.open(store::handout_place(&line.number), sealed)?,
        };
        rows.push(Row {
            name: person.map(|person| person.name.clone()).unwrap_or_default(),
            document: person.map(Person::masked_document).unwrap_or_default(),
            level: level_name(&levels, &line, v),
            issued_on: line.issued_on,
            collected_on: line.collected_on,
            way: line.way.map(|way| way_word(v, way)).unwrap_or_default(),
            number: line.number,
            collector,
        });
    }
    Ok(rows)
}

fn level_name(levels: &[BatchLevel], line: &HandoutLine, v: &Visit) -> String {
    let of = |level: &&BatchLevel| {
        level.occupation_code == line.occupation_code && level.level_code == line.level_code
    };
    let level = levels.iter().find(of).map(|level| {
        let occupation = v.t.pick(&level.occupation_zh, &level.occupation_en);
        format!("{occupation} · {}", v.t.pick(&level.level_zh, &level.level_en))
    });
    level.unwrap_or_default()
}

/// The registration point a form names, if it is within reach.
async fn point_of(tx: &mut Tx, entry: &InBatch<HandOut>, path: &str) -> PageResult<BatchPoint> {
    let points = plan::points(tx, &entry.batch.code).await?;
    let point = points.into_iter().find(|point| point.point_path.as_str() == path);
    point.filter(|point| entry.reaches(&point.point_path)).ok_or(PageError::NotFound)
}

/// GET /batches/{code}/handout/print?point=… — everybody's line, with a place to sign.
pub async fn print(
    State(env): State<Env>,
    entry: InBatch<HandOut>,
    v: Visit,
    Query(query): Query<HandoutQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let point = point_of(&mut tx, &entry, &query.point).await?;
    let path = &point.point_path;
    let lines = store::handout_lines(&mut tx, &batch.code, path, None, (0, i64::MAX)).await?;
    let rows = read_rows(&mut tx, &env, batch, &v, lines).await?;
    let today = env.now().day();
    let body = Evaluator::load(&mut tx, &batch.org_path).await?;
    let name = |row: &Organisation| v.t.pick(&row.name_zh, &row.name_en).to_owned();
    let issuer = body.issuer(today).map(|(row, _)| name(row)).unwrap_or_default();
    let page = PrintPage { v: &v, batch, point: &point, issuer, rows, printed_on: today };
    web::page(&v, &v.t.s("handout"), &page)
}

/// POST /batches/{code}/handout
pub async fn record(
    State(env): State<Env>,
    entry: InBatch<HandOut>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let point = point_of(&mut env.db.read().await?, &entry, form.value("point")).await?;
    let (path, q) = (point.point_path.to_string(), form.value("q").to_owned());
    let query = HandoutQuery { point: path, q, ..HandoutQuery::default() };
    let numbers: Vec<CertificateNumber> =
        form.all("number").iter().filter_map(|text| CertificateNumber::parse(text).ok()).collect();
    if numbers.is_empty() {
        form.refuse("number", "handout-needs-number");
    }
    let day = form.parse("collected_on", Day::parse);
    if day.is_some_and(|day| day > env.now().day()) {
        form.refuse("collected_on", "handout-in-future");
    }
    let way = Way::from_code(form.value("way"));
    if way.is_none() {
        form.refuse("way", "form-required");
    }
    let collector = form.value("collector").to_owned();
    if way.is_some_and(|way| way != Way::Holder) && collector.is_empty() {
        form.refuse("collector", "handout-needs-collector");
    }
    let (Some(day), Some(way), true) = (day, way, form.is_ok()) else {
        return draw(&env, &entry, &v, &query, Some(form)).await;
    };
    let mut tx = env.db.write().await?;
    for number in &numbers {
        let sealed = match way {
            Way::Holder => String::new(),
            Way::Other | Way::Post => env.vault.seal(&*env.entropy, store::handout_place(number), &collector),
        };
        let new = NewHandout {
            number,
            batch: &batch.code,
            point: &point.point_path,
            collected_on: day,
            way,
            collector_sealed: &sealed,
            by: &entry.who.account_id,
            at: env.now(),
        };
        if !store::hand_out(&mut tx, new).await? {
            return Err(PageError::Stale);
        }
        entry
            .who
            .note("certificate.hand-out", "certificate", number.as_str())
            .batch(batch.code.as_str())
            .payload(json!({ "collected_on": day, "way": way.code(), "point": point.point_path.as_str() }))
            .record(&mut tx, &env)
            .await?;
    }
    tx.commit().await?;
    Ok(web::done(&to(batch, &point), "handout-recorded"))
}

/// POST /batches/{code}/handout/withdrawal — a wrong record is taken back; the trail keeps both.
pub async fn withdraw(State(env): State<Env>, entry: InBatch<HandOut>, form: Form) -> PageResult<Response> {
    let batch = &entry.batch;
    let point = point_of(&mut env.db.read().await?, &entry, form.value("point")).await?;
    let number = CertificateNumber::parse(form.value("number")).map_err(|_| PageError::NotFound)?;
    let mut tx = env.db.write().await?;
    if !store::take_back(&mut tx, &batch.code, &point.point_path, &number).await? {
        return Err(PageError::Stale);
    }
    entry
        .who
        .note("certificate.hand-out-withdrawn", "certificate", number.as_str())
        .batch(batch.code.as_str())
        .payload(json!({ "point": point.point_path.as_str() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&to(batch, &point), "handout-withdrawn"))
}

fn to(batch: &Batch, point: &BatchPoint) -> String {
    web::address(&format!("/batches/{}/handout", batch.code), &[("point", point.point_path.as_str())])
}
