//! The scheme as its callers see it: seeding, rows on both engines, eligibility.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a fixture that fails stops the test")]
mod eligibility;
mod fixture;
mod registers;
mod rosters;
mod seeding;
mod standards;
mod whole;
