//! Stage 9: certificates are issued by two people, and one is revoked by two.
use crate::{Batch, Member, Office, Page, Result};

/// Proposes to issue.
///
/// # Errors
/// When the public notice still stands.
pub fn propose(office: &Office, batch: &Batch) -> Result<Page> {
    let first = office.staff("province1")?;
    let page = first.open(&batch.at("/certificates"))?;
    first.submit(&page.form("/certificates/issue")?)
}

/// Another person approves: certificates are numbered, signed and written.
///
/// # Errors
/// When it is refused.
pub fn approve(office: &Office, batch: &Batch) -> Result<Page> {
    let second = office.staff("province2")?;
    let page = second.open(&batch.at("/certificates"))?;
    second.submit(&page.form("/certificates/issue/decision")?.tick("decision", "approve"))
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
