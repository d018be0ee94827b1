//! Plans as rows.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
mod model;
