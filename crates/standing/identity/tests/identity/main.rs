//! Acts of two people, and the duties that come of them.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
mod model;
