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
    /// How many counted changes were looked at before, and are only counted now.
    pub counted_before: i64,
    /// Number to item and answer, of every counted change from there on.
    pub changes: BTreeMap<i64, (i64, String)>,
    /// Changes that were only counted: their numbers end here.
    pub looked_up_to: i64,
}

impl Held {
    /// How many items have an answer now; only where every change was looked at.
    pub fn answered(&self) -> usize {
        assert_eq!(self.looked_up_to, 0);
        let newest: BTreeMap<i64, &str> =
            self.changes.values().map(|(no, answer)| (*no, answer.as_str())).collect();
        newest.values().filter(|answer| !answer.is_empty()).count()
    }
}

/// Faults, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Faults {
    /// Changes a client was told are kept, and that are not.
    pub lost: i64,
    /// Rows and counts that nobody sent.
    pub phantom: i64,
}

impl std::ops::AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.lost += other.lost;
        self.phantom += other.phantom;
    }
}

/// What a candidate has sent and was told.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Every change, number n at place n - 1: a number never changes its content.
    pub changes: Vec<Change>,
    /// The rolling hash after so many of them.
    heads: Vec<Digest>,
    /// Highest number that the server said is kept.
    told: i64,
}

impl Default for Sent {
    fn default() -> Self {
        let heads = vec![Digest::parse(NO_CHANGES).unwrap()];
        Self { changes: Vec::new(), heads, told: 0 }
    }
}

impl Sent {
    /// Number of the next change.
    pub fn next(&self) -> i64 {
        i64::try_from(self.heads.len()).unwrap()
    }

    /// A change more.
    pub fn push(&mut self, change: Change) {
        assert_eq!(change.seq, self.next());
        self.heads.push(step(self.heads.last().unwrap(), &change));
        self.changes.push(change);
    }

    /// The server says that everything up to this number is kept. A later answer may name an earlier number.
    pub fn is_told(&mut self, told: i64) {
        assert!(told < self.next(), "the server acknowledges {told}, which nobody sent");
        self.told = self.told.max(told);
    }

    /// Highest number that the server said is kept.
    pub fn told(&self) -> i64 {
        self.told
    }

    /// What was sent and is not acknowledged.
    pub fn open(&self) -> &[Change] {
        &self.changes[usize::try_from(self.told).unwrap()..]
    }
}

/// Compares the rows with what a client sent and was told: every acknowledged change is there as it was sent, and
/// nothing is there, or counted, that was not.
pub fn judge(sent: &Sent, held: &Held) -> Faults {
    let mut faults = Faults::default();
    faults.lost += (held.looked_up_to - held.counted_before).max(0);
    faults.phantom += (held.counted_before - held.looked_up_to).max(0);
    match sent.heads.get(usize::try_from(held.acked_seq).unwrap()) {
        None => faults.phantom += held.acked_seq + 1 - sent.next(),
        Some(head) => faults.phantom += i64::from(head.as_str() != held.chain_head),
    }
    for (seq, (no, answer)) in &held.changes {
        let source = usize::try_from(*seq - 1).ok().and_then(|at| sent.changes.get(at));
        let is_sent = source.is_some_and(|change| change.no == *no && change.answer == *answer);
        faults.phantom += i64::from(!is_sent || *seq > held.acked_seq);
    }
    for seq in held.looked_up_to + 1..=sent.told.max(held.acked_seq.min(sent.next() - 1)) {
        let is_kept = seq <= held.acked_seq && held.changes.contains_key(&seq);
        // What is counted and was not acknowledged is a count of nothing.
        let fault = if seq <= sent.told { &mut faults.lost } else { &mut faults.phantom };
        *fault += i64::from(!is_kept);
    }
    faults
}

#[test]
fn the_judge_names_each_fault_and_nothing_else() {
    let change = |seq, no, answer: &str| Change { seq, no, answer: answer.to_owned(), at: 0 };
    let changes = [change(1, 7, "A"), change(2, 8, "B"), change(3, 7, "C")];
    let mut sent = Sent::default();
    changes.iter().for_each(|change| sent.push(change.clone()));
    let told = |told| {
        let mut sent = sent.clone();
        sent.is_told(told);
        sent
    };
    let held = |acked: usize, changes: &[(i64, i64, &str)]| Held {
        acked_seq: i64::try_from(acked).unwrap(),
        chain_head: sent.heads[acked.min(3)].as_str().to_owned(),
        counted_before: 0,
        changes: changes.iter().map(|(seq, no, answer)| (*seq, (*no, (*answer).to_owned()))).collect(),
        looked_up_to: 0,
    };
    let (first, second, third) = ((1, 7, "A"), (2, 8, "B"), (3, 7, "C"));
    let whole = held(3, &[first, second, third]);
    for up_to in 0..=3 {
        assert_eq!(judge(&told(up_to), &whole), Faults::default(), "more than was told may be kept");
    }
    assert_eq!(whole.answered(), 2);
    let faults = |lost, phantom| Faults { lost, phantom };
    assert_eq!(judge(&told(3), &held(2, &[first, second])), faults(1, 0), "the last is gone");
    assert_eq!(judge(&told(3), &held(3, &[first, third])), faults(1, 0), "one in the middle is gone");
    assert_eq!(
        judge(&told(3), &held(3, &[second, third])),
        faults(1, 0),
        "one that was followed by another is gone"
    );
    assert_eq!(judge(&told(2), &held(3, &[first, second])), faults(0, 1), "a count without its row");
    assert_eq!(judge(&told(3), &held(2, &[first, second, third])), faults(1, 1), "a row that is not counted");
    assert_eq!(judge(&told(3), &held(3, &[first, second, (3, 7, "D")])), faults(0, 1));
    assert_eq!(judge(&told(3), &held(3, &[first, second, third, (4, 9, "A")])), faults(0, 1));
    assert_eq!(judge(&told(3), &held(4, &[first, second, third])), faults(0, 1));
    let later = |counted_before| Held { counted_before, looked_up_to: 2, ..held(3, &[third]) };
    assert_eq!(judge(&told(3), &later(2)), faults(0, 0));
    assert_eq!(judge(&told(3), &later(1)), faults(1, 0), "one of those that were looked at before is gone");
    assert_eq!(judge(&told(3), &later(3)), faults(0, 1));
    let other_chain = Held { chain_head: NO_CHANGES.to_owned(), ..whole };
    assert_eq!(judge(&told(3), &other_chain), faults(0, 1));
}
