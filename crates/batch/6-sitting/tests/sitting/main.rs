//! The sitting, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
mod arrival;
mod attempt;
mod browser;
mod fixture;
mod hall;
mod ledger;
mod machine;
mod model;
mod room;
mod rules;
mod simulation;
mod store;
mod wire;
mod world;
