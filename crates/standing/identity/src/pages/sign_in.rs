//! Staff sign in with a password, candidates with a one-time code sent to their phone.
use std::sync::Arc;

use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Phone, UnixMicros};
use message::Outgoing;
use web::{Form, Message, PageError, PageResult, Visit};

use crate::{Env, NewAccount, Note, Passwords, Subject, session, store};

/// A code is good for this long. [own] configuration.
const CODE_MINUTES: i64 = 5;
/// Tries a code allows before it is dead: 5 in a million. Source: [own]; NIST SP 800-63B (2017), 5.2.2, demands a limit.
const CODE_TRIES_MAX: i64 = 5;
/// One code a phone in this time. [own] configuration.
const CODE_EVERY_SECONDS: i64 = 60;
/// Wrong passwords before each further try must wait. Source: [own]; NIST SP 800-63B (2017), 5.2.2, demands a limit, and
/// at most 100 in a row.
const PASSWORD_TRIES_FREE: i64 = 5;
/// How long each further try waits. Source: [own]; a delay and no lock-out, or anybody could lock anybody out.
const PASSWORD_WAIT_SECONDS: i64 = 30;

/// Who can be tried out in a demo; nowhere else does this exist.
#[derive(Debug, Clone, Default)]
pub struct DemoGuide {
    /// Login, password, code of the role.
    pub staff: Vec<(String, String, &'static str)>,
    /// Phones of candidates.
    pub phones: Vec<DemoPhone>,
}

/// A candidate's phone in a demo.
#[derive(Debug, Clone, Copy)]
pub struct DemoPhone {
    /// Number.
    pub number: &'static str,
    /// What there is to see, as a key of `locales/`.
    pub shows: &'static str,
}

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    v: &'a Visit,
    staff: Form,
    phone: Form,
    code: Form,
    code_sent: bool,
    guide: Option<Arc<DemoGuide>>,
}

impl<'a> SignInPage<'a> {
    fn new(v: &'a Visit) -> Self {
        let [staff, phone, code] = [Form::default(), Form::default(), Form::default()];
        Self { v, staff, phone, code, code_sent: false, guide: None }
    }

    fn role(&self, code: &str) -> String {
        self.v.t.s(&format!("role-{code}"))
    }
}

/// GET /sign-in
pub async fn show(guide: Option<Extension<Arc<DemoGuide>>>, v: Visit) -> PageResult<Response> {
    let guide = guide.map(|Extension(guide)| guide);
    web::narrow_page(&v, &v.t.s("sign-in"), &SignInPage { guide, ..SignInPage::new(&v) })
}

/// POST /one-time-codes — sends a code; says the same whether or not anybody has this phone.
pub async fn send_code(State(env): State<Env>, v: Visit, mut form: Form) -> PageResult<Response> {
    let Some(phone) = form.parse("phone", Phone::parse) else {
        let page = SignInPage { phone: form, ..SignInPage::new(&v) };
        return web::page_again(&v, &v.t.s("sign-in"), &page, true);
    };
    let index = env.vault.index("phone", phone.as_str());
    let now = env.now();
    let mut tx = env.db.write().await?;
    let last = store::latest_code_at(&mut tx, &index).await?;
    if last.is_some_and(|at| at <= now && at.plus_seconds(CODE_EVERY_SECONDS) > now) {
        form.refuse("phone", "code-too-soon");
        let page = SignInPage { phone: form, ..SignInPage::new(&v) };
        return web::page_again(&v, &v.t.s("sign-in"), &page, true);
    }
    let code = six_digits(&env);
    let id = env.new_id();
    let expires = now.plus_minutes(CODE_MINUTES);
    store::insert_code(&mut tx, &id, &index, &code_hash(&env, &index, &code), now, expires).await?;
    let text = v.t.message(&Message::new("code-text").with("code", &code).with("minutes", CODE_MINUTES));
    let outgoing = Outgoing {
        id: env.new_id(),
        phone: phone.as_str().to_owned(),
        text,
        purpose: "message-code".into(),
        created_at: now,
        sent_at: None,
    };
    message::queue(&mut tx, &env.vault, &*env.entropy, &outgoing).await?;
    Note::of("anonymous", &v.request_id, "code.send", "one_time_code", &id).record(&mut tx, &env).await?;
    tx.commit().await?;
    let code_form = Form::filled(&[("phone", phone.as_str())]);
    let page = SignInPage { phone: form, code: code_form, code_sent: true, ..SignInPage::new(&v) };
    web::narrow_page(&v, &v.t.s("sign-in"), &page)
}

/// POST /sessions — with `login` and `password` (staff) or `phone` and `code` (candidate).
pub async fn create(
    State(env): State<Env>,
    passwords: Extension<Passwords>,
    v: Visit,
    headers: HeaderMap,
    form: Form,
) -> PageResult<Response> {
    if form.value("code").is_empty() && form.value("phone").is_empty() {
        return staff_session(&env, &passwords, (&v, &headers), form).await;
    }
    candidate_session(&env, (&v, &headers), form).await
}

async fn staff_session(
    env: &Env,
    passwords: &Passwords,
    (v, headers): (&Visit, &HeaderMap),
    mut form: Form,
) -> PageResult<Response> {
    let login = form.value("login").to_owned();
    let account = {
        let mut tx = env.db.read().await?;
        store::account_by_login(&mut tx, &login).await?.filter(|account| account.kind == "staff")
    };
    let now = env.now();
    let waiting = account.as_ref().is_some_and(|account| account.next_try_at > now);
    let stored = account.as_ref().and_then(|account| account.password_hash.clone());
    let right = passwords.verify(form.value("password").to_owned(), stored).await?;
    let mut tx = env.db.write().await?;
    let Some(account) = account.filter(|_| right && !waiting) else {
        if let Ok(Some(account)) =
            store::account_by_login(&mut tx, &login).await.map(|a| a.filter(|_| !waiting))
        {
            let failed = account.failed_tries + 1;
            let wait = if failed < PASSWORD_TRIES_FREE { 0 } else { PASSWORD_WAIT_SECONDS };
            store::note_try(&mut tx, &account.id, failed, now.plus_seconds(wait)).await?;
            tx.commit().await?;
        }
        form.refuse("login", if waiting { "sign-in-wait" } else { "sign-in-wrong" });
        let page = SignInPage { staff: form, ..SignInPage::new(v) };
        return web::page_again(v, &v.t.s("sign-in"), &page, true);
    };
    // At no instant: one of now would shut them out until then when the clock is put back.
    store::note_try(&mut tx, &account.id, 0, UnixMicros::new(0)).await?;
    signed_in(tx, env, (v, headers), &account.id).await
}

async fn candidate_session(
    env: &Env,
    (v, headers): (&Visit, &HeaderMap),
    mut form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let index = match Phone::parse(form.value("phone")) {
        Ok(phone) => env.vault.index("phone", phone.as_str()),
        Err(_) => return Err(PageError::refused("code-wrong")),
    };
    if !code_is_right(&mut tx, env, &index, form.value("code")).await? {
        tx.commit().await?;
        form.refuse("code", "code-wrong");
        let page = SignInPage { code: form, code_sent: true, ..SignInPage::new(v) };
        return web::page_again(v, &v.t.s("sign-in"), &page, true);
    }
    let account = candidate_account(&mut tx, env, &index, tail(form.value("phone"))).await?;
    signed_in(tx, env, (v, headers), &account).await
}

async fn code_is_right(tx: &mut ::store::Tx, env: &Env, index: &str, code: &str) -> PageResult<bool> {
    let Some(open) = store::open_code(tx, index, env.now()).await? else { return Ok(false) };
    if open.tries >= CODE_TRIES_MAX || !store::try_code(tx, &open.id, CODE_TRIES_MAX).await? {
        return Ok(false);
    }
    Ok(open.code_hash == code_hash(env, index, code) && store::use_code(tx, &open.id, env.now()).await?)
}

/// The account of a phone, made when it is new; the last four digits are its name.
///
/// # Errors
/// Storage.
pub async fn candidate_account(
    tx: &mut ::store::Tx,
    env: &Env,
    phone_index: &str,
    tail: &str,
) -> PageResult<String> {
    let login = format!("phone:{phone_index}");
    if let Some(account) = store::account_by_login(tx, &login).await? {
        return Ok(account.id);
    }
    let id = env.new_id();
    let name = format!("**** {tail}");
    let new =
        NewAccount { id: &id, kind: "candidate", login: &login, display_name: &name, password_hash: None };
    if !store::insert_account(tx, &new, env.now()).await? {
        return Err(PageError::Stale);
    }
    Note::of(&id, "", "account.create", "account", &id).record(tx, env).await?;
    Ok(id)
}

async fn signed_in(
    mut tx: ::store::Tx,
    env: &Env,
    (v, headers): (&Visit, &HeaderMap),
    account: &str,
) -> PageResult<Response> {
    let cookie = session::open_in(&mut tx, env, account, headers).await?;
    Note::of(account, &v.request_id, "session.open", "account", account).record(&mut tx, env).await?;
    tx.commit().await?;
    let mut response = Redirect::to("/").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// POST /sign-out
pub async fn sign_out(
    State(env): State<Env>,
    who: Subject,
    headers: HeaderMap,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let cookie = session::close(&mut tx, &env, &headers).await?;
    who.note("session.close", "account", &who.account_id).record(&mut tx, &env).await?;
    tx.commit().await?;
    let mut response = Redirect::to("/").into_response();
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn six_digits(env: &Env) -> String {
    let mut bytes = [0; 8];
    env.entropy.fill(&mut bytes);
    format!("{:06}", u64::from_be_bytes(bytes) % 1_000_000)
}

fn code_hash(env: &Env, phone_index: &str, code: &str) -> String {
    env.vault.index("one-time-code", &format!("{phone_index}:{code}"))
}

/// The last four digits of a phone number: enough for its owner, nothing for others.
fn tail(phone: &str) -> &str {
    phone.char_indices().rev().nth(3).map_or("", |(at, _)| &phone[at..])
}
