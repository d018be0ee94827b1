//! The matrix of duties that are kept apart, and what somebody holds beside it.
use std::collections::BTreeMap;

use ::store::{Tx, on, queries, was_changed};
use kernel::{Day, UnixMicros};
use sqlx::FromRow;

use super::GrantRow;
use crate::{
    Grant, Role,
    rules::conflict::{Conflict, Reach},
};

#[derive(FromRow)]
struct Row {
    id: String,
    one: String,
    other: Option<String>,
    reach: Reach,
    valid_from: Day,
    valid_to: Option<Day>,
    reason_zh: String,
    reason_en: String,
    source: String,
}

impl Row {
    /// A line about a role this binary does not know is about nobody it knows.
    fn conflict(self) -> Option<Conflict> {
        Some(Conflict {
            id: self.id,
            one: Role::from_code(&self.one)?,
            other: match self.other {
                Some(code) => Some(Role::from_code(&code)?),
                None => None,
            },
            reach: self.reach,
            valid_from: self.valid_from,
            valid_to: self.valid_to,
            reason_zh: self.reason_zh,
            reason_en: self.reason_en,
            source: self.source,
        })
    }
}

#[derive(FromRow)]
struct HeldRow {
    account_id: String,
    #[sqlx(flatten)]
    grant: GrantRow,
}

queries! {
    MATRIX = "SELECT id, one, other, reach, valid_from, valid_to, reason_zh, reason_en, source
        FROM duty_conflict ORDER BY valid_from, id";
    ADD = "INSERT INTO duty_conflict (id, one, other, reach, valid_from, valid_to, reason_zh, reason_en, source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    /// Two who decide for one person at once come one after the other.
    TAKE_TURN = "UPDATE account SET failed_tries = failed_tries WHERE id = $1";
    HELD_FROM = "SELECT id, role, org_path, batch_code, valid_from, valid_until FROM duty_grant
        WHERE account_id = $1 AND ended_at IS NULL AND (valid_until IS NULL OR valid_until > $2) ORDER BY id";
    /// Whoever holds a single duty holds no two that are kept apart.
    HELD_BESIDE = "SELECT g.account_id, g.id, g.role, g.org_path, g.batch_code, g.valid_from, g.valid_until
        FROM duty_grant g JOIN (SELECT account_id FROM duty_grant WHERE ended_at IS NULL AND valid_from <= $1
        AND (valid_until IS NULL OR valid_until > $1) GROUP BY account_id HAVING COUNT(*) > 1) many
        ON many.account_id = g.account_id
        WHERE g.ended_at IS NULL AND g.valid_from <= $1 AND (g.valid_until IS NULL OR g.valid_until > $1)
        ORDER BY g.account_id, g.id";
}

/// The whole matrix, what is over and what is to come as well.
///
/// # Errors
/// Storage.
pub async fn conflicts(tx: &mut Tx) -> sqlx::Result<Vec<Conflict>> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(MATRIX).fetch_all(conn).await)?;
    Ok(rows.into_iter().filter_map(Row::conflict).collect())
}

/// Adds a line of the matrix; false when one of this key is there.
///
/// # Errors
/// Storage.
pub async fn add_conflict(tx: &mut Tx, row: &Conflict) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD)
        .bind(&row.id)
        .bind(row.one.code())
        .bind(row.other.map(Role::code))
        .bind(row.reach)
        .bind(row.valid_from)
        .bind(row.valid_to)
        .bind(&row.reason_zh)
        .bind(&row.reason_en)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Holds an account until the end of the transaction: nobody else gives it a duty meanwhile.
pub(crate) async fn take_turn(tx: &mut Tx, account: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(TAKE_TURN).bind(account).execute(conn).await.map(|_| ()))
}

/// What an account holds or will hold at `from` or later.
pub(crate) async fn held_from(tx: &mut Tx, account: &str, from: UnixMicros) -> sqlx::Result<Vec<Grant>> {
    let rows: Vec<GrantRow> =
        on!(tx, |conn| sqlx::query_as(HELD_FROM).bind(account).bind(from).fetch_all(conn).await)?;
    Ok(rows.into_iter().filter_map(GrantRow::grant).collect())
}

/// What those hold now who hold more than one duty, by account.
pub(crate) async fn held_beside(tx: &mut Tx, now: UnixMicros) -> sqlx::Result<BTreeMap<String, Vec<Grant>>> {
    let rows: Vec<HeldRow> = on!(tx, |conn| sqlx::query_as(HELD_BESIDE).bind(now).fetch_all(conn).await)?;
    let mut held: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
    for HeldRow { account_id, grant } in rows {
        held.entry(account_id).or_default().extend(grant.grant());
    }
    Ok(held)
}
