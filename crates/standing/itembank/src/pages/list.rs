//! The items of a bank.
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Action, Env, Holding};
use serde::Deserialize;
use web::{PageResult, Visit};

use super::within;
use crate::{
    Blueprint, Item, ItemFilter, ItemKind, ItemStatus, ReadItems, StatusCount,
    names::Names,
    store::{bank, blueprint, item},
};

/// Items on a page of the list.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    bank: String,
    point: String,
    kind: String,
    status: String,
    page: String,
}

/// A bank to choose.
struct Tab {
    id: String,
    name: String,
    is_current: bool,
}

/// A line of the list.
struct Line {
    item: Item,
    point_name: String,
}

#[derive(Template)]
#[template(path = "item/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    may_write: bool,
    tabs: Vec<Tab>,
    bank: String,
    blueprint: Option<Blueprint>,
    counts: Vec<StatusCount>,
    filter: ItemFilter,
    lines: Vec<Line>,
    total: i64,
    page: i64,
    pages: i64,
}

impl ListPage<'_> {
    fn kinds(&self) -> [ItemKind; 3] {
        ItemKind::ALL
    }

    fn statuses(&self) -> [ItemStatus; 3] {
        ItemStatus::ALL
    }

    fn count(&self, status: &ItemStatus) -> i64 {
        self.counts.iter().find(|line| line.status == *status).map_or(0, |line| line.count)
    }

    /// The address of another page of the same list, without the page's number.
    fn same_list(&self) -> String {
        let ItemFilter { point, kind, status } = &self.filter;
        web::address("/items", &[("bank", &self.bank), ("point", point), ("kind", kind), ("status", status)])
    }
}

/// GET /items?bank=…&point=…&kind=…&status=…&page=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadItems>,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let names = Names::load(&mut tx, env.now().day()).await?;
    let mut banks = bank::banks(&mut tx).await?;
    banks.retain(|bank| within(&held.at, bank));
    let chosen =
        banks.iter().find(|bank| bank.id == query.bank).or(banks.first()).map(|bank| bank.id.clone());
    let tab = |bank: &crate::Bank| Tab {
        id: bank.id.clone(),
        name: names.of(bank, v.t),
        is_current: chosen.as_ref() == Some(&bank.id),
    };
    let mut shown = ListPage {
        v: &v,
        may_write: held.who.carries(Action::WriteItems),
        tabs: banks.iter().map(tab).collect(),
        bank: chosen.clone().unwrap_or_default(),
        blueprint: None,
        counts: Vec::new(),
        filter: ItemFilter { point: query.point, kind: query.kind, status: query.status },
        lines: Vec::new(),
        total: 0,
        page: query.page.parse().ok().filter(|page| *page >= 1).unwrap_or(1),
        pages: 1,
    };
    if let Some(bank) = chosen {
        shown.blueprint = blueprint::blueprint(&mut tx, &bank).await?;
        shown.counts = item::status_counts(&mut tx, &bank).await?;
        shown.total = item::count_items(&mut tx, &bank, &shown.filter).await?;
        shown.pages = ((shown.total + PAGE - 1) / PAGE).max(1);
        shown.page = shown.page.min(shown.pages);
        let items = item::items(&mut tx, &bank, &shown.filter, PAGE, (shown.page - 1) * PAGE).await?;
        let point_name = |code: &str| {
            let point =
                shown.blueprint.iter().flat_map(|known| &known.points).find(|point| point.code == code);
            point.map(|point| point.name.clone()).unwrap_or_default()
        };
        let line = |item: Item| Line { point_name: point_name(&item.content.point_code), item };
        shown.lines = items.into_iter().map(line).collect();
    }
    web::page(&v, &v.t.s("item-list"), &shown)
}
