//! One binary for all tests of the product as a whole.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]
mod access;
mod bombs;
mod city;
mod conflicts;
mod disk;
mod echo;
mod figures;
mod fuzz;
mod import;
mod kill;
mod operating;
mod queries;
mod storm;
mod story;
mod trail;
mod walk;
mod windows;
mod words;
