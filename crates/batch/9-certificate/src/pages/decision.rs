//! Issuing: proposed by one, decided by another, then done certificate by certificate, as a job.
use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use job::NewJob;
use kernel::Digest;
use plan::{InBatch, IssueCertificates};
use serde_json::json;
use web::{Form, PageError, PageResult};

use super::{ISSUE, list::unordered};
use crate::{
    Candidate, candidate, issuing,
    store::{self, NewOrder},
};

/// Rows written in one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: usize = 250;

/// Everybody a decision made now would be about, and its digest.
async fn matter(env: &Env, batch: &plan::Batch) -> PageResult<(Vec<Candidate>, Digest)> {
    let mut tx = env.db.read().await?;
    let candidates = unordered(&mut tx, env, batch).await?;
    let publication =
        result::publication(&mut tx, &batch.code).await?.ok_or(PageError::refused("certificate-nobody"))?;
    let digest = candidate::digest(publication.digest.as_str(), &candidates);
    Ok((candidates, digest))
}

/// POST /batches/{code}/certificates/issue
pub async fn propose(
    State(env): State<Env>,
    entry: InBatch<IssueCertificates>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let (candidates, digest) = matter(&env, &entry.batch).await?;
    if candidates.is_empty() {
        return Err(PageError::refused("certificate-nobody"));
    }
    let code = entry.batch.code.as_str();
    let reason = form.value("reason");
    let what = Proposed { kind: ISSUE, object: code, batch: Some(code), digest: &digest, reason };
    let mut tx = env.db.write().await?;
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&back(&entry), "certificate-proposed"))
}

/// POST /batches/{code}/certificates/issue/decision — the list is written first, in small steps; the
/// decision, that the list stands, and the job that issues are committed together.
pub async fn decide(
    State(env): State<Env>,
    entry: InBatch<IssueCertificates>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let decision = decision(&form)?;
    let code = &entry.batch.code;
    let (candidates, digest) = matter(&env, &entry.batch).await?;
    if decision == Decision::Approve {
        stage(&env, &entry, &candidates, &digest).await?;
    }
    let mut tx = env.db.write().await?;
    let approved =
        approval::decide(&mut tx, &env, &entry.who, ISSUE, code.as_str(), &digest, decision).await?;
    let Some(proposal) = approved else {
        tx.commit().await?;
        return Ok(web::done(&back(&entry), "certificate-proposal-rejected"));
    };
    let new = NewOrder { batch: code, approval: &proposal.id, approved_at: env.now() };
    let count = i64::try_from(candidates.len()).unwrap_or(i64::MAX);
    if !store::stand(&mut tx, new, count).await? {
        return Err(PageError::Stale);
    }
    entry
        .who
        .note("certificate.decide", "batch", code.as_str())
        .batch(code.as_str())
        .payload(
            json!({ "approval": proposal.id, "candidates": candidates.len(), "digest": digest.as_str() }),
        )
        .record(&mut tx, &env)
        .await?;
    begin(&mut tx, &env, &entry).await?;
    tx.commit().await?;
    Ok(web::done(&back(&entry), "certificate-begun"))
}

/// Writes the list of the proposal that waits, if this person may decide it and it is about this list. A
/// list without its decision counts for nothing.
async fn stage(
    env: &Env,
    entry: &InBatch<IssueCertificates>,
    candidates: &[Candidate],
    digest: &Digest,
) -> PageResult<()> {
    let code = &entry.batch.code;
    let pending = approval::pending(&mut env.db.read().await?, ISSUE, code.as_str()).await?;
    let Some(pending) = pending.filter(|pending| {
        pending.payload_digest == *digest.as_str() && pending.proposed_by != entry.who.account_id
    }) else {
        // The decision itself says what is wrong.
        return Ok(());
    };
    let new = NewOrder { batch: code, approval: &pending.id, approved_at: env.now() };
    let mut first = 1;
    for chunk in candidates.chunks(AT_ONCE) {
        let mut tx = env.db.write().await?;
        store::stage(&mut tx, new, first, chunk).await?;
        tx.commit().await?;
        first += i64::try_from(chunk.len()).unwrap_or_default();
    }
    Ok(())
}

/// POST /batches/{code}/certificates/issue/continuation — goes on with what was decided, and tries
/// again what was refused.
pub async fn resume(
    State(env): State<Env>,
    entry: InBatch<IssueCertificates>,
    _: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let code = &entry.batch.code;
    let latest = job::latest(&mut env.db.read().await?, code.as_str(), issuing::ISSUE.name).await?;
    if latest.is_some_and(|job| job.status.is_open()) {
        return Err(PageError::refused("certificate-is-running"));
    }
    let at_once = i64::try_from(AT_ONCE).unwrap_or(i64::MAX);
    let mut refused = 0;
    loop {
        let mut tx = env.db.write().await?;
        let again = store::retry_refused(&mut tx, code, at_once).await?;
        refused += again;
        if again == 0 {
            let note = entry.who.note("certificate.retry", "batch", code.as_str()).batch(code.as_str());
            note.payload(json!({ "refused_before": refused })).record(&mut tx, &env).await?;
            begin(&mut tx, &env, &entry).await?;
            tx.commit().await?;
            return Ok(web::done(&back(&entry), "certificate-begun"));
        }
        tx.commit().await?;
    }
}

async fn begin(tx: &mut Tx, env: &Env, entry: &InBatch<IssueCertificates>) -> sqlx::Result<()> {
    let code = &entry.batch.code;
    let (kind, page) = (issuing::ISSUE.name, back(entry));
    let new = NewJob { kind, subject: code.as_str(), batch: Some(code), page };
    job::begin(tx, env, &entry.who, &new).await.map(|_| ())
}

fn back(entry: &InBatch<IssueCertificates>) -> String {
    format!("/batches/{}/certificates", entry.batch.code)
}

/// What the second person's button says.
pub(super) fn decision(form: &Form) -> PageResult<Decision> {
    match form.value("decision") {
        "approve" => Ok(Decision::Approve),
        "reject" => Ok(Decision::Reject),
        _ => Err(PageError::refused("form-unreadable")),
    }
}
