//! What the columns of the files hold.
use kernel::OrgPath;
use organisation::FilingKind;
use scheme::{
    import::{Column, DAY, NAME, OPTIONAL_DAY, TEXT, is_id},
    word,
};

use crate::CaseKind;

const fn column(name: &'static str, expected: &'static str, accepts: fn(&str) -> bool) -> Column {
    Column { name, is_optional: false, expected, accepts }
}

const PATH: Column = column("", "a path as /province/city", |cell| OrgPath::parse(cell).is_ok());
const COUNT: Column =
    column("", "a whole number, 0 or more", |cell| cell.parse::<i64>().is_ok_and(|count| count >= 0));
const SOME: Column =
    column("", "a whole number, 1 or more", |cell| cell.parse::<i64>().is_ok_and(|count| count > 0));
const YES_NO: Column = column("", "true or false", |cell| matches!(cell, "true" | "false"));
const IDS: Column =
    column("procedures", "ids of procedures, separated by blanks", |cell| cell.split_whitespace().all(is_id));

pub(super) const PROCEDURE: &[Column] = &[
    NAME.named("id"),
    PATH.named("authority"),
    column("filing_kind", "a kind of filing as employer or social", |cell| word::<FilingKind>(cell).is_ok()),
    column("case_kind", "a kind of case as application or renewal", |cell| word::<CaseKind>(cell).is_ok()),
    COUNT.named("accept_days"),
    COUNT.named("assess_days"),
    COUNT.named("decide_days"),
    COUNT.named("announce_days"),
    COUNT.named("assessors"),
    COUNT.named("pass_points"),
    YES_NO.named("begins_on_trial"),
    SOME.named("valid_years"),
    DAY.named("valid_from"),
    OPTIONAL_DAY.named("valid_to"),
    TEXT.named("source"),
];
pub(super) const MATERIAL: &[Column] = &[
    IDS,
    SOME.named("position"),
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    YES_NO.named("is_required"),
    YES_NO.named("may_be_promised"),
];
pub(super) const CONDITION: &[Column] = &[
    IDS,
    SOME.named("position"),
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    SOME.named("most"),
    YES_NO.named("is_veto"),
];
pub(super) const SUPERVISION: &[Column] = &[
    PATH.named("organisation"),
    PATH.named("authority"),
    DAY.named("valid_from"),
    OPTIONAL_DAY.named("valid_to"),
    TEXT.named("source"),
];
