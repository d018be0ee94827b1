//! What is to be told to somebody: an outbox written in the same transaction as its cause.
//!
//! A [`Gateway`] (an SMS provider, or the demo's notice board) takes what lies in the outbox. A
//! message is never lost because the provider was down, and never sent for a change that was rolled
//! back. Texts and numbers are sealed like all personal data.
mod store;

pub use store::{ALL_QUERIES, Outgoing, mark_sent, queue, recent, unsent};

/// Hands one message to the outside; an error leaves it in the outbox for the next round.
pub trait Gateway: Send + Sync {
    /// Sends `text` to `phone`.
    ///
    /// # Errors
    /// What the provider answered.
    fn send(&self, phone: &str, text: &str) -> Result<(), String>;
}
