//! Decisions: the rows. Written once, never changed.
use ::store::{Tx, on, queries};
use kernel::{BatchCode, Digest, Entropy, UnixMicros};
use person::{Place, Vault};
use registration::ApplicationId;
use scheme::ClauseId;
use sqlx::FromRow;

use super::Record;
use crate::rules::state::Decision;

/// A decision as it was made.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ReviewRow {
    /// Key.
    pub id: String,
    /// The version of the application that was read.
    pub application_version: i64,
    /// What was decided.
    pub decision: Decision,
    /// What the machine had proposed.
    pub proposed: Decision,
    /// Why; empty only for an acceptance that was proposed.
    pub reason: String,
    /// The clause the applicant was held against.
    pub clause_id: Option<ClauseId>,
    /// SHA-256 over the facts, the clause and the reference date.
    pub inputs_digest: Digest,
    /// Account.
    pub reviewed_by: String,
    /// When.
    pub reviewed_at: UnixMicros,
}

impl ReviewRow {
    /// Whether the reviewer decided otherwise than proposed.
    #[must_use]
    pub fn departs(&self) -> bool {
        self.decision != self.proposed
    }
}

/// A decision to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewReview<'a> {
    pub row: ReviewRow,
    pub application: &'a ApplicationId,
    pub batch: &'a BatchCode,
    /// The proposal with its findings, in JSON.
    pub proposal: String,
}

queries! {
    INSERT_REVIEW = "INSERT INTO admission_review (id, application_id, batch_code, application_version, decision,
                     proposed, reason, clause_id, proposal_sealed, inputs_digest, reviewed_by, reviewed_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    REVIEWS = "SELECT id, application_version, decision, proposed, reason, clause_id, inputs_digest, reviewed_by,
               reviewed_at FROM admission_review WHERE application_id = $1 ORDER BY application_version DESC";
    /// What was recorded, beside each decision it came from, the latest first.
    RECORDED = "SELECT s.application_id, s.state, s.application_version, s.left_from, r.id,
                r.application_version AS read_version, r.decision, r.proposed, r.reason, r.clause_id, r.inputs_digest,
                r.reviewed_by, r.reviewed_at, a.display_name AS reviewer
                FROM admission s LEFT JOIN admission_review r ON r.application_id = s.application_id
                LEFT JOIN account a ON a.id = r.reviewed_by
                WHERE s.application_id = $1 ORDER BY r.application_version DESC NULLS LAST";
    PROPOSAL = "SELECT proposal_sealed FROM admission_review WHERE id = $1";
}

fn place(id: &str) -> Place<'_> {
    Place { table: "admission_review", column: "proposal_sealed", row: id }
}

/// Writes a decision.
pub(crate) async fn insert_review(
    tx: &mut Tx,
    vault: &Vault,
    entropy: &dyn Entropy,
    new: &NewReview<'_>,
) -> sqlx::Result<()> {
    let row = &new.row;
    on!(tx, |conn| sqlx::query(INSERT_REVIEW)
        .bind(&row.id)
        .bind(new.application)
        .bind(new.batch)
        .bind(row.application_version)
        .bind(row.decision)
        .bind(row.proposed)
        .bind(&row.reason)
        .bind(&row.clause_id)
        .bind(vault.seal(entropy, place(&row.id), &new.proposal))
        .bind(&row.inputs_digest)
        .bind(&row.reviewed_by)
        .bind(row.reviewed_at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Every decision on an application, the latest first.
///
/// # Errors
/// Storage.
pub async fn reviews(tx: &mut Tx, application: &ApplicationId) -> sqlx::Result<Vec<ReviewRow>> {
    on!(tx, |conn| sqlx::query_as(REVIEWS).bind(application).fetch_all(conn).await)
}

/// A decision with the name of who made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedReview {
    pub row: ReviewRow,
    pub reviewer: String,
}

/// What was recorded beside one of the decisions; who was left out by the freeze has none.
#[derive(FromRow)]
struct RecordedRow {
    #[sqlx(flatten)]
    record: Record,
    id: Option<String>,
    read_version: Option<i64>,
    decision: Option<Decision>,
    proposed: Option<Decision>,
    reason: Option<String>,
    clause_id: Option<ClauseId>,
    inputs_digest: Option<Digest>,
    reviewed_by: Option<String>,
    reviewed_at: Option<UnixMicros>,
    reviewer: Option<String>,
}

impl RecordedRow {
    fn review(&self) -> Option<NamedReview> {
        let row = ReviewRow {
            id: self.id.clone()?,
            application_version: self.read_version?,
            decision: self.decision?,
            proposed: self.proposed?,
            reason: self.reason.clone()?,
            clause_id: self.clause_id.clone(),
            inputs_digest: self.inputs_digest.clone()?,
            reviewed_by: self.reviewed_by.clone()?,
            reviewed_at: self.reviewed_at?,
        };
        Some(NamedReview { row, reviewer: self.reviewer.clone()? })
    }
}

/// What was recorded about an application, and every decision on it, the latest first.
pub(crate) async fn recorded(
    tx: &mut Tx,
    application: &ApplicationId,
) -> sqlx::Result<(Option<Record>, Vec<NamedReview>)> {
    let rows: Vec<RecordedRow> =
        on!(tx, |conn| sqlx::query_as(RECORDED).bind(application).fetch_all(conn).await)?;
    let reviews = rows.iter().filter_map(RecordedRow::review).collect();
    Ok((rows.into_iter().next().map(|row| row.record), reviews))
}

/// The proposal a decision was made on, with its findings, in JSON; none for an unknown decision.
///
/// # Errors
/// Storage; a decode error when the sealed value does not open.
pub async fn proposal(tx: &mut Tx, vault: &Vault, review: &str) -> sqlx::Result<Option<String>> {
    let sealed: Option<String> =
        on!(tx, |conn| sqlx::query_scalar(PROPOSAL).bind(review).fetch_optional(conn).await)?;
    let opened = sealed.map(|sealed| vault.open(place(review), &sealed)).transpose();
    opened.map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
