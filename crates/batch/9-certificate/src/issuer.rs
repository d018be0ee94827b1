//! With what, and in whose name, certificates are issued.
use std::sync::Arc;

use ::store::BlobError;
use identity::{Note, Subject};
use kernel::CertificateNumber;
use person::{PhotoError, SealError};
use web::PageError;

use crate::{
    QueryBudget,
    rules::{IssueRefused, IssuerKey, PublicKey, SerialScope},
};

/// What this node issues certificates with. Layered over the router as `Extension<Arc<Issuer>>`.
#[derive(Clone)]
pub struct Issuer {
    /// Signs.
    pub key: IssuerKey,
    /// Public halves of keys that signed before this one; their certificates stay good.
    pub earlier_keys: Vec<PublicKey>,
    /// Over what the serial runs.
    pub serial_scope: SerialScope,
    /// Name of the trail's log, the first line of its checkpoints.
    pub log_origin: String,
    /// Words of the list of forbidden ones that the organisation's registered name holds by right.
    pub entitled_words: Vec<String>,
    /// How often the public may ask this node.
    pub budget: Arc<QueryBudget>,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Issuer")
            .field("key", &self.key)
            .field("log_origin", &self.log_origin)
            .finish_non_exhaustive()
    }
}

impl Issuer {
    /// The keys against which certificates are checked.
    #[must_use]
    pub fn keys(&self) -> Vec<PublicKey> {
        let mut keys = vec![self.key.public()];
        keys.extend(self.earlier_keys.iter().cloned());
        keys
    }
}

/// In whose name the steps are recorded.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// The person who decided.
    Person(&'a Subject),
    /// The system, finishing what was begun.
    System,
}

impl By<'_> {
    pub(crate) fn note<'a>(self, action: &'static str, number: &'a CertificateNumber) -> Note<'a> {
        match self {
            Self::Person(who) => who.note(action, "certificate", number.as_str()),
            Self::System => Note::of("system", "", action, "certificate", number.as_str()),
        }
    }
}

/// Why issuing stopped.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// A rule said no; nothing of this certificate was done, or it waits as intended.
    #[error(transparent)]
    Refused(#[from] IssueRefused),
    /// The rows.
    #[error(transparent)]
    Row(#[from] sqlx::Error),
    /// The files.
    #[error(transparent)]
    File(#[from] BlobError),
    /// The photo.
    #[error(transparent)]
    Photo(#[from] PhotoError),
    /// A sealed value.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The program.
    #[error("internal: {0}")]
    Internal(String),
}

impl From<IssueError> for PageError {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Refused(refused) => refused.into(),
            IssueError::Row(error) => error.into(),
            IssueError::Photo(error) => error.into(),
            IssueError::Seal(error) => error.into(),
            IssueError::File(error) => ::store::Error::from(error).into(),
            IssueError::Internal(cause) => Self::Internal(cause),
        }
    }
}
