//! Practical and panel: every examiner seals a score of their own before anybody sees another's.
use kernel::Score;
use scheme::Component;

use super::{AssessmentRefused, PartOutcome};

/// What one examiner sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Account of the examiner.
    pub examiner: String,
    /// What they sealed.
    pub outcome: PartOutcome,
}

/// How many examiners must seal for this candidate: as many as the row of the component says, and
/// one more where the row says so of scores that lie far apart. `sealed` in the order of sealing.
#[must_use]
pub fn needed(component: &Component, sealed: &[Sealed]) -> usize {
    let regular = usize::try_from(component.examiners).unwrap_or_default();
    let first: Vec<Score> = sealed.iter().take(regular).filter_map(|one| one.outcome.score()).collect();
    let is_another = first.len() == regular && component.needs_another(&first);
    regular + usize::from(is_another)
}

/// Whether this examiner may seal this outcome.
///
/// # Errors
/// They have sealed already; enough examiners have; others recorded that the candidate was there
/// and this one that they were not, or the other way round.
pub fn may_seal(
    component: &Component,
    earlier: &[Sealed],
    who: &str,
    outcome: PartOutcome,
) -> Result<(), AssessmentRefused> {
    if earlier.iter().any(|one| one.examiner == who) {
        return Err(AssessmentRefused::AlreadySealed);
    }
    if earlier.len() >= needed(component, earlier) {
        return Err(AssessmentRefused::Complete);
    }
    if earlier.iter().any(|one| one.outcome.kind() != outcome.kind()) {
        return Err(AssessmentRefused::PresenceDiffers);
    }
    Ok(())
}

/// The one score of the part, once enough examiners have sealed; none before.
#[must_use]
pub fn combine(component: &Component, sealed: &[Sealed]) -> Option<PartOutcome> {
    if sealed.is_empty() || sealed.len() < needed(component, sealed) {
        return None;
    }
    let scores: Vec<Score> = sealed.iter().filter_map(|one| one.outcome.score()).collect();
    if scores.is_empty() {
        return Some(PartOutcome::Absent);
    }
    if scores.len() < sealed.len() {
        return None;
    }
    component.combine(&scores).map(PartOutcome::Scored)
}

#[cfg(test)]
mod tests {
    use super::*;

    use kernel::{Day, LevelCode};
    use scheme::{Combination, ComponentKind, Confidence, Delivery, Rounding, Scoring, Validity};

    fn panel(examiners: i64, third_on_difference: Option<i64>) -> Component {
        Component {
            id: "panel".into(),
            standard_id: "s".into(),
            level_code: LevelCode::parse("2").unwrap(),
            kind: ComponentKind::Panel,
            position: 3,
            name_zh: String::new(),
            name_en: String::new(),
            delivery: Delivery::OnSite,
            minutes: 30,
            weight_percent: 100,
            pass_mark: Score(6000),
            scoring: Scoring::SealedScores,
            examiners,
            combination: Combination::Mean,
            rounding: Rounding::HundredthHalfUp,
            third_on_difference: third_on_difference.map(Score),
            validity: Validity {
                valid_from: Day::EPOCH,
                valid_to: None,
                source: String::new(),
                confidence: Confidence::D,
            },
        }
    }

    fn sealed(scores: &[i64]) -> Vec<Sealed> {
        let one = |(place, points): (usize, &i64)| Sealed {
            examiner: place.to_string(),
            outcome: PartOutcome::Scored(Score(points * 100)),
        };
        scores.iter().enumerate().map(one).collect()
    }

    #[test]
    fn the_score_is_combined_when_the_last_examiner_has_sealed_and_not_before() {
        let five = sealed(&[58, 57, 61, 55, 59]);
        for few in 0..5 {
            assert_eq!(combine(&panel(5, None), &five[..few]), None, "{few}");
        }
        assert_eq!(combine(&panel(5, None), &five), Some(PartOutcome::Scored(Score(5800))));
        assert_eq!(
            may_seal(&panel(5, None), &five, "9", PartOutcome::Absent),
            Err(AssessmentRefused::Complete)
        );
    }

    #[test]
    fn nobody_seals_twice_and_all_agree_whether_the_candidate_was_there() {
        let one = sealed(&[70]);
        let score = PartOutcome::Scored(Score(9000));
        assert_eq!(may_seal(&panel(3, None), &one, "0", score), Err(AssessmentRefused::AlreadySealed));
        assert_eq!(may_seal(&panel(3, None), &one, "1", score), Ok(()));
        assert_eq!(
            may_seal(&panel(3, None), &one, "1", PartOutcome::Absent),
            Err(AssessmentRefused::PresenceDiffers)
        );
        let absent: Vec<Sealed> = sealed(&[0, 0, 0])
            .into_iter()
            .map(|one| Sealed { outcome: PartOutcome::Absent, ..one })
            .collect();
        assert_eq!(combine(&panel(3, None), &absent), Some(PartOutcome::Absent));
        let mixed =
            [sealed(&[0, 0]), vec![Sealed { examiner: "x".into(), outcome: PartOutcome::Absent }]].concat();
        assert_eq!(combine(&panel(3, None), &mixed), None);
    }

    #[test]
    fn scores_far_apart_call_for_one_more_examiner_where_the_row_says_so() {
        let far = sealed(&[60, 90]);
        assert_eq!(needed(&panel(2, Some(1500)), &far), 3);
        assert_eq!(combine(&panel(2, Some(1500)), &far), None);
        let three = sealed(&[60, 90, 75]);
        assert_eq!(combine(&panel(2, Some(1500)), &three), Some(PartOutcome::Scored(Score(7500))));
        assert_eq!(needed(&panel(2, None), &far), 2);
    }
}
