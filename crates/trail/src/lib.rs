//! The tamper-evident trail (全程留痕): who did what to which thing, when, by which right, and why.
//!
//! [`record`] writes an entry in the transaction of the change itself, so there is no change
//! without its entry. Entries of one thing form a chain. [`sequence`] puts all entries into one
//! append-only Merkle log, as files that anybody can check, and signs its size and root. [`verify`]
//! recomputes everything: every column of every `trail_` table, every tile, every signature.
//! [`proof`] shows that one entry is in the log without showing any other.
//!
//! The exact bytes are in `docs/formats/trail.md`; `tests/verify_log.mjs` is a second verifier that
//! shares no code with this one.
//!
//! What a change commits to is hashed with a salt: the published log holds no payload.
mod entry;
mod error;
mod folder;
mod leaf;
mod note;
mod proof;
mod restore;
mod sequence;
mod store;
mod tree;
mod verify;

pub use crate::store::{
    ALL_QUERIES, Place, Reach, Turn, Wanted, find, history, listed, recent, record, record_each, record_new,
};
pub use entry::{Actor, Desk, Entry, HistoryRow, Outcome, Recorded};
pub use error::TrailError;
pub use folder::LogFolder;
pub use note::Signer;
pub use proof::{Proof, proof};
pub use restore::adopt_restored;
pub use sequence::{Sequenced, sequence};
pub use verify::{Problem, VerifyReport, verify, verify_against};

/// The actions this crate writes: none. Every crate that calls [`record`] exports its own list
/// under this name, and a test compares the lists with what the routes write.
pub const TRAIL_ACTIONS: &[&str] = &[];

/// Names of routes that change something but are not logged one by one, because they are called
/// every few seconds (saving an answer, a heartbeat, a view counter): their crate logs a rolling
/// hash each minute and at the end instead. A route is added here together with the code that
/// does so, and with its reason.
pub const ROLLED_UP: &[&str] = &[];
