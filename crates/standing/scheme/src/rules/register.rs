//! The plain registers: occupations, levels, standards, fees, time limits and the calendar's days.
use kernel::{Day, LevelCode, Money, OccupationCode, ValueError};
use serde::{Deserialize, Serialize};

use super::dated::Validity;
use crate::{ComponentId, FeeId, OccupationId, StandardId};

/// Level codes, lowest level first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LevelList(Vec<LevelCode>);

impl LevelList {
    /// Reads codes separated by blanks.
    ///
    /// # Errors
    /// [`ValueError::LevelCode`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        text.split_whitespace().map(LevelCode::parse).collect::<Result<_, _>>().map(Self)
    }

    /// The codes, lowest level first.
    #[must_use]
    pub fn codes(&self) -> &[LevelCode] {
        &self.0
    }

    /// As the database keeps them: separated by blanks.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(LevelCode::as_str).collect::<Vec<_>>().join(" ")
    }
}

impl TryFrom<String> for LevelList {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        Self::parse(&text)
    }
}

/// An occupation of the national classification (职业).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Occupation {
    /// Id of this dated row.
    pub id: OccupationId,
    /// Its code; none until it is confirmed.
    pub code: Option<OccupationCode>,
    /// Edition of the classification it was taken from.
    pub dictionary: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Levels its standards are known to have.
    #[sqlx(try_from = "String")]
    pub levels: LevelList,
    /// Whether batches may be planned for it; off until an organisation confirms the row.
    pub enabled: bool,
    /// What is doubtful about it.
    pub note: String,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

/// A level of skill, national or of an enterprise's own ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Level {
    /// Its code.
    pub code: LevelCode,
    /// Its place on the ladder, 1 the lowest.
    pub position: i64,
    /// Full Chinese name, `三级/高级工`; the digit alone is never printed.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The national level it counts as.
    pub national_equivalent: LevelCode,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

/// The rules of one occupation in one generation (国家职业标准).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Standard {
    /// Its id.
    pub id: StandardId,
    /// The occupation.
    pub occupation_code: OccupationCode,
    /// The generation, `2018 generation`.
    pub version: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The levels it certifies.
    #[sqlx(try_from = "String")]
    pub levels: LevelList,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

impl Standard {
    /// The standard of an occupation in force on `day`: where two are, the one that came last.
    #[must_use]
    pub fn in_force<'a>(rows: &'a [Self], occupation: &OccupationCode, day: Day) -> Option<&'a Self> {
        let of = rows.iter().filter(|row| row.occupation_code == *occupation && row.validity.covers(day));
        of.min_by_key(|row| (std::cmp::Reverse(row.validity.valid_from), &row.id))
    }
}

/// What one component costs a candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Fee {
    /// Its id.
    pub id: FeeId,
    /// The component paid for; a retake pays only the components sat again.
    pub component_id: ComponentId,
    /// The amount.
    pub amount: Money,
    /// Whose price it is.
    pub jurisdiction: String,
    /// The document that fixed it.
    pub document: String,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

/// What a candidate pays for the `components` he sits; none when one of them has no fee, for a
/// missing price is not a price of nothing.
#[must_use]
pub fn total_fee(fees: &[Fee], components: &[ComponentId]) -> Option<Money> {
    components
        .iter()
        .map(|wanted| fees.iter().find(|fee| fee.component_id == *wanted).map(|fee| fee.amount))
        .sum()
}

/// Whether a time limit is a shortest or a longest span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Bound {
    /// It must last at least so many working days.
    AtLeast,
    /// It must be over within so many working days.
    AtMost,
}

impl Bound {
    /// Both bounds.
    pub const ALL: [Self; 2] = [Self::AtLeast, Self::AtMost];

    /// Whether a span of `days` working days keeps to a limit of `limit`.
    #[must_use]
    pub fn allows(self, limit: i64, days: i64) -> bool {
        match self {
            Self::AtLeast => days >= limit,
            Self::AtMost => days <= limit,
        }
    }
}

/// A time limit (时限): how many working days lie between two steps of a batch, at least or at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct TimeLimit {
    /// Which span, `public_notice`, `registration_end_before_exam`.
    pub code: String,
    /// Its length in working days; the day it is counted from is not one of them.
    pub working_days: i64,
    /// Shortest or longest.
    pub bound: Bound,
    /// The rule in Chinese.
    pub text_zh: String,
    /// The rule in English.
    pub text_en: String,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

impl TimeLimit {
    /// Of all rows those in force on `day`: of each code the one that came last.
    #[must_use]
    pub fn in_force(rows: &[Self], day: Day) -> Vec<&Self> {
        let newer = |row: &Self| {
            let is_newer = |other: &Self| {
                other.code == row.code
                    && other.validity.valid_from > row.validity.valid_from
                    && other.validity.covers(day)
            };
            rows.iter().any(is_newer)
        };
        rows.iter().filter(|row| row.validity.covers(day) && !newer(row)).collect()
    }
}

/// One published holiday, or weekend day worked in its stead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct CalendarDay {
    /// The day.
    pub day: Day,
    /// `holiday` or `working_day`.
    pub kind: String,
    /// Its name, `春节`.
    pub name: String,
    /// The notice that published it.
    pub source: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Confidence;

    #[test]
    fn a_retake_pays_only_what_is_sat_again_and_a_missing_price_is_no_price() {
        let fee = |component: &str, amount| Fee {
            id: component.into(),
            component_id: component.into(),
            amount: Money(amount),
            jurisdiction: String::new(),
            document: String::new(),
            validity: Validity {
                valid_from: Day::EPOCH,
                valid_to: None,
                source: String::new(),
                confidence: Confidence::D,
            },
        };
        let fees = [fee("theory", 8_000), fee("practical", 30_000)];
        let ids = |names: &[&str]| names.iter().map(|name| (*name).into()).collect::<Vec<_>>();
        assert_eq!(total_fee(&fees, &ids(&["theory", "practical"])), Some(Money(38_000)));
        assert_eq!(total_fee(&fees, &ids(&["theory"])), Some(Money(8_000)));
        assert_eq!(total_fee(&fees, &ids(&["theory", "panel"])), None);
    }

    #[test]
    fn a_time_limit_bounds_a_span_from_one_side() {
        assert!(Bound::AtLeast.allows(5, 5) && !Bound::AtLeast.allows(5, 4));
        assert!(Bound::AtMost.allows(5, 5) && !Bound::AtMost.allows(5, 6));
    }

    #[test]
    fn levels_are_codes_separated_by_blanks() {
        assert_eq!(LevelList::parse(" 4 3  T").unwrap().text(), "4 3 T");
        assert!(LevelList::parse("").unwrap().codes().is_empty());
        assert_eq!(LevelList::parse("三级"), Err(ValueError::LevelCode));
    }
}
