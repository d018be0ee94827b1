//! What the machine thinks of an application before a person decides.
use kernel::{Day, Digest};
use scheme::{Clause, ClauseId, Evaluation, Facts, Finding, Proposal, clause_named, clauses_met, evaluate};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::state::Decision;

/// The opinion on one application. The same rows and the same facts give the same opinion, whoever
/// asks and wherever: there is one ruler for all territories.
#[derive(Debug, Clone)]
pub struct Opinion {
    /// The clause the applicant named; none when no such clause is in force for the level.
    pub clause: Option<Clause>,
    /// The clause held against the facts.
    pub evaluation: Option<Evaluation>,
    /// Other clauses of the level that the facts meet.
    pub others: Vec<Clause>,
    /// What is proposed.
    pub proposed: Decision,
    /// SHA-256 over the facts, the clause and the reference date.
    pub inputs_digest: Digest,
}

/// The part of an opinion that is kept with the decision.
#[derive(Debug, Clone, Serialize)]
pub struct Kept<'a> {
    clause: Option<&'a ClauseId>,
    source: Option<&'a str>,
    evaluation: Option<&'a Evaluation>,
    others: Vec<&'a ClauseId>,
    proposed: Decision,
}

#[derive(Serialize)]
struct Inputs<'a> {
    facts: &'a Facts,
    clause: Option<&'a Clause>,
    reference: Day,
}

impl Opinion {
    /// Forms the opinion. `clauses` are the rows of the batch's standard for the level in force on
    /// `reference`; `named` begins with the number of the clause the applicant applies under.
    #[must_use]
    pub fn form(clauses: &[Clause], named: &str, facts: &Facts, reference: Day) -> Self {
        let clause = clause_named(clauses, named).cloned();
        let evaluation = clause.as_ref().map(|clause| evaluate(clause, facts, reference));
        let proposed = match evaluation.as_ref().map(Evaluation::proposal) {
            Some(Proposal::Admit) => Decision::Accept,
            Some(Proposal::Refuse { .. }) => Decision::Refuse,
            // Without a clause there is nothing to hold the facts against: the applicant names one.
            Some(Proposal::Return { .. }) | None => Decision::Return,
        };
        let met = clauses_met(clauses, facts, reference);
        let others = met.into_iter().filter(|met| Some(&met.id) != clause.as_ref().map(|named| &named.id));
        let others = others.cloned().collect();
        let inputs_digest = digest(&Inputs { facts, clause: clause.as_ref(), reference });
        Self { clause, evaluation, others, proposed, inputs_digest }
    }

    /// What every leaf of the clause came to.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        self.evaluation.as_ref().map_or(&[], |evaluation| &evaluation.findings)
    }

    /// The JSON that is kept, sealed, with the decision.
    #[must_use]
    pub fn to_json(&self) -> String {
        let kept = Kept {
            clause: self.clause.as_ref().map(|clause| &clause.id),
            source: self.clause.as_ref().map(|clause| clause.validity.source.as_str()),
            evaluation: self.evaluation.as_ref(),
            others: self.others.iter().map(|clause| &clause.id).collect(),
            proposed: self.proposed,
        };
        // Texts, numbers and lists always serialise.
        serde_json::to_string(&kept).unwrap_or_default()
    }
}

fn digest(inputs: &Inputs<'_>) -> Digest {
    // As above; a digest of nothing would still differ from every other only by chance, so the
    // reference date stands in for what cannot be written.
    let text = serde_json::to_string(inputs).unwrap_or_else(|_| inputs.reference.to_string());
    Digest::from_bytes(&Sha256::digest(text).into())
}
