//! Stage 5: forms are assembled, and locked by two people.
use crate::{Batch, Office, Page, Result};

/// Papers of a batch: one for each occupation and level.
pub const PAPERS: usize = 3;
/// Forms of a paper: A, B and a reserve.
pub const FORMS: usize = 3;

/// Assembles the forms of the paper number `paper`, from 0.
///
/// # Errors
/// When the bank does not suffice.
pub fn assemble(office: &Office, batch: &Batch, paper: usize) -> Result<Page> {
    let custodian = office.staff("custodian1")?;
    let page = custodian.open(&batch.at("/papers"))?;
    custodian.submit(&page.nth_form("/papers/forms", paper)?)
}

/// Proposes to lock the next form.
///
/// # Errors
/// When there is none to lock.
pub fn propose_lock(office: &Office, batch: &Batch) -> Result<Page> {
    let custodian = office.staff("custodian1")?;
    let page = custodian.open(&batch.at("/papers"))?;
    custodian.submit(&page.form("/lock")?)
}

/// Another custodian approves the lock.
///
/// # Errors
/// When none is proposed.
pub fn approve_lock(office: &Office, batch: &Batch) -> Result<Page> {
    let second = office.staff("custodian2")?;
    let page = second.open(&batch.at("/papers"))?;
    second.submit(&page.form("/lock/approval")?.tick("decision", "approve"))
}
