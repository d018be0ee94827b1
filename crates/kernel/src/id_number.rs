//! Citizen ID numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::text_value::{sqlx_checked_text, text_value};
use crate::{Day, ValueError};

/// Sex as the ID number tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    /// 男: the seventeenth digit is odd.
    Male,
    /// 女: the seventeenth digit is even.
    Female,
}

/// An 18-character citizen ID number: area (6), birth date (8), order (3), check character (1).
///
/// The area is not looked up: codes come and go with the map, and people keep the old ones. The
/// area 99xxxx was never issued and marks the people of the demo province. `Debug` shows the
/// masked form, so that a log line gives no one's number away.
/// Source: GB 11643-1999, check character by ISO/IEC 7064 MOD 11-2.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdNumber(String, Day);

impl IdNumber {
    /// Reads an ID number; surrounding blanks are dropped and a last `x` becomes `X`.
    ///
    /// # Errors
    /// [`ValueError::IdLength`], [`ValueError::IdCharacter`], [`ValueError::IdBirthDate`] or
    /// [`ValueError::IdCheckDigit`]: the first rule that failed, in this order.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let number = text.trim().to_ascii_uppercase();
        if number.chars().count() != 18 {
            return Err(ValueError::IdLength);
        }
        let bytes = number.as_bytes();
        let body = bytes.get(..17).ok_or(ValueError::IdLength)?;
        let last = *bytes.get(17).ok_or(ValueError::IdLength)?;
        let digits = body.iter().all(u8::is_ascii_digit);
        if !digits || body.starts_with(b"0") || !(last.is_ascii_digit() || last == b'X') {
            return Err(ValueError::IdCharacter);
        }
        let birth_day = birth_day(&number).ok_or(ValueError::IdBirthDate)?;
        if check_character(body) != char::from(last) {
            return Err(ValueError::IdCheckDigit);
        }
        Ok(Self(number, birth_day))
    }

    /// The day of birth.
    #[must_use]
    pub const fn birth_day(&self) -> Day {
        self.1
    }

    /// The sex, by the seventeenth digit.
    #[must_use]
    pub fn sex(&self) -> Sex {
        let odd = self.0.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { Sex::Male } else { Sex::Female }
    }

    /// First four and last four characters: `9998**********5423`.
    #[must_use]
    pub fn masked(&self) -> String {
        let head = self.0.get(..4).unwrap_or_default();
        let tail = self.0.get(14..).unwrap_or_default();
        format!("{head}**********{tail}")
    }
}

text_value!(IdNumber);
sqlx_checked_text!(IdNumber);

impl fmt::Debug for IdNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "IdNumber({})", self.masked())
    }
}

/// Characters 7 to 14 as a day.
fn birth_day(number: &str) -> Option<Day> {
    let year = number.get(6..10)?.parse().ok()?;
    let month = number.get(10..12)?.parse().ok()?;
    let day = number.get(12..14)?.parse().ok()?;
    Day::new(year, month, day).ok()
}

/// The check character of 17 digits: doubling from the left modulo 11, so that digit `i` weighs
/// 2^(17-i), and the character brings the sum to 1. Ten is written X.
fn check_character(body: &[u8]) -> char {
    let sum = body.iter().fold(0u32, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = (12 - sum) % 11;
    char::from_digit(check, 10).unwrap_or('X')
}
