//! Practical and panel: every examiner seals a score of their own before anybody sees another's.
use kernel::Score;
use scheme::Component;

use super::{AssessmentRefused, PartOutcome};

/// What one examiner sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Account of the examiner.
    pub examiner: String,
    /// What they sealed.
    pub outcome: PartOutcome,
}

/// How many examiners must seal for this candidate: as many as the row of the component says, and
/// one more where the row says so of scores that lie far apart. `sealed` in the order of sealing.
#[must_use]
pub fn needed(component: &Component, sealed: &[Sealed]) -> usize {
    let regular = usize::try_from(component.examiners).unwrap_or_default();
    let first: Vec<Score> = sealed.iter().take(regular).filter_map(|one| one.outcome.score()).collect();
    let is_another = first.len() == regular && component.needs_another(&first);
    regular + usize::from(is_another)
}

/// Whether this examiner may seal this outcome.
///
/// # Errors
/// They have sealed already; enough examiners have; others recorded that the candidate was there
/// and this one that they were not, or the other way round.
pub fn may_seal(
    component: &Component,
    earlier: &[Sealed],
    who: &str,
    outcome: PartOutcome,
) -> Result<(), AssessmentRefused> {
    if earlier.iter().any(|one| one.examiner == who) {
        return Err(AssessmentRefused::AlreadySealed);
    }
    if earlier.len() >= needed(component, earlier) {
        return Err(AssessmentRefused::Complete);
    }
    if earlier.iter().any(|one| one.outcome.kind() != outcome.kind()) {
        return Err(AssessmentRefused::PresenceDiffers);
    }
    Ok(())
}

/// The one score of the part, once enough examiners have sealed; none before.
#[must_use]
pub fn combine(component: &Component, sealed: &[Sealed]) -> Option<PartOutcome> {
    if sealed.is_empty() || sealed.len() < needed(component, sealed) {
        return None;
    }
    let scores: Vec<Score> = sealed.iter().filter_map(|one| one.outcome.score()).collect();
    if scores.is_empty() {
        return Some(PartOutcome::Absent);
    }
    if scores.len() < sealed.len() {
        return None;
    }
    component.combine(&scores).map(PartOutcome::Scored)
}
