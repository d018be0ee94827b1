//! Why something cannot be done in this stage.
use kernel::Money;
use web::Message;

/// A refusal; each says what to do instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdmissionRefused {
    /// Somebody decided already.
    #[error("the application does not wait for a decision")]
    NotPending,
    /// The applicant took it back.
    #[error("the application was withdrawn")]
    Withdrawn,
    /// The list stands.
    #[error("the list of candidates is frozen")]
    Frozen,
    /// To return or to refuse takes a reason.
    #[error("a reason is needed to return or refuse an application")]
    ReasonNeeded,
    /// To decide otherwise than proposed takes a reason.
    #[error("a reason is needed to decide otherwise than proposed")]
    DepartureNeedsReason,
    /// A fee is taken only from the accepted.
    #[error("the application is not accepted")]
    NotAccepted,
    /// The fee was recorded.
    #[error("the fee was recorded before")]
    AlreadyPaid,
    /// The amount is not the fee.
    #[error("{given} yuan were given, {due} are due")]
    WrongAmount {
        /// The fee of the level.
        due: Money,
        /// What was entered.
        given: Money,
    },
    /// A receipt number is missing or has other signs than letters, digits and hyphens.
    #[error("the receipt number is missing or unreadable")]
    Receipt,
    /// Another payment of the batch has this receipt number.
    #[error("receipt {0} was used before")]
    ReceiptTaken(String),
    /// Applications wait for a decision.
    #[error("{0} applications wait for a decision")]
    PendingLeft(usize),
    /// Nobody was ticked.
    #[error("no application was chosen")]
    NothingChosen,
    /// Nobody has paid.
    #[error("nobody is accepted and has paid")]
    NobodyPaid,
}

impl AdmissionRefused {
    /// The sentence.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotPending => "admission-not-pending".into(),
            Self::Withdrawn => "admission-withdrawn".into(),
            Self::Frozen => "admission-frozen".into(),
            Self::ReasonNeeded => "admission-reason-needed".into(),
            Self::DepartureNeedsReason => "admission-departure-needs-reason".into(),
            Self::NotAccepted => "admission-not-accepted".into(),
            Self::AlreadyPaid => "admission-already-paid".into(),
            Self::WrongAmount { due, given } => {
                Message::new("admission-wrong-amount").with("due", due).with("given", given)
            }
            Self::Receipt => "admission-receipt-unreadable".into(),
            Self::ReceiptTaken(receipt) => Message::new("admission-receipt-taken").with("receipt", receipt),
            Self::PendingLeft(count) => Message::new("admission-pending-left").with("count", count),
            Self::NothingChosen => "admission-none-ticked".into(),
            Self::NobodyPaid => "admission-nobody-paid".into(),
        }
    }
}

impl web::Refusal for AdmissionRefused {
    fn message(&self) -> Message {
        self.message()
    }
}

impl From<AdmissionRefused> for web::PageError {
    fn from(refused: AdmissionRefused) -> Self {
        Self::Refused(refused.message())
    }
}
