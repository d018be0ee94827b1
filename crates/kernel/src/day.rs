//! Days of the calendar.

use std::fmt;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::{Date, Weekday, date};
use serde::{Deserialize, Serialize};

use crate::text_value::sqlx_checked_text;
use crate::{UnixMicros, ValueError};

/// A day of the Gregorian calendar as people in China date it, years 1 to 9999. Its text is
/// `YYYY-MM-DD` on the wire and in the database, so texts sort as days do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

impl Day {
    /// 1970-01-01.
    pub const EPOCH: Self = Self(date(1970, 1, 1));
    const FIRST: Self = Self(date(1, 1, 1));
    const LAST: Self = Self(date(9999, 12, 31));

    /// The day with this year, month and day of the month.
    ///
    /// # Errors
    /// [`ValueError::Day`] if there is no such day.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, ValueError> {
        let date = Date::new(year, month, day).map_err(|_| ValueError::Day)?;
        if year < 1 { Err(ValueError::Day) } else { Ok(Self(date)) }
    }

    /// Reads `YYYY-MM-DD`, and nothing else.
    ///
    /// # Errors
    /// [`ValueError::Day`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let shaped = text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if text.len() != 10 || !shaped {
            return Err(ValueError::Day);
        }
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        let year = part(0, 4).parse().map_err(|_| ValueError::Day)?;
        let month = part(5, 7).parse().map_err(|_| ValueError::Day)?;
        let day = part(8, 10).parse().map_err(|_| ValueError::Day)?;
        Self::new(year, month, day)
    }

    /// This many days later, or earlier when negative; stops at the ends of the calendar.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        let end = if days < 0 { Self::FIRST } else { Self::LAST };
        let moved = Span::new().try_days(days).and_then(|span| self.0.checked_add(span));
        moved.map_or(end, |date| Self(date).clamp(Self::FIRST, Self::LAST))
    }

    /// The same day this many years later, or earlier when negative; 29 February becomes 28
    /// February in a common year; stops at the ends of the calendar.
    #[must_use]
    pub fn plus_years(self, years: i64) -> Self {
        let end = if years < 0 { Self::FIRST } else { Self::LAST };
        let moved = Span::new().try_years(years).and_then(|span| self.0.checked_add(span));
        moved.map_or(end, |date| Self(date).clamp(Self::FIRST, Self::LAST))
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub fn day_of_month(self) -> i8 {
        self.0.day()
    }

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The instant of this hour and minute in China. Hours past 24 run into the next day.
    #[must_use]
    pub fn at(self, hour: i64, minute: i64) -> UnixMicros {
        UnixMicros::china_midnight(self).plus_hours(hour).plus_minutes(minute)
    }

    /// How many anniversaries of this day have come by `later`, that day included; 0 if `later` is
    /// earlier. The anniversary of 29 February is 28 February in a common year, as
    /// [`Day::plus_years`] has it.
    #[must_use]
    pub fn full_years_until(self, later: Self) -> i64 {
        self.full_months_until(later) / 12
    }

    /// How many monthly anniversaries of this day have come by `later`, that day included; 0 if
    /// `later` is earlier. Where a month is too short its last day counts.
    #[must_use]
    pub fn full_months_until(self, later: Self) -> i64 {
        let years = i64::from(later.year()) - i64::from(self.year());
        let months = years * 12 + i64::from(later.month()) - i64::from(self.month());
        let anniversary = self.day_of_month().min(later.0.days_in_month());
        let missed = i64::from(later.day_of_month() < anniversary);
        (months - missed).max(0)
    }

    /// Days from 1970-01-01 to this day.
    pub(crate) fn epoch_days(self) -> i64 {
        self.0.duration_since(Self::EPOCH.0).as_hours() / 24
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&format!("{:04}-{:02}-{:02}", self.year(), self.month(), self.day_of_month()))
    }
}

impl FromStr for Day {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        Self::parse(text)
    }
}

impl TryFrom<String> for Day {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

sqlx_checked_text!(Day);
