//! Publication of a plan: proposed by one, decided by another.
use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use kernel::Digest;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use web::{Form, PageError, PageResult};

use super::PUBLICATION;
use crate::{
    InBatch, PlanDuty, PlanRefused, Progress, ProgressState,
    scope::out_of_scope,
    store::{self, Plan},
};

/// POST /batches/{code}/publication
pub async fn propose(State(env): State<Env>, entry: InBatch<PlanDuty>, form: Form) -> PageResult<Response> {
    entry.at_whole()?;
    if entry.batch.published_at.is_some() {
        return Err(PageError::Stale);
    }
    let mut tx = env.db.write().await?;
    let (code, back) = (entry.batch.code.clone(), format!("/batches/{}", entry.batch.code));
    let plan = store::plan(&mut tx, entry.batch).await?;
    check_scope(&mut tx, &env, &plan).await?;
    let digest = digest(&plan);
    let what = Proposed {
        kind: PUBLICATION,
        object: code.as_str(),
        batch: Some(code.as_str()),
        digest: &digest,
        reason: form.value("reason"),
    };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&back, "plan-proposed"))
}

/// POST /batches/{code}/publication/decision
pub async fn decide(State(env): State<Env>, entry: InBatch<PlanDuty>, form: Form) -> PageResult<Response> {
    entry.at_whole()?;
    let decision = match form.value("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let mut tx = env.db.write().await?;
    let batch = store::batch(&mut tx, entry.batch.code.as_str()).await?.ok_or(PageError::NotFound)?;
    let (code, back) = (batch.code.clone(), format!("/batches/{}", batch.code));
    let plan = store::plan(&mut tx, batch).await?;
    let digest = digest(&plan);
    let approved =
        approval::decide(&mut tx, &env, &entry.who, PUBLICATION, code.as_str(), &digest, decision).await?;
    if approved.is_none() {
        tx.commit().await?;
        return Ok(web::done(&back, "plan-rejected"));
    }
    // A scope may have ended between the two.
    check_scope(&mut tx, &env, &plan).await?;
    if !store::publish(&mut tx, &code, env.now()).await? {
        return Err(PageError::Stale);
    }
    let progress = Progress { state: ProgressState::Done, count: 0, note_key: "plan-note-published" };
    store::report_progress(&mut tx, &code, 1, progress, env.now()).await?;
    entry
        .who
        .note("plan.publish", "batch", code.as_str())
        .batch(code.as_str())
        .payload(json!({ "digest": digest.as_str() }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&back, "plan-published"))
}

/// A plan beyond the scope of whoever runs it, today or on the day of the exam, is not published.
async fn check_scope(tx: &mut Tx, env: &Env, plan: &Plan) -> PageResult<()> {
    let days = [env.now().day(), plan.batch.exam_date];
    let refused = out_of_scope(tx, plan, &days).await?;
    if refused.is_empty() {
        Ok(())
    } else {
        Err(PageError::Mistakes(refused.iter().map(PlanRefused::message).collect()))
    }
}

/// SHA-256 of everything the plan says.
fn digest(plan: &Plan) -> Digest {
    // A plan of plain values always serialises.
    let bytes = serde_json::to_vec(plan).unwrap_or_default();
    Digest::from_bytes(&Sha256::digest(bytes).into())
}
