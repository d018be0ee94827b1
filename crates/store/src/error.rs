//! The two storage answers a caller may expect and act on.

/// Whether the statement failed because a row with this key exists. The constraint's name is never
/// looked at: SQLite does not report one.
#[must_use]
pub fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|db| db.is_unique_violation())
}

/// Whether a guarded statement touched exactly one row: `false` means that somebody was faster.
#[must_use]
pub fn was_changed(rows_affected: u64) -> bool {
    rows_affected == 1
}
