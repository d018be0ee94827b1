//! Why a score is not taken.
use kernel::{AdmissionNumber, UnixMicros};
use web::{Message, PageError};

/// Why a score is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssessmentRefused {
    /// Somebody may still be writing.
    #[error("the sittings are not over")]
    NotOver,
    /// Nobody has been examined yet.
    #[error("this part begins at {}", .0.text())]
    NotBegun(UnixMicros),
    /// The table was sent without a single figure.
    #[error("nothing was entered")]
    Nothing,
    /// No candidate of this part has this admission number.
    #[error("no candidate of this part has this admission number")]
    UnknownNumber,
    /// What is sealed stays.
    #[error("you have sealed a score for this candidate")]
    AlreadySealed,
    /// The candidate has all the scores they need.
    #[error("this candidate has a score")]
    Complete,
    /// One says there, the other says absent.
    #[error("another examiner recorded the opposite: absent or present")]
    PresenceDiffers,
    /// The second figure must be another person's.
    #[error("you have entered this candidate; the second entry is another clerk's")]
    AlreadyEntered,
    /// A form that gives no points cannot be scored.
    #[error("the form has no points")]
    NoPoints,
    /// The sealed score was computed from other answers or keys.
    #[error("the inputs of {0} changed after the score was sealed")]
    InputsChanged(AdmissionNumber),
}

impl AssessmentRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotOver => "assessment-not-over".into(),
            Self::NotBegun(at) => Message::new("assessment-not-begun").with("a", at.text()),
            Self::Nothing => "assessment-nothing".into(),
            Self::UnknownNumber => "assessment-unknown-number".into(),
            Self::AlreadySealed => "assessment-already-sealed".into(),
            Self::Complete => "assessment-complete".into(),
            Self::PresenceDiffers => "assessment-presence-differs".into(),
            Self::AlreadyEntered => "assessment-already-entered".into(),
            Self::NoPoints => "assessment-no-points".into(),
            Self::InputsChanged(number) => Message::new("assessment-inputs-changed").with("number", number),
        }
    }
}

impl From<AssessmentRefused> for PageError {
    fn from(refused: AssessmentRefused) -> Self {
        Self::Refused(refused.message())
    }
}
