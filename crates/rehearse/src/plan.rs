//! Stage 1: one person draws the plan up and proposes it, another approves.
use crate::{Batch, Browser, FormFill, Office, Page, Result};

/// The empty form, found by clicking.
///
/// # Errors
/// When it cannot be reached.
pub fn new_plan(planner: &Browser) -> Result<Page> {
    let page = planner.click(&planner.open("/workbench")?, "/batches")?;
    planner.click(&page, "/batches/new")
}

/// The form of `page`, filled for this batch.
///
/// # Errors
/// When the page has no such form.
pub fn filled(page: &Page, batch: &Batch) -> Result<FormFill> {
    let days = &batch.calendar;
    let mut form = page
        .form("/batches")?
        .set("code", &batch.code)
        .set("title_zh", &batch.title_zh)
        .set("title_en", &batch.title_en)
        .set_if_asked("delivery-4-07-03-04", "computer")
        .set_if_asked("delivery-4-07-03-02", "paper")
        .set("registration_from", &days.registration_from.to_string())
        .set("registration_to", &days.registration_to.to_string())
        .set("review_to", &days.review_to.to_string())
        .set("payment_to", &days.payment_to.to_string())
        .set("tickets_from", &days.tickets_from.to_string())
        .set("reference", &days.reference.to_string())
        .set("exam", &days.exam.to_string());
    for scope in &batch.scope {
        form = form.tick("scope", scope);
    }
    for point in &batch.points {
        form = form.tick("points", point);
    }
    for (field, site) in &batch.sites {
        form = form.set(field, site);
    }
    Ok(form)
}

/// Draws the plan up.
///
/// # Errors
/// When it is refused.
pub fn draft(office: &Office, batch: &Batch) -> Result<Page> {
    let [planner, _] = batch.planners;
    let planner = office.staff(planner)?;
    planner.submit(&filled(&new_plan(&planner)?, batch)?)
}

/// Proposes the plan for publication.
///
/// # Errors
/// When it is refused.
pub fn propose(office: &Office, batch: &Batch) -> Result<Page> {
    let [planner, _] = batch.planners;
    let planner = office.staff(planner)?;
    planner.submit(&planner.open(&batch.at(""))?.form("/publication")?)
}

/// Another person approves it: it is published.
///
/// # Errors
/// When it is refused.
pub fn approve(office: &Office, batch: &Batch) -> Result<Page> {
    let [_, second] = batch.planners;
    let second = office.staff(second)?;
    let page = second.click(&second.open("/workbench")?, &batch.at(""))?;
    second.submit(&page.form("/publication/decision")?.tick("decision", "approve"))
}
