//! Scoring computer answers and recording absences, as a job. First everything is worked out and held
//! against what is sealed, and only then sealed, in small steps. What is sealed stays, so a run that was
//! stopped anywhere is simply run again: it finds the same scores, and its digest is the same.
use std::collections::{BTreeSet, HashMap};

use ::store::Tx;
use identity::{Action, Object};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use plan::Batch;
use scheme::ComponentKind;
use serde_json::json;
use web::PageError;

use crate::{
    AssessmentRefused, Origin, PartOutcome, Roll,
    absences::absences,
    answers::{Next, Scored, Scorer},
    progress::{self, Expected},
    roll,
    rules::{digest_of, is_absent},
    store::{self, NewScore, Run},
};

/// Scores what was sat on computers.
pub(crate) const OBJECTIVE: Kind = Kind { name: "score.objective", run, undo };

/// Scores sealed in one step. Source: [own]; a step stays below the 50 ms a write transaction may take.
const AT_ONCE: usize = 200;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { score(&work).await })
}

/// What is sealed stays: it is what another run would seal again.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

/// The batch of a job, if whoever began it still has this duty in all of it.
pub(crate) async fn batch_of(work: &Work, action: Action) -> Result<Batch, Stopped> {
    let mut tx = work.env.db.read().await?;
    let code = work.job.batch_code.as_ref().map_or("", kernel::BatchCode::as_str);
    let batch = plan::batch(&mut tx, code).await?;
    let batch = batch.ok_or_else(|| Stopped::Broken("the batch of the job is gone".to_owned()))?;
    let object = Object { path: &batch.org_path, batch: Some(code) };
    if identity::territory(&work.who.grants, action, object, work.env.now()).is_empty() {
        return Err(Stopped::Refused(Outcome::new("job-nobody")));
    }
    Ok(batch)
}

async fn score(work: &Work) -> Result<Outcome, Stopped> {
    let batch = batch_of(work, Action::EnterScores).await?;
    let mut tx = work.env.db.read().await?;
    if !sitting::is_over(&mut tx, &batch.code).await? {
        return Err(PageError::from(AssessmentRefused::NotOver).into());
    }
    let roll = roll(&mut tx, &batch.code).await?;
    let rooms = rooms(&mut tx, &batch).await?;
    drop(tx);
    let scored = work_out(work, &batch, &roll).await?;
    let absent = absent_all(work, &batch, &roll).await?;
    let digest = digest(&scored);
    let mut scores: Vec<NewScore> = scored.into_iter().map(|one| new_score(work, one)).collect();
    let (scored, total) = (scores.len(), scores.len() + absent.len());
    scores.extend(absent);
    for score in &mut scores {
        let kind = roll.part(&score.component_id).map(|part| part.kind);
        score.room_use_id = kind.and_then(|kind| rooms.get(&(kind, score.application_id.clone())).cloned());
    }
    let mut new = 0;
    for (step, chunk) in scores.chunks(AT_ONCE).enumerate() {
        let mut tx = work.env.db.write().await?;
        let parts: BTreeSet<&str> = chunk.iter().map(|one| one.component_id.as_str()).collect();
        for part in parts {
            store::take_sheet(&mut tx, part).await?;
        }
        let (by, now) = (work.who.account_id.as_str(), work.env.now());
        new += store::insert_scores(&mut tx, &batch.code, chunk, by, now).await?;
        // The first half of the bar is the working out.
        let done = total + (step * AT_ONCE + chunk.len());
        work.progress(&mut tx, done, 2 * total).await?;
        tx.commit().await?;
    }
    let run = Run {
        inputs_digest: digest,
        scored: count(scored),
        absent: count(total - scored),
        run_at: work.env.now(),
    };
    finish(work, &batch, &run, new).await?;
    Ok(Outcome::new("score-outcome-objective").with("scored", scored).with("absent", total - scored))
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Where everybody sits each kind of part.
async fn rooms(tx: &mut Tx, batch: &Batch) -> sqlx::Result<HashMap<(ComponentKind, String), String>> {
    let kinds: HashMap<String, ComponentKind> = arrangement::sittings(tx, &batch.code)
        .await?
        .into_iter()
        .map(|sitting| (sitting.id, sitting.component_kind))
        .collect();
    let seats = arrangement::seats(tx, &batch.code).await?;
    let place = |seat: arrangement::Seat| {
        kinds.get(&seat.sitting_id).map(|kind| ((*kind, seat.application_id), seat.room_use_id))
    };
    Ok(seats.into_iter().filter_map(place).collect())
}

/// Every score of a computer, held against what is sealed: one that was computed from other answers or
/// keys is never replaced; the run stops and names it, before it has sealed anything.
async fn work_out(work: &Work, batch: &Batch, roll: &Roll) -> Result<Vec<Scored>, Stopped> {
    let mut tx = work.env.db.read().await?;
    let mut scorer = Scorer::begin(&mut tx, batch, roll).await?;
    drop(tx);
    let mut all = Vec::new();
    loop {
        let mut tx = work.env.db.read().await?;
        let scored = match scorer.next(&mut tx).await? {
            Next::Scored(scored) => scored,
            Next::NoPoints => return Err(PageError::from(AssessmentRefused::NoPoints).into()),
            Next::End => return Ok(all),
        };
        let ids: Vec<&str> = scored.iter().map(|one| one.application_id.as_str()).collect();
        let sealed = store::sealed_rows_of(&mut tx, &ids).await?;
        drop(tx);
        for one in &scored {
            let earlier = sealed.get(&(one.application_id.clone(), one.component_id.clone()));
            let is_changed = earlier
                .is_some_and(|row| row.origin == Origin::Objective && row.inputs_digest != one.inputs_digest);
            if let (true, Some(candidate)) = (is_changed, scorer.candidate(one)) {
                let refused = AssessmentRefused::InputsChanged(candidate.number.clone());
                return Err(PageError::from(refused).into());
            }
        }
        all.extend(scored);
        let mut tx = work.env.db.write().await?;
        work.progress(&mut tx, all.len(), 2 * roll.candidates.len().max(all.len())).await?;
        tx.commit().await?;
    }
}

fn new_score(work: &Work, scored: Scored) -> NewScore {
    let Scored { application_id, component_id, outcome, inputs_digest } = scored;
    let (id, origin, room_use_id) = (work.env.new_id(), Origin::Objective, None);
    NewScore { id, application_id, component_id, room_use_id, outcome, origin, inputs_digest }
}

/// Whom the rooms recorded as absent, part by part.
async fn absent_all(work: &Work, batch: &Batch, roll: &Roll) -> Result<Vec<NewScore>, Stopped> {
    let mut tx = work.env.db.read().await?;
    let absences = absences(&mut tx, &batch.code).await?;
    let counts = store::sealed_counts(&mut tx, &batch.code).await?;
    let mut written: BTreeSet<(String, String)> =
        counts.into_iter().map(|row| (row.component_id, row.application_id)).collect();
    written.extend(store::entries_of_batch(&mut tx, &batch.code).await?.into_keys());
    let mut absent = Vec::new();
    for part in &roll.parts {
        for candidate in roll.of(part) {
            let key = (part.id.clone(), candidate.application_id.clone());
            let attendance = absences.of(part.kind, &candidate.application_id);
            if !is_absent(attendance, written.contains(&key)) {
                continue;
            }
            absent.push(NewScore {
                id: work.env.new_id(),
                application_id: candidate.application_id.clone(),
                component_id: part.id.clone(),
                room_use_id: None,
                outcome: PartOutcome::Absent,
                origin: Origin::Attendance,
                inputs_digest: digest_of(&[format!("absent {} {}", candidate.application_id, part.id)]),
            });
        }
    }
    Ok(absent)
}

/// SHA-256 over what every score was computed from, whatever the order of the attempts.
fn digest(scored: &[Scored]) -> String {
    let lines: BTreeSet<String> =
        scored.iter().map(|score| format!("{} {}", score.application_id, score.inputs_digest)).collect();
    digest_of(&lines.into_iter().collect::<Vec<_>>()).to_string()
}

/// The last step: the run counts, the rail moves, the trail says so.
async fn finish(work: &Work, batch: &Batch, run: &Run, new: u64) -> Result<(), Stopped> {
    let env = &work.env;
    let expected = Expected::read(&mut env.db.read().await?, &batch.code).await?;
    let mut tx = env.db.write().await?;
    work.check_hold(&mut tx).await?;
    store::put_run(&mut tx, &batch.code, run, &work.who.account_id).await?;
    progress::report(&mut tx, &batch.code, &expected, env.now()).await?;
    work.who
        .note("score.objective", "batch", batch.code.as_str())
        .batch(batch.code.as_str())
        .payload(json!({
            "inputs": run.inputs_digest, "scored": run.scored, "absent": run.absent, "new": new,
        }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(())
}
