//! What the columns of the set's tables hold.
use kernel::{LevelCode, Money, OccupationCode, Score};

use super::table::{Column, DAY, NAME, OPTIONAL_DAY, OPTIONAL_TEXT, TEXT};
use crate::{Bound, Combination, ComponentKind, Confidence, Delivery, LevelList, Rounding, Scoring, word};

const fn column(name: &'static str, expected: &'static str, accepts: fn(&str) -> bool) -> Column {
    Column { name, is_optional: false, expected, accepts }
}

fn is_count(cell: &str) -> bool {
    cell.parse::<i64>().is_ok_and(|count| count >= 0)
}

const LEVEL_CODE: Column = column("level_code", "the code of a level", |cell| LevelCode::parse(cell).is_ok());
const LEVEL_LIST: Column =
    column("levels", "codes of levels separated by blanks", |cell| LevelList::parse(cell).is_ok());
const COUNT: Column = column("", "a whole number", is_count);
const FROM: Column = DAY.named("valid_from");
const TO: Column = OPTIONAL_DAY.named("valid_to");
const SOURCE: Column = TEXT.named("source");
const CONFIDENCE: Column = column("confidence", "A, B, C or D", |cell| word::<Confidence>(cell).is_ok());

pub(super) const OCCUPATION: &[Column] = &[
    NAME.named("id"),
    Column {
        name: "code",
        is_optional: true,
        expected: "a code of the classification, as 4-07-03-04",
        accepts: |cell| OccupationCode::parse(cell).is_ok(),
    },
    TEXT.named("dictionary"),
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    Column { is_optional: true, ..LEVEL_LIST },
    column("enabled", "yes or no", |cell| matches!(cell, "yes" | "no")),
    OPTIONAL_TEXT.named("note"),
    FROM,
    TO,
    SOURCE,
    CONFIDENCE,
];
pub(super) const LEVEL: &[Column] = &[
    LEVEL_CODE.named("code"),
    COUNT.named("position"),
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    LEVEL_CODE.named("national_equivalent"),
    FROM,
    TO,
    SOURCE,
    CONFIDENCE,
];
pub(super) const STANDARD: &[Column] = &[
    NAME.named("id"),
    column("occupation_code", "a code as 4-07-03-04", |cell| OccupationCode::parse(cell).is_ok()),
    TEXT.named("version"),
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    LEVEL_LIST,
    FROM,
    TO,
    SOURCE,
    CONFIDENCE,
];
pub(super) const COMPONENT: &[Column] = &[
    NAME.named("id"),
    NAME.named("standard_id"),
    LEVEL_CODE,
    column("kind", "theory, practical, panel or other", |cell| word::<ComponentKind>(cell).is_ok()),
    COUNT.named("position"),
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    column("delivery", "paper, computer or on_site", |cell| word::<Delivery>(cell).is_ok()),
    COUNT.named("minutes"),
    COUNT.named("weight_percent"),
    column("pass_mark", "a score as 60.00", |cell| Score::parse(cell).is_ok()),
    column("scoring", "objective or sealed_scores", |cell| word::<Scoring>(cell).is_ok()),
    COUNT.named("examiners"),
    column("combination", "single, mean or trimmed_mean", |cell| word::<Combination>(cell).is_ok()),
    column("rounding", "hundredth_half_up or whole_half_up", |cell| word::<Rounding>(cell).is_ok()),
    Column {
        name: "third_on_difference",
        is_optional: true,
        expected: "a score as 15.00, or nothing",
        accepts: |cell| Score::parse(cell).is_ok(),
    },
    FROM,
    TO,
    SOURCE,
    CONFIDENCE,
];
pub(super) const FEE: &[Column] = &[
    NAME.named("id"),
    NAME.named("component_id"),
    column("amount", "yuan as 80.00", |cell| Money::parse(cell).is_ok_and(|amount| amount.0 >= 0)),
    TEXT.named("jurisdiction"),
    TEXT.named("document"),
    FROM,
    TO,
    SOURCE,
    CONFIDENCE,
];
pub(super) const TIME_LIMIT: &[Column] = &[
    NAME.named("code"),
    COUNT.named("working_days"),
    column("bound", "at_least or at_most", |cell| word::<Bound>(cell).is_ok()),
    TEXT.named("text_zh"),
    TEXT.named("text_en"),
    FROM,
    TO,
    SOURCE,
    CONFIDENCE,
];
