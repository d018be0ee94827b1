//! The public list of who passed (公示).
use std::borrow::Borrow;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, BatchLevel};
use serde::Deserialize;
use web::{PageError, PageResult, Visit};

use super::list::{self, Line};
use crate::{Outcome, Publication, results, store};

/// Rows on one page.
const ROWS: usize = 100;

/// What the address says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NoticeQuery {
    /// `OCCUPATION/LEVEL`, or everything.
    level: String,
    /// Page, from 1.
    page: usize,
}

struct Row {
    name: String,
    document: String,
    level: String,
}

#[derive(Template)]
#[template(path = "result/notice.html")]
struct NoticePage<'a> {
    v: &'a Visit,
    batch: &'a Batch,
    organisation: String,
    levels: &'a [BatchLevel],
    publication: &'a Publication,
    is_standing: bool,
    query: &'a NoticeQuery,
    rows: Vec<Row>,
    page: usize,
    last: usize,
    total: usize,
}

impl NoticePage<'_> {
    fn level_value(&self, level: &BatchLevel) -> String {
        format!("{}/{}", level.occupation_code, level.level_code)
    }

    fn link(&self, page: impl Borrow<usize>) -> String {
        format!("?level={}&page={}", self.query.level, page.borrow())
    }
}

/// GET /notices/{code}/results; what is not published is nobody's business.
pub async fn show(
    State(env): State<Env>,
    Path(code): Path<String>,
    v: Visit,
    Query(query): Query<NoticeQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = plan::batch(&mut tx, &code).await?.ok_or(PageError::NotFound)?;
    let publication = store::publication(&mut tx, &batch.code).await?.ok_or(PageError::NotFound)?;
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let roll = assessment::roll(&mut tx, &batch.code).await?;
    let mut lines = list::join(roll, results(&mut tx, &batch.code).await?);
    let is_level = |line: &Line| {
        query.level.is_empty()
            || query.level == format!("{}/{}", line.candidate.occupation_code, line.candidate.level_code)
    };
    lines.retain(|line| line.outcome == Outcome::Pass && is_level(line));
    let total = lines.len();
    let last = total.div_ceil(ROWS).max(1);
    let page = query.page.clamp(1, last);
    let lines: Vec<Line> = lines.into_iter().skip((page - 1) * ROWS).take(ROWS).collect();
    let people = list::people(&mut tx, &env, &batch, &lines).await?;
    let rows = lines
        .iter()
        .zip(people)
        .map(|(line, (name, document))| {
            let who = &line.candidate;
            Row {
                name,
                document,
                level: list::level_name(&levels, &who.occupation_code, &who.level_code, v.t),
            }
        })
        .collect();
    let organisation = organisation::by_path(&mut tx, &batch.org_path)
        .await?
        .map(|known| v.t.pick(&known.name_zh, &known.name_en).to_owned())
        .unwrap_or_default();
    let is_standing = env.now().day() <= publication.notice_ends_on;
    let shown = NoticePage {
        v: &v,
        batch: &batch,
        organisation,
        levels: &levels,
        publication: &publication,
        is_standing,
        query: &query,
        rows,
        page,
        last,
        total,
    };
    web::page(&v, &batch.title(v.t), &shown)
}
