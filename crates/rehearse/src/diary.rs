//! What the browsers in front of one server opened and sent, for a test that looks back on it.
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::Watch;

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
    /// The answers of all copies, when it was sent many times at once ([`Diary::echo`]); else none.
    pub echoes: Vec<Echoed>,
}

/// The answer to one of many copies of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echoed {
    /// Its status.
    pub status: u16,
    /// Number the server gave the request.
    pub request_id: String,
}

/// Which changes are sent many times at once.
#[derive(Debug)]
struct Echo {
    times: usize,
    kind: fn(&str) -> Option<&'static str>,
    done: BTreeSet<&'static str>,
}

/// Addresses opened and changes sent, in front of one server.
#[derive(Default)]
pub struct Diary {
    opened: Mutex<BTreeSet<String>>,
    sent: Mutex<Vec<Sent>>,
    watch: Mutex<Option<Arc<dyn Watch>>>,
    echo: Mutex<Option<Echo>>,
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

    /// Shows every change to `watch` before it is sent, in place of whoever watched before.
    pub fn watched_by(&self, watch: Arc<dyn Watch>) {
        *self.watch.lock().unwrap_or_else(PoisonError::into_inner) = Some(watch);
    }

    pub(crate) fn watch(&self) -> Option<Arc<dyn Watch>> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on the first change of each kind that is taken is sent `times` times at once. `kind` says of which kind
    /// an address is; what is of none is sent once.
    pub fn echo(&self, times: usize, kind: fn(&str) -> Option<&'static str>) {
        let echo = Echo { times, kind, done: BTreeSet::new() };
        *self.echo.lock().unwrap_or_else(PoisonError::into_inner) = Some(echo);
    }

    /// How often a change is to be sent.
    pub(crate) fn times(&self, path: &str) -> usize {
        let mut echo = self.echo.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(echo) = echo.as_mut() else { return 1 };
        match (echo.kind)(path) {
            // Not twice at the same time either: others wait here.
            Some(kind) if echo.done.insert(kind) => echo.times,
            Some(_) | None => 1,
        }
    }

    /// A change that was refused as often as it was sent shows nothing: the next of its kind is tried.
    pub(crate) fn not_yet(&self, path: &str) {
        if let Some(echo) = self.echo.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
            && let Some(kind) = (echo.kind)(path)
        {
            echo.done.remove(kind);
        }
    }

    pub(crate) fn note_opened(&self, path: &str) {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
    }

    pub(crate) fn note_sent(&self, sent: Sent) {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
    }
}
