//! Instants.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Day, ValueError};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// China keeps one time, eight hours ahead of UTC, for the whole country, and has had no daylight
/// saving since 1991, before the first instant this system records: a fixed offset needs no
/// time-zone table that could differ between two servers.
const CHINA: i64 = 8 * HOUR;

/// An instant: microseconds since 1970-01-01 00:00 UTC. All sums stop at the ends of the range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct UnixMicros(pub i64);

impl UnixMicros {
    /// The instant this many microseconds after the start of 1970 in UTC.
    #[must_use]
    pub const fn new(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the start of 1970 in UTC.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// This many seconds later, or earlier when negative.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(SECOND)))
    }

    /// This many minutes later, or earlier when negative.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(MINUTE)))
    }

    /// This many hours later, or earlier when negative.
    #[must_use]
    pub const fn plus_hours(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours.saturating_mul(HOUR)))
    }

    /// This many times 24 hours later, or earlier when negative.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// Microseconds from `other` to this instant; negative if `other` is later.
    #[must_use]
    pub const fn minus(self, other: Self) -> i64 {
        self.0.saturating_sub(other.0)
    }

    /// The day it is in China.
    #[must_use]
    pub fn day(self) -> Day {
        Day::EPOCH.plus_days(self.china().div_euclid(DAY))
    }

    /// The time of day in China: `09:00`.
    #[must_use]
    pub fn clock_text(self) -> String {
        let minutes = self.china().rem_euclid(DAY) / MINUTE;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }

    /// Day and time of day in China: `2021-05-22 09:00`.
    #[must_use]
    pub fn text(self) -> String {
        format!("{} {}", self.day(), self.clock_text())
    }

    /// Reads a China-time instant, `2021-05-22 09:00` or, as browsers send it, `2021-05-22T09:00`;
    /// seconds may follow (`:30`).
    ///
    /// # Errors
    /// [`ValueError::Time`].
    pub fn parse_text(text: &str) -> Result<Self, ValueError> {
        let (day, clock) = text.trim().split_once([' ', 'T']).ok_or(ValueError::Time)?;
        let day = Day::parse(day).map_err(|_| ValueError::Time)?;
        let mut parts = clock.split(':');
        let hour = two_digits(parts.next(), 23).ok_or(ValueError::Time)?;
        let minute = two_digits(parts.next(), 59).ok_or(ValueError::Time)?;
        let second = two_digits(parts.next().or(Some("00")), 59).ok_or(ValueError::Time)?;
        if parts.next().is_some() {
            return Err(ValueError::Time);
        }
        Ok(day.at(hour, minute).plus_seconds(second))
    }

    /// The start of a day in China.
    pub(crate) fn china_midnight(day: Day) -> Self {
        Self(day.epoch_days() * DAY - CHINA)
    }

    /// Microseconds since 1970-01-01 00:00 on the clocks of China.
    const fn china(self) -> i64 {
        self.0.saturating_add(CHINA)
    }
}

/// As [`UnixMicros::text`].
impl fmt::Display for UnixMicros {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.text())
    }
}

/// Two decimal digits, at most `most`.
fn two_digits(text: Option<&str>, most: i64) -> Option<i64> {
    let text = text.filter(|text| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()))?;
    text.parse().ok().filter(|number| *number <= most)
}
