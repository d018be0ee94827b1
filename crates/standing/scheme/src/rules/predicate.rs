//! A condition of application as a tree that can be computed.
use kernel::LevelCode;
use serde::{Deserialize, Serialize};

/// One node of a condition. The leaves are the kinds of condition standards of three generations
/// use; what no leaf names is a `measure` (a number) or a `stated` fact, so a new kind of condition
/// is data first and a leaf only when it needs arithmetic of its own.
///
/// "满" and "(含)以上" mean at least, on the reference date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Predicate {
    /// Every part holds.
    All(Vec<Predicate>),
    /// At least one part holds.
    Any(Vec<Predicate>),
    /// Has completed this many years of life.
    AgeAtLeast {
        /// Completed years.
        years: i64,
    },
    /// Has worked in this or a related occupation this long in all.
    WorkYearsTotalAtLeast {
        /// Completed years.
        years: i64,
    },
    /// Has worked this long since the certificate of `level` was issued.
    WorkYearsAfterLevelAtLeast {
        /// Level of the earlier certificate.
        level: LevelCode,
        /// Completed years.
        years: i64,
    },
    /// Holds the certificate of `level` (职业资格证书 or 职业技能等级证书).
    HoldsCertificate {
        /// Level of the earlier certificate.
        level: LevelCode,
    },
    /// Has held the certificate of `level` this long, at work or not.
    CertificateAgeAtLeast {
        /// Level of the earlier certificate.
        level: LevelCode,
        /// Completed years.
        years: i64,
    },
    /// Holds a professional title of this grade (职称).
    HoldsTitle {
        /// Grade, as 初级, 中级, 高级.
        grade: String,
    },
    /// Has worked this long since the title of this grade was given.
    WorkYearsAfterTitleAtLeast {
        /// Grade, as 初级, 中级, 高级.
        grade: String,
        /// Completed years.
        years: i64,
    },
    /// Holds a diploma.
    Diploma {
        /// Education (文化程度) that counts, in the words of the registration form.
        kinds: Vec<String>,
        /// Majors that count without a person's judgement; empty means any.
        #[serde(default)]
        majors: Vec<String>,
        /// The school's programme must have been assessed (经评估论证).
        #[serde(default)]
        evaluated: bool,
        /// Final-year students count (含尚未取得毕业证书的在校应届毕业生).
        #[serde(default)]
        in_school_ok: bool,
    },
    /// Reaches a number that is neither years nor a score: kilometres driven, rank in a competition
    /// counted from the last.
    MeasureAtLeast {
        /// Name of the measure.
        measure: String,
        /// Smallest value that counts, in the unit of the measure.
        at_least: i64,
    },
    /// A fact the applicant states and a paper proves, as a finished apprenticeship.
    Stated {
        /// Name of the fact.
        fact: String,
    },
}

/// Why a stored condition cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a stored condition cannot be read: {0}")]
pub struct PredicateError(#[from] serde_json::Error);

impl Predicate {
    /// Reads a condition from JSON, as `{"work_years_total_at_least":{"years":6}}`.
    ///
    /// # Errors
    /// When the text is not JSON or names a kind of condition this binary does not know: an unknown
    /// condition must stop the reading, never pass as met.
    pub fn parse(text: &str) -> Result<Self, PredicateError> {
        Ok(serde_json::from_str(text)?)
    }

    /// The JSON [`Predicate::parse`] reads.
    ///
    /// # Errors
    /// Only if the JSON writer fails.
    pub fn to_json(&self) -> Result<String, PredicateError> {
        Ok(serde_json::to_string(self)?)
    }
}

impl TryFrom<String> for Predicate {
    type Error = PredicateError;

    fn try_from(text: String) -> Result<Self, PredicateError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_survives_its_json() {
        let text = r#"{"all":[{"holds_certificate":{"level":"4"}},{"any":[{"age_at_least":{"years":16}},{"stated":{"fact":"apprenticeship"}}]}]}"#;
        assert_eq!(Predicate::parse(text).unwrap().to_json().unwrap(), text);
    }

    #[test]
    fn an_unknown_condition_is_an_error_and_never_met() {
        assert!(Predicate::parse(r#"{"shoe_size_at_least":{"years":3}}"#).is_err());
        assert!(Predicate::parse(r#"{"age_at_least":{"years":16,"or":1}}"#).is_err());
        assert!(Predicate::parse("").is_err());
    }
}
