//! Accepting many from the queue: the ticked ones at once, or everything the filter leaves as a job.
use axum::{
    extract::{Query, State as Extract},
    response::Response,
};
use identity::Env;
use job::NewJob;
use plan::{InBatch, Review};
use registration::ApplicationId;
use serde_json::json;
use web::{Form, PageError, PageResult};

use super::{filter::FilterQuery, hold};
use crate::{
    AdmissionRefused, State,
    acceptance::{ACCEPT, AT_ONCE, accept, gather},
    store::{self, queue::Filter},
};

/// POST /batches/{code}/admission/acceptances
pub async fn create(
    Extract(env): Extract<Env>,
    entry: InBatch<Review>,
    Query(query): Query<FilterQuery>,
    form: Form,
) -> PageResult<Response> {
    let asked = query.read();
    // An order is kept by occupation, level and point: a list narrowed to one number takes its ticks only.
    if form.value("scope") == "filter" && asked.filter.serial.is_none() {
        return order(&env, &entry, &asked.filter).await;
    }
    let seen = form.all("chosen").iter().map(|one| read_seen(one)).collect::<PageResult<Vec<_>>>()?;
    if seen.is_empty() {
        return Err(AdmissionRefused::NothingChosen.into());
    }
    for chunk in seen.chunks(AT_ONCE) {
        accept_seen(&env, &entry, chunk).await?;
    }
    let to = format!("/batches/{}/admission?{}", entry.batch.code, asked.here());
    Ok(web::done(&to, "admission-done-accept-many"))
}

/// An application and the version of it that was on the page.
fn read_seen(text: &str) -> PageResult<(ApplicationId, i64)> {
    let unreadable = || PageError::refused("form-unreadable");
    let (id, version) = text.rsplit_once(':').ok_or_else(unreadable)?;
    Ok((id.into(), version.parse().map_err(|_| unreadable())?))
}

/// Accepts all of these, each as it was seen, or none.
async fn accept_seen(env: &Env, entry: &InBatch<Review>, seen: &[(ApplicationId, i64)]) -> PageResult<()> {
    let ids: Vec<_> = seen.iter().map(|(id, _)| id.clone()).collect();
    let mut tx = env.db.read().await?;
    let cases = gather(&mut tx, env, &entry.batch, &ids).await?;
    drop(tx);
    if cases.iter().any(|case| !entry.reaches(&case.application.point_path)) {
        return Err(PageError::NotFound);
    }
    // Whoever is missing was decided, changed or is not proposed to be accepted any more.
    let is_seen = |(id, version): &(ApplicationId, i64)| {
        cases.iter().any(|case| case.application.id == *id && case.application.version == *version)
    };
    if !seen.iter().all(is_seen) {
        return Err(PageError::Stale);
    }
    let mut tx = env.db.write().await?;
    accept(&mut tx, env, &entry.who, &entry.batch, &cases, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Orders everything the filter leaves to be looked through; the job's page shows how far it is.
async fn order(env: &Env, entry: &InBatch<Review>, filter: &Filter) -> PageResult<Response> {
    // An order keeps no serial: taken without it, it would accept more than the page shows.
    if filter.serial.is_some() {
        return Err(AdmissionRefused::NothingChosen.into());
    }
    let batch = &entry.batch;
    let waiting = Filter { state: Some(State::Pending), ..filter.clone() };
    let id = env.new_id();
    let mut tx = env.db.write().await?;
    hold(&mut tx, batch).await?;
    store::acceptance::insert(&mut tx, &id, &batch.code, &waiting, (&entry.who.account_id, env.now()))
        .await?;
    let new = NewJob {
        kind: ACCEPT.name,
        subject: &id,
        batch: Some(&batch.code),
        page: format!("/batches/{}/admission", batch.code),
    };
    let job = job::begin(&mut tx, env, &entry.who, &new).await?;
    entry
        .who
        .note("admission.accept-many", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({
            "order": id,
            "occupation": waiting.occupation,
            "level": waiting.level,
            "point": waiting.point,
        }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/jobs/{job}"), "admission-done-order"))
}
