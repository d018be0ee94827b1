//! Somebody stands in for the holder of a duty: asked for by the holder, given by a security administrator.
use ::store::Tx;
use axum::{extract::State, response::Response};
use web::{Form, PageResult, Visit, page_again};

use super::{
    duty::{put, read_terms, refuse_clash},
    own::{only_staff, own_page},
};
use crate::{
    Env, GrantProposal, PlaceSource, Subject,
    rules::deputy::{StandingIn, check_stand_in},
    session::SessionName,
    store::{account_by_login, duty},
};

/// POST /my-account/deputy-proposals with `grant`, `login`, `from`, `until`, `reason`.
pub async fn propose(
    State(env): State<Env>,
    v: Visit,
    (who, this): (Subject, SessionName),
    source: PlaceSource,
    mut form: Form,
) -> PageResult<Response> {
    only_staff(&who)?;
    let proposal = {
        let mut tx = env.db.read().await?;
        match read(&mut tx, &env, &who, &mut form).await? {
            Some(proposal) => refuse_clash(&mut tx, &mut form, ("login", source), proposal).await?,
            None => None,
        }
    };
    let Some(proposal) = proposal else {
        let shown = own_page(&env, &v, (&who, &this), source, (Form::default(), form)).await?;
        return page_again(&v, &v.t.s("account-own"), &shown, true);
    };
    put(&env, &who, &proposal).await?;
    Ok(web::done("/my-account", "stand-in-proposed"))
}

/// The proposal a form makes; none when something in it is wrong.
async fn read(tx: &mut Tx, env: &Env, who: &Subject, form: &mut Form) -> PageResult<Option<GrantProposal>> {
    let now = env.now();
    let mut own = duty::grant_lines(tx, &who.account_id).await?.into_iter().filter(|line| line.counts(now));
    let held = own.find(|line| line.id == form.value("grant"));
    if held.is_none() {
        form.refuse("grant", "stand-in-choose-duty");
    }
    let login = form.required("login").unwrap_or_default();
    let to = account_by_login(tx, &login).await?.filter(|account| account.kind == "staff");
    if to.is_none() && !login.is_empty() {
        form.refuse("login", "stand-in-nobody");
    }
    let (from, until, reason) = read_terms(form);
    let (Some(held), Some(to), Some(from)) = (held, to, from) else { return Ok(None) };
    let asked = StandingIn {
        by: &who.account_id,
        held_until: held.valid_until,
        is_borrowed: !held.stands_in_for.is_empty(),
        to: &to.id,
        from,
        until,
    };
    if let Err(refused) = check_stand_in(&asked, now) {
        form.refuse(refused.field(), refused.message());
    }
    Ok(form.is_ok().then(|| GrantProposal {
        id: env.new_id(),
        account_id: to.id,
        role: held.role,
        org_path: held.org_path,
        batch_code: held.batch_code,
        valid_from: from,
        valid_until: until,
        reason,
        proposed_by: who.account_id.clone(),
        proposed_as: String::new(),
        stands_in_for: Some(held.id),
        proposed_at: now,
    }))
}
