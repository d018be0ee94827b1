//! The trail on both engines: what is written, proved, attacked and recovered.
#![expect(clippy::unwrap_used, reason = "a test that cannot prepare its log must stop")]

mod attack;
mod chain;
mod fixture;
mod proof;
mod recovery;
mod tamper;
