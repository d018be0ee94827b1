//! Publication of results: proposed by one, decided by another.
use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use job::NewJob;
use kernel::{Day, Digest};
use plan::{Batch, InBatch, Progress, ProgressState, PublishResults};
use serde_json::json;
use web::{Form, PageError, PageResult};

use super::PUBLICATION;
use crate::{Outcome, Publication, ResultRefused, results, rules, store, telling::TELL};

/// Code of the rule that says how many working days the public notice stands.
const NOTICE_RULE: &str = "public_notice";

/// POST /batches/{code}/results/publication
pub async fn propose(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let batch = &entry.batch;
    let decided = decided(&env, batch).await?;
    let mut tx = env.db.write().await?;
    take(&mut tx, batch, &decided).await?;
    let what = Proposed {
        kind: PUBLICATION,
        object: batch.code.as_str(),
        batch: Some(batch.code.as_str()),
        digest: &decided.digest,
        reason: form.value("reason"),
    };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/results", batch.code), "result-proposed"))
}

/// POST /batches/{code}/results/publication/decision — one row publishes all results; who passed and
/// who did not is told by a job that begins with it.
pub async fn decide(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let decision = match form.value("decision") {
        "approve" => Decision::Approve,
        "reject" => Decision::Reject,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let batch = &entry.batch;
    let back = format!("/batches/{}/results", batch.code);
    let decided = decided(&env, batch).await?;
    let mut tx = env.db.write().await?;
    take(&mut tx, batch, &decided).await?;
    let object = batch.code.as_str();
    let approved =
        approval::decide(&mut tx, &env, &entry.who, PUBLICATION, object, &decided.digest, decision).await?;
    if approved.is_none() {
        tx.commit().await?;
        return Ok(web::done(&back, "result-rejected"));
    }
    let publication = Publication {
        published_at: env.now(),
        notice_ends_on: notice_end(&mut tx, env.now().day()).await?,
        digest: decided.digest,
        candidates: decided.candidates,
        passes: decided.passes,
    };
    if !store::insert_publication(&mut tx, &batch.code, &publication, &entry.who.account_id).await? {
        return Err(ResultRefused::Published.into());
    }
    let new = NewJob { kind: TELL.name, subject: object, batch: Some(&batch.code), page: back.clone() };
    job::begin(&mut tx, &env, &entry.who, &new).await?;
    let progress =
        Progress { state: ProgressState::Done, count: publication.passes, note_key: "result-note-published" };
    plan::report_progress(&mut tx, &batch.code, 8, progress, env.now()).await?;
    entry
        .who
        .note("result.publish", "batch", object)
        .batch(object)
        .payload(json!({
            "digest": publication.digest.as_str(), "candidates": publication.candidates,
            "pass": publication.passes, "notice_ends_on": publication.notice_ends_on,
        }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&back, "result-published"))
}

/// What would be published, as it was looked at.
struct Decided {
    version: i64,
    digest: Digest,
    candidates: i64,
    passes: i64,
}

/// Reads every decision and takes its digest anew, before the writer is held.
async fn decided(env: &Env, batch: &Batch) -> PageResult<Decided> {
    let mut tx = env.db.read().await?;
    if store::publication(&mut tx, &batch.code).await?.is_some() {
        return Err(ResultRefused::Published.into());
    }
    let book = store::book(&mut tx, &batch.code).await?.filter(|book| book.digest.is_some());
    let version = book.ok_or(ResultRefused::NotDecided)?.version;
    let rows = results(&mut tx, &batch.code).await?;
    let count = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
    Ok(Decided {
        version,
        digest: rules::digest(&rows),
        candidates: count(rows.len()),
        passes: count(rows.iter().filter(|row| row.outcome == Outcome::Pass).count()),
    })
}

/// Takes the book as it was looked at, and makes sure that nothing is published.
async fn take(tx: &mut Tx, batch: &Batch, decided: &Decided) -> PageResult<()> {
    if !store::take_version(tx, &batch.code, decided.version).await? {
        return Err(PageError::Stale);
    }
    if store::publication(tx, &batch.code).await?.is_some() {
        return Err(ResultRefused::Published.into());
    }
    Ok(())
}

/// Last day of the public notice: the day of publication is not one of its days.
async fn notice_end(tx: &mut Tx, published_on: Day) -> PageResult<Day> {
    let rule = scheme::time_limit(tx, NOTICE_RULE, published_on).await?.ok_or(ResultRefused::NoNoticeRule)?;
    Ok(scheme::calendar(tx).await?.plus_working_days(published_on, rule.working_days))
}
