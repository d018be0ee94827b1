//! One's own account: what it holds, and another password.
use askama::Template;
use axum::{Extension, extract::State, http::HeaderMap, response::Response};
use kernel::UnixMicros;
use serde_json::json;
use web::{Form, PageError, PageResult, Visit, narrow_page, page_again};

use super::{account::role_word, activation::salt};
use crate::{
    Env, GrantLine, Kind, Passwords, PlaceSource, Places, StaffAccount, Subject,
    rules::credential::check_password,
    session,
    store::{self, account, duty},
};

/// Wrong passwords before each further try must wait. Source: [own]; NIST SP 800-63B (2017), 5.2.2, demands a limit, and
/// at most 100 in a row.
const TRIES_FREE: i64 = 5;
/// How long each further try waits. Source: [own]; a delay and no lock-out, or anybody could lock anybody out.
const WAIT_SECONDS: i64 = 30;

#[derive(Template)]
#[template(path = "account/own.html")]
struct OwnPage<'a> {
    v: &'a Visit,
    account: StaffAccount,
    grants: Vec<GrantLine>,
    sessions: i64,
    places: Places,
    form: Form,
}

impl OwnPage<'_> {
    fn role(&self, code: &str) -> String {
        role_word(code, self.v.t)
    }

    fn place(&self, path: &kernel::OrgPath) -> String {
        self.places.organisation(path.as_str(), self.v.t)
    }

    fn last_day(&self, until: &UnixMicros) -> String {
        until.plus_seconds(-1).day().to_string()
    }
}

/// GET /my-account
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    who: Subject,
    places: PlaceSource,
) -> PageResult<Response> {
    let shown = load(&env, &v, &who, places, Form::default()).await?;
    narrow_page(&v, &v.t.s("account-own"), &shown)
}

async fn load<'a>(
    env: &Env,
    v: &'a Visit,
    who: &Subject,
    source: PlaceSource,
    form: Form,
) -> PageResult<OwnPage<'a>> {
    only_staff(who)?;
    let now = env.now();
    let mut tx = env.db.read().await?;
    let account = account::staff_account(&mut tx, &who.account_id).await?.ok_or(PageError::NotFound)?;
    let mut grants = duty::grant_lines(&mut tx, &account.id).await?;
    grants.retain(|grant| grant.counts(now));
    let sessions = account::open_sessions(&mut tx, &account.id, now).await?;
    let places = (source.0)(&mut tx).await?;
    Ok(OwnPage { v, account, grants, sessions, places, form })
}

/// A candidate's account holds no password.
fn only_staff(who: &Subject) -> PageResult<()> {
    match who.kind {
        Kind::Staff => Ok(()),
        Kind::Candidate => Err(PageError::NotFound),
    }
}

/// POST /my-account/password with `current`, `password` and `repeated`; every other session ends.
pub async fn change(
    State(env): State<Env>,
    Extension(passwords): Extension<Passwords>,
    v: Visit,
    who: Subject,
    places: PlaceSource,
    headers: HeaderMap,
    mut form: Form,
) -> PageResult<Response> {
    let known = load(&env, &v, &who, places, Form::default()).await?.account;
    let value = |name| form.value(name).to_owned();
    let (current, password, repeated) = (value("current"), value("password"), value("repeated"));
    match check_password(&password, &repeated, &known.login) {
        Err(refused) => form.refuse("password", refused.message()),
        Ok(()) if !is_current(&env, &passwords, &known, current).await? => {
            form.refuse("current", "account-current-wrong");
        }
        Ok(()) => {}
    }
    if !form.is_ok() {
        let form = form.without(&["current", "password", "repeated"]);
        let shown = load(&env, &v, &who, places, form).await?;
        return page_again(&v, &v.t.s("account-own"), &shown, true);
    }
    let stored = passwords.hash(password, salt(&env)).await?;
    let mut tx = env.db.write().await?;
    if !account::set_password(&mut tx, &known.id, Some(&stored)).await? {
        return Err(PageError::NotFound);
    }
    let ended = session::close_others(&mut tx, &env, &headers, &known.id).await?;
    let payload = json!({ "sessions": ended });
    who.note("account.password", "account", &known.id).payload(payload).record(&mut tx, &env).await?;
    tx.commit().await?;
    Ok(web::done("/my-account", "account-password-changed"))
}

/// Whether this is the password of the account; a wrong one counts as a wrong sign-in, so that a browser
/// left open is no place to guess at.
async fn is_current(
    env: &Env,
    passwords: &Passwords,
    known: &StaffAccount,
    given: String,
) -> PageResult<bool> {
    let mut tx = env.db.read().await?;
    let stored = account::password(&mut tx, &known.id).await?;
    let account = store::account_by_login(&mut tx, &known.login).await?.ok_or(PageError::NotFound)?;
    drop(tx);
    if account.next_try_at > env.now() {
        return Err(PageError::refused("sign-in-wait"));
    }
    if passwords.verify(given, stored).await? {
        return Ok(true);
    }
    let failed = account.failed_tries + 1;
    let wait = if failed < TRIES_FREE { 0 } else { WAIT_SECONDS };
    let mut tx = env.db.write().await?;
    store::note_try(&mut tx, &account.id, failed, env.now().plus_seconds(wait)).await?;
    tx.commit().await?;
    Ok(false)
}
