//! Mobile numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ValueError;
use crate::text_value::text_value;

/// A mainland mobile number: 11 digits beginning with 1. `Debug` shows the masked form, so that
/// a log line gives no one's number away.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct Phone(String);

impl Phone {
    /// Reads a mobile number; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::Phone`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let number = text.trim();
        let digits = number.bytes().all(|byte| byte.is_ascii_digit());
        if digits && number.len() == 11 && number.starts_with('1') {
            Ok(Self(number.to_owned()))
        } else {
            Err(ValueError::Phone)
        }
    }

    /// First three and last four digits: `199****0001`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head = self.0.get(..3).unwrap_or_default();
        let tail = self.0.get(7..).unwrap_or_default();
        format!("{head}****{tail}")
    }
}

text_value!(Phone);

impl fmt::Debug for Phone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Phone({})", self.masked())
    }
}
