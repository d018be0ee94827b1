//! The rows of assessment. One function per sentence.
mod count;
mod entry;
mod import;
mod part;
mod score;
mod sealed;

pub use count::{Marks, RoomMarks, marks};
pub use entry::{Entered, NewEntry, differing, entries_of, entries_of_batch, insert_entry};
pub use import::{
    Import, ImportRow, RowState, import, imports_of, insert_import, insert_rows, row_counts, rows_to_see,
    rows_waiting, set_job, settle_row,
};
pub use part::{Examiner, PartFigures, part_figures, sealed_by_part};
pub use score::{
    ComponentScore, NewScore, Origin, Run, SealedRow, component_scores, insert_scores, partial_percent,
    put_run, run, scores_of, scores_of_batch, scores_of_candidate, sealed_rows_of, take_sheet,
};
pub use sealed::{
    NewSealed, SealedCount, SealedFor, insert_sealed, sealed_counts, sealed_for, sealed_of_batch,
    sealed_of_candidate,
};

/// Every named statement, for the test that prepares them on both engines.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [entry::ALL_QUERIES, score::ALL_QUERIES, sealed::ALL_QUERIES, part::ALL_QUERIES, import::ALL_QUERIES]
        .concat()
}
