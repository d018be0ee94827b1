//! The tree of organisations.
use std::{borrow::Borrow, collections::HashMap};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Env, Holding, ReadRegisters};
use kernel::{Day, OrgPath};
use serde::Deserialize;
use web::{PageResult, Visit, page};

use super::{Seen, words};
use crate::{Held, Organisation, OrganisationKind, store};

/// Organisations on a page.
const PAGE: usize = 50;

/// Deepest indent the style sheet has.
const DEPTH_MAX: usize = 4;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    kind: String,
    page: usize,
}

struct Line {
    depth: usize,
    row: Organisation,
    /// Name of the one above it; empty at the root.
    above: String,
    /// The filings it holds itself.
    held: Vec<Held>,
}

#[derive(Template)]
#[template(path = "organisation/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    query: ListQuery,
    lines: Vec<Line>,
    /// How many the filter leaves.
    found: usize,
    page: usize,
    pages: usize,
    total: usize,
    today: Day,
}

impl ListPage<'_> {
    fn kinds(&self) -> Vec<(&'static str, String)> {
        let kinds = OrganisationKind::ALL.into_iter();
        kinds.map(|kind| (words::kind_code(kind), self.v.t.s(words::kind(kind)))).collect()
    }

    fn kind(&self, row: &Organisation) -> String {
        self.v.t.s(words::kind(row.kind))
    }

    fn tag(&self, held: &Held) -> (&'static str, String) {
        let (class, key) = words::standing(held.filing.standing(&held.suspensions, self.today));
        (class, self.v.t.s(key))
    }

    fn to_page(&self, page: impl Borrow<usize>) -> String {
        let page = page.borrow().to_string();
        web::address("/organisations", &[("q", &self.query.q), ("kind", &self.query.kind), ("page", &page)])
    }
}

/// GET /organisations?q=…&kind=…&page=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadRegisters>,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let mut rows = store::everything(&mut tx).await?;
    let seen = Seen::from(&mut tx, &held.at, env.now().day()).await?;
    rows.retain(|row| seen.has(&row.path));
    let total = rows.len();
    let name = |row: &Organisation| v.t.pick(&row.name_zh, &row.name_en).to_owned();
    let names: HashMap<String, String> = rows.iter().map(|row| (row.path.to_string(), name(row))).collect();
    let above = |row: &Organisation| row.path.parent().and_then(|path| names.get(path.as_str()).cloned());
    let is_whole = query.q.trim().is_empty() && query.kind.is_empty();
    rows.retain(|row| is_wanted(row, &query));
    // Without a filter the tree is shown as one; what a filter leaves has lost its branches.
    let depth = |row: &Organisation| {
        let depth = row.path.to_string().matches('/').count().saturating_sub(1);
        if is_whole { depth.min(DEPTH_MAX) } else { 0 }
    };
    let found = rows.len();
    let pages = found.div_ceil(PAGE).max(1);
    let page_number = query.page.clamp(1, pages);
    let rows: Vec<Organisation> = rows.into_iter().skip((page_number - 1) * PAGE).take(PAGE).collect();
    let paths: Vec<OrgPath> = rows.iter().map(|row| row.path.clone()).collect();
    let filings = store::filing::held_at(&mut tx, &paths).await?;
    drop(tx);
    let line = |row: Organisation| Line {
        depth: depth(&row),
        above: above(&row).unwrap_or_default(),
        held: filings.iter().filter(|one| one.path == row.path).cloned().collect(),
        row,
    };
    let lines = rows.into_iter().map(line).collect();
    let today = env.now().day();
    let shown = ListPage { v: &v, query, lines, found, page: page_number, pages, total, today };
    page(&v, &v.t.s("nav-organisations"), &shown)
}

fn is_wanted(row: &Organisation, query: &ListQuery) -> bool {
    let wanted = query.q.trim().to_lowercase();
    let texts = [row.name_zh.clone(), row.name_en.clone(), row.path.to_string()];
    let is_named = texts.iter().any(|text| text.to_lowercase().contains(&wanted));
    is_named && (query.kind.is_empty() || words::kind_code(row.kind) == query.kind)
}
