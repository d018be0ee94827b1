//! Every sealed score beside what its sources give when it is worked out again.
use std::collections::HashMap;

use ::store::Tx;
use plan::Batch;

use crate::{
    Origin, PartOutcome, Roll,
    absences::absences,
    answers::score_all,
    roll,
    rules::{agreed, combine},
    store,
};

/// One sealed score and what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreEvidence {
    /// Application.
    pub application_id: String,
    /// Part of the batch.
    pub component_id: String,
    /// Where its row says that it comes from.
    pub origin: Origin,
    /// What the row says.
    pub kept: PartOutcome,
    /// What answers and keys, both clerks, all examiners or the record of the room give; none when
    /// they give nothing.
    pub worked_out: Option<PartOutcome>,
}

/// Works every score of a batch out again, from where its row says that it comes.
///
/// # Errors
/// Storage.
pub async fn evidence(tx: &mut Tx, batch: &Batch) -> sqlx::Result<Vec<ScoreEvidence>> {
    let roll = roll(tx, &batch.code).await?;
    let absences = absences(tx, &batch.code).await?;
    let objective: HashMap<(String, String), PartOutcome> = score_all(tx, batch, &roll)
        .await?
        .unwrap_or_default()
        .into_iter()
        .map(|one| ((one.component_id, one.application_id), one.outcome))
        .collect();
    let entries = store::entries_of_batch(tx, &batch.code).await?;
    let combined = combined(tx, batch, &roll).await?;
    let scores = store::scores_of_batch(tx, &batch.code).await?;
    let evidence = scores.into_iter().map(|(score, origin)| {
        let key = (score.component_id.clone(), score.application_id.clone());
        let worked_out = match origin {
            Origin::Objective => objective.get(&key).copied(),
            Origin::DoubleEntry => entries.get(&key).and_then(|entries| agreed(entries)),
            Origin::SealedScores => combined.get(&key).copied(),
            Origin::Attendance => {
                let kind = roll.part(&score.component_id).map(|part| part.kind);
                let absence = kind.map(|kind| absences.of(kind, &score.application_id));
                let is_absent = absence.is_some_and(|known| known.from_part || known.from_theory);
                is_absent.then_some(PartOutcome::Absent)
            }
        };
        let (application_id, component_id) = (score.application_id, score.component_id);
        ScoreEvidence { application_id, component_id, origin, kept: score.outcome, worked_out }
    });
    Ok(evidence.collect())
}

/// What the examiners of each candidate come to, part by part.
async fn combined(
    tx: &mut Tx,
    batch: &Batch,
    roll: &Roll,
) -> sqlx::Result<HashMap<(String, String), PartOutcome>> {
    let mut components = HashMap::new();
    for part in &roll.parts {
        components.insert(part.id.clone(), scheme::component(tx, &part.component_id).await?);
    }
    let sealed = store::sealed_of_batch(tx, &batch.code).await?;
    let outcome = |(key, sealed): ((String, String), Vec<crate::rules::Sealed>)| {
        let component = components.get(&key.0)?.as_ref()?;
        Some((key, combine(component, &sealed)?))
    };
    Ok(sealed.into_iter().filter_map(outcome).collect())
}
