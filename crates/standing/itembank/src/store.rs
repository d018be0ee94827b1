//! The rows of the item bank.
pub mod bank;
pub mod blueprint;
pub mod item;

/// Every named statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [bank::ALL_QUERIES, blueprint::ALL_QUERIES, item::ALL_QUERIES].concat()
}
