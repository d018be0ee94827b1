//! Stage 3 against both engines: the ruler, decisions, payments and the frozen list.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a fixture that fails stops the test"
)]
mod fixture;
mod freeze;
mod many;
mod model;
mod pages;
mod payment;
mod queue;
mod review;
mod ruler;
mod totals;
