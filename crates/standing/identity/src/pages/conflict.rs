//! Which duties are kept apart, since when and why; and who holds some of them together all the same.
use askama::Template;
use axum::{extract::State, response::Response};
use web::{PageResult, Visit, page};

use super::account::role_name;
use crate::{
    Action, Clash, Conflict, Env, Grant, Holding, PlaceSource, Places, ReadRegisters, everywhere,
    giving::held_together,
    store::{self, conflict},
};

struct Together {
    account_id: String,
    name: String,
    one: Grant,
    clash: Clash,
}

struct Line {
    conflict: Conflict,
    is_over: bool,
    is_to_come: bool,
}

#[derive(Template)]
#[template(path = "conflicts.html")]
struct ConflictsPage<'a> {
    v: &'a Visit,
    lines: Vec<Line>,
    /// Who holds such duties together where the reader reads accounts.
    together: Vec<Together>,
    places: Places,
}

impl ConflictsPage<'_> {
    fn one(&self, conflict: &Conflict) -> String {
        role_name(conflict.one, self.v.t)
    }

    fn other(&self, conflict: &Conflict) -> String {
        conflict.other.map_or_else(|| self.v.t.s("conflict-every-other"), |role| role_name(role, self.v.t))
    }

    fn held(&self, grant: &Grant) -> String {
        let place = self.places.organisation(grant.path.as_str(), self.v.t);
        format!("{} · {place}", role_name(grant.role, self.v.t))
    }
}

/// GET /duty-conflicts
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadRegisters>,
    source: PlaceSource,
) -> PageResult<Response> {
    let (now, today) = (env.now(), env.now().day());
    let at = everywhere(&held.who.grants, Action::ReadAccounts, now);
    let mut tx = env.db.read().await?;
    let line = |conflict: Conflict| Line {
        is_over: conflict.valid_to.is_some_and(|to| to <= today),
        is_to_come: today < conflict.valid_from,
        conflict,
    };
    let mut lines: Vec<_> = conflict::conflicts(&mut tx).await?.into_iter().map(line).collect();
    lines.sort_by_key(|line| (line.conflict.one, line.conflict.other, line.conflict.valid_from));
    let mut found = if at.is_empty() { Vec::new() } else { held_together(&mut tx, now).await? };
    let is_mine = |grant: &Grant| at.iter().any(|own| own.contains(&grant.path));
    found.retain(|(_, one, clash)| is_mine(one) || is_mine(&clash.held));
    let places = if found.is_empty() { Places::default() } else { (source.0)(&mut tx).await? };
    let names = store::account_names(&mut tx, found.iter().map(|(account, ..)| account.as_str())).await?;
    drop(tx);
    let together = |(account_id, one, clash): (String, Grant, Clash)| Together {
        name: names.of(&account_id).to_owned(),
        account_id,
        one,
        clash,
    };
    let together = found.into_iter().map(together).collect();
    page(&v, &v.t.s("conflicts"), &ConflictsPage { v: &v, lines, together, places })
}
