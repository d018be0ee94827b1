//! The list of those who sit the exam: before it is frozen a preview, afterwards a fact.
use askama::Template;
use axum::{extract::State as Extract, response::Response};
use identity::Env;
use person::Person;
use plan::{Batch, Freeze, InBatch};
use web::{Form, Markup, PageError, PageResult, Visit};

use crate::{
    AdmissionRefused, Frozen, List, State,
    freeze::{draw, freeze as freeze_list},
    store,
};

/// Names shown of those who wait for a decision; the queue shows all.
const NAMES_MAX: usize = 50;

#[derive(Template)]
#[template(path = "admission/list.html")]
struct ListPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    frozen: Option<Frozen>,
    frozen_by: String,
    list: List,
    /// The first of those who wait for a decision.
    pending: Vec<(i64, Person, String)>,
    form: Form,
}

impl ListPage<'_> {
    fn left_in(&self, state: &str) -> usize {
        State::from_code(state).map_or(0, |state| self.list.left_in(state))
    }
}

/// GET /batches/{code}/admission/freeze
pub async fn show(Extract(env): Extract<Env>, entry: InBatch<Freeze>, v: Visit) -> PageResult<Response> {
    entry.at_whole()?;
    let mut tx = env.db.read().await?;
    let page = read_page(&mut tx, &env, &entry, &v, Form::default()).await?;
    web::page(&v, &v.t.s("admission-list"), &page)
}

async fn read_page<'a>(
    tx: &mut ::store::Tx,
    env: &Env,
    entry: &'a InBatch<Freeze>,
    v: &'a Visit,
    form: Form,
) -> PageResult<ListPage<'a>> {
    let batch = &entry.batch;
    let frozen = store::frozen(tx, &batch.code).await?;
    let frozen_by = match &frozen {
        Some(frozen) => identity::account_name(tx, &frozen.frozen_by).await?,
        None => String::new(),
    };
    let list = draw(tx, batch).await?;
    let mut waiting: Vec<_> = list.left_out.iter().filter(|(_, state)| *state == State::Pending).collect();
    waiting.sort_by_key(|(row, _)| (row.serial, &row.application_id));
    waiting.truncate(NAMES_MAX);
    let ids: Vec<_> = waiting.iter().map(|(row, _)| row.person_id.clone()).collect();
    let people = person::load_many(tx, &env.vault, &ids).await?;
    let pending = waiting.iter().zip(people);
    let pending =
        pending.map(|((row, _), person)| (row.serial, person, row.application_id.to_string())).collect();
    let head = plan::stage_head(tx, entry, 3, v, env.now()).await?;
    Ok(ListPage { v, head, batch, frozen, frozen_by, list, pending, form })
}

/// POST /batches/{code}/admission/freeze
pub async fn freeze(
    Extract(env): Extract<Env>,
    entry: InBatch<Freeze>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let (seen, reason) = (form.value("seen_digest").to_owned(), form.value("leave_out_reason").to_owned());
    let mut tx = env.db.write().await?;
    let done = freeze_list(&mut tx, &env, &entry.who, &entry.batch, &seen, &reason).await?;
    if let Err(refused @ AdmissionRefused::PendingLeft(_)) = done {
        drop(tx);
        form.refuse("leave_out_reason", refused.message());
        let mut tx = env.db.read().await?;
        let page = read_page(&mut tx, &env, &entry, &v, form).await?;
        return web::page_again(&v, &v.t.s("admission-list"), &page, false);
    }
    done.map_err(PageError::from)?;
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/admission/freeze", entry.batch.code), "admission-done-freeze"))
}
