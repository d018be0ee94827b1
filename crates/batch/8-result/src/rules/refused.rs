//! Why results are not decided or not published.
use web::{Message, PageError};

/// Why results are not decided or not published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResultRefused {
    /// A part has no sealed score.
    #[error("{0} has no sealed score")]
    MissingScore(String),
    /// A level without parts cannot be passed.
    #[error("the level has no parts")]
    NoParts,
    /// Not every score is sealed.
    #[error("scores are missing")]
    NotComplete,
    /// Nothing has been decided.
    #[error("results are not combined")]
    NotDecided,
    /// What is published stays.
    #[error("the results are published")]
    Published,
    /// No rule says how long the public notice stands.
    #[error("no rule for the public notice is in force")]
    NoNoticeRule,
}

impl ResultRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::MissingScore(part) => Message::new("result-missing-score").with("part", part),
            Self::NoParts => "result-no-parts".into(),
            Self::NotComplete => "result-not-complete".into(),
            Self::NotDecided => "result-not-decided".into(),
            Self::Published => "result-is-published".into(),
            Self::NoNoticeRule => "result-no-notice-rule".into(),
        }
    }
}

impl From<ResultRefused> for PageError {
    fn from(refused: ResultRefused) -> Self {
        Self::Refused(refused.message())
    }
}
