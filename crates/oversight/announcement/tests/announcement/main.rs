//! Announcements against both engines: who may, what is counted and confirmed, who is told, and once each.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a fixture that fails stops the test")]
mod fixture;
mod model;
mod pages;
mod rows;
mod telling;
