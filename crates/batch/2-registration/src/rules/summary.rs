//! Live totals of a batch: by occupation, level and status, and overall.
use kernel::{LevelCode, OccupationCode};

use crate::{ApplicationStatus, Total};

/// Counts of one kind of application.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Handed in.
    pub submitted: i64,
    /// Given back, unfinished.
    pub returned: i64,
    /// Taken back.
    pub withdrawn: i64,
}

impl Counts {
    /// Applications that stand, with the unfinished ones.
    #[must_use]
    pub fn standing(&self) -> i64 {
        self.submitted + self.returned
    }

    fn add(&mut self, status: ApplicationStatus, count: i64) {
        match status {
            ApplicationStatus::Submitted => self.submitted += count,
            ApplicationStatus::Returned => self.returned += count,
            ApplicationStatus::Withdrawn => self.withdrawn += count,
        }
    }
}

/// The totals of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// One line a level, in the order of the totals.
    pub levels: Vec<(OccupationCode, LevelCode, Counts)>,
    /// One line an occupation.
    pub occupations: Vec<(OccupationCode, Counts)>,
    /// Everything.
    pub overall: Counts,
}

/// Adds up.
#[must_use]
pub fn summary(totals: &[Total]) -> Summary {
    let mut summary = Summary::default();
    for total in totals {
        let (occupation, level) = (&total.occupation_code, &total.level_code);
        summary.overall.add(total.status, total.count);
        match summary.occupations.iter_mut().find(|(known, _)| known == occupation) {
            Some((_, counts)) => counts.add(total.status, total.count),
            None => {
                let mut counts = Counts::default();
                counts.add(total.status, total.count);
                summary.occupations.push((occupation.clone(), counts));
            }
        }
        match summary.levels.iter_mut().find(|(known, at, _)| known == occupation && at == level) {
            Some((_, _, counts)) => counts.add(total.status, total.count),
            None => {
                let mut counts = Counts::default();
                counts.add(total.status, total.count);
                summary.levels.push((occupation.clone(), level.clone(), counts));
            }
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_add_up_by_occupation_and_overall_with_and_without_unfinished() {
        let total = |occupation: &str, level: &str, status, count| Total {
            occupation_code: OccupationCode::parse(occupation).unwrap(),
            level_code: LevelCode::parse(level).unwrap(),
            status,
            count,
        };
        let (hr, lr) = ("4-07-03-04", "4-07-03-02");
        let summary = summary(&[
            total(lr, "3", ApplicationStatus::Submitted, 2207),
            total(hr, "3", ApplicationStatus::Returned, 298),
            total(hr, "3", ApplicationStatus::Submitted, 9000),
            total(hr, "4", ApplicationStatus::Submitted, 813),
            total(hr, "4", ApplicationStatus::Withdrawn, 5),
        ]);
        assert_eq!(summary.overall, Counts { submitted: 12_020, returned: 298, withdrawn: 5 });
        assert_eq!(summary.overall.standing(), 12_318);
        let standing: Vec<i64> = summary.occupations.iter().map(|(_, counts)| counts.standing()).collect();
        assert_eq!(standing, [2207, 10_111]);
        assert_eq!(summary.levels.len(), 3);
    }
}
