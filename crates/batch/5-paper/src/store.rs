//! The rows of forms.
pub mod form;
pub mod question;

/// Every named statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [form::ALL_QUERIES, question::ALL_QUERIES].concat()
}
