//! What two people decided to issue: the rows.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, LevelCode, OccupationCode, UnixMicros};
use person::PersonId;
use registration::ApplicationId;
use sqlx::{FromRow, QueryBuilder};

/// Rows in one statement, within SQLite's 32,766 values.
const BULK: usize = 1000;

/// A certificate that was decided on.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Order {
    pub application_id: ApplicationId,
    pub batch_code: BatchCode,
    pub person_id: PersonId,
    pub occupation_code: OccupationCode,
    pub level_code: LevelCode,
    pub refusal: String,
    pub refusal_detail: String,
}

/// A decision to be written: whom, and by which approval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewOrder<'a> {
    pub batch: &'a BatchCode,
    pub approval: &'a str,
    pub approved_at: UnixMicros,
}

queries! {
    OF_BATCH = "SELECT application_id, batch_code, person_id, occupation_code, level_code, refusal, refusal_detail
                FROM certificate_order WHERE batch_code = $1 ORDER BY position, application_id";
    WAITING = "SELECT o.application_id, o.batch_code, o.person_id, o.occupation_code, o.level_code, o.refusal,
               o.refusal_detail FROM certificate_order o
               LEFT JOIN certificate c ON c.application_id = o.application_id
               WHERE c.number IS NULL AND o.refusal = '' AND (CAST($1 AS TEXT) IS NULL OR o.batch_code = $1)
               ORDER BY o.approved_at, o.position, o.application_id LIMIT $2";
    REFUSE = "UPDATE certificate_order SET refusal = $2, refusal_detail = $3 WHERE application_id = $1";
    RETRY_REFUSED = "UPDATE certificate_order SET refusal = '', refusal_detail = ''
                     WHERE batch_code = $1 AND refusal <> ''";
}

/// What was decided in a batch, in the order of the decision.
pub(crate) async fn of_batch(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Order>> {
    on!(tx, |conn| sqlx::query_as(OF_BATCH).bind(batch).fetch_all(conn).await)
}

/// What was decided, has no number yet and was not refused; of one batch or of all.
pub(crate) async fn waiting(
    tx: &mut Tx,
    batch: Option<&BatchCode>,
    at_most: i64,
) -> sqlx::Result<Vec<Order>> {
    on!(tx, |conn| sqlx::query_as(WAITING).bind(batch).bind(at_most).fetch_all(conn).await)
}

/// Keeps what stood in the way of one; nothing when `refusal` is empty.
pub(crate) async fn refuse(tx: &mut Tx, id: &ApplicationId, refusal: &str, detail: &str) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(REFUSE).bind(id).bind(refusal).bind(detail).execute(conn).await.map(|_| ()))
}

/// Lets everything that was refused in a batch be tried again; says how many.
pub(crate) async fn retry_refused(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<u64> {
    on!(tx, |conn| sqlx::query(RETRY_REFUSED)
        .bind(batch)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Writes a decision, one row a candidate, in the given order.
pub(crate) async fn insert_many(
    tx: &mut Tx,
    new: NewOrder<'_>,
    candidates: &[crate::Candidate],
) -> sqlx::Result<()> {
    let mut position = 0_i64;
    for chunk in candidates.chunks(BULK) {
        on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "INSERT INTO certificate_order (application_id, batch_code, position, person_id, occupation_code,
                 level_code, approval_id, approved_at, refusal, refusal_detail) ",
            );
            query.push_values(chunk, |mut row, candidate| {
                position += 1;
                row.push_bind(&candidate.application_id)
                    .push_bind(new.batch)
                    .push_bind(position)
                    .push_bind(&candidate.person_id)
                    .push_bind(&candidate.occupation_code)
                    .push_bind(&candidate.level_code)
                    .push_bind(new.approval)
                    .push_bind(new.approved_at)
                    .push_bind("")
                    .push_bind("");
            });
            query.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(())
}
