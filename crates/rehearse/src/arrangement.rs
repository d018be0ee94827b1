//! Stage 4: seats are drawn and confirmed.
use crate::{Batch, Office, Page, Result};

/// Draws the seats.
///
/// # Errors
/// When the list is not frozen or rooms do not suffice.
pub fn draw(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let page = officer.click(&officer.open(&batch.at(""))?, "/seat-plan")?;
    officer.submit(&page.form("/seat-plan")?)
}

/// Confirms the plan: nobody moves any more.
///
/// # Errors
/// When there is no plan to confirm.
pub fn confirm(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let page = officer.open(&batch.at("/seat-plan"))?;
    officer.submit(&page.form("/seat-plan/confirmation")?)
}
