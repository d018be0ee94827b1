//! Stage 3: each application is decided by its clause, paid, and the list is frozen.
use crate::{Batch, Browser, Member, Office, Page, Result};

/// What is given as a reason when an application is sent back.
const RETURNED: &str = "请补充学历证书编号或扫描件";
/// What is given as a reason when it is refused.
const REFUSED: &str = "工作年限不足";

/// Who still waits for a decision.
///
/// # Errors
/// When the queue is not shown.
pub fn queue(reviewer: &Browser, batch: &Batch) -> Result<Page> {
    reviewer.open(&batch.at("/admission?state=pending&size=100"))
}

/// One person's application, opened from the queue.
///
/// # Errors
/// When the queue does not lead there.
pub fn open(reviewer: &Browser, batch: &Batch, queue: &Page, name: &str) -> Result<Page> {
    reviewer.open(&queue.row(name)?.need_link(&batch.at("/admission/"))?)
}

/// What the machine proposes for the application on this page.
#[must_use]
pub fn proposed(page: &Page) -> Option<String> {
    page.attribute("button.go[name=decision]", "value")
}

/// Decides the application on this page as the cast's table says.
///
/// # Errors
/// When the decision is not taken.
pub fn decide(reviewer: &Browser, page: &Page, member: &Member) -> Result<Page> {
    let (decision, reason) = match member.decision.as_str() {
        "return" => ("return", RETURNED),
        "refuse" => ("refuse", REFUSED),
        _ => ("accept", ""),
    };
    reviewer.submit(&page.form("/review")?.set("reason", reason).tick("decision", decision))
}

/// Decides the applications of the first `count` people of the cast.
///
/// # Errors
/// When one of them is not in the queue or not decided.
pub fn review(office: &Office, batch: &Batch, count: usize) -> Result<()> {
    let reviewer = office.staff("reviewer1")?;
    let queue = queue(&reviewer, batch)?;
    for member in batch.cast.members.iter().take(count) {
        let page = open(&reviewer, batch, &queue, &member.name)?;
        decide(&reviewer, &page, member)?;
    }
    Ok(())
}

/// Accepts these people by ticking them in the queue.
///
/// # Errors
/// When one of them is not proposed for acceptance there, or they are not accepted.
pub fn accept_ticked(reviewer: &Browser, batch: &Batch, names: &[&str]) -> Result<Page> {
    let queue = queue(reviewer, batch)?;
    let mut form = queue.form("/acceptances")?;
    for name in names {
        let value = queue.row(name)?.attribute("input[name=chosen]", "value");
        form = form.tick("chosen", &value.ok_or_else(|| queue.fault(&format!("{name} cannot be ticked")))?);
    }
    reviewer.submit(&form.tick("scope", "ticked"))
}

/// Accepts everybody whom the queue with this filter (`point=/demo/nancheng/point`) leaves and the
/// machine proposes to accept; the page of the job that has done it.
///
/// # Errors
/// When nobody can be accepted there, or the job does not end.
pub fn accept_all(reviewer: &Browser, batch: &Batch, filter: &str) -> Result<Page> {
    let queue = reviewer.open(&batch.at(&format!("/admission?state=pending&{filter}")))?;
    let begun = reviewer.submit(&queue.form("/acceptances")?.tick("scope", "filter"))?;
    reviewer.settled(begun)
}

/// The payments, on one page.
const PAYMENTS: &str = "/payments?size=100";

/// Records the first payment that is due.
///
/// # Errors
/// When nothing is due or the record is refused.
pub fn pay_one(office: &Office, batch: &Batch) -> Result<Page> {
    let registrar = office.staff("registrar1")?;
    let page = registrar.open(&batch.at(PAYMENTS))?;
    let one = page.links("/payment").into_iter().find(|link| link.ends_with("/payment"));
    let one = registrar.open(&one.ok_or_else(|| page.fault("no payment is due"))?)?;
    registrar.submit(&one.form("/payment")?.set("receipt_number", &format!("{}-0000", batch.code)))
}

/// Records every payment that is due: the first alone, the others together.
///
/// # Errors
/// When nothing is due or a record is refused.
pub fn pay(office: &Office, batch: &Batch) -> Result<Page> {
    pay_one(office, batch)?;
    let registrar = office.staff("registrar1")?;
    let mut form = registrar.open(&batch.at(PAYMENTS))?.form("/payments")?;
    let due: Vec<String> =
        form.names().iter().filter_map(|name| name.strip_prefix("receipt-").map(ToOwned::to_owned)).collect();
    for (number, id) in due.iter().enumerate() {
        let receipt = format!("{}-{:04}", batch.code, number + 1);
        form = form.tick("paid", id).set(&format!("receipt-{id}"), &receipt);
    }
    registrar.submit(&form)
}

/// Settles who is admitted.
///
/// # Errors
/// When somebody still waits for a decision or a payment.
pub fn freeze(office: &Office, batch: &Batch) -> Result<Page> {
    let province = office.staff("province1")?;
    let page = province.open(&batch.at("/admission/freeze"))?;
    province.submit(&page.form("/admission/freeze")?)
}
