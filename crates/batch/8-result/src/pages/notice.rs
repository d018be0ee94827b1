//! The public list of who passed (公示).
use std::borrow::Borrow;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, BatchLevel, BatchPoint, Outline};
use web::{PageError, PageResult, Visit};

use super::list::{self, ListQuery};
use crate::{
    Outcome, Publication,
    store::{self, Wanted},
};

/// Rows on one page.
const ROWS: i64 = 100;

struct Row {
    name: String,
    document: String,
    level: String,
    point: String,
}

#[derive(Template)]
#[template(path = "result/notice.html")]
struct NoticePage<'a> {
    v: &'a Visit,
    batch: &'a Batch,
    organisation: String,
    levels: &'a [BatchLevel],
    points: &'a [BatchPoint],
    publication: &'a Publication,
    is_standing: bool,
    query: &'a ListQuery,
    rows: Vec<Row>,
    page: i64,
    last: i64,
    total: i64,
}

impl NoticePage<'_> {
    fn level_value(&self, level: &BatchLevel) -> String {
        format!("{}/{}", level.occupation_code, level.level_code)
    }

    fn link(&self, page: impl Borrow<i64>) -> String {
        self.query.with("page", &page.borrow().to_string())
    }
}

/// GET /notices/{code}/results; what is not published is nobody's business.
pub async fn show(
    State(env): State<Env>,
    Path(code): Path<String>,
    v: Visit,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = plan::batch(&mut tx, &code).await?.ok_or(PageError::NotFound)?;
    let publication = store::publication(&mut tx, &batch.code).await?.ok_or(PageError::NotFound)?;
    let Outline { levels, points, .. } = plan::outline(&mut tx, &batch.code).await?;
    let point = points.iter().find(|point| point.point_path.as_str() == query.point);
    let wanted = Wanted {
        outcome: Some(Outcome::Pass),
        level: query.level_parts(),
        points: point.map(|point| vec![point.point_path.clone()]),
    };
    let total = store::count(&mut tx, &batch.code, &wanted).await?;
    let last = ((total + ROWS - 1) / ROWS).max(1);
    let page = query.page.clamp(1, last);
    let lines = store::lines(&mut tx, &batch.code, &wanted, ((page - 1) * ROWS, ROWS)).await?;
    let people = list::people(&env, &lines)?;
    let rows = lines
        .iter()
        .zip(people)
        .map(|(line, (name, document))| Row {
            name,
            document,
            level: list::level_name(&levels, &line.occupation_code, &line.level_code, v.t),
            point: list::point_name(&points, &line.point_path, v.t),
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
        points: &points,
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
