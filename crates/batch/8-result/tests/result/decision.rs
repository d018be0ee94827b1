//! The decision, over its whole space.
use assessment::PartOutcome;
use kernel::Score;
use proptest::prelude::*;
use result::{
    Outcome, ResultRefused, ResultRow,
    rules::{Part, decide, digest},
};

fn part(points: i64) -> Part {
    Part {
        name: format!("part {points}"),
        pass_mark: Score(6000),
        outcome: Some(PartOutcome::Scored(Score(points))),
    }
}

fn absent() -> Part {
    Part { outcome: Some(PartOutcome::Absent), ..part(0) }
}

#[test]
fn parts_are_never_averaged() {
    // Theory 72, practical 63.33, panel 58: the mean is 64.44, and the candidate fails.
    let parts = [part(7200), part(6333), part(5800)];
    let mean = Score::mean(&[Score(7200), Score(6333), Score(5800)]).unwrap();
    assert!(mean >= Score(6000));
    assert_eq!(decide(&parts), Ok(Outcome::Fail));
    assert_eq!(decide(&[part(10_000), part(5999)]), Ok(Outcome::Fail));
    assert_eq!(decide(&[part(6000), part(6000)]), Ok(Outcome::Pass));
    testkit::proves!("S2-29", "every part must reach its own pass mark; no part makes up for another");
}

#[test]
fn absent_from_one_part_is_absent_whatever_the_others_are() {
    assert_eq!(decide(&[part(10_000), absent()]), Ok(Outcome::Absent));
    assert_eq!(decide(&[part(0), absent()]), Ok(Outcome::Absent));
}

#[test]
fn a_missing_score_is_named_and_nothing_is_decided() {
    let missing = Part { name: "2101001 综合评审".into(), pass_mark: Score(6000), outcome: None };
    for parts in
        [vec![part(0), missing.clone()], vec![absent(), missing.clone()], vec![missing.clone(), part(9000)]]
    {
        assert_eq!(decide(&parts), Err(ResultRefused::MissingScore("2101001 综合评审".into())));
    }
    assert_eq!(decide(&[]), Err(ResultRefused::NoParts));
}

fn any_part() -> impl Strategy<Value = Part> {
    (0..=10_000_i64, 0..=10_000_i64, prop::bool::weighted(0.2)).prop_map(|(points, mark, is_absent)| Part {
        pass_mark: Score(mark),
        outcome: Some(if is_absent { PartOutcome::Absent } else { PartOutcome::Scored(Score(points)) }),
        ..part(points)
    })
}

proptest! {
    #[test]
    fn raising_a_part_never_makes_it_worse(
        parts in prop::collection::vec(any_part(), 1..4), at in any::<prop::sample::Index>(), by in 0..=10_000_i64,
    ) {
        let before = decide(&parts).unwrap();
        let mut better = parts.clone();
        let place = at.index(parts.len());
        if let Some(PartOutcome::Scored(score)) = parts[place].outcome {
            better[place].outcome = Some(PartOutcome::Scored(Score((score.0 + by).min(10_000))));
        }
        prop_assert!(decide(&better).unwrap() <= before);
    }

    #[test]
    fn a_pass_is_exactly_every_part_at_or_above_its_mark(parts in prop::collection::vec(any_part(), 1..4)) {
        let all = parts.iter().all(|part| {
            part.outcome.and_then(PartOutcome::score).is_some_and(|score| score >= part.pass_mark)
        });
        prop_assert_eq!(decide(&parts) == Ok(Outcome::Pass), all);
    }

    #[test]
    fn the_order_of_parts_does_not_matter(parts in prop::collection::vec(any_part(), 1..4)) {
        let mut turned = parts.clone();
        turned.reverse();
        prop_assert_eq!(decide(&turned), decide(&parts));
    }
}

#[test]
fn the_digest_covers_every_decision_and_every_score() {
    let row = |id: &str, outcome, points| ResultRow {
        application_id: id.into(),
        outcome,
        parts: vec![("t".into(), PartOutcome::Scored(Score(points))), ("p".into(), PartOutcome::Absent)],
    };
    let two = [row("a", Outcome::Pass, 6000), row("b", Outcome::Fail, 5900)];
    let turned = [two[1].clone(), two[0].clone()];
    assert_eq!(digest(&two), digest(&turned));
    let others = [
        digest(&two[..1]),
        digest(&[row("a", Outcome::Pass, 6001), two[1].clone()]),
        digest(&[row("a", Outcome::Absent, 6000), two[1].clone()]),
        digest(&[row("c", Outcome::Pass, 6000), two[1].clone()]),
    ];
    assert!(others.iter().all(|other| *other != digest(&two)));
}
