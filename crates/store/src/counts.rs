//! Statements about a list of keys.
use sqlx::{Database, Encode, QueryBuilder, Type};

use crate::{Tx, on};

/// Keys in one statement, within SQLite's 32 766 values.
const KEYS_MOST: usize = 10_000;

/// Appends the keys and the bracket that ends their list.
pub fn push_keys<'q, DB>(query: &mut QueryBuilder<DB>, keys: &[&'q str])
where
    DB: Database,
    &'q str: Encode<'q, DB> + Type<DB>,
{
    let mut list = query.separated(", ");
    for key in keys {
        list.push_bind(*key);
    }
    query.push(") ");
}

/// Counts by key: `start` is everything before `IN` (it selects the key and a count), `end` what follows
/// the list (it groups by the key). A key without rows is not in the answer.
///
/// # Errors
/// Storage.
pub async fn counts_in(
    tx: &mut Tx,
    (start, end): (&'static str, &'static str),
    keys: &[&str],
) -> sqlx::Result<Vec<(String, i64)>> {
    let mut counts = Vec::new();
    for keys in keys.chunks(KEYS_MOST) {
        let some: Vec<(String, i64)> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(start);
            query.push(" IN (");
            push_keys(&mut query, keys);
            query.push(end);
            query.build_query_as().fetch_all(conn).await
        })?;
        counts.extend(some);
    }
    Ok(counts)
}
