//! One decision from the parts.
use assessment::PartOutcome;
use kernel::{Digest, Score};
use sha2::{Digest as _, Sha256};

use super::ResultRefused;
use crate::ResultRow;

/// What is decided on a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Outcome {
    /// Every part reached its pass mark.
    Pass,
    /// A part did not.
    Fail,
    /// Did not come to a part.
    Absent,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 3] = [Self::Pass, Self::Fail, Self::Absent];

    /// Stored word.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Absent => "absent",
        }
    }

    /// The outcome of a stored word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Key of its word.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Pass => "outcome-pass",
            Self::Fail => "outcome-fail",
            Self::Absent => "outcome-absent",
        }
    }

    /// Class of its tag.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Pass => "done",
            Self::Fail => "late",
            Self::Absent => "wait",
        }
    }
}

/// One part of a candidate's examination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name to say when its score is missing.
    pub name: String,
    /// The score that passes it.
    pub pass_mark: Score,
    /// The sealed score; none when nothing is sealed.
    pub outcome: Option<PartOutcome>,
}

/// Decides: pass when every part reaches its own pass mark. The parts are never averaged, so no
/// part makes up for another. Absent from any part is absent.
///
/// Source: 国家职业技能标准, 「均实行百分制,成绩皆达60分(含)以上者为合格」 (http://m.qebk.com/jiaoyu/207944.html).
///
/// # Errors
/// [`ResultRefused::MissingScore`] naming the first part without a sealed score;
/// [`ResultRefused::NoParts`] for a level without parts.
pub fn decide(parts: &[Part]) -> Result<Outcome, ResultRefused> {
    if parts.is_empty() {
        return Err(ResultRefused::NoParts);
    }
    let mut outcome = Outcome::Pass;
    for part in parts {
        let one = match part.outcome {
            None => return Err(ResultRefused::MissingScore(part.name.clone())),
            Some(PartOutcome::Absent) => Outcome::Absent,
            Some(PartOutcome::Scored(score)) if score >= part.pass_mark => Outcome::Pass,
            Some(PartOutcome::Scored(_)) => Outcome::Fail,
        };
        outcome = outcome.max(one);
    }
    Ok(outcome)
}

/// SHA-256 over every decision and the scores it rests on, whatever the order of the rows.
#[must_use]
pub fn digest(rows: &[ResultRow]) -> Digest {
    let mut lines: Vec<String> = rows
        .iter()
        .map(|row| {
            let mut parts: Vec<String> =
                row.parts.iter().map(|(id, outcome)| format!("{id}={}", outcome.text())).collect();
            parts.sort();
            format!("{} {} {}", row.application_id, row.outcome.code(), parts.join(" "))
        })
        .collect();
    lines.sort();
    Digest::from_bytes(&Sha256::digest(lines.join("\n")).into())
}
