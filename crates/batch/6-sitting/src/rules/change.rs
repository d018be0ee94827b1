//! One answer given, as it travels.
use serde::{Deserialize, Serialize};

/// Changes one request may carry, and one commit writes. Ours: five times what the client sends,
/// and the size of group at which a durable commit was measured to be cheapest.
/// Source: [own]; SQLite kept 68 000 to 84 000 rows a second in groups of 64, and 102 000 in groups of 512.
pub const CHANGES_MAX: usize = 512;

/// Letters an item can have at most: A to H. Ours.
/// Source: items of the bank have two to six options.
const LETTERS: &str = "ABCDEFGH";

/// One answer given: `seq` rises by exactly 1 per attempt; `answer` is empty when it was cleared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Number of the change, from 1.
    pub seq: i64,
    /// Number of the item on the form, from 1.
    pub no: i64,
    /// Letters in order, `T` or `F`, or nothing.
    pub answer: String,
    /// When the client says it happened, by its idea of the server's clock: kept, never believed.
    pub at: i64,
}

impl Change {
    /// Whether it can be an answer to one of `items` items at all.
    #[must_use]
    pub fn is_well_formed(&self, items: i64) -> bool {
        self.seq >= 1 && self.no >= 1 && self.no <= items && is_answer(&self.answer)
    }
}

/// Nothing, a judgement, or letters that rise.
fn is_answer(answer: &str) -> bool {
    let mut rest = LETTERS.chars();
    matches!(answer, "T" | "F") || answer.chars().all(|letter| rest.any(|next| next == letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(no: i64, answer: &str) -> Change {
        Change { seq: 1, no, answer: answer.to_owned(), at: 0 }
    }

    #[test]
    fn an_answer_is_letters_that_rise_a_judgement_or_nothing() {
        for right in ["", "A", "ABD", "H", "T", "F", "ABCDEFGH"] {
            assert!(change(1, right).is_well_formed(1), "{right}");
        }
        for wrong in ["BA", "AA", "I", "a", "TF", "A ", "\u{0}", "答案"] {
            assert!(!change(1, wrong).is_well_formed(1), "{wrong}");
        }
    }

    #[test]
    fn an_item_outside_the_form_and_a_number_below_one_are_no_change() {
        assert!(!change(0, "A").is_well_formed(54));
        assert!(change(54, "A").is_well_formed(54));
        assert!(!change(55, "A").is_well_formed(54));
        assert!(!Change { seq: 0, ..change(1, "A") }.is_well_formed(54));
    }
}
