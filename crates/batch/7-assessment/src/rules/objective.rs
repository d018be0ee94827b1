//! Answers against keys.
use std::collections::BTreeMap;

use itembank::ItemKind;
use kernel::{Digest, Score};
use paper::Key;
use sha2::{Digest as _, Sha256};

/// The score of one candidate on the scale of 100: the points of the right answers as a share of
/// all points of the form, rounded half up to the hundredth, once. `partial_percent` is the share
/// of an item's points for some of several right letters and no wrong one; 0 where only the whole
/// answer counts.
///
/// `None` for a form without points.
#[must_use]
pub fn score(answers: &[(i64, String)], keys: &[Key], partial_percent: i64) -> Option<Score> {
    let given: BTreeMap<i64, &str> = answers.iter().map(|(no, answer)| (*no, answer.as_str())).collect();
    let full: i64 = keys.iter().map(|key| key.points.0).sum();
    if full <= 0 {
        return None;
    }
    // Shares are summed in hundredths of a hundredth, so that nothing is rounded before the end.
    let earned: i64 = keys
        .iter()
        .map(|key| {
            key.points.0 * percent(key, given.get(&key.no).copied().unwrap_or_default(), partial_percent)
        })
        .sum();
    let scaled = i128::from(earned) * 100;
    let full = i128::from(full);
    i64::try_from((2 * scaled + full).div_euclid(2 * full)).ok().map(Score)
}

/// How much of an item's points an answer earns, in percent.
fn percent(key: &Key, answer: &str, partial_percent: i64) -> i64 {
    if answer == key.answer && !answer.is_empty() {
        return 100;
    }
    match key.kind {
        ItemKind::Single | ItemKind::Judgement => 0,
        ItemKind::Multiple => {
            let is_part = !answer.is_empty() && answer.chars().all(|letter| key.answer.contains(letter));
            if is_part { partial_percent } else { 0 }
        }
    }
}

/// SHA-256 over the form, its keys in their versions, the rule, and the answers: equal inputs give
/// an equal digest, whatever their order.
#[must_use]
pub fn inputs_digest(form: &str, answers: &[(i64, String)], keys: &[Key], partial_percent: i64) -> Digest {
    let mut lines = vec![format!("form {form}"), format!("partial {partial_percent}")];
    let mut keys: Vec<&Key> = keys.iter().collect();
    keys.sort_by_key(|key| key.no);
    lines.extend(keys.iter().map(|key| {
        format!("key {} {} {} {} {}", key.no, key.kind.code(), key.answer, key.points, key.key_version)
    }));
    let mut answers: Vec<&(i64, String)> = answers.iter().collect();
    answers.sort();
    lines.extend(answers.iter().map(|(no, answer)| format!("answer {no} {answer}")));
    digest_of(&lines)
}

/// SHA-256 over lines of text.
#[must_use]
pub fn digest_of(lines: &[String]) -> Digest {
    Digest::from_bytes(&Sha256::digest(lines.join("\n")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(no: i64, kind: ItemKind, answer: &str, points: i64) -> Key {
        Key { no, kind, answer: answer.to_owned(), points: Score(points), key_version: 1 }
    }

    fn keys() -> Vec<Key> {
        vec![
            key(1, ItemKind::Single, "B", 3000),
            key(2, ItemKind::Judgement, "F", 3000),
            key(3, ItemKind::Multiple, "ACD", 4000),
        ]
    }

    fn answers(all: &[(i64, &str)]) -> Vec<(i64, String)> {
        all.iter().map(|(no, answer)| (*no, (*answer).to_owned())).collect()
    }

    #[test]
    fn an_answer_counts_when_it_is_the_key_and_else_not() {
        let full = answers(&[(1, "B"), (2, "F"), (3, "ACD")]);
        assert_eq!(score(&full, &keys(), 0), Some(Score(10_000)));
        assert_eq!(score(&[], &keys(), 0), Some(Score(0)));
        for (no, wrong) in [(1, "A"), (1, ""), (2, "T"), (3, "AC"), (3, "ABCD"), (3, "ABD"), (9, "B")] {
            assert_eq!(score(&answers(&[(no, wrong)]), &keys(), 0), Some(Score(0)), "{no} {wrong}");
        }
    }

    #[test]
    fn a_part_of_several_right_letters_earns_what_the_rule_says_and_a_wrong_letter_nothing() {
        assert_eq!(score(&answers(&[(3, "AC")]), &keys(), 50), Some(Score(2000)));
        assert_eq!(score(&answers(&[(3, "D")]), &keys(), 50), Some(Score(2000)));
        assert_eq!(score(&answers(&[(3, "ABC")]), &keys(), 50), Some(Score(0)));
        assert_eq!(score(&answers(&[(3, "")]), &keys(), 50), Some(Score(0)));
        // A single choice has no half.
        assert_eq!(score(&answers(&[(1, "")]), &keys(), 50), Some(Score(0)));
    }

    #[test]
    fn a_form_of_other_than_a_hundred_points_is_brought_to_the_scale_and_rounded_once() {
        let thirds = vec![
            key(1, ItemKind::Single, "A", 100),
            key(2, ItemKind::Single, "A", 100),
            key(3, ItemKind::Single, "A", 100),
        ];
        assert_eq!(score(&answers(&[(1, "A")]), &thirds, 0), Some(Score(3333)));
        assert_eq!(score(&answers(&[(1, "A"), (2, "A")]), &thirds, 0), Some(Score(6667)));
        assert_eq!(score(&answers(&[(1, "A")]), &[], 0), None);
    }

    #[test]
    fn the_digest_depends_on_every_input_and_not_on_their_order() {
        let given = answers(&[(1, "B"), (2, "F")]);
        let same = inputs_digest("f", &given, &keys(), 0);
        let turned = answers(&[(2, "F"), (1, "B")]);
        let mut keys_turned = keys();
        keys_turned.reverse();
        assert_eq!(inputs_digest("f", &turned, &keys_turned, 0), same);
        let mut newer = keys();
        newer[0].key_version = 2;
        let others = [
            inputs_digest("g", &given, &keys(), 0),
            inputs_digest("f", &answers(&[(1, "B")]), &keys(), 0),
            inputs_digest("f", &given, &newer, 0),
            inputs_digest("f", &given, &keys(), 50),
        ];
        assert!(others.iter().all(|other| *other != same), "{others:?}");
    }
}
