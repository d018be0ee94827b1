//! Stage 9: certificates are issued by two people, and one is revoked by two.
use crate::{Batch, Browser, Fault, Member, Office, Page, Result};

/// Proposes to issue.
///
/// # Errors
/// When the public notice still stands.
pub fn propose(office: &Office, batch: &Batch) -> Result<Page> {
    let first = office.staff("province1")?;
    let page = first.open(&batch.at("/certificates"))?;
    first.submit(&page.form("/certificates/issue")?)
}

/// Another person approves: certificates are numbered, signed and written; waits until they are.
///
/// # Errors
/// When it is refused.
pub fn approve(office: &Office, batch: &Batch) -> Result<Page> {
    let second = office.staff("province2")?;
    let page = second.open(&batch.at("/certificates"))?;
    let begun = second.submit(&page.form("/certificates/issue/decision")?.tick("decision", "approve"))?;
    second.settled(begun)
}

/// The address of a person's certificate.
///
/// # Errors
/// When the list has none.
pub fn address(list: &Page, member: &Member) -> Result<String> {
    list.row(&member.name)?.need_link("/certificates/")
}

/// Revokes the certificate at `address`: one proposes, another approves.
///
/// # Errors
/// When it is refused.
pub fn revoke(office: &Office, address: &str, reason: &str) -> Result<Page> {
    let (first, second) = (office.staff("province1")?, office.staff("province2")?);
    let page = first.open(address)?;
    first.submit(&page.form("/revocation")?.set("reason", reason))?;
    let page = second.open(address)?;
    second.submit(&page.form("/revocation/decision")?.tick("decision", "approve"))
}

/// A registration point hands out what waits there, page by page, and says that each holder came.
///
/// # Errors
/// When a record is refused.
pub fn hand_out(office: &Office, batch: &Batch, login: &str) -> Result<()> {
    let registrar = office.staff(login)?;
    for mut page in points(&registrar, batch)? {
        while page.has_form("/handout") {
            let mut form = page.form("/handout")?;
            for number in page.values("input[name=number][type=checkbox]") {
                form = form.tick("number", &number);
            }
            page = registrar.submit(&form)?;
        }
    }
    Ok(())
}

/// Takes one record back: the certificate waits to be collected again.
///
/// # Errors
/// When nothing was collected.
pub fn take_back(office: &Office, batch: &Batch, login: &str) -> Result<Page> {
    let registrar = office.staff(login)?;
    for page in points(&registrar, batch)? {
        let collected = registrar.click(&page, "show=collected")?;
        if collected.has_form("/handout/withdrawal") {
            return registrar.submit(&collected.form("/handout/withdrawal")?);
        }
    }
    Err(Fault::at(&batch.at("/handout"), "nothing was collected"))
}

/// The page of every registration point; with one point the list itself is its page.
fn points(registrar: &Browser, batch: &Batch) -> Result<Vec<Page>> {
    let page = registrar.click(&registrar.open(&batch.at("/certificates"))?, "/handout")?;
    let links = page.links("/handout?point=");
    let links: Vec<&String> = links.iter().filter(|link| !link.contains("show=")).collect();
    if links.is_empty() {
        return Ok(vec![page]);
    }
    links.into_iter().map(|link| registrar.open(link)).collect()
}
