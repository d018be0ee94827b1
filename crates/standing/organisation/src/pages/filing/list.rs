//! The list: narrowed by name, kind, occupation and standing, page by page.
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::Env;
use kernel::Day;
use serde::Deserialize;
use web::{PageResult, Visit, page};

use crate::{
    FilingKind, Held,
    pages::words,
    store::register::{self, FilingFilter, FilingLine},
};

/// Filings on a page.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    kind: String,
    occupation: String,
    /// Nothing said is `valid`: who may evaluate today is what most people ask.
    standing: Option<String>,
    page: String,
}

#[derive(Template)]
#[template(path = "filing/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    filter: FilingFilter,
    occupations: Vec<scheme::Occupation>,
    lines: Vec<FilingLine>,
    total: i64,
    page: i64,
    pages: i64,
    today: Day,
}

impl ListPage<'_> {
    fn kinds(&self) -> Vec<(&'static str, String)> {
        let kinds = FilingKind::ALL.into_iter();
        kinds.map(|kind| (words::filing_kind_code(kind), self.v.t.s(kind.label()))).collect()
    }

    fn standings(&self) -> [(&'static str, String); 2] {
        [("valid", "filing-valid"), ("void", "filing-void")].map(|(value, key)| (value, self.v.t.s(key)))
    }

    fn kind(&self, held: &Held) -> String {
        self.v.t.s(held.filing.kind.label())
    }

    fn tag(&self, held: &Held) -> (&'static str, String) {
        let (class, key) = words::standing(held.filing.standing(&held.suspensions, self.today));
        (class, self.v.t.s(key))
    }

    fn validity(&self, held: &Held) -> String {
        words::validity(&held.filing, self.v.t)
    }

    /// How many occupations it covers today.
    fn breadth(&self, held: &Held) -> String {
        let mut codes: Vec<&str> = held
            .scope
            .iter()
            .filter(|line| line.covers(self.today))
            .map(|line| line.occupation_code.as_str())
            .collect();
        codes.dedup();
        self.v.t.n("filing-occupations", codes.len())
    }

    /// The address of another page of the same list, without the page's number.
    fn same_list(&self) -> String {
        let FilingFilter { words, kind, occupation, standing } = &self.filter;
        let said =
            [("q", words.as_str()), ("kind", kind), ("occupation", occupation), ("standing", standing)];
        web::address("/filings", &said)
    }
}

/// GET /filings?q=…&kind=…&occupation=…&standing=…&page=…
pub async fn show(State(env): State<Env>, v: Visit, Query(query): Query<ListQuery>) -> PageResult<Response> {
    let today = env.now().day();
    let filter = FilingFilter {
        words: query.q,
        kind: query.kind,
        occupation: query.occupation,
        standing: query.standing.unwrap_or_else(|| "valid".to_owned()),
    };
    let mut tx = env.db.read().await?;
    let total = register::count_filings(&mut tx, &filter, today).await?;
    let pages = ((total + PAGE - 1) / PAGE).max(1);
    let at = query.page.parse().ok().filter(|page| *page >= 1).unwrap_or(1).min(pages);
    let lines = register::filings(&mut tx, &filter, today, (PAGE, (at - 1) * PAGE)).await?;
    let occupations = scheme::occupations(&mut tx, today).await?;
    drop(tx);
    let shown = ListPage { v: &v, filter, occupations, lines, total, page: at, pages, today };
    page(&v, &v.t.s("filings"), &shown)
}
