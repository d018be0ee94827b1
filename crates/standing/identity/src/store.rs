//! Accounts, grants, sessions and one-time codes: the rows.
pub mod account;
pub mod conflict;
pub mod duty;
mod name;
pub mod session;

use std::collections::HashMap;

use ::store::{Found, Tx, find_each, on, queries};
use kernel::{OrgPath, UnixMicros};
use sqlx::FromRow;

pub use name::{AccountNames, account_names};

use crate::{Grant, Role};

/// An account as the sign-in needs it.
#[derive(Debug, Clone, FromRow)]
pub struct Account {
    /// Key.
    pub id: String,
    /// `staff` or `candidate`.
    pub kind: String,
    /// Name to show.
    pub display_name: String,
    /// PHC string; candidates have none.
    pub password_hash: Option<String>,
    /// Wrong passwords in a row.
    pub failed_tries: i64,
    /// No try counts before this instant.
    pub next_try_at: UnixMicros,
}

/// An account to be written.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    /// Key.
    pub id: &'a str,
    /// `staff` or `candidate`.
    pub kind: &'a str,
    /// What is typed to sign in; for a candidate `phone:` and the phone's blind index.
    pub login: &'a str,
    /// Name to show.
    pub display_name: &'a str,
    /// PHC string.
    pub password_hash: Option<&'a str>,
}

#[derive(Debug, Clone)]
pub(crate) struct SessionRow {
    pub account_id: String,
    pub kind: String,
    pub login: Option<String>,
    pub display_name: String,
    pub csrf: String,
    pub seen_at: UnixMicros,
}

#[derive(FromRow)]
struct GrantRow {
    id: String,
    role: String,
    org_path: OrgPath,
    batch_code: Option<String>,
    valid_from: UnixMicros,
    valid_until: Option<UnixMicros>,
}

impl GrantRow {
    /// The duty; none for a role this binary does not know.
    fn grant(self) -> Option<Grant> {
        Some(Grant {
            role: Role::from_code(&self.role)?,
            id: self.id,
            path: self.org_path,
            batch: self.batch_code,
            from: self.valid_from,
            until: self.valid_until,
        })
    }
}

/// An open session, with the duties of its account that count now.
pub(crate) type OpenSession = (SessionRow, Vec<Grant>);

/// A session beside one of the duties of its account; the duty's fields are empty where there is none.
struct SessionAndGrantRow {
    token_hash: String,
    session: SessionRow,
    id: Option<String>,
    role: Option<String>,
    org_path: Option<OrgPath>,
    batch_code: Option<String>,
    valid_from: Option<UnixMicros>,
    valid_until: Option<UnixMicros>,
}

impl SessionAndGrantRow {
    fn read(found: &mut Found<'_>) -> sqlx::Result<Self> {
        Ok(Self {
            token_hash: found.text()?,
            session: SessionRow {
                account_id: found.text()?,
                kind: found.text()?,
                login: found.text_if_any()?,
                display_name: found.text()?,
                csrf: found.text()?,
                seen_at: UnixMicros::new(found.number()?),
            },
            id: found.text_if_any()?,
            role: found.text_if_any()?,
            org_path: found.value_if_any()?,
            batch_code: found.text_if_any()?,
            valid_from: found.number_if_any()?.map(UnixMicros::new),
            valid_until: found.number_if_any()?.map(UnixMicros::new),
        })
    }

    fn grant(&self) -> Option<Grant> {
        Some(Grant {
            role: Role::from_code(self.role.as_deref()?)?,
            id: self.id.clone()?,
            path: self.org_path.clone()?,
            batch: self.batch_code.clone(),
            from: self.valid_from?,
            until: self.valid_until,
        })
    }
}

#[derive(FromRow)]
pub(crate) struct CodeRow {
    pub id: String,
    pub code_hash: String,
    pub tries: i64,
}

queries! {
    ACCOUNT_BY_LOGIN = "SELECT id, kind, display_name, password_hash, failed_tries, next_try_at
                        FROM account WHERE login = $1 AND disabled_at IS NULL";
    ACCOUNT_NAME = "SELECT display_name FROM account WHERE id = $1";
    INSERT_ACCOUNT = "INSERT INTO account (id, kind, login, display_name, password_hash, failed_tries,
                      next_try_at, created_at, disabled_at) VALUES ($1, $2, $3, $4, $5, 0, 0, $6, NULL)
                      ON CONFLICT (login) DO NOTHING";
    NOTE_TRY = "UPDATE account SET failed_tries = $2, next_try_at = $3 WHERE id = $1";
    INSERT_GRANT = "INSERT INTO duty_grant (id, account_id, role, org_path, batch_code, valid_from,
                    valid_until, granted_by, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    GRANTS_OF = "SELECT id, role, org_path, batch_code, valid_from, valid_until FROM duty_grant
                 WHERE account_id = $1 AND ended_at IS NULL AND valid_from <= $2
                 AND (valid_until IS NULL OR valid_until > $2) ORDER BY id";
    INSERT_SESSION = "INSERT INTO session (token_hash, account_id, csrf, created_at, seen_at, expires_at, ended_at)
                      VALUES ($1, $2, $3, $4, $4, $5, NULL)";
    /// Before every page of whoever is signed in: one statement for the session and the duties that count now.
    /// [`sessions`] asks for many at once, and reads the columns in this order.
    SESSION = "SELECT s.token_hash, s.account_id, a.kind, a.login, a.display_name, s.csrf, s.seen_at,
               g.id, g.role, g.org_path, g.batch_code, g.valid_from, g.valid_until
               FROM session s JOIN account a ON a.id = s.account_id
               LEFT JOIN duty_grant g ON g.account_id = a.id AND g.ended_at IS NULL AND g.valid_from <= $2
               AND (g.valid_until IS NULL OR g.valid_until > $2)
               WHERE s.token_hash = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND a.disabled_at IS NULL
               ORDER BY s.token_hash, g.id";
    SESSION_SEEN = "UPDATE session SET seen_at = $2 WHERE token_hash = $1";
    END_SESSION = "UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at IS NULL";
    INSERT_CODE = "INSERT INTO one_time_code (id, phone_index, code_hash, tries, created_at, expires_at, used_at)
                   VALUES ($1, $2, $3, 0, $4, $5, NULL)";
    LATEST_CODE_AT = "SELECT created_at FROM one_time_code WHERE phone_index = $1
                      ORDER BY created_at DESC, id DESC LIMIT 1";
    OPEN_CODE = "SELECT id, code_hash, tries FROM one_time_code
                 WHERE phone_index = $1 AND used_at IS NULL AND expires_at > $2
                 ORDER BY created_at DESC, id DESC LIMIT 1";
    TRY_CODE = "UPDATE one_time_code SET tries = tries + 1 WHERE id = $1 AND tries < $2";
    USE_CODE = "UPDATE one_time_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL";
}

pub(crate) async fn account_by_login(tx: &mut Tx, login: &str) -> sqlx::Result<Option<Account>> {
    on!(tx, |conn| sqlx::query_as(ACCOUNT_BY_LOGIN).bind(login).fetch_optional(conn).await)
}

/// Whether somebody signs in by this name already.
///
/// # Errors
/// Storage.
pub async fn has_account(tx: &mut Tx, login: &str) -> sqlx::Result<bool> {
    Ok(account_by_login(tx, login).await?.is_some())
}

/// The name to show for an account; empty when unknown.
///
/// # Errors
/// Storage.
pub async fn account_name(tx: &mut Tx, id: &str) -> sqlx::Result<String> {
    let name: Option<String> =
        on!(tx, |conn| sqlx::query_scalar(ACCOUNT_NAME).bind(id).fetch_optional(conn).await)?;
    Ok(name.unwrap_or_default())
}

/// Writes an account; `false` when the login is taken.
///
/// # Errors
/// Storage.
pub async fn insert_account(tx: &mut Tx, new: &NewAccount<'_>, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT_ACCOUNT)
        .bind(new.id)
        .bind(new.kind)
        .bind(new.login)
        .bind(new.display_name)
        .bind(new.password_hash)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

pub(crate) async fn note_try(tx: &mut Tx, account: &str, failed: i64, next: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(NOTE_TRY)
        .bind(account)
        .bind(failed)
        .bind(next)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Writes a duty; [`crate::grant`] asks before whether it may be.
pub(crate) async fn insert_grant(
    tx: &mut Tx,
    account: &str,
    grant: &Grant,
    by: &str,
    reason: &str,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_GRANT)
        .bind(&grant.id)
        .bind(account)
        .bind(grant.role.code())
        .bind(&grant.path)
        .bind(&grant.batch)
        .bind(grant.from)
        .bind(grant.until)
        .bind(by)
        .bind(reason)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Duties that count now; a role this binary does not know is left out.
pub(crate) async fn grants_of(tx: &mut Tx, account: &str, now: UnixMicros) -> sqlx::Result<Vec<Grant>> {
    let rows: Vec<GrantRow> =
        on!(tx, |conn| sqlx::query_as(GRANTS_OF).bind(account).bind(now).fetch_all(conn).await)?;
    Ok(rows.into_iter().filter_map(GrantRow::grant).collect())
}

pub(crate) async fn insert_session(
    tx: &mut Tx,
    token_hash: &str,
    account: &str,
    csrf: &str,
    now: UnixMicros,
    expires: UnixMicros,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_SESSION)
        .bind(token_hash)
        .bind(account)
        .bind(csrf)
        .bind(now)
        .bind(expires)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Sessions asked for at once, at most. Source: [own]; a thread is busy with them for two or three milliseconds.
pub(crate) const SESSIONS_TOGETHER: usize = 512;

/// Open sessions by the hashes of their tokens; a role this binary does not know is left out.
pub(crate) async fn sessions(
    tx: &mut Tx,
    hashes: &[&str],
    now: UnixMicros,
) -> sqlx::Result<HashMap<String, OpenSession>> {
    let rows = find_each(tx, SESSION, (hashes, &[now.into()]), SessionAndGrantRow::read).await?;
    let mut found: HashMap<String, OpenSession> = HashMap::new();
    for row in rows {
        let grant = row.grant();
        found.entry(row.token_hash).or_insert_with(|| (row.session, Vec::new())).1.extend(grant);
    }
    Ok(found)
}

pub(crate) async fn session_seen(tx: &mut Tx, token_hash: &str, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(SESSION_SEEN).bind(token_hash).bind(now).execute(conn).await.map(|_| ()))
}

pub(crate) async fn end_session(tx: &mut Tx, token_hash: &str, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(END_SESSION).bind(token_hash).bind(now).execute(conn).await.map(|_| ()))
}

pub(crate) async fn insert_code(
    tx: &mut Tx,
    id: &str,
    phone_index: &str,
    code_hash: &str,
    now: UnixMicros,
    expires: UnixMicros,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_CODE)
        .bind(id)
        .bind(phone_index)
        .bind(code_hash)
        .bind(now)
        .bind(expires)
        .execute(conn)
        .await
        .map(|_| ()))
}

pub(crate) async fn latest_code_at(tx: &mut Tx, phone_index: &str) -> sqlx::Result<Option<UnixMicros>> {
    on!(tx, |conn| sqlx::query_scalar(LATEST_CODE_AT).bind(phone_index).fetch_optional(conn).await)
}

pub(crate) async fn open_code(
    tx: &mut Tx,
    phone_index: &str,
    now: UnixMicros,
) -> sqlx::Result<Option<CodeRow>> {
    on!(tx, |conn| sqlx::query_as(OPEN_CODE).bind(phone_index).bind(now).fetch_optional(conn).await)
}

/// Counts one try; `false` when none is left.
pub(crate) async fn try_code(tx: &mut Tx, id: &str, tries_max: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(TRY_CODE)
        .bind(id)
        .bind(tries_max)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

pub(crate) async fn use_code(tx: &mut Tx, id: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(USE_CODE)
        .bind(id)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}

/// Every named statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [
        ALL_QUERIES,
        account::ALL_QUERIES,
        conflict::ALL_QUERIES,
        duty::ALL_QUERIES,
        session::ALL_QUERIES,
        crate::approval::ALL_QUERIES,
    ]
    .concat()
}
