//! Two people for a powerful act: one proposes it over a payload, another decides it.
//!
//! The stage that owns the act computes the payload's digest from the rows as they are now, both
//! when it is proposed and when it is decided; if anything changed in between, the decision is
//! refused and must be proposed again.
use ::store::{Tx, on, queries};
use kernel::{Digest, OrgPath, UnixMicros};
use sqlx::FromRow;
use web::PageError;

use crate::{Env, Subject};

/// A proposal that nobody has decided yet.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Proposal {
    /// Key.
    pub id: String,
    /// What kind of act: `plan.publication`, `form.lock` …
    pub kind: String,
    /// What it is about.
    pub object_id: String,
    /// Batch it belongs to.
    pub batch_code: Option<String>,
    /// SHA-256 of what was proposed.
    pub payload_digest: String,
    /// Why, in the proposer's words.
    pub reason: String,
    /// Account that proposed.
    pub proposed_by: String,
    /// Name of that account.
    pub proposed_by_name: String,
    /// When.
    pub proposed_at: UnixMicros,
}

/// A duty that somebody shall hold, and that nobody has decided yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedDuty {
    /// For whom.
    pub account_id: String,
    /// Where.
    pub org_path: OrgPath,
    /// Account that proposed it.
    pub proposed_by: String,
    /// Code of the role that let them.
    pub proposed_as: String,
}

/// Everything that waits for a second person, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Waiting {
    /// Acts.
    pub acts: Vec<Proposal>,
    /// Duties.
    pub duties: Vec<ProposedDuty>,
}

/// An act; or, where it says a place, a duty, whose account stands as what the proposal is about.
#[derive(FromRow)]
struct WaitingRow {
    #[sqlx(flatten)]
    proposal: Proposal,
    org_path: Option<OrgPath>,
    proposed_as: String,
}

/// What the second person says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Do it.
    Approve,
    /// Do not.
    Reject,
}

queries! {
    PROPOSE = "INSERT INTO approval (id, kind, object_id, batch_code, payload_digest, reason, proposed_by,
               proposed_at, status, decided_by, decided_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', NULL, NULL)";
    PENDING_FOR = "SELECT p.id, p.kind, p.object_id, p.batch_code, p.payload_digest, p.reason, p.proposed_by,
                   a.display_name AS proposed_by_name, p.proposed_at
                   FROM approval p JOIN account a ON a.id = p.proposed_by
                   WHERE p.kind = $1 AND p.object_id = $2 AND p.status = 'proposed'
                   ORDER BY p.proposed_at, p.id LIMIT 1";
    PENDING_OF = "SELECT p.id, p.kind, p.object_id, p.batch_code, p.payload_digest, p.reason, p.proposed_by,
                  a.display_name AS proposed_by_name, p.proposed_at
                  FROM approval p JOIN account a ON a.id = p.proposed_by
                  WHERE p.kind IN ($1, $2) AND p.object_id = $3 AND p.status = 'proposed'
                  ORDER BY p.proposed_at, p.id LIMIT 1";
    ALL_WAITING = "SELECT p.id AS id, p.kind, p.object_id, p.batch_code, p.payload_digest, p.reason, p.proposed_by,
                   a.display_name AS proposed_by_name, p.proposed_at AS proposed_at, NULL AS org_path,
                   '' AS proposed_as
                   FROM approval p JOIN account a ON a.id = p.proposed_by WHERE p.status = 'proposed'
                   UNION ALL SELECT g.id, 'duty', g.account_id, g.batch_code, '', g.reason, g.proposed_by,
                   a.display_name, g.proposed_at, g.org_path, g.proposed_as
                   FROM grant_proposal g JOIN account a ON a.id = g.proposed_by WHERE g.status = 'proposed'
                   ORDER BY proposed_at, id";
    DECIDE = "UPDATE approval SET status = $2, decided_by = $3, decided_at = $4
              WHERE id = $1 AND status = 'proposed' AND proposed_by <> $3";
}

/// What is proposed.
#[derive(Debug, Clone, Copy)]
pub struct Proposed<'a> {
    /// Kind of act.
    pub kind: &'static str,
    /// What it is about.
    pub object: &'a str,
    /// Batch it belongs to.
    pub batch: Option<&'a str>,
    /// SHA-256 of exactly what will be done.
    pub digest: &'a Digest,
    /// Why.
    pub reason: &'a str,
}

/// Proposes an act; one proposal a thing at a time.
///
/// # Errors
/// Refused when a proposal for it is waiting already; storage.
pub async fn propose(tx: &mut Tx, env: &Env, who: &Subject, what: Proposed<'_>) -> Result<(), PageError> {
    if pending(tx, what.kind, what.object).await?.is_some() {
        return Err(PageError::refused("approval-waiting-already"));
    }
    let id = env.new_id();
    on!(tx, |conn| sqlx::query(PROPOSE)
        .bind(&id)
        .bind(what.kind)
        .bind(what.object)
        .bind(what.batch)
        .bind(what.digest)
        .bind(what.reason)
        .bind(&who.account_id)
        .bind(env.now())
        .execute(conn)
        .await
        .map(|_| ()))?;
    let mut note =
        who.note("approval.propose", "approval", &id).reason(what.reason).payload(serde_json::json!({
            "kind": what.kind, "object": what.object, "digest": what.digest.as_str(),
        }));
    if let Some(batch) = what.batch {
        note = note.batch(batch);
    }
    Ok(note.record(tx, env).await?)
}

/// The proposal about a thing that waits for its second person.
///
/// # Errors
/// Storage.
pub async fn pending(tx: &mut Tx, kind: &str, object: &str) -> sqlx::Result<Option<Proposal>> {
    on!(tx, |conn| sqlx::query_as(PENDING_FOR).bind(kind).bind(object).fetch_optional(conn).await)
}

/// The proposal of one of two kinds about a thing that waits for its second person.
///
/// # Errors
/// Storage.
pub async fn pending_of(tx: &mut Tx, kinds: [&str; 2], object: &str) -> sqlx::Result<Option<Proposal>> {
    on!(tx, |conn| sqlx::query_as(PENDING_OF)
        .bind(kinds[0])
        .bind(kinds[1])
        .bind(object)
        .fetch_optional(conn)
        .await)
}

/// Every proposal that waits, for the workbench.
///
/// # Errors
/// Storage.
pub async fn all_waiting(tx: &mut Tx) -> sqlx::Result<Waiting> {
    let rows: Vec<WaitingRow> = on!(tx, |conn| sqlx::query_as(ALL_WAITING).fetch_all(conn).await)?;
    let mut waiting = Waiting::default();
    for WaitingRow { proposal, org_path, proposed_as } in rows {
        match org_path {
            None => waiting.acts.push(proposal),
            Some(org_path) => {
                let Proposal { object_id: account_id, proposed_by, .. } = proposal;
                waiting.duties.push(ProposedDuty { account_id, org_path, proposed_by, proposed_as });
            }
        }
    }
    Ok(waiting)
}

/// Decides the waiting proposal about a thing. `digest` is of the rows as they are now.
///
/// Returns the proposal when it was approved and the act is to be done in this transaction, `None`
/// when it was rejected.
///
/// # Errors
/// Not found without a proposal; refused for the proposer themself and when the rows changed since.
pub async fn decide(
    tx: &mut Tx,
    env: &Env,
    who: &Subject,
    kind: &str,
    object: &str,
    digest: &Digest,
    decision: Decision,
) -> Result<Option<Proposal>, PageError> {
    let proposal = pending(tx, kind, object).await?.ok_or(PageError::NotFound)?;
    if proposal.proposed_by == who.account_id {
        return Err(PageError::refused("approval-needs-second-person"));
    }
    if decision == Decision::Approve && proposal.payload_digest != digest.as_str() {
        return Err(PageError::refused("approval-changed-since"));
    }
    let status = match decision {
        Decision::Approve => "approved",
        Decision::Reject => "rejected",
    };
    let decided = on!(tx, |conn| sqlx::query(DECIDE)
        .bind(&proposal.id)
        .bind(status)
        .bind(&who.account_id)
        .bind(env.now())
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))?;
    if !decided {
        return Err(PageError::Stale);
    }
    let mut note = who
        .note("approval.decide", "approval", &proposal.id)
        .payload(serde_json::json!({ "kind": kind, "object": object, "status": status }));
    if let Some(batch) = &proposal.batch_code {
        note = note.batch(batch);
    }
    note.record(tx, env).await?;
    Ok((decision == Decision::Approve).then_some(proposal))
}
