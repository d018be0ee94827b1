//! What two people decided to issue: the rows. They are written before the decision, in small steps, and
//! stand with it: one row makes all of them count ([`stand`]).
use ::store::{Many, Tx, on, queries, was_changed};
use kernel::{BatchCode, CertificateNumber, LevelCode, OccupationCode, OrgPath, UnixMicros};
use person::{Person, PersonId, SealedParts, Vault};
use registration::ApplicationId;
use sqlx::{Database, FromRow, QueryBuilder};

use super::CertificateStatus;

/// A certificate that was decided on.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Order {
    pub application_id: ApplicationId,
    pub batch_code: BatchCode,
    pub person_id: PersonId,
    pub occupation_code: OccupationCode,
    pub level_code: LevelCode,
    pub point_path: String,
    pub refusal: String,
    pub refusal_detail: String,
}

/// The same with whom it is for, and the certificate as far as there is one.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct Listed {
    #[sqlx(flatten)]
    pub order: Order,
    #[sqlx(flatten)]
    sealed: SealedParts,
    pub number: Option<CertificateNumber>,
    pub status: Option<CertificateStatus>,
}

impl Listed {
    /// Whom it is for, opened.
    pub fn person(&self, vault: &Vault) -> sqlx::Result<Person> {
        self.sealed.clone().open(vault, &self.order.person_id)
    }
}

/// A decision to be written: whom, and by which approval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewOrder<'a> {
    pub batch: &'a BatchCode,
    pub approval: &'a str,
    pub approved_at: UnixMicros,
}

/// How a decided certificate stands, as lists are narrowed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OrderState {
    /// Not numbered, and nothing stands in the way.
    Waiting,
    /// Something stands in the way.
    Refused,
    /// Signed and good.
    Valid,
    /// Declared void.
    Revoked,
}

impl OrderState {
    /// Every state, in the order of a list.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Refused, Self::Valid, Self::Revoked];

    /// What an address calls it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Valid => "valid",
            Self::Revoked => "revoked",
        }
    }

    /// Key of its word.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "certificate-decided",
            Self::Refused => "certificate-refused",
            Self::Valid => "certificate-valid",
            Self::Revoked => "certificate-revoked",
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Waiting => " AND o.refusal = '' AND (c.number IS NULL OR c.status = 'intended')",
            Self::Refused => " AND o.refusal <> '' AND (c.number IS NULL OR c.status = 'intended')",
            Self::Valid => " AND c.status = 'valid'",
            Self::Revoked => " AND c.status = 'revoked'",
        }
    }
}

/// Which of the decided certificates a list is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub state: Option<OrderState>,
    pub level: Option<(String, String)>,
    pub point: Option<OrgPath>,
}

queries! {
    WAITING = "SELECT o.application_id, o.batch_code, o.person_id, o.occupation_code, o.level_code, o.point_path,
               o.refusal, o.refusal_detail FROM standing_order o
               LEFT JOIN certificate c ON c.application_id = o.application_id
               WHERE c.number IS NULL AND o.refusal = '' AND (CAST($1 AS TEXT) IS NULL OR o.batch_code = $1)
               ORDER BY o.approved_at, o.position, o.application_id LIMIT $2";
    REFUSE = "UPDATE certificate_order SET refusal = $2, refusal_detail = $3 WHERE application_id = $1";
    RETRY_REFUSED = "UPDATE certificate_order SET refusal = '', refusal_detail = ''
                     WHERE application_id IN (SELECT application_id FROM standing_order
                     WHERE batch_code = $1 AND refusal <> '' ORDER BY position, application_id LIMIT $2)";
    ORDERED = "SELECT application_id FROM standing_order WHERE batch_code = $1 ORDER BY position, application_id";
    /// Only if the whole list is there.
    STAND = "INSERT INTO certificate_decision (approval_id, batch_code, candidates, decided_at)
             SELECT CAST($1 AS TEXT), CAST($2 AS TEXT), CAST($3 AS BIGINT), CAST($4 AS BIGINT)
             WHERE (SELECT COUNT(*) FROM certificate_order WHERE approval_id = $1) = $3
             ON CONFLICT DO NOTHING";
}

/// Everybody a certificate was decided for.
pub(crate) async fn ordered(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<ApplicationId>> {
    on!(tx, |conn| sqlx::query_scalar(ORDERED).bind(batch).fetch_all(conn).await)
}

/// One page of what was decided in a batch, in the order of the decisions.
pub(crate) async fn page(
    tx: &mut Tx,
    batch: &BatchCode,
    wanted: &Wanted,
    (offset, limit): (i64, i64),
) -> sqlx::Result<Vec<Listed>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT o.application_id, o.batch_code, o.person_id, o.occupation_code, o.level_code, o.point_path,
             o.refusal, o.refusal_detail, p.document_kind, p.document_sealed, p.name_sealed, p.phone_sealed,
             p.detail_sealed, c.number, c.status FROM standing_order o JOIN person p ON p.id = o.person_id
             LEFT JOIN certificate c ON c.application_id = o.application_id WHERE o.batch_code = ",
        );
        query.push_bind(batch);
        narrow(&mut query, wanted);
        query.push(" ORDER BY o.approved_at, o.position, o.application_id LIMIT ");
        query.push_bind(limit);
        query.push(" OFFSET ");
        query.push_bind(offset);
        query.build_query_as().persistent(false).fetch_all(conn).await
    })
}

/// How many they are.
pub(crate) async fn count(tx: &mut Tx, batch: &BatchCode, wanted: &Wanted) -> sqlx::Result<i64> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT COUNT(*) FROM standing_order o
             LEFT JOIN certificate c ON c.application_id = o.application_id WHERE o.batch_code = ",
        );
        query.push_bind(batch);
        narrow(&mut query, wanted);
        query.build_query_scalar().persistent(false).fetch_one(conn).await
    })
}

fn narrow<'a, DB: Database>(query: &mut QueryBuilder<DB>, wanted: &'a Wanted)
where
    &'a String: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
    &'a OrgPath: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    if let Some((occupation, level)) = &wanted.level {
        query.push(" AND o.occupation_code = ");
        query.push_bind(occupation);
        query.push(" AND o.level_code = ");
        query.push_bind(level);
    }
    if let Some(point) = &wanted.point {
        query.push(" AND o.point_path = ");
        query.push_bind(point);
    }
    if let Some(state) = wanted.state {
        query.push(state.condition());
    }
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

/// Lets some of what was refused in a batch be tried again; says how many.
pub(crate) async fn retry_refused(tx: &mut Tx, batch: &BatchCode, at_most: i64) -> sqlx::Result<u64> {
    on!(tx, |conn| sqlx::query(RETRY_REFUSED)
        .bind(batch)
        .bind(at_most)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

/// Writes part of the list of a decision, beginning at a position; it counts for nothing yet. What was
/// written for a decision that was never made is replaced.
pub(crate) async fn stage(
    tx: &mut Tx,
    new: NewOrder<'_>,
    first: i64,
    candidates: &[crate::Candidate],
) -> sqlx::Result<()> {
    let mut rows = Many::new(
        "INSERT INTO certificate_order (application_id, batch_code, position, person_id, occupation_code,
         level_code, point_path, approval_id, approved_at, refusal, refusal_detail) ",
        " ON CONFLICT (application_id) DO UPDATE SET position = excluded.position,
         person_id = excluded.person_id, point_path = excluded.point_path,
         approval_id = excluded.approval_id, approved_at = excluded.approved_at, refusal = '',
         refusal_detail = ''
         WHERE certificate_order.approval_id NOT IN (SELECT approval_id FROM certificate_decision)",
    );
    for (position, candidate) in (first..).zip(candidates) {
        let row = rows.row().put(candidate.application_id.as_str()).put(new.batch.as_str()).put(position);
        let row = row.put(candidate.person_id.as_str()).put(candidate.occupation_code.as_str());
        let row = row.put(candidate.level_code.as_str()).put(candidate.point_path.as_str());
        row.put(new.approval).put(new.approved_at).put("").put("");
    }
    rows.write(tx).await.map(|_| ())
}

/// Makes the list of a decision stand, in the transaction of the decision; `false` when not all of it is
/// there.
pub(crate) async fn stand(tx: &mut Tx, new: NewOrder<'_>, candidates: i64) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(STAND)
        .bind(new.approval)
        .bind(new.batch)
        .bind(candidates)
        .bind(new.approved_at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
