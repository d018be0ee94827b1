//! Every staff account, what it holds, and the duties that wait for a second person.
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;
use web::{PageResult, Visit, page};

use super::{role_word, roles};
use crate::{
    Action, Env, GrantLine, Holding, PlaceSource, Places, ReadAccounts, StaffAccount, WaitingProposal,
    everywhere,
    rules::duty::sees_account,
    store::{
        account::{self, AccountFilter},
        duty,
    },
};

/// Accounts on a page of the list.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    q: String,
    role: String,
    state: String,
    page: String,
}

struct Line {
    account: StaffAccount,
    /// Whether its page opens to who reads the list.
    is_seen: bool,
    /// Role, place and path of each duty that counts now.
    duties: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "account/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    filter: AccountFilter,
    may_manage: bool,
    lines: Vec<Line>,
    waiting: Vec<WaitingProposal>,
    places: Places,
    total: i64,
    page: i64,
    pages: i64,
}

impl ListPage<'_> {
    fn roles(&self) -> Vec<(String, String)> {
        roles(self.v.t)
    }

    fn role(&self, code: &str) -> String {
        role_word(code, self.v.t)
    }

    fn place(&self, path: &kernel::OrgPath) -> String {
        self.places.organisation(path.as_str(), self.v.t)
    }

    fn states(&self) -> [(&'static str, &'static str); 3] {
        [
            ("open", "account-state-open"),
            ("waiting", "account-state-waiting"),
            ("closed", "account-state-closed"),
        ]
    }

    /// The address of another page of the same list, without the page's number.
    fn same_list(&self) -> String {
        let AccountFilter { words, role, state } = &self.filter;
        web::address("/accounts", &[("q", words), ("role", role), ("state", state)])
    }
}

/// GET /accounts?q=…&role=…&state=…&page=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadAccounts>,
    source: PlaceSource,
    Query(query): Query<ListQuery>,
) -> PageResult<Response> {
    let now = env.now();
    let filter = AccountFilter { words: query.q, role: query.role, state: query.state };
    let mut tx = env.db.read().await?;
    let total = account::count_staff_accounts(&mut tx, &filter, now).await?;
    let pages = ((total + PAGE - 1) / PAGE).max(1);
    let at = query.page.parse().ok().filter(|page| *page >= 1).unwrap_or(1).min(pages);
    let accounts = account::staff_accounts(&mut tx, &filter, now, PAGE, (at - 1) * PAGE).await?;
    let grants = duty::grants_now(&mut tx, now).await?;
    let mut waiting = duty::waiting_proposals(&mut tx).await?;
    let gives = everywhere(&held.who.grants, Action::GiveDuties, now);
    waiting.retain(|one| gives.iter().any(|path| path.contains(&one.proposal.org_path)));
    let places = (source.0)(&mut tx).await?;
    drop(tx);
    let line = |account: StaffAccount| {
        let own: Vec<_> = grants.iter().filter(|grant| grant.account_id == account.id).collect();
        let paths: Vec<_> = own.iter().map(|grant| grant.org_path.clone()).collect();
        let duty = |grant: &&GrantLine| {
            let path = grant.org_path.to_string();
            (role_word(&grant.role, v.t), places.organisation(&path, v.t), path)
        };
        let is_seen = sees_account(&held.at, &paths);
        Line { duties: own.iter().map(duty).collect(), is_seen, account }
    };
    let lines = accounts.into_iter().map(line).collect();
    let shown = ListPage {
        v: &v,
        filter,
        may_manage: held.who.carries(Action::ManageAccounts),
        lines,
        waiting,
        places,
        total,
        page: at,
        pages,
    };
    page(&v, &v.t.s("nav-accounts"), &shown)
}
