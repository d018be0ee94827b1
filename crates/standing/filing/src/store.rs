//! Rows of cases and of the procedures they follow.
pub(crate) mod assessment;
pub(crate) mod board;
pub(crate) mod case;
pub(crate) mod event;
pub(crate) mod objection;
pub(crate) mod procedure;
pub(crate) mod request;

/// Every statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [
        procedure::ALL_QUERIES,
        case::ALL_QUERIES,
        request::ALL_QUERIES,
        assessment::ALL_QUERIES,
        objection::ALL_QUERIES,
        event::ALL_QUERIES,
        board::ALL_QUERIES,
    ]
    .concat()
}
