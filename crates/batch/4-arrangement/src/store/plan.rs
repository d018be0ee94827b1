//! The plan of a batch as a whole: opened by the first draw, confirmed when every site is.
use ::store::{Tx, on, queries, was_changed};
use kernel::{BatchCode, UnixMicros};

use super::row::SeatPlan;
use crate::rules::PlanStatus;

queries! {
    SEAT_PLAN = "SELECT status, confirmed_at FROM seat_plan WHERE batch_code = $1";
    OPEN = "INSERT INTO seat_plan (batch_code, status, version, draws, seed, population, chance, digest, drawn_at,
            confirmed_at) VALUES ($1, 'drafted', 1, 0, '', '', '', '', $2, NULL) ON CONFLICT (batch_code) DO NOTHING";
    /// Whoever confirms a site waits here for the others, so that the last one knows that it is the last.
    HOLD = "UPDATE seat_plan SET version = version + 1 WHERE batch_code = $1 AND status = 'drafted'";
    CONFIRM_WHOLE = "UPDATE seat_plan SET status = 'confirmed', confirmed_at = $2 WHERE batch_code = $1
                     AND status = 'drafted' AND NOT EXISTS (SELECT 1 FROM site_plan
                     WHERE site_plan.batch_code = $1 AND site_plan.status <> 'confirmed')";
}

/// The seat plan of a batch, if any of its sites was drawn.
///
/// # Errors
/// Storage.
pub async fn seat_plan(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<SeatPlan>> {
    on!(tx, |conn| sqlx::query_as(SEAT_PLAN).bind(batch).fetch_optional(conn).await)
}

/// Whether the seat plan of a batch is confirmed: at every site.
///
/// # Errors
/// Storage.
pub async fn is_confirmed(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    Ok(seat_plan(tx, batch).await?.is_some_and(|plan| plan.status == PlanStatus::Confirmed))
}

/// Opens the plan of a batch; does nothing when it is open.
pub(crate) async fn open(tx: &mut Tx, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(OPEN).bind(batch).bind(now).execute(conn).await.map(|_| ()))
}

/// Takes the plan's row for the confirmation of one site; `false` when all are confirmed.
pub(crate) async fn hold(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(HOLD)
        .bind(batch)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Confirms the plan if every site is; the caller holds its row.
pub(crate) async fn confirm_whole(tx: &mut Tx, batch: &BatchCode, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM_WHOLE)
        .bind(batch)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
