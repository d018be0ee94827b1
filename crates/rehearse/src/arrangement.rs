//! Stage 4: seats are drawn and confirmed, site by site.
use crate::{Batch, Office, Page, Result};

/// Draws the seats of every site that waits for it.
///
/// # Errors
/// When the list is not frozen or rooms do not suffice.
pub fn draw(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let page = officer.click(&officer.open(&batch.at(""))?, "/seat-plan")?;
    officer.settled(officer.submit(&page.form("/seat-plan")?)?)
}

/// Confirms the plan of every site, one after the other; the page of the last one.
///
/// # Errors
/// When a site has no plan to confirm.
pub fn confirm(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let mut page = officer.open(&batch.at("/seat-plan"))?;
    for site in page.links("/seat-plan/sites/") {
        page = officer.submit(&officer.open(&site)?.form("/confirmation")?)?;
    }
    Ok(page)
}

/// Draws the seats of the first site again.
///
/// # Errors
/// When it is not drawn or is confirmed.
pub fn draw_again(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let plan = officer.open(&batch.at("/seat-plan"))?;
    let site = plan.need_link("/seat-plan/sites/")?;
    let page = officer.open(&site)?;
    officer.settled(officer.submit(&page.form(&site)?)?)
}

/// Lets two people of the first room change places, and takes that back; the room's page.
///
/// # Errors
/// When nobody sits there, or nobody may be moved.
pub fn swap_and_take_back(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let site = officer.click(&officer.open(&batch.at("/seat-plan"))?, "/seat-plan/sites/")?;
    let room = officer.click(&site, "/seat-plan/rooms/")?;
    let chosen = officer.click(&room, "?seat=")?;
    let checked = officer.click(&chosen, "&to=")?;
    let made = officer.submit(&checked.form("/moves")?.set("reason", "keep_apart"))?;
    officer.submit(&made.form("/moves/reversal")?)
}

/// Makes everything that is printed for the first site; the site's page with the files.
///
/// # Errors
/// When it is not confirmed.
pub fn print_pack(office: &Office, batch: &Batch) -> Result<Page> {
    let officer = office.staff("officer1")?;
    let site = officer.click(&officer.open(&batch.at("/seat-plan"))?, "/seat-plan/sites/")?;
    officer.settled(officer.submit(&site.form("/print-packs")?)?)
}
