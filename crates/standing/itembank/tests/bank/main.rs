//! The item bank: its files, its rows, its pages.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a fixture that cannot be made must stop"
)]

mod files;
mod fixture;
mod import;
mod model;
mod pages;
