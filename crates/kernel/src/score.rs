//! Scores.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ValueError;
use crate::money::{hundredths_text, parse_hundredths};

/// A score in hundredths of a point on the scale of 100: 84 points are `8400`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(transparent)]
#[sqlx(transparent)]
pub struct Score(pub i64);

impl Score {
    /// No points.
    #[must_use]
    pub const fn zero() -> Self {
        Self(0)
    }

    /// Reads a score of 0 to 100: `84`, `84.5`, `84.50`.
    ///
    /// # Errors
    /// [`ValueError::Score`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let hundredths = parse_hundredths(text).ok_or(ValueError::Score)?;
        if hundredths > 10_000 { Err(ValueError::Score) } else { Ok(Self(hundredths)) }
    }

    /// The mean of the scores, rounded half up to the hundredth; none of no scores.
    #[must_use]
    pub fn mean(scores: &[Self]) -> Option<Self> {
        let count = i128::try_from(scores.len()).ok()?;
        if count == 0 {
            return None;
        }
        let sum: i128 = scores.iter().map(|score| i128::from(score.0)).sum();
        // Twice the sum plus the count over twice the count is the sum over the count plus a half.
        let mean = (2 * sum + count).div_euclid(2 * count);
        i64::try_from(mean).ok().map(Self)
    }

    /// The score as people write it: `84`, `84.50`.
    #[must_use]
    pub fn short(self) -> String {
        let text = self.to_string();
        text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
    }
}

/// With two decimals: `84.00`.
impl fmt::Display for Score {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&hundredths_text(self.0))
    }
}
