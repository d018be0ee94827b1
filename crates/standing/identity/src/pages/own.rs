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
    session::{self, SessionName},
    store::{self, account, duty, session::OpenSession},
};

/// Wrong passwords before each further try must wait. Source: [own]; NIST SP 800-63B (2017), 5.2.2, demands a limit, and
/// at most 100 in a row.
const TRIES_FREE: i64 = 5;
/// How long each further try waits. Source: [own]; a delay and no lock-out, or anybody could lock anybody out.
const WAIT_SECONDS: i64 = 30;

/// Characters of its hash that name a session. Source: [own]; 64 bits of a digest.
const SESSION_NAME_CHARS: usize = 16;

#[derive(Template)]
#[template(path = "account/own.html")]
pub struct OwnPage<'a> {
    v: &'a Visit,
    account: StaffAccount,
    grants: Vec<GrantLine>,
    sessions: Vec<OpenSession>,
    /// The one in which this page is shown.
    this: String,
    places: Places,
    form: Form,
    deputy: Form,
}

impl OwnPage<'_> {
    fn role(&self, code: &str) -> String {
        role_word(code, self.v.t)
    }

    fn place(&self, path: &kernel::OrgPath) -> String {
        self.places.organisation(path.as_str(), self.v.t)
    }

    /// The duties for which somebody else may stand in.
    fn own_duties(&self) -> Vec<(String, String)> {
        let own = self.grants.iter().filter(|grant| grant.stands_in_for.is_empty());
        let name = |grant: &GrantLine| {
            let batch = grant.batch_code.as_ref().map(|code| format!(" · {code}")).unwrap_or_default();
            format!("{} · {}{batch}", self.role(&grant.role), self.place(&grant.org_path))
        };
        own.map(|grant| (grant.id.clone(), name(grant))).collect()
    }

    fn name(&self, open: &OpenSession) -> String {
        named(&open.token_hash).to_owned()
    }

    fn last_day(&self, until: &UnixMicros) -> String {
        until.plus_seconds(-1).day().to_string()
    }
}

/// What names a session on its owner's page: enough to tell one's own apart, too little to find another's.
fn named(token_hash: &str) -> &str {
    token_hash.get(..SESSION_NAME_CHARS).unwrap_or(token_hash)
}

/// GET /my-account
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    who: Subject,
    this: SessionName,
    places: PlaceSource,
) -> PageResult<Response> {
    let today = env.now().day().to_string();
    let deputy = Form::filled(&[("from", today.as_str())]);
    let shown = own_page(&env, &v, (&who, &this), places, (Form::default(), deputy)).await?;
    narrow_page(&v, &v.t.s("account-own"), &shown)
}

/// What one's own account shows, with the forms of a new password and of a deputy.
///
/// # Errors
/// Not found for a candidate; storage.
pub async fn own_page<'a>(
    env: &Env,
    v: &'a Visit,
    (who, this): (&Subject, &SessionName),
    source: PlaceSource,
    (form, deputy): (Form, Form),
) -> PageResult<OwnPage<'a>> {
    only_staff(who)?;
    let now = env.now();
    let mut tx = env.db.read().await?;
    let account = account::staff_account(&mut tx, &who.account_id).await?.ok_or(PageError::NotFound)?;
    let mut grants = duty::grant_lines(&mut tx, &account.id).await?;
    grants.retain(|grant| grant.counts(now));
    let sessions = store::session::open_sessions(&mut tx, &account.id, now, session::idle_since(now)).await?;
    let places = (source.0)(&mut tx).await?;
    let this = named(&this.0).to_owned();
    Ok(OwnPage { v, account, grants, sessions, this, places, form, deputy })
}

/// A candidate's account holds no password and no duty.
///
/// # Errors
/// Not found for a candidate.
pub fn only_staff(who: &Subject) -> PageResult<()> {
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
    (who, this): (Subject, SessionName),
    places: PlaceSource,
    headers: HeaderMap,
    mut form: Form,
) -> PageResult<Response> {
    let forms = (Form::default(), Form::default());
    let known = own_page(&env, &v, (&who, &this), places, forms).await?.account;
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
        let shown = own_page(&env, &v, (&who, &this), places, (form, Form::default())).await?;
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

/// POST /my-account/session-closures with `session`: one of one's own browsers, or `others` for all but this one.
pub async fn close_sessions(
    State(env): State<Env>,
    who: Subject,
    SessionName(this): SessionName,
    form: Form,
) -> PageResult<Response> {
    only_staff(&who)?;
    let now = env.now();
    let mut tx = env.db.write().await?;
    let ended = match form.value("session") {
        "others" => account::end_sessions(&mut tx, &who.account_id, &this, now).await?,
        name => {
            let idle = session::idle_since(now);
            let open = store::session::open_sessions(&mut tx, &who.account_id, now, idle).await?;
            let one = open.iter().find(|open| named(&open.token_hash) == name).ok_or(PageError::Stale)?;
            u64::from(store::session::end_ones_own(&mut tx, &one.token_hash, &who.account_id, now).await?)
        }
    };
    let payload = json!({ "sessions": ended });
    who.note("session.close", "account", &who.account_id).payload(payload).record(&mut tx, &env).await?;
    tx.commit().await?;
    Ok(web::done("/my-account", "sessions-ended"))
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
