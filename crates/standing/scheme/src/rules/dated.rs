//! What every row of the scheme carries besides its content.
use kernel::Day;
use serde::{Deserialize, Serialize};

/// How far the source of a row can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "text")]
pub enum Confidence {
    /// National rule text, or several sources that agree.
    A,
    /// One source, or a provincial rule.
    B,
    /// The practice of one organisation.
    C,
    /// Own knowledge, unverified.
    D,
}

impl Confidence {
    /// Every grade, best first.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];
}

/// When a row is in force, where it comes from and how far that can be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Validity {
    /// First day in force.
    pub valid_from: Day,
    /// First day no longer in force; none while the row stands.
    pub valid_to: Option<Day>,
    /// Document the row rests on; after the first `;` how it was read, which is for those who keep the data.
    pub source: String,
    /// How far the source can be trusted.
    pub confidence: Confidence,
}

impl Validity {
    /// The public document the row rests on; none where the operator entered it without one.
    #[must_use]
    pub fn document(&self) -> Option<&str> {
        let (document, _) = self.source.split_once(';').unwrap_or((self.source.as_str(), ""));
        Some(document.trim()).filter(|document| !document.is_empty())
    }

    /// Whether the row is in force on `day`.
    #[must_use]
    pub fn covers(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_in_force_from_its_first_day_to_the_day_before_its_end() {
        let day = |text| Day::parse(text).unwrap();
        let row = Validity {
            valid_from: day("2021-01-01"),
            valid_to: Some(day("2022-01-01")),
            source: String::new(),
            confidence: Confidence::D,
        };
        let covered = ["2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"];
        assert_eq!(covered.map(|text| row.covers(day(text))), [false, true, true, false]);
        assert!(Validity { valid_to: None, ..row }.covers(day("2099-01-01")));
    }
}
