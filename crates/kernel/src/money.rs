//! Amounts.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ValueError;

/// An amount in hundredths of a yuan (分).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Money(pub i64);

impl Money {
    /// No money.
    #[must_use]
    pub const fn zero() -> Self {
        Self(0)
    }

    /// Reads an amount of yuan: `380`, `380.5`, `380.50`; not negative.
    ///
    /// # Errors
    /// [`ValueError::Money`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        parse_hundredths(text).map(Self).ok_or(ValueError::Money)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&hundredths_text(self.0))
    }
}

impl std::iter::Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::zero(), |sum, amount| Self(sum.0.saturating_add(amount.0)))
    }
}

/// Hundredths from decimal digits with at most two after the point; blanks around are dropped.
pub(crate) fn parse_hundredths(text: &str) -> Option<i64> {
    let text = text.trim();
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 {
        return None;
    }
    let tens: i64 = if part.len() == 1 { 10 } else { 1 };
    let part = part.parse::<i64>().ok()?.checked_mul(tens)?;
    whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(part)
}

/// `8450` as `84.50`.
pub(crate) fn hundredths_text(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    let size = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", size / 100, size % 100)
}
