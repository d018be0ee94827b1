//! Locked forms as PDF; each fetch is counted and in the trail.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use plan::{InBatch, KeepPapers};
use print::Template;
use serde::Deserialize;
use serde_json::{Value, json};
use web::{Lang, Message, PageError, PageResult, Words};

use super::held_form;
use crate::{
    Form, FormItem, FormStatus,
    demand::demands,
    print_data::{Printed, answer_sheet_data, form_code, paper_data},
    store::form::add_print,
};

const PAPER: Template = Template { name: "form", source: include_str!("../../documents/form.typ") };
const ANSWER_SHEET: Template =
    Template { name: "answer_sheet", source: include_str!("../../documents/answer_sheet.typ") };

/// Digits of the admission number on a sheet, when the address does not say. [own], as the templates have it.
const DIGITS: i64 = 12;
/// Most digits the sheet has room for: see `answer_sheet.typ`.
const DIGITS_MAX: i64 = 15;

/// GET /batches/{code}/papers/forms/{id}/paper.pdf
pub async fn paper(
    State(env): State<Env>,
    entry: InBatch<KeepPapers>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    // The items are Chinese, so is the paper around them.
    let data = |form: &Form, items: &[FormItem], printed: &Printed| {
        Ok((paper_data(Words(Lang::Zh), form, items, printed), Vec::new()))
    };
    fetch(&env, &entry, &id, "paper", &PAPER, data).await
}

/// What may be asked of an answer sheet.
#[derive(Debug, Deserialize)]
pub struct SheetQuery {
    digits: Option<String>,
}

/// GET /batches/{code}/papers/forms/{id}/answer-sheet.pdf?digits=12 — a sheet without a name.
pub async fn answer_sheet(
    State(env): State<Env>,
    entry: InBatch<KeepPapers>,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<SheetQuery>,
) -> PageResult<Response> {
    let asked = query.digits.and_then(|digits| digits.parse().ok());
    let digits = asked.filter(|digits| (1..=DIGITS_MAX).contains(digits)).unwrap_or(DIGITS);
    let data = |form: &Form, items: &[FormItem], printed: &Printed| {
        let qr = print::qr_svg(&form_code(form)).map_err(|error| PageError::Internal(error.to_string()))?;
        let data = answer_sheet_data(Words(Lang::Zh), form, items, printed, digits);
        Ok((data, vec![("qr.svg", qr.into_bytes())]))
    };
    fetch(&env, &entry, &id, "answer_sheet", &ANSWER_SHEET, data).await
}

type Pictures = Vec<(&'static str, Vec<u8>)>;

/// Typesets a document of a locked form, notes that it was fetched, and only then hands it out.
async fn fetch(
    env: &Env,
    entry: &InBatch<KeepPapers>,
    id: &str,
    document: &'static str,
    template: &'static Template,
    data: impl FnOnce(&Form, &[FormItem], &Printed) -> PageResult<(Value, Pictures)>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let (form, items) = held_form(&mut tx, entry, id).await?;
    if form.status != FormStatus::Locked {
        return Err(PageError::refused("paper-print-not-locked"));
    }
    let needed = demands(&mut tx, &entry.batch.code).await?;
    let demand = needed.into_iter().find(|demand| demand.is_of(&form)).ok_or(PageError::NotFound)?;
    drop(tx);
    let (batch, day) = (&entry.batch, demand.theory.starts_at.day());
    let printed = Printed { plan: &batch.title_zh, level: &demand.level, day };
    let (data, pictures) = data(&form, &items, &printed)?;
    let pdf = tokio::task::spawn_blocking(move || template.pdf(&data, &pictures))
        .await
        .map_err(|error| PageError::Internal(error.to_string()))?
        .map_err(|refused| PageError::Refused(Message::new("paper-print-refused").with("a", refused)))?;
    let mut tx = env.db.write().await?;
    let who = &entry.who;
    if !add_print(&mut tx, &env.new_id(), id, document, &who.account_id, env.now()).await? {
        return Err(PageError::Stale);
    }
    let payload = json!({ "document": document, "digest": form.digest.as_str() });
    who.note("form.print", "form", id)
        .batch(batch.code.as_str())
        .payload(payload)
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(web::inline(&format!("{}-{document}.pdf", form_code(&form)), "application/pdf", pdf))
}
