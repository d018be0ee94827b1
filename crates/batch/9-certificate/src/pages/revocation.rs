//! Revocation of a certificate: proposed with a reason, decided by another.
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{
    Env,
    approval::{self, Proposed},
};
use plan::{InBatch, IssueCertificates};
use serde_json::json;
use web::{Form, PageError, PageResult};

use super::{decision::decision, register::of_batch};
use crate::{
    CertificateStatus, issuance,
    revocation::{REVOCATION, digest},
    store,
};

/// POST /batches/{code}/certificates/{number}/revocation
pub async fn propose(
    State(env): State<Env>,
    entry: InBatch<IssueCertificates>,
    Path((code, number)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let mut tx = env.db.write().await?;
    let row = of_batch(&mut tx, &entry, &number).await?;
    if row.status != CertificateStatus::Valid {
        return Err(PageError::refused("certificate-not-valid"));
    }
    let reason = form.value("reason");
    if reason.is_empty() {
        return Err(PageError::refused("certificate-reason-needed"));
    }
    let digest = digest(&row, reason);
    let object = row.number.as_str();
    let what = Proposed { kind: REVOCATION, object, batch: Some(&code), digest: &digest, reason };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{code}/certificates/{number}"), "certificate-revocation-proposed"))
}

/// POST /batches/{code}/certificates/{number}/revocation/decision
pub async fn decide(
    State(env): State<Env>,
    entry: InBatch<IssueCertificates>,
    Path((code, number)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let back = format!("/batches/{code}/certificates/{number}");
    let mut tx = env.db.write().await?;
    let row = of_batch(&mut tx, &entry, &number).await?;
    let decision = decision(&form)?;
    let object = row.number.as_str();
    let proposal = approval::pending(&mut tx, REVOCATION, object).await?.ok_or(PageError::NotFound)?;
    let digest = digest(&row, &proposal.reason);
    let approved = approval::decide(&mut tx, &env, &entry.who, REVOCATION, object, &digest, decision).await?;
    let Some(proposal) = approved else {
        tx.commit().await?;
        return Ok(web::done(&back, "certificate-revocation-rejected"));
    };
    if !store::revoke(&mut tx, &row.number, &proposal.reason, env.now()).await? {
        return Err(PageError::Stale);
    }
    entry
        .who
        .note("certificate.revoke", "certificate", object)
        .batch(&code)
        .reason(&proposal.reason)
        .payload(json!({ "approval": proposal.id, "issuer": row.issuer_path.as_str() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    issuance::report(&env.db, &entry.batch.code, env.now()).await?;
    Ok(web::done(&back, "certificate-was-revoked"))
}
