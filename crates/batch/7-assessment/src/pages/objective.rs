//! Computer theory: answers against keys, and who did not come.
use std::collections::{BTreeSet, HashMap};

use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::Env;
use plan::{Batch, EnterScores, InBatch};
use scheme::ComponentKind;
use serde_json::json;
use web::{Form, PageResult};

use crate::{
    AssessmentRefused, Origin, PartOutcome, Roll,
    absences::{Absences, absences},
    answers::{Scored, score_all},
    roll,
    rules::{digest_of, is_absent},
    store::{self, NewScore},
};

/// POST /batches/{code}/scores/objective; running it again changes nothing.
pub async fn run(State(env): State<Env>, entry: InBatch<EnterScores>, _form: Form) -> PageResult<Response> {
    entry.at_whole()?;
    let batch = &entry.batch;
    // Reading all answers takes a while; the writer is not held meanwhile. What is read here does
    // not change any more once the sittings are over.
    let mut tx = env.db.read().await?;
    if !sitting::is_over(&mut tx, &batch.code).await? {
        return Err(AssessmentRefused::NotOver.into());
    }
    let roll = roll(&mut tx, &batch.code).await?;
    let absences = absences(&mut tx, &batch.code).await?;
    let scored = score_all(&mut tx, batch, &roll).await?.ok_or(AssessmentRefused::NoPoints)?;
    let scored: Vec<NewScore> = scored.into_iter().map(|one| new_score(&env, one)).collect();
    drop(tx);

    let mut tx = env.db.write().await?;
    for part in &roll.parts {
        store::take_sheet(&mut tx, &part.id).await?;
    }
    check_unchanged(&mut tx, &roll, &scored).await?;
    let absent = absent_all(&mut tx, &env, batch, &roll, &absences).await?;
    let (by, now) = (entry.who.account_id.as_str(), env.now());
    let new_scores = store::insert_scores(&mut tx, &batch.code, &scored, by, now).await?;
    let new_absent = store::insert_scores(&mut tx, &batch.code, &absent, by, now).await?;
    super::report(&mut tx, batch, &roll, now).await?;
    let digests: BTreeSet<String> =
        scored.iter().map(|score| format!("{} {}", score.application_id, score.inputs_digest)).collect();
    let digest = digest_of(&digests.into_iter().collect::<Vec<_>>());
    entry
        .who
        .note("score.objective", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({
            "inputs": digest.as_str(), "scored": scored.len(), "new": new_scores, "new_absent": new_absent,
        }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/scores", batch.code), "assessment-objective-done"))
}

fn new_score(env: &Env, scored: Scored) -> NewScore {
    let Scored { application_id, component_id, outcome, inputs_digest } = scored;
    let origin = Origin::Objective;
    NewScore { id: env.new_id(), application_id, component_id, outcome, origin, inputs_digest }
}

/// A score sealed earlier from other answers or keys is never replaced; the run stops and names it.
async fn check_unchanged(tx: &mut Tx, roll: &Roll, scored: &[NewScore]) -> PageResult<()> {
    let mut sealed = HashMap::new();
    for part in roll.parts.iter().filter(|part| part.kind == ComponentKind::Theory) {
        for (application, row) in store::scores_of_part(tx, &part.id).await? {
            sealed.insert((part.id.as_str(), application), row);
        }
    }
    for new in scored {
        let earlier = sealed.get(&(new.component_id.as_str(), new.application_id.clone()));
        let is_changed = earlier
            .is_some_and(|row| row.origin == Origin::Objective && row.inputs_digest != new.inputs_digest);
        let candidate = roll.candidates.iter().find(|one| one.application_id == new.application_id);
        if let (true, Some(candidate)) = (is_changed, candidate) {
            return Err(AssessmentRefused::InputsChanged(candidate.number.clone()).into());
        }
    }
    Ok(())
}

/// Whom the rooms recorded as absent, part by part.
async fn absent_all(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    roll: &Roll,
    absences: &Absences,
) -> PageResult<Vec<NewScore>> {
    let counts = store::sealed_counts(tx, &batch.code).await?;
    let mut written: BTreeSet<(String, String)> =
        counts.into_iter().map(|row| (row.component_id, row.application_id)).collect();
    written.extend(store::entries_of_batch(tx, &batch.code).await?.into_keys());
    let mut absent = Vec::new();
    for part in &roll.parts {
        for candidate in roll.of(part) {
            let key = (part.id.clone(), candidate.application_id.clone());
            let attendance = absences.of(part.kind, &candidate.application_id);
            if !is_absent(attendance, written.contains(&key)) {
                continue;
            }
            absent.push(NewScore {
                id: env.new_id(),
                application_id: candidate.application_id.clone(),
                component_id: part.id.clone(),
                outcome: PartOutcome::Absent,
                origin: Origin::Attendance,
                inputs_digest: digest_of(&[format!("absent {} {}", candidate.application_id, part.id)]),
            });
        }
    }
    Ok(absent)
}
