//! One item, and its review.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Action, Env, Holding, Subject, account_names, everywhere};
use kernel::OrgPath;
use serde_json::json;
use web::{Form, PageError, PageResult, Visit, page, page_again};

use super::{only_within, within};
use crate::{
    Item, ItemKind, ItemStatus, ReadItems, Review, ReviewItems,
    names::Names,
    store::{bank, blueprint, item},
};

/// Longest reason of a refusal, in characters.
const REASON_MAX: usize = 500;

/// One option as it is shown.
struct OptionLine {
    letter: char,
    text: String,
    is_key: bool,
}

#[derive(Template)]
#[template(path = "item/show.html")]
struct ItemPage<'a> {
    v: &'a Visit,
    form: Form,
    shown: Item,
    bank_name: String,
    point_name: String,
    stem: Vec<String>,
    options: Vec<OptionLine>,
    created_by: String,
    reviewed_by: String,
    older: Vec<Item>,
    may_review: bool,
}

/// GET /items/{id}
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadItems>,
    Path(id): Path<String>,
) -> PageResult<Response> {
    let loaded = load(&env, &v, &held.who, &held.at, &id, Form::default()).await?;
    page(&v, &v.t.a("item-title", loaded.shown.number), &loaded)
}

async fn load<'a>(
    env: &Env,
    v: &'a Visit,
    who: &Subject,
    at: &[OrgPath],
    id: &str,
    form: Form,
) -> PageResult<ItemPage<'a>> {
    let mut tx = env.db.read().await?;
    let item = item::item(&mut tx, id).await?.ok_or(PageError::NotFound)?;
    let bank = only_within(at, bank::bank(&mut tx, &item.bank_id).await?)?;
    let names = Names::load(&mut tx, env.now().day()).await?;
    let points = blueprint::blueprint(&mut tx, &bank.id).await?.map(|known| known.points).unwrap_or_default();
    let mut older = item::versions(&mut tx, id).await?;
    older.retain(|version| version.version != item.version);
    let reviewer = item.reviewed_by.as_deref().unwrap_or_default();
    let accounts = account_names(&mut tx, [item.created_by.as_str(), reviewer]).await?;
    let point = points.into_iter().find(|point| point.code == item.content.point_code);
    let reviews_here = within(&everywhere(&who.grants, Action::ReviewItems, env.now()), &bank);
    Ok(ItemPage {
        v,
        form,
        bank_name: names.of(&bank, v.t),
        point_name: point.map(|point| point.name).unwrap_or_default(),
        stem: item.content.stem.lines().map(str::to_owned).collect(),
        options: options(&item, v),
        created_by: accounts.of(&item.created_by).to_owned(),
        reviewed_by: accounts.of(reviewer).to_owned(),
        older,
        may_review: item.status == ItemStatus::Draft && reviews_here && item.created_by != who.account_id,
        shown: item,
    })
}

fn options(item: &Item, v: &Visit) -> Vec<OptionLine> {
    let key = &item.content.key;
    let line = |letter: char, text: String| OptionLine { letter, text, is_key: key.contains(letter) };
    match item.content.kind {
        ItemKind::Judgement => {
            vec![line('T', v.t.s("item-judgement-true")), line('F', v.t.s("item-judgement-false"))]
        }
        ItemKind::Single | ItemKind::Multiple => {
            ('A'..='Z').zip(&item.content.options).map(|(letter, text)| line(letter, text.clone())).collect()
        }
    }
}

/// POST /items/{id}/review with `decision` (accept, refuse), `reason` and `seen_version`.
pub async fn review(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReviewItems>,
    Path(id): Path<String>,
    mut form: Form,
) -> PageResult<Response> {
    {
        let mut tx = env.db.read().await?;
        let item = item::item(&mut tx, &id).await?.ok_or(PageError::NotFound)?;
        only_within(&held.at, bank::bank(&mut tx, &item.bank_id).await?)?;
    }
    let status = match form.value("decision") {
        "accept" => ItemStatus::Accepted,
        "refuse" => ItemStatus::Refused,
        _ => return Err(PageError::refused("form-unreadable")),
    };
    let reason = form.value("reason").to_owned();
    if status == ItemStatus::Refused && reason.is_empty() {
        form.refuse("reason", "item-refuse-needs-reason");
    } else if reason.chars().count() > REASON_MAX {
        form.refuse("reason", "item-reason-too-long");
    }
    if !form.is_ok() {
        let loaded = load(&env, &v, &held.who, &held.at, &id, form).await?;
        return page_again(&v, &v.t.a("item-title", loaded.shown.number), &loaded, false);
    }
    let seen: i64 = form.value("seen_version").parse().map_err(|_| PageError::refused("form-unreadable"))?;
    let mut tx = env.db.write().await?;
    let item = item::item(&mut tx, &id).await?.ok_or(PageError::NotFound)?;
    only_within(&held.at, bank::bank(&mut tx, &item.bank_id).await?)?;
    let who = &held.who;
    if item.created_by == who.account_id {
        return Err(PageError::refused("item-own-review"));
    }
    let decision = Review { status, by: &who.account_id, at: env.now(), reason: &reason };
    if !item::review(&mut tx, &id, seen, decision).await? {
        return Err(PageError::Stale);
    }
    let payload = json!({ "version": seen, "status": status.code() });
    who.note("item.review", "item", &id).reason(&reason).payload(payload).record(&mut tx, &env).await?;
    let next = item::next_draft(&mut tx, &item.bank_id, &who.account_id, item.number).await?;
    tx.commit().await?;
    let to = next.map_or_else(|| format!("/items?bank={}", item.bank_id), |next| format!("/items/{next}"));
    let sentence = match status {
        ItemStatus::Accepted => "item-accepted",
        ItemStatus::Refused | ItemStatus::Draft => "item-refused",
    };
    Ok(web::done(&to, sentence))
}
