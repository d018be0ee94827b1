//! What experts find at a body that wants to evaluate (现场评估): conditions with points, and some that nothing outweighs. Pure.
use kernel::Score;

use super::refusal::CaseRefused;

/// One condition of a scheme: what is looked at, and how many points it gives.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Condition {
    /// Its number in the scheme.
    pub position: i64,
    /// What is looked at, in Chinese.
    pub name_zh: String,
    /// The same in English.
    pub name_en: String,
    /// The most it gives.
    pub most: i64,
    /// Whether failing it refuses everything (否决项): no points at all.
    pub is_veto: bool,
}

/// What the experts together found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The mean of the experts' sums.
    pub points: Score,
    /// The most there is.
    pub most: i64,
    /// Numbers of the conditions that nothing outweighs and for which more than half of the experts gave nothing.
    pub vetoed: Vec<i64>,
    /// Whether the body passes.
    pub is_passed: bool,
}

/// Whether one expert's points are complete: every condition has some, and none more than it gives.
///
/// # Errors
/// Every [`CaseRefused::NotScored`] and [`CaseRefused::BeyondMost`].
pub fn check_points(conditions: &[Condition], points: &[(i64, i64)]) -> Result<(), Vec<CaseRefused>> {
    let mut refused = Vec::new();
    for condition in conditions {
        let number = condition.position;
        match points.iter().find(|(position, _)| *position == number) {
            None => refused.push(CaseRefused::NotScored(number)),
            Some((_, given)) if !(0..=condition.most).contains(given) => {
                refused.push(CaseRefused::BeyondMost { number, most: condition.most });
            }
            Some(_) => {}
        }
    }
    if refused.is_empty() { Ok(()) } else { Err(refused) }
}

/// What several experts found, each with points for every condition; the body passes with `pass_points` and no veto.
#[must_use]
pub fn outcome(conditions: &[Condition], experts: &[Vec<(i64, i64)>], pass_points: i64) -> Outcome {
    let count = i64::try_from(experts.len()).unwrap_or(i64::MAX).max(1);
    let sum: i64 = experts.iter().flatten().map(|(_, points)| points).sum();
    let nothing = |position: i64| {
        let zero = |points: &&Vec<(i64, i64)>| points.contains(&(position, 0));
        i64::try_from(experts.iter().filter(zero).count()).unwrap_or(i64::MAX)
    };
    let vetoed: Vec<i64> = conditions
        .iter()
        .filter(|condition| condition.is_veto && nothing(condition.position) * 2 > count)
        .map(|condition| condition.position)
        .collect();
    // Hundredths, rounded down: a body does not pass by rounding.
    let points = Score(sum * 100 / count);
    let is_passed = vetoed.is_empty() && points.0 >= pass_points * 100;
    Outcome { points, most: conditions.iter().map(|condition| condition.most).sum(), vetoed, is_passed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions() -> Vec<Condition> {
        [(1, 40, false), (2, 40, false), (3, 20, true)]
            .map(|(position, most, is_veto)| Condition {
                position,
                name_zh: String::new(),
                name_en: String::new(),
                most,
                is_veto,
            })
            .to_vec()
    }

    #[test]
    fn a_body_passes_with_the_mean_of_its_experts_and_never_by_rounding() {
        let experts = |first: i64| {
            vec![
                vec![(1, first), (2, 30), (3, 20)],
                vec![(1, 40), (2, 30), (3, 20)],
                vec![(1, 40), (2, 30), (3, 20)],
            ]
        };
        // 80 + 90 + 90 = 260 / 3 = 86.66; with 81: 87.00.
        let below = outcome(&conditions(), &experts(30), 87);
        assert_eq!((below.points, below.most, below.is_passed), (Score(8_666), 100, false));
        assert!(outcome(&conditions(), &experts(31), 87).is_passed);
    }

    #[test]
    fn what_nothing_outweighs_refuses_when_more_than_half_give_it_nothing() {
        let expert = |veto: i64| vec![(1, 40), (2, 40), (3, veto)];
        let two_of_three = outcome(&conditions(), &[expert(0), expert(0), expert(20)], 60);
        assert_eq!((two_of_three.vetoed, two_of_three.is_passed), (vec![3], false));
        assert!(outcome(&conditions(), &[expert(0), expert(20), expert(20)], 60).is_passed);
        assert!(outcome(&conditions(), &[expert(0), expert(20)], 60).is_passed, "half is not more than half");
        testkit::proves!("S1-09", "experts score a base by dated conditions, and a veto refuses it");
    }

    #[test]
    fn every_condition_has_points_and_none_more_than_it_gives() {
        assert_eq!(check_points(&conditions(), &[(1, 0), (2, 40), (3, 20)]), Ok(()));
        assert_eq!(
            check_points(&conditions(), &[(1, 41), (2, -1)]),
            Err(vec![
                CaseRefused::BeyondMost { number: 1, most: 40 },
                CaseRefused::BeyondMost { number: 2, most: 40 },
                CaseRefused::NotScored(3),
            ])
        );
    }
}
