//! Admission numbers: given once, never changed.
use std::collections::{BTreeMap, HashMap};

use ::store::{Many, Tx, on, queries};
use kernel::{AdmissionNumber, BatchCode};
use sqlx::{FromRow, QueryBuilder};

/// Applications named in one statement: within the bound parameters of either engine.
const ROWS: usize = 5000;

queries! {
    SERIES_OF_YEAR = "SELECT series FROM admission_series WHERE year = $1 ORDER BY series";
    SERIES = "SELECT series, room_width, seat_width FROM admission_series WHERE batch_code = $1";
    INSERT_SERIES = "INSERT INTO admission_series (batch_code, year, series, room_width, seat_width)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    NUMBERS = "SELECT application_id, number FROM admission_number WHERE batch_code = $1 ORDER BY number";
    APPLICATION = "SELECT application_id FROM admission_number WHERE number = $1";
}

/// The running numbers that batches of a year already have.
pub(crate) async fn series_of_year(tx: &mut Tx, year: i64) -> sqlx::Result<Vec<i64>> {
    on!(tx, |conn| sqlx::query_scalar(SERIES_OF_YEAR).bind(year).fetch_all(conn).await)
}

/// The running number of a batch and how wide exam room and seat are in its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub(crate) struct SeriesRow {
    pub series: i64,
    pub room_width: i64,
    pub seat_width: i64,
}

/// The running number of a batch, if one of its sites is confirmed.
pub(crate) async fn series(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Option<SeriesRow>> {
    on!(tx, |conn| sqlx::query_as(SERIES).bind(batch).fetch_optional(conn).await)
}

/// Gives a batch its running number, unless it has one or another batch of the year has this one.
pub(crate) async fn insert_series(
    tx: &mut Tx,
    batch: &BatchCode,
    year: i64,
    row: &SeriesRow,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_SERIES)
        .bind(batch)
        .bind(year)
        .bind(row.series)
        .bind(row.room_width)
        .bind(row.seat_width)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Gives everybody of a site their number.
pub(crate) async fn insert_numbers(
    tx: &mut Tx,
    batch: &BatchCode,
    numbers: &BTreeMap<String, AdmissionNumber>,
) -> sqlx::Result<()> {
    let mut rows = Many::new("INSERT INTO admission_number (application_id, batch_code, number) ", "");
    for (application, number) in numbers {
        rows.row().put(application.as_str()).put(batch.as_str()).put(number.as_str());
    }
    rows.write(tx).await.map(|_| ())
}

/// The admission numbers of a batch, by application; none of a site before it is confirmed.
///
/// # Errors
/// Storage.
pub async fn admission_numbers(
    tx: &mut Tx,
    batch: &BatchCode,
) -> sqlx::Result<HashMap<String, AdmissionNumber>> {
    let rows: Vec<(String, AdmissionNumber)> =
        on!(tx, |conn| sqlx::query_as(NUMBERS).bind(batch).fetch_all(conn).await)?;
    Ok(rows.into_iter().collect())
}

/// The admission numbers of some applications.
///
/// # Errors
/// Storage.
pub async fn numbers_of(
    tx: &mut Tx,
    applications: &[&str],
) -> sqlx::Result<HashMap<String, AdmissionNumber>> {
    let mut numbers = HashMap::with_capacity(applications.len());
    for chunk in applications.chunks(ROWS) {
        let rows: Vec<(String, AdmissionNumber)> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT application_id, number FROM admission_number WHERE application_id IN (",
            );
            let mut list = query.separated(", ");
            for id in chunk {
                list.push_bind(*id);
            }
            query.push(")");
            query.build_query_as().persistent(false).fetch_all(conn).await
        })?;
        numbers.extend(rows);
    }
    Ok(numbers)
}

/// Whose admission number this is: the application.
///
/// # Errors
/// Storage.
pub async fn application_by_admission_number(
    tx: &mut Tx,
    number: &AdmissionNumber,
) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| sqlx::query_scalar(APPLICATION).bind(number).fetch_optional(conn).await)
}
