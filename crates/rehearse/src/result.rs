//! Stage 8: results are combined, and published by two people.
use crate::{Batch, Office, Page, Result};

/// Combines everybody's parts; waits until it is done.
///
/// # Errors
/// When a score is missing.
pub fn combine(office: &Office, batch: &Batch) -> Result<Page> {
    let first = office.staff("province1")?;
    let page = first.open(&batch.at("/results"))?;
    let begun = first.submit(&page.form("/results")?)?;
    first.settled(begun)
}

/// Proposes to publish.
///
/// # Errors
/// When it is refused.
pub fn propose(office: &Office, batch: &Batch) -> Result<Page> {
    let first = office.staff("province1")?;
    let page = first.open(&batch.at("/results"))?;
    first.submit(&page.form("/results/publication")?)
}

/// Another person approves: the results are public, and everybody is told.
///
/// # Errors
/// When it is refused.
pub fn approve(office: &Office, batch: &Batch) -> Result<Page> {
    let second = office.staff("province2")?;
    let page = second.open(&batch.at("/results"))?;
    let begun = second.submit(&page.form("/publication/decision")?.tick("decision", "approve"))?;
    second.settled(begun)
}
