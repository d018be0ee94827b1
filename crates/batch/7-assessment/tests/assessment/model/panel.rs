//! A candidate before examiners who seal one by one: two of them, and a third where their scores lie far apart.
use assessment::{
    PartOutcome,
    rules::{Sealed, combine, may_seal, needed},
};
use kernel::{Day, LevelCode, Score};
use scheme::{Combination, Component, ComponentKind, Confidence, Delivery, Rounding, Scoring, Validity};
use testkit::model::{Dice, Model, Seen};

/// From here on two scores lie far apart.
const FAR: i64 = 1_500;

/// `near` and `far` are scores by their distance from the first. With two that are near, two that are absent, or a
/// third score the part is complete.
const TABLE: &str = "
                   | nobody     | one              | one absent       | near           | far              | third          | absent
another, near      | one        | near             | -PresenceDiffers | -Complete      | third            | -Complete      | -Complete
another, far       | one        | far              | -PresenceDiffers | -Complete      | third            | -Complete      | -Complete
another, absent    | one absent | -PresenceDiffers | absent           | -Complete      | -PresenceDiffers | -Complete      | -Complete
once more, near    | .          | -AlreadySealed   | -AlreadySealed   | -AlreadySealed | -AlreadySealed   | -AlreadySealed | -AlreadySealed
once more, absent  | .          | -AlreadySealed   | -AlreadySealed   | -AlreadySealed | -AlreadySealed   | -AlreadySealed | -AlreadySealed
";

fn part() -> Component {
    Component {
        id: "part".into(),
        standard_id: "s".into(),
        level_code: LevelCode::parse("3").unwrap(),
        kind: ComponentKind::Practical,
        position: 2,
        name_zh: String::new(),
        name_en: String::new(),
        delivery: Delivery::OnSite,
        minutes: 30,
        weight_percent: 100,
        pass_mark: Score(6_000),
        scoring: Scoring::SealedScores,
        examiners: 2,
        combination: Combination::Mean,
        rounding: Rounding::HundredthHalfUp,
        third_on_difference: Some(Score(FAR)),
        validity: Validity {
            valid_from: Day::EPOCH,
            valid_to: None,
            source: String::new(),
            confidence: Confidence::D,
        },
    }
}

/// The one score by hand: the mean of all, halves up.
fn mean(sealed: &[Sealed]) -> Option<Score> {
    let points: Vec<i64> = sealed.iter().filter_map(|one| one.outcome.score()).map(|score| score.0).collect();
    let count = i64::try_from(points.len()).ok().filter(|count| *count > 0)?;
    Some(Score((2 * points.iter().sum::<i64>() + count).div_euclid(2 * count)))
}

fn word(sealed: &[Sealed]) -> String {
    let (combined, needed) = (combine(&part(), sealed), needed(&part(), sealed));
    let by_hand = mean(sealed).map(PartOutcome::Scored);
    match (sealed, combined) {
        ([], None) => "nobody".to_owned(),
        ([one], None) if one.outcome == PartOutcome::Absent => "one absent".to_owned(),
        ([_], None) => "one".to_owned(),
        ([_, _], None) if needed == 3 => "far".to_owned(),
        ([_, _], Some(PartOutcome::Absent)) if needed == 2 => "absent".to_owned(),
        ([_, _], outcome) if needed == 2 && outcome == by_hand => "near".to_owned(),
        ([_, _, _], outcome) if needed == 3 && outcome == by_hand => "third".to_owned(),
        (sealed, outcome) => format!("{} have sealed {outcome:?}, {needed} are needed", sealed.len()),
    }
}

fn step(sealed: &mut Vec<Sealed>, act: &'static str, dice: &mut Dice) -> Seen {
    let (who, what) = act.split_once(", ").unwrap();
    let first = sealed.first().and_then(|one| one.outcome.score()).map_or(5_000, |score| score.0);
    let away = i64::try_from(dice.below(1_000)).unwrap();
    let outcome = match what {
        "near" => PartOutcome::Scored(Score(first + dice.of(&[0, 1 - FAR, FAR - 1, away]))),
        "far" => PartOutcome::Scored(Score(first + dice.of(&[FAR, -FAR, FAR + away, -FAR - away]))),
        _ => PartOutcome::Absent,
    };
    let examiner = if who == "another" { sealed.len() } else { dice.below(sealed.len()) }.to_string();
    let done = may_seal(&part(), sealed, &examiner, outcome).map_err(|refused| format!("{refused:?}"));
    if done.is_ok() {
        sealed.push(Sealed { examiner, outcome });
    }
    Seen::of(word(sealed), done)
}

#[test]
fn examiners_seal_as_their_table_says_and_never_otherwise() {
    Model::by_act(TABLE).try_out(module_path!(), Vec::new, step).kept();
    testkit::proves!(
        "TR21",
        "examiners seal once, agree on presence, and call a third as a table drawn by hand says"
    );
}
