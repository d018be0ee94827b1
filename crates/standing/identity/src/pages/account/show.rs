//! One account: what it is, what it holds, what waits, and what happened to it.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::UnixMicros;
use trail::HistoryRow;
use web::{Form, PageError, PageResult, Visit, page, page_again};

use super::{role_word, roles, seen};
use crate::{
    Action, Env, GrantLine, GrantProposal, Holding, PlaceSource, Places, ReadAccounts, StaffAccount, Subject,
    WaitingProposal, everywhere,
    rules::duty::{Asked, may_decide},
    session,
    store::{self, account, duty},
};

/// Newest entries of the trail that are shown.
const ENTRIES: usize = 30;

struct GrantRow {
    grant: GrantLine,
    counts: bool,
    may_end: bool,
}

struct ProposalRow {
    waiting: WaitingProposal,
    may_decide: bool,
}

struct Entry {
    row: HistoryRow,
    who: String,
}

#[derive(Template)]
#[template(path = "account/show.html")]
pub struct AccountPage<'a> {
    v: &'a Visit,
    account: StaffAccount,
    sessions: i64,
    grants: Vec<GrantRow>,
    proposals: Vec<ProposalRow>,
    history: Vec<Entry>,
    is_own: bool,
    may_manage: bool,
    may_give: bool,
    form: Form,
    organisations: Vec<(String, String)>,
    batches: Vec<(String, String)>,
    places: Places,
}

impl AccountPage<'_> {
    /// Nothing is chosen at first: a duty is never given by leaving a field alone.
    fn roles(&self) -> Vec<(String, String)> {
        let none = (String::new(), "—".to_owned());
        std::iter::once(none).chain(roles(self.v.t)).collect()
    }

    fn role(&self, code: &str) -> String {
        role_word(code, self.v.t)
    }

    fn place(&self, path: &kernel::OrgPath) -> String {
        self.places.organisation(path.as_str(), self.v.t)
    }

    fn action(&self, action: &str) -> String {
        self.v.t.s(&format!("trail-{}", action.replace('.', "-")))
    }

    /// The last day of a duty, for its end is the midnight after it.
    fn last_day(&self, until: &UnixMicros) -> String {
        until.plus_seconds(-1).day().to_string()
    }
}

/// GET /accounts/{id}
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadAccounts>,
    places: PlaceSource,
    Path(id): Path<String>,
) -> PageResult<Response> {
    let today = env.now().day().to_string();
    let form = Form::filled(&[("from", today.as_str())]);
    let mut tx = env.db.read().await?;
    let account = seen(&mut tx, &held.at, &id, env.now()).await?;
    let shown = load(&mut tx, (&env, &v), &held.who, places, account, form).await?;
    page(&v, &shown.account.display_name, &shown)
}

/// The page again, with what is wrong in the form of a proposal.
///
/// # Errors
/// Storage; not found.
pub async fn again(
    env: &Env,
    v: &Visit,
    who: &Subject,
    places: PlaceSource,
    id: &str,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let account = account::staff_account(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    let shown = load(&mut tx, (env, v), who, places, account, form).await?;
    page_again(v, &shown.account.display_name, &shown, false)
}

async fn load<'a>(
    tx: &mut Tx,
    (env, v): (&Env, &'a Visit),
    who: &Subject,
    places: PlaceSource,
    account: StaffAccount,
    form: Form,
) -> PageResult<AccountPage<'a>> {
    let now = env.now();
    let at = everywhere(&who.grants, Action::GiveDuties, now);
    let id = account.id.as_str();
    let places = (places.0)(tx).await?;
    let grant_row = |grant: GrantLine| GrantRow {
        counts: grant.counts(now),
        may_end: grant.ended_at.is_none()
            && grant.valid_until.is_none_or(|until| now < until)
            && at.iter().any(|held| held.contains(&grant.org_path)),
        grant,
    };
    let proposal_row = |waiting: WaitingProposal| {
        let GrantProposal { account_id: to, org_path: path, proposed_by: by, proposed_as, .. } =
            &waiting.proposal;
        let asked = Asked { by, proposed_as, to, path };
        ProposalRow { may_decide: may_decide(&who.account_id, &who.grants, asked, now), waiting }
    };
    let grants = duty::grant_lines(tx, id).await?.into_iter().map(grant_row).collect();
    let mut waiting = duty::waiting_proposals(tx).await?;
    waiting.retain(|one| one.proposal.account_id == account.id);
    let pair = |place: &crate::Place| {
        (place.code.clone(), format!("{} {}", v.t.pick(&place.name_zh, &place.name_en), place.code))
    };
    // The tree is read from the indent, not from the path.
    let indented = |place: &crate::Place| {
        let depth = place.code.matches('/').count().saturating_sub(1);
        (place.code.clone(), "\u{3000}".repeat(depth) + v.t.pick(&place.name_zh, &place.name_en))
    };
    let mine = |place: &&crate::Place| {
        kernel::OrgPath::parse(&place.code).is_ok_and(|path| at.iter().any(|held| held.contains(&path)))
    };
    let open = store::session::open_sessions(tx, id, now, session::idle_since(now)).await?;
    let no_batch = (String::new(), v.t.s("grant-every-batch"));
    Ok(AccountPage {
        v,
        sessions: i64::try_from(open.len()).unwrap_or(i64::MAX),
        grants,
        proposals: waiting.into_iter().map(proposal_row).collect(),
        history: history(tx, id).await?,
        is_own: account.id == who.account_id,
        may_manage: who.carries(Action::ManageAccounts),
        may_give: !at.is_empty(),
        form,
        organisations: places.organisations.iter().filter(mine).map(indented).collect(),
        batches: std::iter::once(no_batch).chain(places.batches.iter().map(pair)).collect(),
        places,
        account,
    })
}

/// The newest entries about an account, with the names of who made them.
async fn history(tx: &mut Tx, id: &str) -> sqlx::Result<Vec<Entry>> {
    let mut rows = trail::history(tx, "account", id).await?;
    rows.reverse();
    rows.truncate(ENTRIES);
    let names = store::account_names(tx, rows.iter().map(|row| row.actor.as_str())).await?;
    let entry = |row: HistoryRow| {
        let name = names.of(&row.actor);
        Entry { who: if name.is_empty() { row.actor.clone() } else { name.to_owned() }, row }
    };
    Ok(rows.into_iter().map(entry).collect())
}
