//! What was given back to be corrected, counted.
use ::store::{Tx, on, push_keys};
use kernel::{BatchCode, OrgPath};
use sqlx::{FromRow, QueryBuilder};

/// Applications of one registration point that were given back.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Returned {
    pub batch_code: BatchCode,
    pub point_path: OrgPath,
    pub count: i64,
}

/// What was given back in several batches, point by point.
pub(crate) async fn returned(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<Returned>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, point_path, COUNT(*) AS count FROM standing_application
             WHERE status = 'returned' AND batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("GROUP BY batch_code, point_path ORDER BY batch_code, point_path");
        query.build_query_as().fetch_all(conn).await
    })
}
