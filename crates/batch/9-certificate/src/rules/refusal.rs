//! Why a certificate is not issued.
use web::Message;

/// What stands in the way of a certificate. Found before a number is taken, so that a refusal
/// leaves no gap.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueRefused {
    /// No organisation at or above the batch is filed and has a site code today.
    #[error("no organisation above the batch is filed on {day}")]
    NoIssuer {
        /// The day asked for.
        day: kernel::Day,
    },
    /// The plan of the batch does not hold the occupation and level.
    #[error("the plan does not hold occupation {occupation} level {level}")]
    NotInPlan {
        /// Occupation.
        occupation: kernel::OccupationCode,
        /// Level.
        level: kernel::LevelCode,
    },
    /// There is no photo, and a certificate without one is not complete.
    #[error("there is no photo of the holder")]
    NoPhoto,
    /// The organisation's name or a text holds a word it is not entitled to.
    #[error("the word {word} may not stand on a certificate")]
    ForbiddenWord {
        /// The word.
        word: &'static str,
    },
    /// The number cannot be composed.
    #[error("the number cannot be composed: {0}")]
    Number(#[from] kernel::ValueError),
    /// The six digits are used up for the year.
    #[error("all 999999 serials of the year are used")]
    SerialsUsed,
    /// The page could not be typeset; the detail names the character or the line.
    #[error("the page cannot be typeset: {detail}")]
    Print {
        /// What the typesetter says, without personal data.
        detail: String,
    },
    /// The holder's document changed between intent and signature.
    #[error("the holder's document is not the one the number was reserved for")]
    HolderChanged,
}

impl IssueRefused {
    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        let message = Message::new(self.key());
        match self.detail() {
            detail if detail.is_empty() => message,
            detail => message.with("a", detail),
        }
    }

    /// Key of the sentence.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoIssuer { .. } => "certificate-no-issuer",
            Self::NotInPlan { .. } => "certificate-not-in-plan",
            Self::NoPhoto => "certificate-no-photo",
            Self::ForbiddenWord { .. } => "certificate-forbidden-word",
            Self::Number(error) => error.key(),
            Self::SerialsUsed => "certificate-serials-used",
            Self::Print { .. } => "certificate-not-printed",
            Self::HolderChanged => "certificate-holder-changed",
        }
    }

    /// The value the sentence names as `a`; empty when it names none.
    #[must_use]
    pub fn detail(&self) -> String {
        match self {
            Self::NoIssuer { day } => day.to_string(),
            Self::NotInPlan { occupation, level } => format!("{occupation} / {level}"),
            Self::ForbiddenWord { word } => (*word).to_owned(),
            Self::Print { detail } => detail.clone(),
            Self::NoPhoto | Self::Number(_) | Self::SerialsUsed | Self::HolderChanged => String::new(),
        }
    }
}

impl From<IssueRefused> for web::PageError {
    fn from(refused: IssueRefused) -> Self {
        Self::Refused(refused.message())
    }
}
