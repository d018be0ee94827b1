//! Tests of stage 7 on both engines, through its rows and through its pages.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
mod fixture;
mod model;
mod objective;
mod pages;
mod rows;
mod scoring;
mod workbooks;
