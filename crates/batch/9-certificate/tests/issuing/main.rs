//! Issuing, checking and revoking on both engines, through the pages and under them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must stop")]

mod attack;
mod crash;
mod decision;
mod fixture;
mod handout;
mod job;
mod model;
mod public;
mod refusal;
