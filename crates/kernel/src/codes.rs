//! Short codes that rows elsewhere give a meaning to.

use serde::{Deserialize, Serialize};

use crate::ValueError;
use crate::text_value::text_value;

/// The short code of a level, as certificates carry it: `5` 初级工 … `1` 高级技师, a letter for
/// the levels above. 1 to 8 ASCII letters or digits; the rows of `scheme` decide which exist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct LevelCode(pub(crate) String);

impl LevelCode {
    /// Reads a level code; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::LevelCode`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let code = text.trim();
        let fits = code.len() <= 8 && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if code.is_empty() || !fits { Err(ValueError::LevelCode) } else { Ok(Self(code.to_owned())) }
    }
}

text_value!(LevelCode);

/// The code of an occupation or trade in the national classification, as `4-07-03-04`, or an
/// organisation's own. 1 to 32 ASCII letters, digits or hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct OccupationCode(String);

impl OccupationCode {
    /// Reads an occupation code; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::OccupationCode`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        hyphenated(text).map(Self).ok_or(ValueError::OccupationCode)
    }
}

text_value!(OccupationCode);

/// The code people call a batch by, in addresses and on paper. 1 to 32 ASCII letters, digits or
/// hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct BatchCode(String);

impl BatchCode {
    /// Reads a batch code; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::BatchCode`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        hyphenated(text).map(Self).ok_or(ValueError::BatchCode)
    }
}

text_value!(BatchCode);

/// The number on an admission ticket (准考证号). Its parts are a setting of the batch, so only the
/// alphabet is fixed here: 1 to 32 ASCII letters, digits or hyphens.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct AdmissionNumber(String);

impl AdmissionNumber {
    /// Reads an admission number; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::AdmissionNumber`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        hyphenated(text).map(Self).ok_or(ValueError::AdmissionNumber)
    }
}

text_value!(AdmissionNumber);

/// The trimmed text if it is 1 to 32 ASCII letters, digits or hyphens.
fn hyphenated(text: &str) -> Option<String> {
    let code = text.trim();
    let fits = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (fits && (1..=32).contains(&code.len())).then(|| code.to_owned())
}
