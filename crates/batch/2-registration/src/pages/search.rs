//! Finding somebody by their full document number, which stands in no address.
use axum::{extract::State, response::Response};
use identity::Env;
use kernel::{DocumentKind, DocumentNumber};
use plan::{InBatch, ReadApplications};
use serde_json::json;
use web::{Form, PageResult, Visit};

use super::list::{Narrowed, read_page};
use crate::store::Filter;

/// POST /batches/{code}/applications — the list, narrowed to the person of a document number within
/// the reader's part of the batch. That somebody was looked for is in the trail, the number is not.
pub async fn find(
    State(env): State<Env>,
    entry: InBatch<ReadApplications>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let title = v.t.s("stage-2");
    let everything = Narrowed::default();
    // Without its kind a number may be that of several documents; none at all is read as a resident's.
    let asked = form.parse("document", |given| match DocumentNumber::guesses(given) {
        guesses if guesses.is_empty() => {
            DocumentNumber::parse(DocumentKind::ResidentCard, given).map(|n| vec![n])
        }
        guesses => Ok(guesses),
    });
    let Some(documents) = asked else {
        let page = read_page(&mut tx, &env, &entry, &v, (&everything, Filter::default()), form).await?;
        drop(tx);
        return web::page_again(&v, &title, &page, false);
    };
    // Nobody is the person of an empty key.
    let asked: Vec<&DocumentNumber> = documents.iter().collect();
    let person = person::find_by_documents(&mut tx, &env.vault, &asked).await?.into_iter().next();
    let filter = Filter { person: Some(person.unwrap_or_else(|| "".into())), ..Filter::default() };
    let looked_for = documents.first().map(|document| person::document_index(&env.vault, document));
    let page = read_page(&mut tx, &env, &entry, &v, (&everything, filter), form).await?;
    let code = entry.batch.code.as_str();
    entry
        .who
        .note("application.find", "batch", code)
        .batch(code)
        .payload(json!({ "document": looked_for, "found": page.found }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    web::page(&v, &title, &page)
}
