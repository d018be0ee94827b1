//! The row a batch has in this stage, and the frozen list.
use ::store::{Many, Tx, on, queries, was_changed};
use kernel::{BatchCode, Digest, LevelCode, OccupationCode, UnixMicros};
use sqlx::FromRow;

use crate::rules::{
    list::{Admitted, List},
    state::State,
};

/// A list that was frozen.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Frozen {
    /// SHA-256 over everybody admitted and everybody left out.
    pub digest: Digest,
    /// How many are admitted.
    pub admitted_count: i64,
    /// How many applied and were left out.
    pub left_out_count: i64,
    /// Why applications that waited for a decision were left out; empty when none did.
    pub leave_out_reason: String,
    /// Account.
    pub frozen_by: String,
    /// When.
    pub frozen_at: UnixMicros,
}

queries! {
    HOLD = "INSERT INTO admission_list (batch_code, changes, digest, admitted_count, left_out_count,
            leave_out_reason, frozen_by, frozen_at) VALUES ($1, 1, NULL, 0, 0, '', NULL, NULL)
            ON CONFLICT (batch_code) DO UPDATE SET changes = admission_list.changes + 1
            WHERE admission_list.frozen_at IS NULL";
    FREEZE = "UPDATE admission_list SET digest = $2, admitted_count = $3, left_out_count = $4,
              leave_out_reason = $5, frozen_by = $6, frozen_at = $7
              WHERE batch_code = $1 AND frozen_at IS NULL";
    FROZEN = "SELECT digest, admitted_count, left_out_count, leave_out_reason, frozen_by, frozen_at
              FROM admission_list WHERE batch_code = $1 AND frozen_at IS NOT NULL";
    IS_FROZEN = "SELECT COUNT(*) FROM admission_list WHERE batch_code = $1 AND frozen_at IS NOT NULL";
    ADMITTED = "SELECT application_id, person_id, occupation_code, level_code, point_path, serial
                FROM admitted WHERE batch_code = $1 ORDER BY serial, application_id";
    ADMITTED_BY_LEVEL = "SELECT occupation_code, level_code, COUNT(*) FROM admitted WHERE batch_code = $1
                         GROUP BY occupation_code, level_code ORDER BY occupation_code, level_code";
    SETTLE_ADMITTED = "UPDATE admission SET state = 'admitted' WHERE batch_code = $1 AND state = 'paid'
                       AND application_id IN (SELECT application_id FROM admitted WHERE batch_code = $1)";
}

/// Takes the batch's row; the first statement of every transaction that changes something in this
/// stage. `false` when the list is frozen.
pub(crate) async fn hold(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(HOLD)
        .bind(batch)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Freezes the list; `false` when it was frozen before. The caller holds the row.
pub(crate) async fn freeze(
    tx: &mut Tx,
    batch: &BatchCode,
    list: &List,
    reason: &str,
    by: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    let count = |rows: usize| i64::try_from(rows).unwrap_or(i64::MAX);
    on!(tx, |conn| sqlx::query(FREEZE)
        .bind(batch)
        .bind(&list.digest)
        .bind(count(list.admitted.len()))
        .bind(count(list.left_out.len()))
        .bind(reason)
        .bind(by)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The frozen list of a batch, in figures; none before the freeze.
///
/// # Errors
/// Storage.
pub async fn frozen(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<Frozen>> {
    on!(tx, |conn| sqlx::query_as(FROZEN).bind(batch).fetch_optional(conn).await)
}

/// Whether the list of a batch is frozen.
///
/// # Errors
/// Storage.
pub async fn is_frozen(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    let frozen: i64 = on!(tx, |conn| sqlx::query_scalar(IS_FROZEN).bind(batch).fetch_one(conn).await)?;
    Ok(frozen == 1)
}

/// Everybody on the frozen list, by serial; nobody before the freeze.
///
/// # Errors
/// Storage.
pub async fn admitted(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Admitted>> {
    on!(tx, |conn| sqlx::query_as(ADMITTED).bind(batch).fetch_all(conn).await)
}

/// How many are on the frozen list of each occupation and level.
///
/// # Errors
/// Storage.
pub async fn admitted_by_level(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<Vec<(OccupationCode, LevelCode, i64)>> {
    on!(tx, |conn| sqlx::query_as(ADMITTED_BY_LEVEL).bind(batch).fetch_all(conn).await)
}

/// Writes the list. A row without a payment breaks its foreign key.
///
/// # Errors
/// A foreign key violation for somebody who has not paid; storage.
pub(crate) async fn insert_admitted(tx: &mut Tx, batch: &BatchCode, rows: &[Admitted]) -> sqlx::Result<()> {
    let mut many = Many::new(
        "INSERT INTO admitted (application_id, batch_code, serial, person_id, occupation_code,
         level_code, point_path) ",
        "",
    );
    for admitted in rows {
        let row = many.row().put(admitted.application_id.as_str()).put(batch.as_str()).put(admitted.serial);
        let row = row.put(admitted.person_id.as_str()).put(admitted.occupation_code.as_str());
        row.put(admitted.level_code.as_str()).put(admitted.point_path.as_str());
    }
    many.write(tx).await.map(|_| ())
}

/// Marks everybody on the written list; says how many were marked.
pub(crate) async fn settle_admitted(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<u64> {
    on!(tx, |conn| sqlx::query(SETTLE_ADMITTED)
        .bind(batch)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Marks those who were left out, with how they stood.
pub(crate) async fn settle_left_out(
    tx: &mut Tx,
    batch: &BatchCode,
    rows: &[(Admitted, State)],
) -> sqlx::Result<()> {
    let mut many = Many::new(
        "INSERT INTO admission (application_id, batch_code, state, application_version, review_id,
         left_from) ",
        " ON CONFLICT (application_id) DO UPDATE SET state = excluded.state, left_from = excluded.left_from",
    );
    for (left, from) in rows {
        let row = many.row().put(left.application_id.as_str()).put(batch.as_str());
        row.put(State::LeftOut.code()).put(0_i64).put(None::<&str>).put(from.code());
    }
    many.write(tx).await.map(|_| ())
}

/// How many are on the frozen list, by batch.
///
/// # Errors
/// Storage.
pub async fn admitted_by_batch(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<(String, i64)>> {
    let start =
        "SELECT batch_code, admitted_count FROM admission_list WHERE frozen_at IS NOT NULL AND batch_code";
    ::store::counts_in(tx, (start, ""), batches).await
}
