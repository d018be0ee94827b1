//! Computer theory from answers and keys, as it is sealed and as it is verified later.
use std::collections::HashMap;

use ::store::Tx;
use plan::{Batch, BatchComponent};
use scheme::ComponentKind;
use sitting::Response;

use crate::{
    Candidate, PartOutcome, Roll,
    rules::{inputs_digest, score},
    store,
};

/// Attempts looked at together: some twenty thousand answers. Source: [own].
const AT_ONCE: i64 = 200;

/// The score of one candidate's answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scored {
    pub application_id: String,
    pub component_id: String,
    pub outcome: PartOutcome,
    pub inputs_digest: kernel::Digest,
}

/// Holds answers against keys, piece by piece: all answers of a province do not stand in memory at once.
pub(crate) struct Scorer<'a> {
    batch: &'a Batch,
    roll: &'a Roll,
    by_application: HashMap<&'a str, &'a Candidate>,
    percents: HashMap<&'a str, i64>,
    keys_of: HashMap<String, Vec<paper::Key>>,
    after: Option<sitting::AttemptId>,
}

impl<'a> Scorer<'a> {
    /// Begins at the first attempt.
    pub(crate) async fn begin(tx: &mut Tx, batch: &'a Batch, roll: &'a Roll) -> sqlx::Result<Self> {
        let mut percents: HashMap<&str, i64> = HashMap::new();
        for part in roll.parts.iter().filter(|part| part.kind == ComponentKind::Theory) {
            let percent = store::partial_percent(tx, &part.component_id, batch.exam_date).await?;
            percents.insert(&part.id, percent);
        }
        let by_application =
            roll.candidates.iter().map(|candidate| (candidate.application_id.as_str(), candidate)).collect();
        Ok(Self { batch, roll, by_application, percents, keys_of: HashMap::new(), after: None })
    }

    /// The candidate of a score.
    pub(crate) fn candidate(&self, scored: &Scored) -> Option<&'a Candidate> {
        self.by_application.get(scored.application_id.as_str()).copied()
    }

    /// Scores the next attempts. An empty piece is not the end: nobody in it may be on the roll.
    pub(crate) async fn next(&mut self, tx: &mut Tx) -> sqlx::Result<Next> {
        let responses = sitting::responses_after(tx, &self.batch.code, self.after.as_ref(), AT_ONCE).await?;
        let Some(last) = responses.last() else { return Ok(Next::End) };
        self.after = Some(last.attempt_id.clone());
        let mut scored = Vec::new();
        for response in &responses {
            let Some(candidate) = self.by_application.get(response.application_id.as_str()) else { continue };
            let Some(part) = theory_of(self.roll, candidate) else { continue };
            match self.score(tx, response, part).await? {
                Some(one) => scored.push(one),
                None => return Ok(Next::NoPoints),
            }
        }
        Ok(Next::Scored(scored))
    }

    async fn score(
        &mut self,
        tx: &mut Tx,
        response: &Response,
        part: &BatchComponent,
    ) -> sqlx::Result<Option<Scored>> {
        let form = response.form_id.clone();
        if !self.keys_of.contains_key(&form) {
            self.keys_of.insert(form.clone(), paper::keys(tx, &form).await?);
        }
        let keys = self.keys_of.get(&form).map_or(&[][..], Vec::as_slice);
        let percent = self.percents.get(part.id.as_str()).copied().unwrap_or_default();
        Ok(score(&response.answers, keys, percent).map(|points| Scored {
            application_id: response.application_id.clone(),
            component_id: part.id.clone(),
            outcome: PartOutcome::Scored(points),
            inputs_digest: inputs_digest(&form, &response.answers, keys, percent),
        }))
    }
}

/// What a piece of attempts gave.
pub(crate) enum Next {
    /// Scores of those on the roll.
    Scored(Vec<Scored>),
    /// A form without points cannot be scored.
    NoPoints,
    /// There are no more attempts.
    End,
}

/// The score of everybody who answered on a computer; none when a form has no points.
pub(crate) async fn score_all(tx: &mut Tx, batch: &Batch, roll: &Roll) -> sqlx::Result<Option<Vec<Scored>>> {
    let mut scorer = Scorer::begin(tx, batch, roll).await?;
    let mut all = Vec::new();
    loop {
        match scorer.next(tx).await? {
            Next::Scored(scored) => all.extend(scored),
            Next::NoPoints => return Ok(None),
            Next::End => return Ok(Some(all)),
        }
    }
}

fn theory_of<'a>(roll: &'a Roll, candidate: &Candidate) -> Option<&'a BatchComponent> {
    roll.parts.iter().find(|part| part.kind == ComponentKind::Theory && candidate.sits(part))
}
