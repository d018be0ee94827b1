//! Combining the sealed scores into decisions.
use std::collections::HashMap;

use ::store::Tx;
use assessment::{Candidate, PartOutcome, Roll};
use axum::{extract::State, response::Response};
use identity::Env;
use plan::{Batch, InBatch, Progress, ProgressState, PublishResults};
use serde_json::json;
use web::{Form, PageResult};

use crate::{
    Outcome, ResultRefused, results,
    rules::{Part, decide, digest},
    store,
};

/// POST /batches/{code}/results
pub async fn combine(
    State(env): State<Env>,
    entry: InBatch<PublishResults>,
    _form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let batch = &entry.batch;
    let mut tx = env.db.write().await?;
    if store::publication(&mut tx, &batch.code).await?.is_some() {
        return Err(ResultRefused::Published.into());
    }
    if !assessment::is_complete(&mut tx, &batch.code).await? {
        return Err(ResultRefused::NotComplete.into());
    }
    let decided = decide_all(&mut tx, batch).await?;
    store::put_outcomes(&mut tx, &batch.code, &decided, &entry.who.account_id, env.now()).await?;
    let rows = results(&mut tx, &batch.code).await?;
    let count = |wanted| decided.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let progress = Progress {
        state: ProgressState::Now,
        count: i64::try_from(decided.len()).unwrap_or(i64::MAX),
        note_key: "result-note-decided",
    };
    plan::report_progress(&mut tx, &batch.code, 8, progress, env.now()).await?;
    entry
        .who
        .note("result.decide", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({
            "digest": digest(&rows).as_str(), "pass": count(Outcome::Pass), "fail": count(Outcome::Fail),
            "absent": count(Outcome::Absent),
        }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/results", batch.code), "result-decided"))
}

/// The decision on everybody on the roll.
async fn decide_all(tx: &mut Tx, batch: &Batch) -> PageResult<Vec<(String, Outcome)>> {
    let roll = assessment::roll(tx, &batch.code).await?;
    let sealed: HashMap<(String, String), PartOutcome> = assessment::component_scores(tx, &batch.code)
        .await?
        .into_iter()
        .map(|score| ((score.application_id, score.component_id), score.outcome))
        .collect();
    let mut decided = Vec::with_capacity(roll.candidates.len());
    for candidate in &roll.candidates {
        let outcome = decide(&parts_of(&roll, candidate, &sealed))?;
        decided.push((candidate.application_id.clone(), outcome));
    }
    Ok(decided)
}

fn parts_of(
    roll: &Roll,
    candidate: &Candidate,
    sealed: &HashMap<(String, String), PartOutcome>,
) -> Vec<Part> {
    roll.parts
        .iter()
        .filter(|part| candidate.sits(part))
        .map(|part| Part {
            name: format!("{} {}", candidate.number, part.name_zh),
            pass_mark: part.pass_mark,
            outcome: sealed.get(&(candidate.application_id.clone(), part.id.clone())).copied(),
        })
        .collect()
}
