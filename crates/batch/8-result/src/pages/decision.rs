//! Combining the sealed scores into decisions.
use axum::{extract::State, response::Response};
use identity::Env;
use job::NewJob;
use plan::{InBatch, PublishResults};
use web::{Form, PageError, PageResult};

use crate::{ResultRefused, combining::COMBINE, store};

/// POST /batches/{code}/results
pub async fn combine(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    _form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let code = &entry.batch.code;
    let mut tx = env.db.read().await?;
    if store::publication(&mut tx, code).await?.is_some() {
        return Err(ResultRefused::Published.into());
    }
    if !assessment::is_complete(&mut tx, code).await? {
        return Err(ResultRefused::NotComplete.into());
    }
    let latest = job::latest(&mut tx, code.as_str(), COMBINE.name).await?;
    if latest.is_some_and(|job| job.status.is_open()) {
        return Err(PageError::refused("result-is-combining"));
    }
    drop(tx);
    let page = format!("/batches/{code}/results");
    let new = NewJob { kind: COMBINE.name, subject: code.as_str(), batch: Some(code), page: page.clone() };
    let mut tx = env.db.write().await?;
    job::begin(&mut tx, &env, &entry.who, &new).await?;
    tx.commit().await?;
    Ok(web::done(&page, "result-begun"))
}
