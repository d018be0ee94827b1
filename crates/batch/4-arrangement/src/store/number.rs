//! Admission numbers: given once, never changed.
use std::collections::{BTreeMap, HashMap};

use ::store::{Tx, on, queries};
use kernel::{AdmissionNumber, BatchCode};
use sqlx::QueryBuilder;

/// Rows a statement: within the bound parameters of either engine, 3 a row.
const ROWS: usize = 5000;

queries! {
    SERIES_OF_YEAR = "SELECT series FROM admission_series WHERE year = $1 ORDER BY series";
    INSERT_SERIES = "INSERT INTO admission_series (batch_code, year, series) VALUES ($1, $2, $3)";
    NUMBERS = "SELECT application_id, number FROM admission_number WHERE batch_code = $1 ORDER BY number";
    APPLICATION = "SELECT application_id FROM admission_number WHERE number = $1";
}

/// The running numbers that batches of a year already have.
pub(crate) async fn series_of_year(tx: &mut Tx, year: i64) -> sqlx::Result<Vec<i64>> {
    on!(tx, |conn| sqlx::query_scalar(SERIES_OF_YEAR).bind(year).fetch_all(conn).await)
}

/// Gives a batch its running number; a unique violation when another batch was faster.
pub(crate) async fn insert_series(
    tx: &mut Tx,
    batch: &BatchCode,
    year: i64,
    series: i64,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(INSERT_SERIES)
        .bind(batch)
        .bind(year)
        .bind(series)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Gives everybody of a batch their number.
pub(crate) async fn insert_numbers(
    tx: &mut Tx,
    batch: &BatchCode,
    numbers: &BTreeMap<String, AdmissionNumber>,
) -> sqlx::Result<()> {
    let numbers: Vec<(&String, &AdmissionNumber)> = numbers.iter().collect();
    for chunk in numbers.chunks(ROWS) {
        on!(&mut *tx, |conn| {
            let mut insert =
                QueryBuilder::new("INSERT INTO admission_number (application_id, batch_code, number) ");
            insert.push_values(chunk, |mut row, (application, number)| {
                row.push_bind(*application).push_bind(batch).push_bind(*number);
            });
            insert.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}

/// The admission numbers of a batch, by application; none before the plan is confirmed.
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

/// The admission numbers of these applications, by application.
///
/// # Errors
/// Storage.
pub async fn admission_numbers_of(
    tx: &mut Tx,
    applications: &[&str],
) -> sqlx::Result<HashMap<String, AdmissionNumber>> {
    let mut numbers = HashMap::new();
    for chunk in applications.chunks(ROWS) {
        let rows: Vec<(String, AdmissionNumber)> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT application_id, number FROM admission_number WHERE application_id IN (",
            );
            let mut list = query.separated(", ");
            for application in chunk {
                list.push_bind(*application);
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
