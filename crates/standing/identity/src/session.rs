//! From cookie to subject, and back to a cookie.
mod together;

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header, request::Parts},
    middleware::Next,
    response::Response,
};
use kernel::UnixMicros;
use sha2::{Digest, Sha256};
use store::Tx;
use web::{Flash, Lang, PageError, PageResult, Visit, Words};

use self::together::{Sessions, Unread};
use crate::{Env, Kind, NavAudience, Subject, rules::client::client, store as rows};

/// A session ends this long after sign-in, whatever happens. Source: [own]; NIST SP 800-63B (2017), 4.2.3.
const HOURS_MAX: i64 = 12;
/// A staff session ends after this long without a request. Source: [own]; NIST SP 800-63B (2017), 4.2.3.
const STAFF_IDLE_MINUTES: i64 = 30;
/// `seen_at` is written at most once in this time, so that reading costs no write.
const SEEN_EVERY_SECONDS: i64 = 60;

/// Cookie of a session on HTTPS; the prefix makes browsers refuse it from anywhere else.
const COOKIE_SECURE: &str = "__Host-kaogong";
/// Cookie of a session on a hall's plain HTTP.
const COOKIE_HALL: &str = "kaogong";

/// Where requests come in: what [`open_visit`] needs. Cheap to clone.
#[derive(Clone)]
pub struct Entrance {
    env: Env,
    sessions: Sessions,
}

impl Entrance {
    /// The entrance of one server.
    #[must_use]
    pub fn new(env: &Env) -> Self {
        Self { env: env.clone(), sessions: Sessions::default() }
    }
}

/// Reads cookies, loads the subject, and puts [`Visit`] and [`Subject`] into the request.
pub async fn open_visit(State(entrance): State<Entrance>, mut request: Request, next: Next) -> Response {
    let env = &entrance.env;
    let request_id = env.new_id();
    let mut visit = visit_of(request.headers(), request.uri(), env, &request_id);
    if let Some(token) = cookie(request.headers(), cookie_name(env)) {
        let hash = hash(&token);
        match load(&entrance, &hash, &request_id).await {
            Ok(Some((subject, csrf))) => {
                visit.who.clone_from(&subject.name);
                visit.csrf = web::page_token(&csrf, &request_id);
                visit.role = roles_in_words(&subject, visit.t);
                visit.own_page = match subject.kind {
                    Kind::Staff => "/my-account",
                    Kind::Candidate => "/my",
                };
                visit.nav = nav_of(&subject, env);
                request.extensions_mut().insert(subject);
                request.extensions_mut().insert(SessionName(hash));
            }
            Ok(None) => {}
            Err(unread) => drop(request.extensions_mut().insert(unread)),
        }
    }
    let had_flash = visit.flash.is_some();
    request.extensions_mut().insert(visit);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if had_flash && !headers.contains_key(header::SET_COOKIE) {
        let gone = HeaderValue::from_static("flash=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
        headers.append(header::SET_COOKIE, gone);
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    response
}

/// Asks to come again when the session could not be read. Taken for nobody, a candidate in the middle of an
/// exam would be sent to sign in whenever the storage is out for a moment.
///
/// # Errors
/// [`PageError::Busy`].
pub async fn guard_unread(request: Request, next: Next) -> PageResult<Response> {
    if request.extensions().get::<Unread>().is_some() {
        return Err(PageError::Busy);
    }
    Ok(next.run(request).await)
}

fn visit_of(headers: &HeaderMap, uri: &axum::http::Uri, env: &Env, request_id: &str) -> Visit {
    let header_text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let lang = cookie(headers, "lang")
        .and_then(|tag| Lang::from_tag(&tag))
        .unwrap_or_else(|| Lang::from_header(header_text(header::ACCEPT_LANGUAGE).unwrap_or_default()));
    let flash = cookie(headers, "flash").filter(|key| !key.is_empty()).map(|key| Flash { key });
    Visit {
        t: Words(lang),
        large: cookie(headers, "print").as_deref() == Some("large"),
        here: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        demo_clock: if env.demo { env.now().text() } else { String::new() },
        request_id: request_id.to_owned(),
        flash,
        ..Visit::default()
    }
}

/// The value of one cookie of the request.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok()).find_map(|line| {
        line.split(';').find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then(|| value.to_owned())
        })
    })
}

async fn load(
    Entrance { env, sessions }: &Entrance,
    hash: &str,
    request_id: &str,
) -> Result<Option<(Subject, String)>, Unread> {
    let Some((row, grants)) = sessions.find(env, hash).await? else { return Ok(None) };
    let now = env.now();
    let kind = if row.kind == "staff" { Kind::Staff } else { Kind::Candidate };
    let idle = now.minus(row.seen_at);
    if kind == Kind::Staff && idle > UnixMicros::new(0).plus_minutes(STAFF_IDLE_MINUTES).get() {
        return Ok(None);
    }
    // Duties are of staff; a row that says otherwise gives a candidate nothing.
    let grants = if kind == Kind::Staff { grants } else { Vec::new() };
    // Only a staff session ends by idleness; twelve thousand candidates would write a row each minute for nothing.
    if kind == Kind::Staff && idle > UnixMicros::new(0).plus_seconds(SEEN_EVERY_SECONDS).get() {
        // Reading goes on when nothing can be written: the session then ends as if nobody had asked.
        if let Err(error) = note_seen(env, hash, now).await {
            tracing::error!(%error, "it could not be noted that a session is in use");
        }
    }
    let phone_index =
        row.login.as_deref().and_then(|login| login.strip_prefix("phone:")).map(ToOwned::to_owned);
    let subject = Subject {
        account_id: row.account_id,
        kind,
        name: row.display_name,
        phone_index,
        grants,
        request_id: request_id.to_owned(),
    };
    Ok(Some((subject, row.csrf)))
}

async fn note_seen(env: &Env, hash: &str, now: UnixMicros) -> sqlx::Result<()> {
    let mut tx = env.db.write().await?;
    rows::session_seen(&mut tx, hash, now).await?;
    tx.commit().await
}

/// A member of staff who acts without a request of their own, because what they began goes on beside
/// the requests: with the duties they hold now. `None` when the account was closed.
///
/// # Errors
/// Storage.
pub async fn acting(
    tx: &mut Tx,
    account: &str,
    request_id: &str,
    now: UnixMicros,
) -> sqlx::Result<Option<Subject>> {
    let found = rows::account::staff_account(tx, account).await?;
    let Some(found) = found.filter(|found| found.disabled_at.is_none()) else { return Ok(None) };
    let grants = rows::grants_of(tx, account, now).await?;
    Ok(Some(Subject {
        account_id: found.id,
        kind: Kind::Staff,
        name: found.display_name,
        phone_index: None,
        grants,
        request_id: request_id.to_owned(),
    }))
}

/// Which browser asks: tells the sessions of one account apart, and signs nobody in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionName(pub String);

impl FromRequestParts<Env> for SessionName {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &Env) -> Result<Self, PageError> {
        parts.extensions.get::<Self>().cloned().ok_or(PageError::SignIn)
    }
}

/// Opens a session for an account within the caller's transaction; returns the `Set-Cookie` value.
///
/// # Errors
/// Storage.
pub async fn open(tx: &mut Tx, env: &Env, account: &str) -> PageResult<HeaderValue> {
    open_named(tx, env, account).await.map(|(cookie, _)| cookie)
}

/// The same for a member of staff, with the browser it is in.
///
/// # Errors
/// Storage.
pub async fn open_in(tx: &mut Tx, env: &Env, account: &str, headers: &HeaderMap) -> PageResult<HeaderValue> {
    let (cookie, SessionName(name)) = open_named(tx, env, account).await?;
    let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
    rows::session::note_client(tx, &name, &client(user_agent.unwrap_or_default())).await?;
    Ok(cookie)
}

/// Since when a member of staff must have asked for something to be signed in still.
#[must_use]
pub fn idle_since(now: UnixMicros) -> UnixMicros {
    now.plus_minutes(-STAFF_IDLE_MINUTES)
}

/// The same, and the name the session will ask under.
///
/// # Errors
/// Storage.
pub async fn open_named(tx: &mut Tx, env: &Env, account: &str) -> PageResult<(HeaderValue, SessionName)> {
    let (token, csrf) = (env.secret::<32>(), env.secret::<16>());
    let (name, now) = (hash(&token), env.now());
    rows::insert_session(tx, &name, account, &csrf, now, now.plus_hours(HOURS_MAX)).await?;
    Ok((set_cookie(env, &token, HOURS_MAX * 3600)?, SessionName(name)))
}

/// Ends the session of this request; returns the `Set-Cookie` value that removes the cookie.
///
/// # Errors
/// Storage.
pub async fn close(tx: &mut Tx, env: &Env, headers: &HeaderMap) -> PageResult<HeaderValue> {
    if let Some(token) = cookie(headers, cookie_name(env)) {
        rows::end_session(tx, &hash(&token), env.now()).await?;
    }
    set_cookie(env, "", 0)
}

/// Ends every session of an account but the one of this request; how many those were.
///
/// # Errors
/// Storage.
pub async fn close_others(tx: &mut Tx, env: &Env, headers: &HeaderMap, account: &str) -> PageResult<u64> {
    let own = cookie(headers, cookie_name(env)).map(|token| hash(&token)).unwrap_or_default();
    Ok(rows::account::end_sessions(tx, account, &own, env.now()).await?)
}

fn set_cookie(env: &Env, token: &str, seconds: i64) -> PageResult<HeaderValue> {
    let secure = if env.secure_cookies { "; Secure" } else { "" };
    let name = cookie_name(env);
    HeaderValue::from_str(&format!(
        "{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    ))
    .map_err(|error| PageError::Internal(error.to_string()))
}

fn cookie_name(env: &Env) -> &'static str {
    if env.secure_cookies { COOKIE_SECURE } else { COOKIE_HALL }
}

/// SHA-256 in hex: what is stored of a secret that is compared, never shown.
#[must_use]
pub fn hash(secret: &str) -> String {
    kernel::Digest::from_bytes(&Sha256::digest(secret.as_bytes()).into()).as_str().to_owned()
}

fn roles_in_words(subject: &Subject, t: Words) -> String {
    let mut roles: Vec<_> = subject.grants.iter().map(|grant| grant.role).collect();
    roles.sort_unstable();
    roles.dedup();
    roles.iter().map(|role| t.s(&format!("role-{}", role.code()))).collect::<Vec<_>>().join("、")
}

fn nav_of(subject: &Subject, env: &Env) -> Vec<web::NavItem> {
    let shown = |rule: &&crate::NavRule| match rule.shown_to {
        NavAudience::Candidates => subject.kind == Kind::Candidate,
        NavAudience::Staff => subject.kind == Kind::Staff,
        NavAudience::Duty(action) => subject.carries(action),
    };
    env.nav.iter().filter(shown).map(|rule| rule.item.clone()).collect()
}
