//! Where time and chance come in.

use crate::UnixMicros;

/// Tells the time. Rules take `now` as an argument; only pages and jobs hold a clock.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> UnixMicros;
}

/// Gives random bytes. The one of the running server is the operating system's; secrets are made
/// of nothing else.
pub trait Entropy: Send + Sync {
    /// Fills the buffer with fresh bytes.
    fn fill(&self, buffer: &mut [u8]);
}
