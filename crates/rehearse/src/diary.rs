//! What the browsers in front of one server opened and sent, for a test that looks back on it.
use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

/// A change that a browser sent, and how the server took it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Address below the server.
    pub path: String,
    /// Status of the answer itself, before any redirect.
    pub status: u16,
    /// Number the server gave the request.
    pub request_id: String,
    /// What was sent, when it is text.
    pub body: String,
}

/// Addresses opened and changes sent, in front of one server.
#[derive(Debug, Default)]
pub struct Diary {
    opened: Mutex<BTreeSet<String>>,
    sent: Mutex<Vec<Sent>>,
}

impl Diary {
    /// Every address that was opened.
    #[must_use]
    pub fn opened(&self) -> Vec<String> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Every change that was sent, in order.
    #[must_use]
    pub fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note_opened(&self, path: &str) {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    pub(crate) fn note_sent(&self, sent: Sent) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
    }
}
