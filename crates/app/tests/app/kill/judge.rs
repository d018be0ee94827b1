//! What must be true of the rows after a kill, decided from what the clients sent and were told.
use std::collections::BTreeMap;

use kernel::Digest;
use sitting::rules::{Change, NO_CHANGES, step};

/// What the database holds of one attempt.
#[derive(Debug, Clone)]
pub struct Held {
    /// Number of the last counted change.
    pub acked_seq: i64,
    /// Rolling hash up to it.
    pub chain_head: String,
    /// Item to number and answer.
    pub answers: BTreeMap<i64, (i64, String)>,
}

/// Faults, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Changes a client was told are kept, and that are not.
    pub lost: i64,
    /// Rows and counts that nobody sent.
    pub phantom: i64,
    /// Items whose row is older than what a client was told is kept.
    pub regressed: i64,
}

impl std::ops::AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.phantom += other.phantom;
        self.regressed += other.regressed;
    }
}

/// Compares: `sent` holds change number n at place n - 1, `told` is the highest number a client was
/// told is on disk.
pub fn judge(sent: &[Change], told: i64, held: &Held) -> Faults {
    let mut faults = Faults { lost: (told - held.acked_seq).max(0), ..Faults::default() };
    let count = usize::try_from(held.acked_seq).unwrap();
    match sent.get(..count) {
        None => faults.phantom += held.acked_seq - i64::try_from(sent.len()).unwrap(),
        Some(counted) => faults.phantom += i64::from(chain_of(counted) != held.chain_head),
    }
    for (no, (seq, answer)) in &held.answers {
        let source = usize::try_from(*seq - 1).ok().and_then(|at| sent.get(at));
        let is_sent = source.is_some_and(|change| change.no == *no && change.answer == *answer);
        faults.phantom += i64::from(!is_sent || *seq > held.acked_seq);
    }
    let promised: BTreeMap<i64, i64> =
        sent.iter().filter(|change| change.seq <= told).map(|change| (change.no, change.seq)).collect();
    for (no, seq) in promised {
        match held.answers.get(&no) {
            None => faults.lost += 1,
            Some((kept, _)) => faults.regressed += i64::from(*kept < seq),
        }
    }
    faults
}

fn chain_of(counted: &[Change]) -> String {
    let empty = Digest::parse(NO_CHANGES).unwrap();
    counted.iter().fold(empty, |head, change| step(&head, change)).as_str().to_owned()
}

#[test]
fn the_judge_names_each_fault_and_nothing_else() {
    let change = |seq, no, answer: &str| Change { seq, no, answer: answer.to_owned(), at: 0 };
    let sent = [change(1, 7, "A"), change(2, 8, "B"), change(3, 7, "C")];
    let held = |acked: usize, answers: &[(i64, i64, &str)]| Held {
        acked_seq: i64::try_from(acked).unwrap(),
        chain_head: chain_of(&sent[..acked.min(3)]),
        answers: answers.iter().map(|(no, seq, answer)| (*no, (*seq, (*answer).to_owned()))).collect(),
    };
    let whole = held(3, &[(7, 3, "C"), (8, 2, "B")]);
    for told in 0..=3 {
        assert_eq!(judge(&sent, told, &whole), Faults::default(), "more than was told may be kept");
    }
    let faults = |lost, phantom, regressed| Faults { lost, phantom, regressed };
    assert_eq!(judge(&sent, 3, &held(2, &[(7, 1, "A"), (8, 2, "B")])), faults(1, 0, 1));
    assert_eq!(judge(&sent, 2, &held(3, &[(7, 3, "C")])), faults(1, 0, 0));
    assert_eq!(judge(&sent, 3, &held(3, &[(7, 1, "A"), (8, 2, "B")])), faults(0, 0, 1));
    assert_eq!(judge(&sent, 3, &held(3, &[(7, 3, "D"), (8, 2, "B")])), faults(0, 1, 0));
    assert_eq!(judge(&sent, 3, &held(3, &[(7, 3, "C"), (8, 2, "B"), (9, 4, "A")])), faults(0, 1, 0));
    assert_eq!(judge(&sent, 3, &held(4, &[(7, 3, "C"), (8, 2, "B")])), faults(0, 1, 0));
    let other_chain = Held { chain_head: NO_CHANGES.to_owned(), ..whole };
    assert_eq!(judge(&sent, 3, &other_chain), faults(0, 1, 0));
}
