//! The rows of assessment. One function per sentence.
mod entry;
mod score;
mod sealed;

pub use entry::{NewEntry, entries_of_batch, entries_of_part, insert_entry};
pub use score::{
    ComponentScore, NewScore, Origin, SealedRow, component_scores, insert_scores, is_begun, partial_percent,
    scores_of_batch, scores_of_candidate, scores_of_part, take_sheet,
};
pub use sealed::{
    NewSealed, SealedCount, examiner_counts, insert_sealed, own_sealed, sealed_counts, sealed_of_batch,
    sealed_of_candidate,
};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [entry::ALL_QUERIES, score::ALL_QUERIES, sealed::ALL_QUERIES].concat()
}
