//! The counter of serials.
use ::store::{Tx, on, queries};
use kernel::SiteCode;

queries! {
    TAKE = "UPDATE certificate_serial SET last_serial = last_serial + 1
            WHERE site_code = $1 AND year = $2 AND level_code = $3 AND last_serial < 999999
            RETURNING last_serial";
    BEGIN = "INSERT INTO certificate_serial (site_code, year, level_code, last_serial) VALUES ($1, $2, $3, 0)
             ON CONFLICT DO NOTHING";
}

/// Takes the next serial, from 1; the row stays locked until the transaction ends, and a rollback
/// gives the serial back, so that there are no gaps. `None` when all are used.
///
/// # Errors
/// Storage.
pub(crate) async fn next_serial(
    tx: &mut Tx,
    site: &SiteCode,
    year: i16,
    level: &str,
) -> sqlx::Result<Option<u32>> {
    if let Some(serial) = take(tx, site, year, level).await? {
        return Ok(Some(serial));
    }
    on!(&mut *tx, |conn| sqlx::query(BEGIN)
        .bind(site)
        .bind(i64::from(year))
        .bind(level)
        .execute(conn)
        .await
        .map(|_| ()))?;
    take(tx, site, year, level).await
}

async fn take(tx: &mut Tx, site: &SiteCode, year: i16, level: &str) -> sqlx::Result<Option<u32>> {
    let serial: Option<i64> = on!(tx, |conn| sqlx::query_scalar(TAKE)
        .bind(site)
        .bind(i64::from(year))
        .bind(level)
        .fetch_optional(conn)
        .await)?;
    Ok(serial.and_then(|serial| u32::try_from(serial).ok()))
}
