//! Issuing: proposed by one, decided by another, then done certificate by certificate.
use std::sync::Arc;

use ::store::Tx;
use axum::{Extension, extract::State, response::Response};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use kernel::Digest;
use plan::{InBatch, IssueCertificates};
use serde_json::json;
use web::{Form, PageError, PageResult};

use super::{ISSUE, list::unordered};
use crate::{
    By, Candidate, Issuer, candidate, issue_waiting,
    store::{self, NewOrder},
};

/// Certificates made within one request; the rest is made by the background run or the next click.
const AT_ONCE: i64 = 200;

/// Everybody a decision made now would be about, and its digest.
async fn matter(tx: &mut Tx, env: &Env, batch: &plan::Batch) -> PageResult<(Vec<Candidate>, Digest)> {
    let orders = store::of_batch(tx, &batch.code).await?;
    let candidates = unordered(tx, env, batch, &orders).await?;
    let publication =
        result::publication(tx, &batch.code).await?.ok_or(PageError::refused("certificate-nobody"))?;
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
    let mut tx = env.db.write().await?;
    let (candidates, digest) = matter(&mut tx, &env, &entry.batch).await?;
    if candidates.is_empty() {
        return Err(PageError::refused("certificate-nobody"));
    }
    let code = entry.batch.code.as_str();
    let reason = form.value("reason");
    let what = Proposed { kind: ISSUE, object: code, batch: Some(code), digest: &digest, reason };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&back(&entry), "certificate-proposed"))
}

/// POST /batches/{code}/certificates/issue/decision — the decision and the list it is about are
/// committed together; only then is the first number taken.
pub async fn decide(
    State(env): State<Env>,
    Extension(issuer): Extension<Arc<Issuer>>,
    entry: InBatch<IssueCertificates>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let decision = decision(&form)?;
    let code = &entry.batch.code;
    let mut tx = env.db.write().await?;
    let (candidates, digest) = matter(&mut tx, &env, &entry.batch).await?;
    let approved =
        approval::decide(&mut tx, &env, &entry.who, ISSUE, code.as_str(), &digest, decision).await?;
    let Some(proposal) = approved else {
        tx.commit().await?;
        return Ok(web::done(&back(&entry), "certificate-proposal-rejected"));
    };
    let new = NewOrder { batch: code, approval: &proposal.id, approved_at: env.now() };
    store::insert_many(&mut tx, new, &candidates).await?;
    entry
        .who
        .note("certificate.decide", "batch", code.as_str())
        .batch(code.as_str())
        .payload(
            json!({ "approval": proposal.id, "candidates": candidates.len(), "digest": digest.as_str() }),
        )
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    issue(&env, &issuer, &entry).await
}

/// POST /batches/{code}/certificates/issue/continuation — goes on with what was decided, and tries
/// again what was refused.
pub async fn resume(
    State(env): State<Env>,
    Extension(issuer): Extension<Arc<Issuer>>,
    entry: InBatch<IssueCertificates>,
    _: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let code = &entry.batch.code;
    let mut tx = env.db.write().await?;
    let again = store::retry_refused(&mut tx, code).await?;
    let note = entry.who.note("certificate.retry", "batch", code.as_str()).batch(code.as_str());
    note.payload(json!({ "refused_before": again })).record(&mut tx, &env).await?;
    tx.commit().await?;
    issue(&env, &issuer, &entry).await
}

async fn issue(env: &Env, issuer: &Issuer, entry: &InBatch<IssueCertificates>) -> PageResult<Response> {
    let code = &entry.batch.code;
    issue_waiting(env, issuer, By::Person(&entry.who), Some(code), AT_ONCE).await?;
    let counts = store::counts(&mut env.db.read().await?, code).await?;
    let key = match (counts.unfinished(), counts.refused) {
        (0, 0) => "certificate-all-issued",
        (0, _) => "certificate-some-refused",
        (_, _) => "certificate-some-waiting",
    };
    Ok(web::done(&back(entry), key))
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
