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

/// What a candidate has sent and was told.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Every change, number n at place n - 1: a number never changes its content.
    pub changes: Vec<Change>,
    /// The rolling hash after so many of them.
    heads: Vec<Digest>,
    /// Highest number that the server said is kept.
    told: i64,
    /// Item to the highest number of it that the server said is kept.
    promised: BTreeMap<i64, i64>,
}

impl Default for Sent {
    fn default() -> Self {
        let heads = vec![Digest::parse(NO_CHANGES).unwrap()];
        Self { changes: Vec::new(), heads, told: 0, promised: BTreeMap::new() }
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
        for change in self.open().iter().take_while(|change| change.seq <= told).cloned().collect::<Vec<_>>()
        {
            self.promised.insert(change.no, change.seq);
            self.told = change.seq;
        }
        assert!(self.told >= told, "the server acknowledges {told}, which nobody sent");
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

/// Compares the rows with what a client sent and was told.
pub fn judge(sent: &Sent, held: &Held) -> Faults {
    let mut faults = Faults { lost: (sent.told - held.acked_seq).max(0), ..Faults::default() };
    match sent.heads.get(usize::try_from(held.acked_seq).unwrap()) {
        None => faults.phantom += held.acked_seq + 1 - sent.next(),
        Some(head) => faults.phantom += i64::from(head.as_str() != held.chain_head),
    }
    for (no, (seq, answer)) in &held.answers {
        let source = usize::try_from(*seq - 1).ok().and_then(|at| sent.changes.get(at));
        let is_sent = source.is_some_and(|change| change.no == *no && change.answer == *answer);
        faults.phantom += i64::from(!is_sent || *seq > held.acked_seq);
    }
    for (no, seq) in &sent.promised {
        match held.answers.get(no) {
            None => faults.lost += 1,
            Some((kept, _)) => faults.regressed += i64::from(kept < seq),
        }
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
    let held = |acked: usize, answers: &[(i64, i64, &str)]| Held {
        acked_seq: i64::try_from(acked).unwrap(),
        chain_head: sent.heads[acked.min(3)].as_str().to_owned(),
        answers: answers.iter().map(|(no, seq, answer)| (*no, (*seq, (*answer).to_owned()))).collect(),
    };
    let whole = held(3, &[(7, 3, "C"), (8, 2, "B")]);
    for up_to in 0..=3 {
        assert_eq!(judge(&told(up_to), &whole), Faults::default(), "more than was told may be kept");
    }
    let faults = |lost, phantom, regressed| Faults { lost, phantom, regressed };
    assert_eq!(judge(&told(3), &held(2, &[(7, 1, "A"), (8, 2, "B")])), faults(1, 0, 1));
    assert_eq!(judge(&told(2), &held(3, &[(7, 3, "C")])), faults(1, 0, 0));
    assert_eq!(judge(&told(3), &held(3, &[(7, 1, "A"), (8, 2, "B")])), faults(0, 0, 1));
    assert_eq!(judge(&told(3), &held(3, &[(7, 3, "D"), (8, 2, "B")])), faults(0, 1, 0));
    assert_eq!(judge(&told(3), &held(3, &[(7, 3, "C"), (8, 2, "B"), (9, 4, "A")])), faults(0, 1, 0));
    assert_eq!(judge(&told(3), &held(4, &[(7, 3, "C"), (8, 2, "B")])), faults(0, 1, 0));
    let other_chain = Held { chain_head: NO_CHANGES.to_owned(), ..whole };
    assert_eq!(judge(&told(3), &other_chain), faults(0, 1, 0));
}
