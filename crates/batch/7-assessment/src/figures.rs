//! Writing one figure down: a clerk's entry, an examiner's sealed score, and what it makes together with
//! the others'. The caller holds the part's sheet ([`store::take_sheet`]).
use ::store::Tx;
use identity::Env;
use kernel::BatchCode;
use scheme::Component;

use crate::{
    AssessmentRefused, Origin, PartOutcome,
    room::Target,
    rules::{Entry, Sealed, agreed, combine, digest_of, may_seal, next_slot},
    store::{self, NewEntry, NewScore, NewSealed},
};

/// Somebody who writes figures down.
pub(crate) struct Writer<'a> {
    pub env: &'a Env,
    pub batch: &'a BatchCode,
    /// Account.
    pub who: &'a str,
}

/// What a figure made together with the others'.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Written {
    /// Others have not written theirs.
    Entered,
    /// It was the last one needed: the part's score is sealed.
    Agreed,
    /// It differs from the other clerk's.
    Differs,
}

impl Writer<'_> {
    /// A clerk's entry of a script that has these entries already.
    pub(crate) async fn enter(
        &self,
        tx: &mut Tx,
        target: &Target,
        entries: &mut Vec<Entry>,
        outcome: PartOutcome,
    ) -> sqlx::Result<Result<Written, AssessmentRefused>> {
        let slot = match next_slot(entries, self.who) {
            Ok(slot) => slot,
            Err(refused) => return Ok(Err(refused)),
        };
        let new = NewEntry {
            id: &self.env.new_id(),
            batch: self.batch,
            application: &target.application_id,
            component: &target.component_id,
            room: &target.room_use_id,
            slot,
            by: self.who,
            outcome,
            at: self.env.now(),
        };
        store::insert_entry(tx, new).await?;
        entries.push(Entry { round: slot.round, entry: slot.entry, by: self.who.to_owned(), outcome });
        if slot.entry == 1 {
            return Ok(Ok(Written::Entered));
        }
        let Some(outcome) = agreed(entries) else { return Ok(Ok(Written::Differs)) };
        let line = |one: &Entry| format!("{} {} {} {}", one.round, one.entry, one.by, one.outcome.text());
        let inputs: Vec<String> = entries.iter().map(line).collect();
        self.score(tx, target, outcome, (Origin::DoubleEntry, &inputs)).await?;
        Ok(Ok(Written::Agreed))
    }

    /// An examiner's score; sealed for good.
    pub(crate) async fn seal(
        &self,
        tx: &mut Tx,
        component: &Component,
        target: &Target,
        outcome: PartOutcome,
    ) -> sqlx::Result<Result<Written, AssessmentRefused>> {
        let (part, application) = (target.component_id.as_str(), target.application_id.as_str());
        let mut sealed = store::sealed_of_candidate(tx, part, application).await?;
        if let Err(refused) = may_seal(component, &sealed, self.who, outcome) {
            return Ok(Err(refused));
        }
        let new = NewSealed {
            id: &self.env.new_id(),
            batch: self.batch,
            application,
            component: part,
            room: &target.room_use_id,
            examiner: self.who,
            outcome,
            at: self.env.now(),
        };
        if !store::insert_sealed(tx, new).await? {
            return Ok(Err(AssessmentRefused::AlreadySealed));
        }
        sealed.push(Sealed { examiner: self.who.to_owned(), outcome });
        let Some(outcome) = combine(component, &sealed) else { return Ok(Ok(Written::Entered)) };
        let line = |one: &Sealed| format!("{} {}", one.examiner, one.outcome.text());
        let mut inputs: Vec<String> = sealed.iter().map(line).collect();
        inputs.sort();
        self.score(tx, target, outcome, (Origin::SealedScores, &inputs)).await?;
        Ok(Ok(Written::Agreed))
    }

    async fn score(
        &self,
        tx: &mut Tx,
        target: &Target,
        outcome: PartOutcome,
        (origin, inputs): (Origin, &[String]),
    ) -> sqlx::Result<()> {
        let score = NewScore {
            id: self.env.new_id(),
            application_id: target.application_id.clone(),
            component_id: target.component_id.clone(),
            room_use_id: Some(target.room_use_id.clone()),
            outcome,
            origin,
            inputs_digest: digest_of(inputs),
        };
        store::insert_scores(tx, self.batch, &[score], self.who, self.env.now()).await.map(|_| ())
    }
}
