//! Computer theory from answers and keys, as it is sealed and as it is verified later.
use std::collections::HashMap;

use ::store::Tx;
use plan::{Batch, BatchComponent};
use scheme::ComponentKind;

use crate::{
    Candidate, PartOutcome, Roll,
    rules::{inputs_digest, score},
    store,
};

/// The score of one candidate's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scored {
    pub application_id: String,
    pub component_id: String,
    pub outcome: PartOutcome,
    pub inputs_digest: kernel::Digest,
}

/// The score of everybody who answered on a computer; none when a form has no points.
pub(crate) async fn score_all(tx: &mut Tx, batch: &Batch, roll: &Roll) -> sqlx::Result<Option<Vec<Scored>>> {
    let by_application: HashMap<&str, &Candidate> =
        roll.candidates.iter().map(|candidate| (candidate.application_id.as_str(), candidate)).collect();
    let mut keys_of: HashMap<String, Vec<paper::Key>> = HashMap::new();
    let mut percents: HashMap<&str, i64> = HashMap::new();
    for part in roll.parts.iter().filter(|part| part.kind == ComponentKind::Theory) {
        percents.insert(&part.id, store::partial_percent(tx, &part.component_id, batch.exam_date).await?);
    }
    let mut scored = Vec::new();
    for response in sitting::responses(tx, &batch.code).await? {
        let Some(candidate) = by_application.get(response.application_id.as_str()) else { continue };
        let Some(part) = theory_of(roll, candidate) else { continue };
        let form = response.form_id.to_string();
        if !keys_of.contains_key(&form) {
            keys_of.insert(form.clone(), paper::keys(tx, &form).await?);
        }
        let keys = keys_of.get(&form).map_or(&[][..], Vec::as_slice);
        let percent = percents.get(part.id.as_str()).copied().unwrap_or_default();
        let Some(points) = score(&response.answers, keys, percent) else { return Ok(None) };
        scored.push(Scored {
            application_id: candidate.application_id.clone(),
            component_id: part.id.clone(),
            outcome: PartOutcome::Scored(points),
            inputs_digest: inputs_digest(&form, &response.answers, keys, percent),
        });
    }
    Ok(Some(scored))
}

fn theory_of<'a>(roll: &'a Roll, candidate: &Candidate) -> Option<&'a BatchComponent> {
    roll.parts.iter().find(|part| part.kind == ComponentKind::Theory && candidate.sits(part))
}
