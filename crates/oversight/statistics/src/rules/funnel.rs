//! The way from the application to the certificate, in figures.
use std::collections::{BTreeMap, HashMap};

use admission::{Count, State, city_of};
use kernel::OrgPath;

/// A step on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Applied, and did not take it back.
    Applied,
    /// Accepted by the review.
    Accepted,
    /// The fee was received.
    Paid,
    /// On the frozen list.
    Admitted,
    /// Came to at least one sitting.
    Present,
    /// Passed, and it is published.
    Passed,
    /// Holds a valid certificate.
    Certified,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 7] = [
        Self::Applied,
        Self::Accepted,
        Self::Paid,
        Self::Admitted,
        Self::Present,
        Self::Passed,
        Self::Certified,
    ];

    /// Key of its name in `locales/`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Applied => "funnel-applied",
            Self::Accepted => "funnel-accepted",
            Self::Paid => "funnel-paid",
            Self::Admitted => "funnel-admitted",
            Self::Present => "funnel-present",
            Self::Passed => "funnel-passed",
            Self::Certified => "funnel-certified",
        }
    }
}

/// How many reached each step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Row([i64; Step::ALL.len()]);

impl Row {
    /// How many reached a step.
    #[must_use]
    pub fn of(&self, step: Step) -> i64 {
        Step::ALL.iter().zip(self.0).filter(|(known, _)| **known == step).map(|(_, count)| count).sum()
    }

    /// How many reached it of those who applied, in tenths of a hundredth, rounded half up; none
    /// when nobody applied.
    #[must_use]
    pub fn share(&self, step: Step) -> Option<i64> {
        let whole = self.of(Step::Applied);
        (whole > 0).then(|| (self.of(step) * 2000 + whole) / (2 * whole))
    }

    fn add(&mut self, step: Step, count: i64) {
        for (known, slot) in Step::ALL.iter().zip(&mut self.0) {
            *slot += if *known == step { count } else { 0 };
        }
    }

    fn merge(&mut self, other: &Self) {
        for (slot, count) in self.0.iter_mut().zip(other.0) {
            *slot += count;
        }
    }
}

/// The funnel of a batch, city by city.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Funnel {
    /// Each city's row, by path.
    pub cities: BTreeMap<OrgPath, Row>,
}

impl Funnel {
    /// Counts by state, and how those stood who were left out of the list.
    #[must_use]
    pub fn of_counts(batch: &OrgPath, counts: &[Count], left_out: &[Count]) -> Self {
        let mut funnel = Self::default();
        for count in counts {
            for step in steps_of(count.state) {
                funnel.row(batch, &count.point_path).add(*step, count.count);
            }
        }
        for count in left_out.iter().filter(|count| count.state == State::Accepted) {
            funnel.row(batch, &count.point_path).add(Step::Accepted, count.count);
        }
        funnel
    }

    /// Adds the applications that reached a later step; whoever is not among `points` is beyond the
    /// reader's reach.
    pub fn reach(
        &mut self,
        batch: &OrgPath,
        step: Step,
        applications: &[String],
        points: &HashMap<String, OrgPath>,
    ) {
        for point in applications.iter().filter_map(|application| points.get(application)) {
            self.row(batch, point).add(step, 1);
        }
    }

    /// All cities together.
    #[must_use]
    pub fn total(&self) -> Row {
        let mut total = Row::default();
        self.cities.values().for_each(|row| total.merge(row));
        total
    }

    fn row(&mut self, batch: &OrgPath, point: &OrgPath) -> &mut Row {
        self.cities.entry(city_of(batch, point)).or_default()
    }
}

/// The steps that somebody in a state of admission has behind them.
fn steps_of(state: State) -> &'static [Step] {
    match state {
        State::Pending | State::Returned | State::Refused | State::LeftOut => &[Step::Applied],
        State::Accepted => &[Step::Applied, Step::Accepted],
        State::Paid => &[Step::Applied, Step::Accepted, Step::Paid],
        State::Admitted => &[Step::Applied, Step::Accepted, Step::Paid, Step::Admitted],
        State::Withdrawn => &[],
    }
}

#[cfg(test)]
mod tests {
    use kernel::{LevelCode, OccupationCode};
    use proptest::prelude::*;

    use super::*;

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    fn count(point: &str, state: State, count: i64) -> Count {
        Count {
            point_path: path(point),
            occupation_code: OccupationCode::parse("4-07-03-04").unwrap(),
            level_code: LevelCode::parse("3").unwrap(),
            state,
            count,
        }
    }

    #[test]
    fn each_step_counts_those_who_reached_it() {
        let counts = [
            count("/demo/nancheng/point", State::Admitted, 8),
            count("/demo/nancheng/point", State::LeftOut, 3),
            count("/demo/xicheng/point", State::Admitted, 4),
            count("/demo/xicheng/point", State::Withdrawn, 5),
            count("/demo/xicheng/point", State::Refused, 1),
        ];
        let left = [
            count("/demo/nancheng/point", State::Accepted, 2),
            count("/demo/nancheng/point", State::Returned, 1),
        ];
        let batch = path("/demo");
        let mut funnel = Funnel::of_counts(&batch, &counts, &left);
        let points = HashMap::from([
            ("a".to_owned(), path("/demo/nancheng/point")),
            ("b".to_owned(), path("/demo/xicheng/point")),
        ]);
        funnel.reach(&batch, Step::Present, &["a".into(), "b".into(), "beyond".into()], &points);
        funnel.reach(&batch, Step::Passed, &["b".into()], &points);
        assert_eq!(funnel.cities[&path("/demo/nancheng")].0, [11, 10, 8, 8, 1, 0, 0]);
        assert_eq!(funnel.cities[&path("/demo/xicheng")].0, [5, 4, 4, 4, 1, 1, 0]);
        assert_eq!(funnel.total().0, [16, 14, 12, 12, 2, 1, 0]);
        assert_eq!(funnel.total().share(Step::Accepted), Some(875));
        assert_eq!(funnel.total().share(Step::Passed), Some(63), "6.25 becomes 6.3");
        assert_eq!(Row::default().share(Step::Passed), None);
    }

    proptest! {
        #[test]
        fn nobody_reaches_a_step_of_admission_without_the_one_before(
            rows in prop::collection::vec((0usize..3, prop::sample::select(State::ALL.to_vec()), 0i64..100), 0..30),
        ) {
            let counts: Vec<_> = rows
                .iter()
                .map(|(city, state, number)| count(&format!("/demo/city-{city}/point"), *state, *number))
                .collect();
            let funnel = Funnel::of_counts(&path("/demo"), &counts, &[]);
            for row in funnel.cities.values().chain([&funnel.total()]) {
                let steps: Vec<i64> = Step::ALL.map(|step| row.of(step)).to_vec();
                prop_assert!(steps.windows(2).all(|pair| pair[0] >= pair[1]), "{steps:?}");
                prop_assert!(Step::ALL.iter().all(|step| row.share(*step).is_none_or(|share| share <= 1000)));
            }
        }
    }
}
