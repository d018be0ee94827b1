//! Making an account, giving it a new link, closing it. The link is shown once to the administrator, who
//! hands it over; its owner chooses the password, so that nobody else ever knows one.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::UnixMicros;
use serde_json::json;
use web::{Form, PageError, PageResult, Visit, page, page_again};

use crate::{
    Env, Holding, ManageAccounts, NewAccount, StaffAccount, Subject, insert_account,
    pages::duty::{end_stand_ins, is_last},
    rules::{credential::check_login, duty::keeps_account},
    session::hash,
    store::{account, duty},
};

/// How long a link waits for its owner. [own] configuration.
const LINK_DAYS: i64 = 3;
/// Longest name shown for an account.
const NAME_CHARS_MAX: usize = 40;

#[derive(Template)]
#[template(path = "account/form.html")]
struct NewPage<'a> {
    v: &'a Visit,
    form: Form,
}

#[derive(Template)]
#[template(path = "account/link.html")]
struct LinkPage<'a> {
    v: &'a Visit,
    id: &'a str,
    login: &'a str,
    name: &'a str,
    link: String,
}

/// GET /accounts/new
pub async fn new(v: Visit, _: Holding<ManageAccounts>) -> PageResult<Response> {
    page(&v, &v.t.s("account-new"), &NewPage { v: &v, form: Form::default() })
}

/// POST /accounts with `login` and `name`; answers with the link, once.
pub async fn create(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ManageAccounts>,
    mut form: Form,
) -> PageResult<Response> {
    let login = form.value("login").to_owned();
    if let Err(refused) = check_login(&login) {
        form.refuse("login", refused.message());
    }
    let name = form.required("name").unwrap_or_default();
    if name.chars().count() > NAME_CHARS_MAX {
        form.refuse("name", "account-name-long");
    }
    let mut tx = env.db.write().await?;
    let id = env.new_id();
    let new = NewAccount { id: &id, kind: "staff", login: &login, display_name: &name, password_hash: None };
    if form.is_ok() && !insert_account(&mut tx, &new, env.now()).await? {
        form.refuse("login", "account-login-taken");
    }
    if !form.is_ok() {
        return page_again(&v, &v.t.s("account-new"), &NewPage { v: &v, form }, false);
    }
    let link = make_link(&mut tx, &env, &held.who.account_id, &id).await?;
    held.who.note("account.create", "account", &id).record(&mut tx, &env).await?;
    tx.commit().await?;
    page(&v, &v.t.s("account-link"), &LinkPage { v: &v, id: &id, login: &login, name: &name, link })
}

/// POST /accounts/{id}/activations — the password is forgotten or in wrong hands: it stops to work, every
/// session ends, and a new link is made.
pub async fn reset(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ManageAccounts>,
    Path(id): Path<String>,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let found = kept(&mut tx, &held, &id, env.now()).await?;
    only_anothers(&held.who, &found)?;
    if !account::set_password(&mut tx, &id, None).await? {
        return Err(PageError::refused("account-is-closed"));
    }
    let ended = account::end_sessions(&mut tx, &id, "", env.now()).await?;
    let link = make_link(&mut tx, &env, &held.who.account_id, &id).await?;
    let payload = json!({ "sessions": ended });
    held.who.note("account.reset", "account", &id).payload(payload).record(&mut tx, &env).await?;
    tx.commit().await?;
    let shown = LinkPage { v: &v, id: &id, login: &found.login, name: &found.display_name, link };
    page(&v, &v.t.s("account-link"), &shown)
}

/// POST /accounts/{id}/closure with `reason` — for good: sessions end, duties end, the login stays taken.
pub async fn close(
    State(env): State<Env>,
    held: Holding<ManageAccounts>,
    Path(id): Path<String>,
    form: Form,
) -> PageResult<Response> {
    let (who, now) = (&held.who, env.now());
    let mut tx = env.db.write().await?;
    let found = kept(&mut tx, &held, &id, now).await?;
    only_anothers(who, &found)?;
    if form.value("reason").is_empty() {
        return Err(PageError::refused("account-close-reason"));
    }
    for line in duty::grant_lines(&mut tx, &id).await?.iter().filter(|line| line.counts(now)) {
        if is_last(&mut tx, &line.role, ("", &id), now).await? {
            return Err(PageError::refused("account-last-administrator"));
        }
    }
    if !account::close_account(&mut tx, &id, now).await? {
        return Err(PageError::refused("account-is-closed"));
    }
    let sessions = account::end_sessions(&mut tx, &id, "", now).await?;
    let grants = duty::end_grants_of(&mut tx, &id, &who.account_id, now).await?;
    // After the duties are held, so that nobody gets to stand in for one meanwhile.
    end_stand_ins(&mut tx, &env, who, ("", &id), form.value("reason")).await?;
    account::end_activations(&mut tx, &id, now).await?;
    who.note("account.close", "account", &id)
        .reason(form.value("reason"))
        .payload(json!({ "sessions": sessions, "grants": grants }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/accounts/{id}"), "account-closed"))
}

/// The account, for whoever may manage it: not found for one they do not see, refused for one that works
/// elsewhere too.
async fn kept(
    tx: &mut Tx,
    held: &Holding<ManageAccounts>,
    id: &str,
    now: UnixMicros,
) -> PageResult<StaffAccount> {
    let account = super::seen(tx, &held.at, id, now).await?;
    if keeps_account(&held.at, &super::held(tx, id, now).await?) {
        return Ok(account);
    }
    Err(PageError::refused("account-works-elsewhere"))
}

fn only_anothers(who: &Subject, account: &StaffAccount) -> PageResult<()> {
    if who.account_id == account.id {
        return Err(PageError::refused("account-not-ones-own"));
    }
    Ok(())
}

/// Makes the one link that works for an account; links of before lead nowhere.
///
/// # Errors
/// Storage.
pub async fn make_link(tx: &mut Tx, env: &Env, by: &str, id: &str) -> PageResult<String> {
    let (token, now) = (env.secret::<32>(), env.now());
    account::end_activations(tx, id, now).await?;
    let expires = now.plus_days(LINK_DAYS);
    account::insert_activation(tx, &hash(&token), id, by, now, expires).await?;
    Ok(format!("{}/activations/{token}", env.public_url))
}
