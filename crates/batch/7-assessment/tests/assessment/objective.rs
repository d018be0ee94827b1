//! Answers against keys, over their whole space.
use assessment::rules::{inputs_digest, score};
use itembank::ItemKind;
use kernel::Score;
use paper::Key;
use proptest::prelude::*;

fn letters() -> impl Strategy<Value = String> {
    prop::sample::subsequence(vec!['A', 'B', 'C', 'D'], 0..=4)
        .prop_map(|letters| letters.into_iter().collect())
}

fn key() -> impl Strategy<Value = (ItemKind, String, i64)> {
    prop_oneof![
        (prop::sample::select(vec!["A", "B", "C", "D"]), 50..300_i64).prop_map(|(letter, points)| (
            ItemKind::Single,
            letter.to_owned(),
            points
        )),
        (prop::sample::select(vec!["T", "F"]), 50..300_i64).prop_map(|(letter, points)| (
            ItemKind::Judgement,
            letter.to_owned(),
            points
        )),
        (letters().prop_filter("several", |letters| letters.len() > 1), 50..300_i64)
            .prop_map(|(letters, points)| (ItemKind::Multiple, letters, points)),
    ]
}

fn form() -> impl Strategy<Value = (Vec<Key>, Vec<(i64, String)>)> {
    prop::collection::vec((key(), letters()), 1..30).prop_map(|rows| {
        (1_i64..)
            .zip(rows)
            .map(|(no, ((kind, answer, points), given))| {
                (Key { no, kind, answer, points: Score(points), key_version: 1 }, (no, given))
            })
            .unzip()
    })
}

proptest! {
    #[test]
    fn a_score_is_on_the_scale_and_a_right_answer_never_lowers_it(
        (keys, answers) in form(), at in any::<prop::sample::Index>(), percent in 0..=100_i64,
    ) {
        let before = score(&answers, &keys, percent).unwrap();
        prop_assert!((0..=10_000).contains(&before.0));
        let place = at.index(keys.len());
        let mut better = answers.clone();
        better[place].1 = keys[place].answer.clone();
        prop_assert!(score(&better, &keys, percent).unwrap() >= before);
        let right: Vec<(i64, String)> = keys.iter().map(|key| (key.no, key.answer.clone())).collect();
        prop_assert_eq!(score(&right, &keys, percent), Some(Score(10_000)));
    }

    #[test]
    fn the_order_of_answers_and_keys_changes_neither_score_nor_digest((keys, answers) in form()) {
        let (mut keys_turned, mut answers_turned) = (keys.clone(), answers.clone());
        keys_turned.reverse();
        answers_turned.reverse();
        prop_assert_eq!(score(&answers_turned, &keys_turned, 0), score(&answers, &keys, 0));
        prop_assert_eq!(inputs_digest("f", &answers_turned, &keys_turned, 0), inputs_digest("f", &answers, &keys, 0));
    }
}
