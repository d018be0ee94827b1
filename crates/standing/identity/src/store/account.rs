//! Accounts as they are managed: lists, sessions, activation links.
use ::store::{Tx, on, pattern, queries, was_changed};
use kernel::UnixMicros;
use sqlx::FromRow;

/// A staff account as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct StaffAccount {
    /// Key.
    pub id: String,
    /// What is typed to sign in.
    pub login: String,
    /// Name to show.
    pub display_name: String,
    /// When it was made.
    pub created_at: UnixMicros,
    /// When it was closed.
    pub disabled_at: Option<UnixMicros>,
    /// Whether its owner has set a password.
    pub is_activated: bool,
    /// When somebody last signed in with it.
    pub last_sign_in: Option<UnixMicros>,
}

/// Which accounts; empty texts mean all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Part of login or name.
    pub words: String,
    /// Code of a role held now.
    pub role: String,
    /// `open`, `waiting` (not activated) or `closed`.
    pub state: String,
}

/// What an activation link leads to.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Activation {
    pub account_id: String,
    pub login: String,
    pub display_name: String,
}

queries! {
    STAFF_ACCOUNTS = "SELECT a.id, a.login, a.display_name, a.created_at, a.disabled_at,
        (a.password_hash IS NOT NULL) AS is_activated,
        (SELECT MAX(s.created_at) FROM session s WHERE s.account_id = a.id) AS last_sign_in
        FROM account a WHERE a.kind = 'staff'
        AND (LOWER(a.login) LIKE $1 ESCAPE '!' OR LOWER(a.display_name) LIKE $1 ESCAPE '!')
        AND (CAST($2 AS TEXT) = '' OR EXISTS (SELECT 1 FROM duty_grant g WHERE g.account_id = a.id
            AND g.role = $2 AND g.ended_at IS NULL AND g.valid_from <= $4
            AND (g.valid_until IS NULL OR g.valid_until > $4)))
        AND (CAST($3 AS TEXT) = '' OR ($3 = 'closed' AND a.disabled_at IS NOT NULL)
            OR ($3 = 'waiting' AND a.disabled_at IS NULL AND a.password_hash IS NULL)
            OR ($3 = 'open' AND a.disabled_at IS NULL AND a.password_hash IS NOT NULL))
        ORDER BY a.login, a.id LIMIT $5 OFFSET $6";
    COUNT_STAFF_ACCOUNTS = "SELECT COUNT(*) FROM account a WHERE a.kind = 'staff'
        AND (LOWER(a.login) LIKE $1 ESCAPE '!' OR LOWER(a.display_name) LIKE $1 ESCAPE '!')
        AND (CAST($2 AS TEXT) = '' OR EXISTS (SELECT 1 FROM duty_grant g WHERE g.account_id = a.id
            AND g.role = $2 AND g.ended_at IS NULL AND g.valid_from <= $4
            AND (g.valid_until IS NULL OR g.valid_until > $4)))
        AND (CAST($3 AS TEXT) = '' OR ($3 = 'closed' AND a.disabled_at IS NOT NULL)
            OR ($3 = 'waiting' AND a.disabled_at IS NULL AND a.password_hash IS NULL)
            OR ($3 = 'open' AND a.disabled_at IS NULL AND a.password_hash IS NOT NULL))";
    STAFF_ACCOUNT = "SELECT a.id, a.login, a.display_name, a.created_at, a.disabled_at,
        (a.password_hash IS NOT NULL) AS is_activated,
        (SELECT MAX(s.created_at) FROM session s WHERE s.account_id = a.id) AS last_sign_in
        FROM account a WHERE a.id = $1 AND a.kind = 'staff'";
    END_SESSIONS = "UPDATE session SET ended_at = $2
        WHERE account_id = $1 AND ended_at IS NULL AND token_hash <> $3";
    PASSWORD = "SELECT password_hash FROM account WHERE id = $1";
    SET_PASSWORD = "UPDATE account SET password_hash = $2, failed_tries = 0, next_try_at = 0
        WHERE id = $1 AND disabled_at IS NULL";
    CLOSE_ACCOUNT = "UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL";
    INSERT_ACTIVATION = "INSERT INTO activation (token_hash, account_id, made_by, created_at, expires_at, used_at)
        VALUES ($1, $2, $3, $4, $5, NULL)";
    /// A new link, a closed account: links of before lead nowhere.
    END_ACTIVATIONS = "UPDATE activation SET expires_at = $2
        WHERE account_id = $1 AND used_at IS NULL AND expires_at > $2";
    ACTIVATION = "SELECT l.account_id, a.login, a.display_name FROM activation l
        JOIN account a ON a.id = l.account_id
        WHERE l.token_hash = $1 AND l.used_at IS NULL AND l.expires_at > $2 AND a.disabled_at IS NULL";
    USE_ACTIVATION = "UPDATE activation SET used_at = $2
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
}

/// Staff accounts by login: `limit` of them after the first `offset`.
///
/// # Errors
/// Storage.
pub async fn staff_accounts(
    tx: &mut Tx,
    filter: &AccountFilter,
    now: UnixMicros,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<StaffAccount>> {
    on!(tx, |conn| sqlx::query_as(STAFF_ACCOUNTS)
        .bind(pattern(&filter.words))
        .bind(&filter.role)
        .bind(&filter.state)
        .bind(now)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await)
}

/// How many staff accounts a filter lets through.
///
/// # Errors
/// Storage.
pub async fn count_staff_accounts(tx: &mut Tx, filter: &AccountFilter, now: UnixMicros) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(COUNT_STAFF_ACCOUNTS)
        .bind(pattern(&filter.words))
        .bind(&filter.role)
        .bind(&filter.state)
        .bind(now)
        .fetch_one(conn)
        .await)
}

/// One staff account; none for a candidate's.
///
/// # Errors
/// Storage.
pub async fn staff_account(tx: &mut Tx, id: &str) -> sqlx::Result<Option<StaffAccount>> {
    on!(tx, |conn| sqlx::query_as(STAFF_ACCOUNT).bind(id).fetch_optional(conn).await)
}

/// Ends every session of an account but the one with this hash (none when empty); how many those were.
///
/// # Errors
/// Storage.
pub(crate) async fn end_sessions(
    tx: &mut Tx,
    account: &str,
    but: &str,
    now: UnixMicros,
) -> sqlx::Result<u64> {
    on!(tx, |conn| sqlx::query(END_SESSIONS)
        .bind(account)
        .bind(now)
        .bind(but)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

pub(crate) async fn password(tx: &mut Tx, account: &str) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| sqlx::query_scalar(PASSWORD).bind(account).fetch_one(conn).await)
}

/// Sets or, with none, takes away the password of an open account; `false` when it is closed.
///
/// # Errors
/// Storage.
pub(crate) async fn set_password(tx: &mut Tx, account: &str, hash: Option<&str>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SET_PASSWORD)
        .bind(account)
        .bind(hash)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Closes an account for good; `false` when it was closed already.
///
/// # Errors
/// Storage.
pub(crate) async fn close_account(tx: &mut Tx, account: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CLOSE_ACCOUNT)
        .bind(account)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

pub(crate) async fn insert_activation(
    tx: &mut Tx,
    token_hash: &str,
    account: &str,
    by: &str,
    now: UnixMicros,
    expires: UnixMicros,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_ACTIVATION)
        .bind(token_hash)
        .bind(account)
        .bind(by)
        .bind(now)
        .bind(expires)
        .execute(conn)
        .await
        .map(|_| ()))
}

pub(crate) async fn end_activations(tx: &mut Tx, account: &str, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(END_ACTIVATIONS).bind(account).bind(now).execute(conn).await.map(|_| ()))
}

pub(crate) async fn activation(
    tx: &mut Tx,
    token_hash: &str,
    now: UnixMicros,
) -> sqlx::Result<Option<Activation>> {
    on!(tx, |conn| sqlx::query_as(ACTIVATION).bind(token_hash).bind(now).fetch_optional(conn).await)
}

pub(crate) async fn use_activation(tx: &mut Tx, token_hash: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(USE_ACTIVATION)
        .bind(token_hash)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
