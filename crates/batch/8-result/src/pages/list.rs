//! Decisions with the people and parts they are about, as pages and files show them.
use std::collections::HashMap;

use ::store::Tx;
use assessment::{Candidate, PartOutcome, Roll};
use identity::Env;
use kernel::{LevelCode, OccupationCode, Score};
use plan::{Batch, BatchComponent, BatchLevel, InBatch};
use web::{PageResult, Words};

use crate::{Outcome, ResultRow, results};

/// One candidate's result, without the person.
pub struct Line {
    /// Who, by number and place.
    pub candidate: Candidate,
    /// Decision.
    pub outcome: Outcome,
    /// Each part and its score, in order.
    pub parts: Vec<(BatchComponent, PartOutcome)>,
}

/// Every decided candidate within reach, by admission number.
pub async fn lines<D>(tx: &mut Tx, entry: &InBatch<D>) -> PageResult<Vec<Line>> {
    let roll = assessment::roll(tx, &entry.batch.code).await?;
    let decided = results(tx, &entry.batch.code).await?;
    let mut lines = join(roll, decided);
    lines.retain(|line| entry.reaches(&line.candidate.point_path));
    Ok(lines)
}

/// Every decided candidate, by admission number.
pub fn join(roll: Roll, decided: Vec<ResultRow>) -> Vec<Line> {
    let mut decided: HashMap<String, ResultRow> =
        decided.into_iter().map(|row| (row.application_id.clone(), row)).collect();
    let Roll { candidates, parts } = roll;
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let row = decided.remove(&candidate.application_id)?;
            let part = |(id, outcome): (String, PartOutcome)| {
                parts.iter().find(|part| part.id == id).map(|part| (part.clone(), outcome))
            };
            let parts = row.parts.into_iter().filter_map(part).collect();
            Some(Line { candidate, outcome: row.outcome, parts })
        })
        .collect()
}

/// Name and masked document of each line's person, in the order of the lines.
pub async fn people(
    tx: &mut Tx,
    env: &Env,
    batch: &Batch,
    lines: &[Line],
) -> PageResult<Vec<(String, String)>> {
    let persons: HashMap<String, person::PersonId> = admission::admitted(tx, &batch.code)
        .await?
        .into_iter()
        .map(|one| (one.application_id.as_str().to_owned(), one.person_id))
        .collect();
    let ids: Vec<person::PersonId> =
        lines.iter().filter_map(|line| persons.get(&line.candidate.application_id).cloned()).collect();
    let known: HashMap<person::PersonId, (String, String)> = person::load_many(tx, &env.vault, &ids)
        .await?
        .into_iter()
        .map(|person| {
            let masked = person.masked_document();
            (person.id, (person.name, masked))
        })
        .collect();
    let of = |line: &Line| persons.get(&line.candidate.application_id).and_then(|id| known.get(id)).cloned();
    Ok(lines.iter().map(|line| of(line).unwrap_or_default()).collect())
}

/// Occupation and level in words.
pub fn level_name(levels: &[BatchLevel], occupation: &OccupationCode, level: &LevelCode, t: Words) -> String {
    levels
        .iter()
        .find(|known| known.occupation_code == *occupation && known.level_code == *level)
        .map(|known| {
            let occupation = t.pick(&known.occupation_zh, &known.occupation_en);
            format!("{occupation} · {}", t.pick(&known.level_zh, &known.level_en))
        })
        .unwrap_or_default()
}

/// A part's score in words.
pub fn outcome_text(outcome: PartOutcome, t: Words) -> String {
    outcome.score().map_or_else(|| t.s("outcome-absent"), Score::short)
}
