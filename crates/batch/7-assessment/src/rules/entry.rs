//! Paper theory: the same scripts entered by two people who do not see each other's figures.
use super::{AssessmentRefused, PartOutcome};

/// What one clerk entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Round, from 1; a new one begins when the two of the last differ.
    pub round: i64,
    /// First or second of the round.
    pub entry: i64,
    /// Account of the clerk.
    pub by: String,
    /// What they read on the script.
    pub outcome: PartOutcome,
}

/// Where the next entry goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Round.
    pub round: i64,
    /// First or second.
    pub entry: i64,
}

/// How one candidate stands for one clerk: their own figures and nothing of anybody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// This clerk may enter.
    Open,
    /// This clerk has entered; somebody else has not.
    Entered(PartOutcome),
    /// The last two entries differ: read the script again. With this clerk's own last figure.
    Differs(Option<PartOutcome>),
}

fn of_round(entries: &[Entry], round: i64) -> Vec<&Entry> {
    entries.iter().filter(|entry| entry.round == round).collect()
}

fn last_round(entries: &[Entry]) -> i64 {
    entries.iter().map(|entry| entry.round).max().unwrap_or(1)
}

/// Where this clerk's entry goes.
///
/// # Errors
/// The clerk has entered already: the second figure must be another person's.
pub fn next_slot(entries: &[Entry], who: &str) -> Result<Slot, AssessmentRefused> {
    let round = last_round(entries);
    match of_round(entries, round).as_slice() {
        [] => Ok(Slot { round, entry: 1 }),
        [only] if only.by == who => Err(AssessmentRefused::AlreadyEntered),
        [_] => Ok(Slot { round, entry: 2 }),
        // Two that agree are sealed and closed; these differ.
        _ => Ok(Slot { round: round + 1, entry: 1 }),
    }
}

/// The figure both clerks of the last round read, if they did.
#[must_use]
pub fn agreed(entries: &[Entry]) -> Option<PartOutcome> {
    match of_round(entries, last_round(entries)).as_slice() {
        [first, second] if first.outcome == second.outcome && first.by != second.by => Some(first.outcome),
        _ => None,
    }
}

/// How the candidate stands for this clerk, as long as nothing is sealed.
#[must_use]
pub fn entry_state(entries: &[Entry], who: &str) -> EntryState {
    let round = last_round(entries);
    let own =
        |round| of_round(entries, round).into_iter().find(|entry| entry.by == who).map(|entry| entry.outcome);
    match (of_round(entries, round).len(), own(round)) {
        (0 | 1, Some(outcome)) => EntryState::Entered(outcome),
        (0 | 1, None) if round > 1 => EntryState::Differs(own(round - 1)),
        (0 | 1, None) => EntryState::Open,
        (_, own) => EntryState::Differs(own),
    }
}

#[cfg(test)]
mod tests {
    use kernel::Score;

    use super::*;

    fn entry(round: i64, entry: i64, by: &str, score: i64) -> Entry {
        Entry { round, entry, by: by.into(), outcome: PartOutcome::Scored(Score(score)) }
    }

    #[test]
    fn two_people_enter_and_one_person_never_twice() {
        assert_eq!(next_slot(&[], "one"), Ok(Slot { round: 1, entry: 1 }));
        let first = [entry(1, 1, "one", 6000)];
        assert_eq!(next_slot(&first, "one"), Err(AssessmentRefused::AlreadyEntered));
        assert_eq!(next_slot(&first, "two"), Ok(Slot { round: 1, entry: 2 }));
        assert_eq!(agreed(&first), None);
        assert_eq!(
            agreed(&[entry(1, 1, "one", 6000), entry(1, 2, "two", 6000)]),
            Some(PartOutcome::Scored(Score(6000)))
        );
        // A row that names the same clerk twice agrees with nobody.
        assert_eq!(agreed(&[entry(1, 1, "one", 6000), entry(1, 2, "one", 6000)]), None);
    }

    #[test]
    fn figures_that_differ_begin_a_new_round_and_show_each_clerk_only_their_own() {
        let differ = [entry(1, 1, "one", 6000), entry(1, 2, "two", 9000)];
        assert_eq!(agreed(&differ), None);
        assert_eq!(entry_state(&differ, "one"), EntryState::Differs(Some(PartOutcome::Scored(Score(6000)))));
        assert_eq!(entry_state(&differ, "three"), EntryState::Differs(None));
        assert_eq!(next_slot(&differ, "two"), Ok(Slot { round: 2, entry: 1 }));
        let again = [differ[0].clone(), differ[1].clone(), entry(2, 1, "two", 6000)];
        assert_eq!(entry_state(&again, "two"), EntryState::Entered(PartOutcome::Scored(Score(6000))));
        assert_eq!(entry_state(&again, "one"), EntryState::Differs(Some(PartOutcome::Scored(Score(6000)))));
        assert_eq!(next_slot(&again, "one"), Ok(Slot { round: 2, entry: 2 }));
        assert_eq!(agreed(&again), None);
    }

    #[test]
    fn an_absent_candidate_and_a_score_differ() {
        let mut two = [entry(1, 1, "one", 0), entry(1, 2, "two", 0)];
        two[1].outcome = PartOutcome::Absent;
        assert_eq!(agreed(&two), None);
        two[0].outcome = PartOutcome::Absent;
        assert_eq!(agreed(&two), Some(PartOutcome::Absent));
    }
}
