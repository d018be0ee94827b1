//! How each reviewed application stands: the rows.
use std::collections::HashMap;

use ::store::{Tx, on, queries, was_changed};
use kernel::BatchCode;
use person::PersonId;
use registration::{Application, ApplicationId};
use sqlx::FromRow;

use crate::rules::state::{Recorded, State};

/// What this stage recorded about an application.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Record {
    pub application_id: ApplicationId,
    pub state: State,
    pub application_version: i64,
    pub left_from: Option<State>,
}

/// One application that stands, whose it is, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Applied {
    /// Application.
    pub application_id: ApplicationId,
    /// Whose it is; one person may have several.
    pub person_id: PersonId,
    /// How it stands.
    pub state: State,
}

impl Record {
    /// How the application stands, given what this stage recorded about it, if anything.
    pub fn state(record: Option<&Self>, application: &Application) -> State {
        let recorded =
            record.map(|row| Recorded { state: row.state, application_version: row.application_version });
        State::of(recorded, application.status, application.version)
    }
}

queries! {
    RECORD = "SELECT application_id, state, application_version, left_from FROM admission
              WHERE application_id = $1";
    RECORDS = "SELECT application_id, state, application_version, left_from FROM admission
               WHERE batch_code = $1 ORDER BY application_id";
    APPLIED = "SELECT application_id, person_id, state FROM standing_admission
               WHERE batch_code = $1 AND state <> 'withdrawn' ORDER BY serial, application_id";
    COUNT = "SELECT COUNT(*) FROM admission WHERE batch_code = $1 AND state = $2";
    /// The caller gave the application a version of its own for this decision, so an earlier one is
    /// always overwritten and a later one never.
    DECIDE = "INSERT INTO admission (application_id, batch_code, state, application_version, review_id, left_from)
              VALUES ($1, $2, $3, $4, $5, NULL)
              ON CONFLICT (application_id) DO UPDATE SET state = excluded.state,
              application_version = excluded.application_version, review_id = excluded.review_id
              WHERE admission.application_version < excluded.application_version
              AND admission.state NOT IN ('admitted', 'left_out')";
    PAY = "UPDATE admission SET state = 'paid' WHERE application_id = $1 AND state = 'accepted'
           AND application_version = $2";
}

/// What was recorded about one application.
pub(crate) async fn record(tx: &mut Tx, application: &ApplicationId) -> sqlx::Result<Option<Record>> {
    on!(tx, |conn| sqlx::query_as(RECORD).bind(application).fetch_optional(conn).await)
}

/// What was recorded about the applications of a batch.
pub(crate) async fn records(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<HashMap<ApplicationId, Record>> {
    let rows: Vec<Record> = on!(tx, |conn| sqlx::query_as(RECORDS).bind(batch).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| (row.application_id.clone(), row)).collect())
}

/// Every application of a batch that was not taken back, by serial: for whoever writes to its people.
///
/// # Errors
/// Storage.
pub async fn applied(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Applied>> {
    on!(tx, |conn| sqlx::query_as(APPLIED).bind(batch).fetch_all(conn).await)
}

/// How many applications of a batch were recorded in a state.
pub(crate) async fn count(tx: &mut Tx, batch: &BatchCode, state: State) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(COUNT).bind(batch).bind(state).fetch_one(conn).await)
}

/// Records what a decision came to; `false` when a later one stands or the list is frozen.
pub(crate) async fn decide(
    tx: &mut Tx,
    application: &ApplicationId,
    batch: &BatchCode,
    state: State,
    application_version: i64,
    review: &str,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(DECIDE)
        .bind(application)
        .bind(batch)
        .bind(state)
        .bind(application_version)
        .bind(review)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Records that the fee was received for the application as it was accepted; `false` when it is
/// not, or not any more.
pub(crate) async fn pay(tx: &mut Tx, application: &ApplicationId, version: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(PAY)
        .bind(application)
        .bind(version)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
