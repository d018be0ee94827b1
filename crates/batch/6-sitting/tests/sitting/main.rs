//! The sitting, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
mod fixture;
mod ledger;
mod rules;
mod wire;
