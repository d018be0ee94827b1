//! Locking a form: one custodian proposes, another decides over exactly the same content.
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use plan::{InBatch, KeepPapers};
use serde_json::json;
use web::{Form as Fields, PageError, PageResult};

use super::{LOCK, digest, held_form, papers_of, report};
use crate::{FormStatus, store::form::lock_form};

/// Longest reason, in characters.
const REASON_MAX: usize = 500;

/// POST /batches/{code}/papers/forms/{id}/lock with an optional `reason`.
pub async fn propose(
    State(env): State<Env>,
    entry: InBatch<KeepPapers>,
    Path((_, id)): Path<(String, String)>,
    fields: Fields,
) -> PageResult<Response> {
    let reason: String = fields.value("reason").chars().take(REASON_MAX).collect();
    let mut tx = env.db.write().await?;
    let (form, items) = held_form(&mut tx, &entry, &id).await?;
    if form.status == FormStatus::Locked {
        return Err(PageError::refused("paper-locked-already"));
    }
    let digest = digest(&form, &items)?;
    if digest != form.digest {
        return Err(PageError::refused("paper-digest-differs"));
    }
    let code = entry.batch.code.as_str();
    let what = Proposed { kind: LOCK, object: &id, batch: Some(code), digest: &digest, reason: &reason };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&papers_of(&entry.batch), "paper-lock-proposed"))
}

/// POST /batches/{code}/papers/forms/{id}/lock/approval with `decision` (approve, reject).
pub async fn decide(
    State(env): State<Env>,
    entry: InBatch<KeepPapers>,
    Path((_, id)): Path<(String, String)>,
    fields: Fields,
) -> PageResult<Response> {
    let back = papers_of(&entry.batch);
    let mut tx = env.db.write().await?;
    let (form, items) = held_form(&mut tx, &entry, &id).await?;
    let decision = match fields.value("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let digest = digest(&form, &items)?;
    let approved = approval::decide(&mut tx, &env, &entry.who, LOCK, &id, &digest, decision).await?;
    let Some(proposal) = approved else {
        tx.commit().await?;
        return Ok(web::done(&back, "paper-lock-rejected"));
    };
    if !lock_form(&mut tx, &id, &digest, env.now()).await? {
        return Err(PageError::Stale);
    }
    let code = entry.batch.code.as_str();
    let payload =
        json!({ "digest": digest.as_str(), "letter": form.letter.as_str(), "approval": proposal.id });
    entry.who.note("form.lock", "form", &id).batch(code).payload(payload).record(&mut tx, &env).await?;
    report(&mut tx, &env, &entry.batch.code).await?;
    tx.commit().await?;
    Ok(web::done(&back, "paper-locked"))
}
