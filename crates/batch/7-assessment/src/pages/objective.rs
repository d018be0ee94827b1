//! Computer theory: answers against keys, and who did not come.
use axum::{extract::State, response::Response};
use identity::Env;
use job::NewJob;
use plan::{EnterScores, InBatch};
use web::{Form, PageError, PageResult};

use crate::{AssessmentRefused, scoring::OBJECTIVE};

/// POST /batches/{code}/scores/objective; running it again changes nothing.
pub async fn run(State(env): State<Env>, entry: InBatch<EnterScores>, _form: Form) -> PageResult<Response> {
    entry.at_whole()?;
    let code = &entry.batch.code;
    let mut tx = env.db.read().await?;
    if !sitting::is_over(&mut tx, code).await? {
        return Err(AssessmentRefused::NotOver.into());
    }
    let running = job::latest(&mut tx, code.as_str(), OBJECTIVE.name).await?;
    if running.is_some_and(|job| job.status.is_open()) {
        return Err(PageError::refused("score-is-running"));
    }
    drop(tx);
    let page = format!("/batches/{code}/scores");
    let new = NewJob { kind: OBJECTIVE.name, subject: code.as_str(), batch: Some(code), page: page.clone() };
    let mut tx = env.db.write().await?;
    job::begin(&mut tx, &env, &entry.who, &new).await?;
    tx.commit().await?;
    Ok(web::done(&page, "score-begun"))
}
