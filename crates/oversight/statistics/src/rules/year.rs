//! What a year came to: batches and people, organisation by organisation (认定批次、人次).
use std::collections::BTreeMap;

use kernel::{BatchCode, OrgPath};

/// A batch of the year, as far as it counts here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its code.
    pub code: BatchCode,
    /// Who holds it.
    pub org_path: OrgPath,
}

/// People of each batch who came as far as one step.
pub type ByBatch = Vec<(String, i64)>;

/// Batches, and how often somebody applied, sat, passed: who comes twice counts twice (人次).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Volume {
    /// Published batches.
    pub batches: i64,
    /// Applications that stand.
    pub applied: i64,
    /// On a frozen list.
    pub admitted: i64,
    /// Came to at least one sitting.
    pub present: i64,
    /// Of those present: in batches whose results are published.
    pub judged: i64,
    /// Passed, and it is published.
    pub passed: i64,
    /// Valid certificates.
    pub certified: i64,
}

impl Volume {
    fn add(&mut self, other: Self) {
        self.batches += other.batches;
        self.applied += other.applied;
        self.admitted += other.admitted;
        self.present += other.present;
        self.judged += other.judged;
        self.passed += other.passed;
        self.certified += other.certified;
    }

    /// How many of those who came passed, in tenths of a hundredth, rounded half up; of batches whose
    /// results are published, none when there are none.
    #[must_use]
    pub fn pass_rate(&self) -> Option<i64> {
        (self.judged > 0).then(|| (self.passed * 2000 + self.judged) / (2 * self.judged))
    }
}

/// A year, each organisation by itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Year {
    /// By the organisation that held the batches.
    pub organisations: BTreeMap<OrgPath, Volume>,
}

/// What was counted, batch by batch.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// See [`Volume`].
    pub applied: ByBatch,
    /// See [`Volume`].
    pub admitted: ByBatch,
    /// See [`Volume`].
    pub present: ByBatch,
    /// See [`Volume`]; holds every batch whose results are published.
    pub passed: ByBatch,
    /// See [`Volume`].
    pub certified: ByBatch,
}

impl Year {
    /// Adds up what was counted for the batches of a year.
    #[must_use]
    pub fn of(held: &[Held], counted: &Counted) -> Self {
        let mut year = Self::default();
        let is_published = |batch: &Held| counted.passed.iter().any(|(code, _)| code == batch.code.as_str());
        for batch in held {
            let of = |counts: &ByBatch| {
                counts.iter().filter(|(code, _)| code == batch.code.as_str()).map(|(_, count)| count).sum()
            };
            year.organisations.entry(batch.org_path.clone()).or_default().add(Volume {
                batches: 1,
                applied: of(&counted.applied),
                admitted: of(&counted.admitted),
                present: of(&counted.present),
                judged: if is_published(batch) { of(&counted.present) } else { 0 },
                passed: of(&counted.passed),
                certified: of(&counted.certified),
            });
        }
        year
    }

    /// All organisations together.
    #[must_use]
    pub fn total(&self) -> Volume {
        let mut total = Volume::default();
        self.organisations.values().for_each(|volume| total.add(*volume));
        total
    }
}

#[cfg(test)]
mod tests {
    use testkit::proves;

    use super::*;

    fn held(code: &str, path: &str) -> Held {
        Held { code: BatchCode::parse(code).unwrap(), org_path: OrgPath::parse(path).unwrap() }
    }

    fn counts(rows: &[(&str, i64)]) -> ByBatch {
        rows.iter().map(|(code, count)| ((*code).to_owned(), *count)).collect()
    }

    #[test]
    fn batches_and_people_are_added_up_for_each_organisation() {
        let batches = [held("A-1", "/league"), held("A-2", "/league"), held("B-1", "/college")];
        let counted = Counted {
            applied: counts(&[("A-1", 60), ("A-2", 40), ("B-1", 7), ("C-1", 1000)]),
            admitted: counts(&[("A-1", 50), ("B-1", 6)]),
            present: counts(&[("A-1", 48), ("A-2", 9), ("B-1", 6)]),
            passed: counts(&[("A-1", 33)]),
            certified: counts(&[("A-1", 32)]),
        };
        let year = Year::of(&batches, &counted);
        let league = year.organisations[&OrgPath::parse("/league").unwrap()];
        assert_eq!(
            league,
            Volume {
                batches: 2,
                applied: 100,
                admitted: 50,
                present: 57,
                judged: 48,
                passed: 33,
                certified: 32
            }
        );
        assert_eq!(league.pass_rate(), Some(688), "68.75 becomes 68.8; A-2 is not published");
        let total = year.total();
        assert_eq!((total.batches, total.applied, total.present), (3, 107, 63), "C-1 is of another year");
        assert_eq!(Volume { present: 9, ..Volume::default() }.pass_rate(), None);
        proves!("S2-05", "how many batches and how many people in a year, for each organisation and all");
    }
}
