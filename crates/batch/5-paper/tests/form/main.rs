//! Forms: their rules, their rows, their pages.
#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a fixture that cannot be made must stop")]

mod assembly;
mod fixture;
mod model;
mod pages;
mod rows;
