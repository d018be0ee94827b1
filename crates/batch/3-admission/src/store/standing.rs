//! How each reviewed application stands: the rows.
use std::collections::HashMap;

use ::store::{Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, UnixMicros};
use person::PersonId;
use registration::{Application, ApplicationId};
use scheme::ClauseId;
use sqlx::{FromRow, QueryBuilder};

use crate::rules::{
    list::Admitted,
    state::{Recorded, State},
};

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
    DRAWN = "SELECT application_id, person_id, occupation_code, level_code, point_path, serial, state
             FROM standing_admission WHERE batch_code = $1";
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

/// What this stage recorded about an application, with its latest decision and its payment.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct FullRecord {
    #[sqlx(flatten)]
    pub record: Record,
    pub reviewed_at: Option<UnixMicros>,
    pub clause_id: Option<ClauseId>,
    pub reason: Option<String>,
    pub paid_at: Option<UnixMicros>,
    /// Why the undecided were left out, once the list is frozen.
    pub leave_out_reason: Option<String>,
}

/// The same of several applications, by application; one nobody has decided on is not in it.
pub(crate) async fn full_records(
    tx: &mut Tx,
    applications: &[&str],
) -> sqlx::Result<HashMap<ApplicationId, FullRecord>> {
    if applications.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<FullRecord> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT s.application_id, s.state, s.application_version, s.left_from, r.reviewed_at, r.clause_id,
             r.reason, p.recorded_at AS paid_at, l.leave_out_reason FROM admission s
             LEFT JOIN admission_review r ON r.id = s.review_id
             LEFT JOIN admission_payment p ON p.application_id = s.application_id
             LEFT JOIN admission_list l ON l.batch_code = s.batch_code AND l.frozen_at IS NOT NULL
             WHERE s.application_id IN (",
        );
        push_keys(&mut query, applications);
        query.push("ORDER BY s.application_id");
        query.build_query_as().fetch_all(conn).await
    })?;
    Ok(rows.into_iter().map(|row| (row.record.application_id.clone(), row)).collect())
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

/// Every application of a batch as a list of those who sit the exam shows it, with how it stands.
pub(crate) async fn drawn(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<(Admitted, State)>> {
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        line: Admitted,
        state: State,
    }
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(DRAWN).bind(batch).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| (row.line, row.state)).collect())
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
