//! Tests of stage 8: the decision over its space, its rows on both engines, and its pages.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a fixture that fails stops the test")]
mod decision;
mod figures;
mod fixture;
mod model;
mod pages;
mod rows;
