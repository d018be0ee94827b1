//! Combining the sealed scores into decisions, as a job: everything is decided before anything is written,
//! it is written in small steps while the book is open, and one row closes it. Until then nobody sees any
//! of it, and a run that was stopped is begun again from the start.
use std::collections::HashMap;

use assessment::{Candidate, PartOutcome, Roll};
use identity::{Action, Object};
use job::{Kind, Outcome as Said, Stopped, UndoFuture, Work, WorkFuture};
use kernel::BatchCode;
use person::PersonId;
use plan::{Batch, Progress, ProgressState};
use scheme::ComponentKind;
use serde_json::json;
use web::PageError;

use crate::{
    Outcome, ResultRefused, results,
    rules::{Band, Counted, Part, Tally, count, decide, digest},
    store::{self, NewResult},
};

/// Decides on everybody.
pub(crate) const COMBINE: Kind = Kind { name: "result.combine", run, undo };

/// Decisions of one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: usize = 250;

type Parts = Vec<(ComponentKind, PartOutcome)>;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { combine(&work).await })
}

/// The book stays open, which says that nothing is decided; the next run writes all of it again.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

/// The batch of a job, if whoever began it still publishes results in it.
pub(crate) async fn batch_of(work: &Work) -> Result<Batch, Stopped> {
    let mut tx = work.env.db.read().await?;
    let code = work.job.batch_code.as_ref().map_or("", BatchCode::as_str);
    let batch = plan::batch(&mut tx, code).await?;
    let batch = batch.ok_or_else(|| Stopped::Broken("the batch of the job is gone".to_owned()))?;
    let object = Object { path: &batch.org_path, batch: Some(code) };
    if work.who.may(Action::PublishResults, object, work.env.now()).is_none() {
        return Err(Stopped::Refused(Said::new("job-nobody")));
    }
    Ok(batch)
}

async fn combine(work: &Work) -> Result<Said, Stopped> {
    let batch = batch_of(work).await?;
    let (decided, parts) = decide_all(work, &batch).await?;
    let total = decided.len();
    let mut tx = work.env.db.write().await?;
    store::begin(&mut tx, &batch.code).await?;
    check_open(&mut tx, &batch).await?;
    store::clear_tallies(&mut tx, &batch.code).await?;
    work.progress(&mut tx, 0, total).await?;
    tx.commit().await?;
    let mut done = 0;
    for chunk in decided.chunks(AT_ONCE) {
        let mut tx = hold(work, &batch).await?;
        let (by, now) = (&work.who.account_id, work.env.now());
        store::put_results(&mut tx, &batch.code, chunk, by, now).await?;
        done += chunk.len();
        work.progress(&mut tx, done, total).await?;
        tx.commit().await?;
    }
    let counted = decided.iter().zip(&parts).map(|(new, parts)| Counted {
        occupation: &new.occupation_code,
        level: &new.level_code,
        point: &new.point_path,
        outcome: new.outcome,
        parts,
    });
    let (tallies, bands) = count(counted);
    write_figures(work, &batch, &tallies, &bands).await?;
    close(work, &batch, &tallies).await?;
    let of = |figure: fn(&Tally) -> i64| {
        usize::try_from(tallies.iter().map(figure).sum::<i64>()).unwrap_or_default()
    };
    let said = Said::new("result-outcome-combined").with("pass", of(|one| one.pass));
    Ok(said.with("fail", of(|one| one.fail)).with("absent", of(|one| one.absent)))
}

async fn check_open(tx: &mut ::store::Tx, batch: &Batch) -> Result<(), Stopped> {
    if store::publication(tx, &batch.code).await?.is_some() {
        return Err(PageError::from(ResultRefused::Published).into());
    }
    Ok(())
}

/// A step's transaction, with the open book taken first. Somebody else's run may have closed it meanwhile.
async fn hold(work: &Work, batch: &Batch) -> Result<::store::Tx, Stopped> {
    let mut tx = work.env.db.write().await?;
    if !store::take(&mut tx, &batch.code).await? {
        return Err(PageError::Stale.into());
    }
    check_open(&mut tx, batch).await?;
    Ok(tx)
}

/// The decision on everybody on the roll, with the kind and score of each of their parts.
async fn decide_all(work: &Work, batch: &Batch) -> Result<(Vec<NewResult>, Vec<Parts>), Stopped> {
    let mut tx = work.env.db.read().await?;
    check_open(&mut tx, batch).await?;
    if !assessment::is_complete(&mut tx, &batch.code).await? {
        return Err(PageError::from(ResultRefused::NotComplete).into());
    }
    let roll = assessment::roll(&mut tx, &batch.code).await?;
    let mut people: HashMap<String, PersonId> = admission::admitted(&mut tx, &batch.code)
        .await?
        .into_iter()
        .map(|one| (one.application_id.as_str().to_owned(), one.person_id))
        .collect();
    let mut sealed: HashMap<String, HashMap<String, PartOutcome>> = HashMap::new();
    for score in assessment::component_scores(&mut tx, &batch.code).await? {
        sealed.entry(score.application_id).or_default().insert(score.component_id, score.outcome);
    }
    drop(tx);
    let (mut decided, mut all_parts) = (Vec::new(), Vec::new());
    for candidate in &roll.candidates {
        let Some(person_id) = people.remove(&candidate.application_id) else { continue };
        let scores = sealed.remove(&candidate.application_id).unwrap_or_default();
        let (parts, kinds) = parts_of(&roll, candidate, &scores);
        let outcome = decide(&parts).map_err(PageError::from)?;
        decided.push(NewResult {
            application_id: candidate.application_id.clone(),
            person_id,
            number: candidate.number.clone(),
            occupation_code: candidate.occupation_code.clone(),
            level_code: candidate.level_code.clone(),
            point_path: candidate.point_path.clone(),
            outcome,
        });
        all_parts.push(kinds);
    }
    Ok((decided, all_parts))
}

fn parts_of(roll: &Roll, candidate: &Candidate, scores: &HashMap<String, PartOutcome>) -> (Vec<Part>, Parts) {
    let of = roll.parts.iter().filter(|part| candidate.sits(part));
    let part = |part: &plan::BatchComponent| Part {
        name: format!("{} {}", candidate.number, part.name_zh),
        pass_mark: part.pass_mark,
        outcome: scores.get(&part.id).copied(),
    };
    let kinds = of.clone().filter_map(|part| Some((part.kind, scores.get(&part.id).copied()?))).collect();
    (of.map(part).collect(), kinds)
}

async fn write_figures(work: &Work, batch: &Batch, tallies: &[Tally], bands: &[Band]) -> Result<(), Stopped> {
    let mut tx = hold(work, batch).await?;
    store::insert_tallies(&mut tx, &batch.code, tallies).await?;
    tx.commit().await?;
    for chunk in bands.chunks(AT_ONCE) {
        let mut tx = hold(work, batch).await?;
        store::insert_bands(&mut tx, &batch.code, chunk).await?;
        work.check_hold(&mut tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// The last step: what stands in the rows is digested, and one row says that all is decided.
async fn close(work: &Work, batch: &Batch, tallies: &[Tally]) -> Result<(), Stopped> {
    let env = &work.env;
    let rows = results(&mut env.db.read().await?, &batch.code).await?;
    let digest = digest(&rows);
    let mut tx = env.db.write().await?;
    if !store::close(&mut tx, &batch.code, &digest, env.now()).await? {
        return Err(PageError::Stale.into());
    }
    work.check_hold(&mut tx).await?;
    let progress = Progress {
        state: ProgressState::Now,
        count: i64::try_from(rows.len()).unwrap_or(i64::MAX),
        note_key: "result-note-decided",
    };
    plan::report_progress(&mut tx, &batch.code, 8, progress, env.now()).await?;
    let of = |wanted: Outcome| {
        tallies
            .iter()
            .map(|one| match wanted {
                Outcome::Pass => one.pass,
                Outcome::Fail => one.fail,
                Outcome::Absent => one.absent,
            })
            .sum::<i64>()
    };
    work.who
        .note("result.decide", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({
            "digest": digest.as_str(), "pass": of(Outcome::Pass), "fail": of(Outcome::Fail),
            "absent": of(Outcome::Absent),
        }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(())
}
