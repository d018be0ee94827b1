//! Stage 6, sitting (考试).
pub mod jobs;
mod ledger;
pub mod protocol;
pub mod rules;
pub mod store;

pub use ledger::{HandedIn, Kept, Ledger, LedgerError};

kernel::id_types! {
    /// One candidate's work on one form.
    AttemptId;
}
