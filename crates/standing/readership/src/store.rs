//! Openings by day.
use ::store::{Tx, on, queries};

use crate::{Matter, counter::Counts};

queries! {
    ADD = "INSERT INTO times_read (matter, key, day, times) VALUES ($1, $2, $3, $4)
           ON CONFLICT (matter, key, day) DO UPDATE SET times = times_read.times + excluded.times";
    TIMES_READ = "SELECT CAST(COALESCE(SUM(times), 0) AS BIGINT) FROM times_read WHERE matter = $1 AND key = $2";
    TIMES_READ_OF_ALL = "SELECT key, CAST(SUM(times) AS BIGINT) FROM times_read WHERE matter = $1 GROUP BY key";
}

pub(crate) async fn add(tx: &mut Tx, counts: &Counts) -> sqlx::Result<()> {
    for ((opened, day), times) in counts {
        on!(&mut *tx, |conn| sqlx::query(ADD)
            .bind(opened.matter)
            .bind(&opened.key)
            .bind(*day)
            .bind(*times)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// How often the public opened one thing.
///
/// # Errors
/// Storage.
pub async fn times_read(tx: &mut Tx, matter: Matter, key: &str) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(TIMES_READ).bind(matter).bind(key).fetch_one(conn).await)
}

/// How often the public opened each thing of a kind, by key; what nobody opened is not there.
///
/// # Errors
/// Storage.
pub async fn times_read_of_all(tx: &mut Tx, matter: Matter) -> sqlx::Result<Vec<(String, i64)>> {
    on!(tx, |conn| sqlx::query_as(TIMES_READ_OF_ALL).bind(matter).fetch_all(conn).await)
}
