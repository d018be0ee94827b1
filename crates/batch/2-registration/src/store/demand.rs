//! How many will want a seat, by registration point.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, LevelCode, OccupationCode, OrgPath};

queries! {
    DEMAND = "SELECT point_path, occupation_code, level_code, COUNT(*) AS count FROM standing_application
              WHERE batch_code = $1 AND status <> 'withdrawn'
              GROUP BY point_path, occupation_code, level_code ORDER BY point_path, occupation_code, level_code";
}

/// Applications that stand, whatever the review will say: by point, occupation and level.
///
/// # Errors
/// Storage.
pub async fn demand(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<Vec<(OrgPath, OccupationCode, LevelCode, i64)>> {
    on!(tx, |conn| sqlx::query_as(DEMAND).bind(batch).fetch_all(conn).await)
}

/// How many applications stand, by batch.
///
/// # Errors
/// Storage.
pub async fn applied_by_batch(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<(String, i64)>> {
    let start =
        "SELECT batch_code, COUNT(*) FROM standing_application WHERE status <> 'withdrawn' AND batch_code";
    ::store::counts_in(tx, (start, "GROUP BY batch_code"), batches).await
}
