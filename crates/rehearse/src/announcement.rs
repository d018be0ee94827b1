//! Beside the stages: the province writes to the candidates of a batch.
use crate::{Batch, Office, Page, Result};

/// Writes to an audience (its value in the form, such as `fee_due`), looks at what it would be, and sends it;
/// the page of the job that has told everybody.
///
/// # Errors
/// When nobody is in the audience, the text is refused, or the job does not end.
pub fn send(office: &Office, batch: &Batch, audience: &str, text: &str) -> Result<Page> {
    let province = office.staff("province1")?;
    let page = province.click(&province.open(&batch.at(""))?, "/announcements")?;
    let form = page.form("/announcements")?.set("audience", audience).set("text", text);
    let shown = province.submit(&form.tick("act", "check"))?;
    let begun = province.submit(&shown.form("/announcements")?.tick("act", "send"))?;
    province.settled(begun)
}
