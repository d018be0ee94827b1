//! Results and their publication: the rows. One function per sentence.
mod book;
mod result;
mod tally;

pub(crate) use book::reached;
pub use book::{
    Book, Publication, Reached, begin, book, book_and_publication, close, insert_publication, publication,
    take, take_version,
};
pub use result::{
    Line, NewResult, Wanted, certifiable, count, lines, mark_told, outcomes, passed, passed_by_batch,
    published_outcome, published_outcomes, put_results, untold, untold_count,
};
pub use tally::{clear_tallies, figures, insert_bands, insert_tallies};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [book::ALL_QUERIES, result::ALL_QUERIES, tally::ALL_QUERIES].concat()
}
