//! Stage 2 from the outside: requests against the routes, on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that fails stops")]
mod apply;
mod house;
mod mistakes;
mod photos;
mod protection;
mod roster;
mod store;
