//! Publication of results: proposed by one, decided by another.
use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{
    Env,
    approval::{self, Decision, Proposed},
};
use kernel::{Day, Digest};
use message::Outgoing;
use person::PersonId;
use plan::{Batch, InBatch, Progress, ProgressState, PublishResults};
use serde_json::json;
use web::{Form, Lang, Message, PageError, PageResult, Words};

use super::PUBLICATION;
use crate::{Outcome, Publication, ResultRefused, ResultRow, results, rules, store};

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
    let mut tx = env.db.write().await?;
    let (_, digest) = decided(&mut tx, batch).await?;
    let what = Proposed {
        kind: PUBLICATION,
        object: batch.code.as_str(),
        batch: Some(batch.code.as_str()),
        digest: &digest,
        reason: form.value("reason"),
    };
    approval::propose(&mut tx, &env, &entry.who, what).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/results", batch.code), "result-proposed"))
}

/// POST /batches/{code}/results/publication/decision
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
    let mut tx = env.db.write().await?;
    let (rows, digest) = decided(&mut tx, batch).await?;
    let object = batch.code.as_str();
    let approved =
        approval::decide(&mut tx, &env, &entry.who, PUBLICATION, object, &digest, decision).await?;
    if approved.is_none() {
        tx.commit().await?;
        return Ok(web::done(&back, "result-rejected"));
    }
    let count = |list: usize| i64::try_from(list).unwrap_or(i64::MAX);
    let publication = Publication {
        published_at: env.now(),
        notice_ends_on: notice_end(&mut tx, env.now().day()).await?,
        digest,
        candidates: count(rows.len()),
        passes: count(rows.iter().filter(|row| row.outcome == Outcome::Pass).count()),
    };
    if !store::publish(&mut tx, &batch.code, &publication, &entry.who.account_id).await? {
        return Err(ResultRefused::Published.into());
    }
    tell(&mut tx, &env, batch).await?;
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

/// What would be published, and its digest.
async fn decided(tx: &mut Tx, batch: &Batch) -> PageResult<(Vec<ResultRow>, Digest)> {
    if store::publication(tx, &batch.code).await?.is_some() {
        return Err(ResultRefused::Published.into());
    }
    let rows = results(tx, &batch.code).await?;
    if rows.is_empty() {
        return Err(ResultRefused::NotDecided.into());
    }
    let digest = rules::digest(&rows);
    Ok((rows, digest))
}

/// Last day of the public notice: the day of publication is not one of its days.
async fn notice_end(tx: &mut Tx, published_on: Day) -> PageResult<Day> {
    let rule = scheme::time_limit(tx, NOTICE_RULE, published_on).await?.ok_or(ResultRefused::NoNoticeRule)?;
    Ok(scheme::calendar(tx).await?.plus_working_days(published_on, rule.working_days))
}

/// A message to every candidate that their result can be read. What it says is read after signing in.
async fn tell(tx: &mut Tx, env: &Env, batch: &Batch) -> PageResult<()> {
    let people: Vec<PersonId> =
        admission::admitted(tx, &batch.code).await?.into_iter().map(|one| one.person_id).collect();
    // Messages go to candidates in China, whatever language the clerk reads.
    let text = Words(Lang::Zh).message(&Message::new("result-message").with("batch", &batch.title_zh));
    for person in person::load_many(tx, &env.vault, &people).await? {
        let new = Outgoing {
            id: env.new_id(),
            phone: person.phone,
            text: text.clone(),
            purpose: "message-result".into(),
            created_at: env.now(),
            sent_at: None,
        };
        message::queue(tx, &env.vault, &*env.entropy, &new).await?;
    }
    Ok(())
}
