//! One form with its keys, for the custodian who decides about it.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, approval};
use itembank::ItemKind;
use plan::{Batch, InBatch, KeepPapers};
use web::{PageResult, Visit};

use super::{LOCK, held_form};
use crate::{Form, FormItem, FormStatus};

#[derive(Template)]
#[template(path = "paper/form.html")]
struct FormPage<'a> {
    v: &'a Visit,
    batch: &'a Batch,
    shown: Form,
    /// What it is of, in words.
    level: Option<plan::BatchLevel>,
    is_locked: bool,
    items: Vec<FormItem>,
    proposed_by: String,
    waits: bool,
    may_decide: bool,
}

impl FormPage<'_> {
    /// The key as it is read out: letters, or true and false in words.
    fn key(&self, item: &FormItem) -> String {
        match (item.kind, item.key.as_str()) {
            (ItemKind::Judgement, "T") => self.v.t.s("item-judgement-true"),
            (ItemKind::Judgement, _) => self.v.t.s("item-judgement-false"),
            (ItemKind::Single | ItemKind::Multiple, letters) => letters.to_owned(),
        }
    }

    fn options<'i>(&self, item: &'i FormItem) -> Vec<(char, &'i str)> {
        ('A'..='Z').zip(&item.options).map(|(letter, text)| (letter, text.as_str())).collect()
    }
}

/// GET /batches/{code}/papers/forms/{id} — who looked at a form is in the trail.
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    entry: InBatch<KeepPapers>,
    Path((_, id)): Path<(String, String)>,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let (form, items) = held_form(&mut tx, &entry, &id).await?;
    let proposal = approval::pending(&mut tx, LOCK, &id).await?;
    entry.who.note("form.read", "form", &id).batch(entry.batch.code.as_str()).record(&mut tx, &env).await?;
    let levels = plan::levels(&mut tx, &entry.batch.code).await?;
    tx.commit().await?;
    let is_it = |level: &plan::BatchLevel| {
        level.occupation_code == form.occupation_code && level.level_code == form.level_code
    };
    let shown = FormPage {
        level: levels.into_iter().find(is_it),
        v: &v,
        batch: &entry.batch,
        is_locked: form.status == FormStatus::Locked,
        shown: form,
        items,
        waits: proposal.is_some(),
        may_decide: proposal.as_ref().is_some_and(|proposal| proposal.proposed_by != entry.who.account_id),
        proposed_by: proposal.map(|proposal| proposal.proposed_by_name).unwrap_or_default(),
    };
    web::page(&v, &v.t.a("paper-form", shown.shown.letter.as_str()), &shown)
}
