//! The cases somebody sees from their sides, those that are due first on top (定期调度).
use std::{borrow::Borrow, collections::HashMap};

use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use identity::{Action, Env, Holding, everywhere};
use kernel::Day;
use organisation::OrganisationId;
use serde::Deserialize;
use web::{PageResult, Visit, page};

use super::{entry::ReadFilingCases, words};
use crate::store::{
    board::{self, Counts, Shown},
    case::FilingCase,
};

/// Cases on a page.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BoardQuery {
    shown: String,
    page: i64,
}

#[derive(Template)]
#[template(path = "case/board.html")]
struct BoardPage<'a> {
    v: &'a Visit,
    shown: &'static str,
    counts: Counts,
    cases: Vec<FilingCase>,
    names: HashMap<OrganisationId, (String, String)>,
    page: i64,
    pages: i64,
    may_open: bool,
    today: Day,
}

impl BoardPage<'_> {
    fn tabs(&self) -> [(&'static str, &'static str, i64); 4] {
        let Counts { open, late, finished } = self.counts;
        [
            ("open", "case-shown-open", open),
            ("late", "case-shown-late", late),
            ("over", "case-shown-over", finished),
            ("all", "case-shown-all", open + finished),
        ]
    }

    fn name(&self, case: &FilingCase) -> String {
        let named = self.names.get(&case.organisation_id);
        named.map(|(zh, en)| self.v.t.pick(zh, en).to_owned()).unwrap_or_default()
    }

    fn kind(&self, case: &FilingCase) -> String {
        self.v.t.s(words::kind(case.kind))
    }

    fn filing_kind(&self, case: &FilingCase) -> String {
        self.v.t.s(case.filing_kind.label())
    }

    fn tag(&self, case: &FilingCase) -> (&'static str, String) {
        let (class, key) = words::state(case.state);
        (class, self.v.t.s(key))
    }

    fn is_late(&self, case: &FilingCase) -> bool {
        case.is_late(self.today)
    }

    fn to_page(&self, page: impl Borrow<i64>) -> String {
        web::address("/filing-cases", &[("shown", self.shown), ("page", &page.borrow().to_string())])
    }
}

/// GET /filing-cases?shown=open|late|over|all&page=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadFilingCases>,
    Query(query): Query<BoardQuery>,
) -> PageResult<Response> {
    let (now, who) = (env.now(), &held.who);
    let today = now.day();
    let (shown, code) = match query.shown.as_str() {
        "late" => (Shown::Late, "late"),
        "over" => (Shown::Over, "over"),
        "all" => (Shown::All, "all"),
        _ => (Shown::Open, "open"),
    };
    let at = |action| everywhere(&who.grants, action, now);
    let (handles, applies) = (at(Action::HandleFilings), at(Action::ApplyForFilings));
    let may_open = !handles.is_empty() || !applies.is_empty();
    // Whoever reads the trail of a place reads its cases where that duty says so.
    let mut audits = at(Action::ReadTrail);
    audits.retain(|path| held.at.contains(path));
    let sides =
        board::Sides { authority: &handles, auditor: &audits, applicant: &applies, account: &who.account_id };
    let mut tx = env.db.read().await?;
    let counts = board::count(&mut tx, sides, today).await?;
    let total = match shown {
        Shown::Open => counts.open,
        Shown::Late => counts.late,
        Shown::Over => counts.finished,
        Shown::All => counts.open + counts.finished,
    };
    let pages = total.div_euclid(PAGE) + i64::from(total % PAGE > 0);
    let number = query.page.clamp(1, pages.max(1));
    let cases = board::cases(&mut tx, sides, (shown, today), (PAGE, (number - 1) * PAGE)).await?;
    let ids: Vec<&OrganisationId> = cases.iter().map(|case| &case.organisation_id).collect();
    let bodies = organisation::by_ids(&mut tx, &ids).await?;
    drop(tx);
    let names = bodies.into_iter().map(|row| (row.id, (row.name_zh, row.name_en))).collect();
    let shown = BoardPage { v: &v, shown: code, counts, cases, names, page: number, pages, may_open, today };
    page(&v, &v.t.s("cases"), &shown)
}
