//! What a browser asks of an attempt, and what became of it.
use kernel::UnixMicros;

use super::Change;

/// A request to begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begin {
    /// Session that asks.
    pub session: String,
    /// When the request was there, stamped before it queued.
    pub arrived_at: UnixMicros,
}

/// A request to keep changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// Session that asks.
    pub session: String,
    /// Epoch the client believes in.
    pub epoch: i64,
    /// The changes, in order.
    pub changes: Vec<Change>,
    /// When the request was there, stamped before it queued.
    pub arrived_at: UnixMicros,
}

/// What became of a [`Save`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// These are new and count; the others were repeats.
    Taken(Vec<Change>),
    /// Something between the last counted change and these is missing.
    Gap,
    /// A number that was counted comes again with another content: two windows write.
    Conflict,
    /// Another machine took over.
    StaleEpoch,
    /// Not the browser that signed in at the seat.
    OtherBrowser,
    /// The candidate has not begun.
    TooEarly,
    /// At or after the close; these are new and are kept as evidence.
    TooLate(Vec<Change>),
    /// The candidate has handed in.
    HandedIn(String),
    /// No client of ours sends this.
    Malformed,
}

/// A request to end the work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandIn {
    /// Session that asks.
    pub session: String,
    /// Epoch the client believes in.
    pub epoch: i64,
    /// Number of the last change the client made.
    pub last_seq: i64,
    /// When the request was there, stamped before it queued.
    pub arrived_at: UnixMicros,
}

/// What became of a [`HandIn`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandInVerdict {
    /// Handed in, now or before; the receipt.
    HandedIn(String),
    /// The client has changes that are not here yet.
    Missing,
    /// Another machine took over.
    StaleEpoch,
    /// Not the browser that signed in at the seat.
    OtherBrowser,
    /// The candidate has not begun.
    TooEarly,
    /// At or after the close.
    TooLate,
}
