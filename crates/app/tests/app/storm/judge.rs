//! What must be true of the rows after a storm, decided from what everybody sent and was told.
use std::collections::BTreeSet;

use super::{
    candidate::{Candidate, End},
    rows::{CLOSE, HAND_IN, Rows, START},
};
use crate::kill::judge as answers;

/// What can be wrong with somebody's beginning or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// They never got the form.
    NoForm,
    /// They got one with something missing or something else in it.
    OtherForm,
    /// They saw it before the bell.
    ShownEarly,
    /// They have it, and the rows or the trail say that they have not begun.
    NotRecorded,
    /// The trail says more than once that they began.
    RecordedTwice,
    /// They began at an instant at which nobody may.
    BegunOutside,
    /// The code that let them in can be used again.
    CodeLeft,
    /// They were marked as absent and have begun, or were shown the form.
    AbsentBegan,
    /// Something that was acknowledged is not there.
    Lost,
    /// Something is there that nobody sent.
    NobodySent,
    /// Something counts that came after the close, or after the hand-in.
    CountedLate,
    /// They were told before the close that the time is over.
    ClosedEarly,
    /// They were told two things that cannot both be.
    TwoAnswers,
    /// Their hand-in was acknowledged and is not there, or has another receipt.
    HandInLost,
    /// They did not hand in, and the clock has not ended their work.
    NotClosed,
    /// The trail does not say exactly once that their work ended.
    NotEndedOnce,
}

/// Whose attempt, and what is wrong with it.
pub type Faults = BTreeSet<(String, Wrong)>;

/// How many people something is wrong with.
pub fn people(faults: &Faults) -> usize {
    faults.iter().map(|(attempt, _)| attempt).collect::<BTreeSet<_>>().len()
}

/// TR17: what is wrong while everybody works who began.
pub fn beginnings(candidates: &[Candidate], rows: &Rows) -> Faults {
    let mut faults = Faults::new();
    for candidate in candidates {
        let (id, row) = (candidate.id(), rows.of(candidate.id()));
        let starts = rows.entries(id, START);
        let has_begun = row.state == "open" && row.started_at.is_some();
        let mut notes = |is_wrong: bool, wrong: Wrong| {
            if is_wrong {
                faults.insert((id.to_owned(), wrong));
            }
        };
        candidate.wrong.iter().for_each(|wrong| notes(true, *wrong));
        if candidate.nature.is_absent {
            let is_untouched = row.state == "waiting" && row.started_at.is_none() && starts == 0;
            let is_wrong = candidate.is_shown || !is_untouched || row.code_hash.is_empty();
            notes(is_wrong, Wrong::AbsentBegan);
            continue;
        }
        notes(!candidate.has_form, Wrong::NoForm);
        notes(!has_begun || starts == 0, Wrong::NotRecorded);
        notes(starts > 1, Wrong::RecordedTwice);
        let is_outside = |at: i64| at < row.open_at || at >= row.close_at;
        notes(row.started_at.is_some_and(is_outside), Wrong::BegunOutside);
        notes(!row.code_hash.is_empty(), Wrong::CodeLeft);
    }
    faults
}

/// TR18: what is wrong when nobody works any more.
pub fn endings(candidates: &[Candidate], rows: &Rows) -> Faults {
    let mut faults = Faults::new();
    for candidate in candidates {
        let (id, row) = (candidate.id(), rows.of(candidate.id()));
        let held = rows.held(id);
        let mut notes = |is_wrong: bool, wrong: Wrong| {
            if is_wrong {
                faults.insert((id.to_owned(), wrong));
            }
        };
        candidate.wrong.iter().for_each(|wrong| notes(true, *wrong));
        let found = answers::judge(&candidate.sent, &held);
        notes(found.lost > 0 || rows.counted(id) != row.acked_seq, Wrong::Lost);
        notes(found.phantom > 0, Wrong::NobodySent);
        let is_void = candidate.void_from.is_some_and(|first| row.acked_seq >= first);
        let is_late = rows.last_arrival(id).is_some_and(|at| at >= row.close_at);
        notes(is_void || is_late, Wrong::CountedLate);
        let is_kept = |seq: &i64| *seq <= row.acked_seq || rows.is_late(id, *seq);
        notes(!candidate.evidence.iter().all(is_kept), Wrong::Lost);
        match &candidate.end {
            End::HandedIn { receipt, answered } => {
                let is_in_time = row.ended_at.is_some_and(|at| at < row.close_at);
                let is_this = row.receipt.as_deref() == Some(receipt.as_str());
                notes(row.state != "handed_in" || !is_in_time || !is_this, Wrong::HandInLost);
                notes(i64::try_from(held.answered()) != Ok(*answered), Wrong::Lost);
            }
            End::Open | End::TooLate => {
                let is_after = row.ended_at.is_some_and(|at| at >= row.close_at);
                notes(row.state != "closed" || !is_after, Wrong::NotClosed);
            }
            // Whoever was not answered may have handed in or not.
            End::Asked => {}
        }
        notes(rows.entries(id, HAND_IN) + rows.entries(id, CLOSE) != 1, Wrong::NotEndedOnce);
    }
    faults
}
