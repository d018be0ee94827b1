//! What a machine still holds that is no longer the one at the seat: evidence, never counted silently.
use super::{Attempt, CHANGES_MAX, Change, Counted, EVIDENCE_MAX};

/// What a machine offers that has been left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Epoch in which the changes were made, as it says.
    pub epoch: i64,
    /// Changes it never saw acknowledged.
    pub changes: Vec<Change>,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeftVerdict {
    /// These did not count and are kept; what counted under the same number is not among them.
    Evidence(Vec<Change>),
    /// The machine has not been left: what it holds are answers and are sent as such.
    AtTheSeat,
    /// No client of ours sends this.
    Malformed,
}

impl Attempt {
    /// Judges what a machine offers that sat at the seat in epoch `sat_in`: of that epoch, or of an
    /// earlier one, when its browser was killed and signed in again. `counted` holds at least
    /// the counted changes whose numbers it names.
    #[must_use]
    pub fn left_behind(&self, sat_in: i64, left: &Left, counted: &Counted) -> LeftVerdict {
        let frame = self.frame();
        let well_formed = left.changes.iter().all(|change| change.is_well_formed(frame.item_count));
        if left.epoch > sat_in || left.changes.len() > CHANGES_MAX || !well_formed {
            return LeftVerdict::Malformed;
        }
        if left.epoch == frame.epoch && self.ended().is_none() {
            return LeftVerdict::AtTheSeat;
        }
        let counts = |change: &Change| {
            counted.get(&change.seq).is_some_and(|(no, answer)| *no == change.no && *answer == change.answer)
        };
        let is_near = |change: &Change| change.seq - self.head().acked_seq <= EVIDENCE_MAX;
        let kept = left.changes.iter().filter(|change| is_near(change) && !counts(change));
        LeftVerdict::Evidence(kept.cloned().collect())
    }
}
