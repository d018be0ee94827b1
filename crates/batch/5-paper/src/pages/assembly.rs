//! Assembling the three forms of a paper.
use std::collections::HashMap;

use ::store::Tx;
use axum::{extract::State, response::Response};
use identity::{Env, approval};
use itembank::Item;
use kernel::{LevelCode, OccupationCode};
use plan::{Batch, InBatch, KeepPapers};
use serde_json::json;
use web::{Form as Fields, Message, PageError, PageResult};

use super::{LOCK, digest, papers_of, report};
use crate::{
    AssemblyRefused, Form, FormItem, FormLetter, FormStatus, Placed, PoolItem, assemble,
    demand::{Demand, demands},
    store::form::{add_form, forms, remove_assembled},
};

/// Points named in the sentence of a refusal; the page lists all of them.
const NAMED_MAX: usize = 10;

impl From<AssemblyRefused> for PageError {
    fn from(refused: AssemblyRefused) -> Self {
        let message = match &refused {
            AssemblyRefused::Short(short) => {
                let named = short.iter().take(NAMED_MAX);
                let named = named
                    .map(|point| format!("{} {} ({}/{})", point.code, point.name, point.have, point.need));
                Message::new("paper-short")
                    .with("n", short.len())
                    .with("a", named.collect::<Vec<_>>().join("; "))
            }
            AssemblyRefused::NoPoints => Message::new("paper-no-points"),
            AssemblyRefused::Weights(total) => {
                Message::new("paper-weights").with("a", kernel::Score(*total).short())
            }
            AssemblyRefused::Worthless(range) => Message::new("paper-worthless").with("a", range),
        };
        Self::Refused(message)
    }
}

/// POST /batches/{code}/papers/forms with `occupation` and `level`: forms A, B and the reserve, in place of any that are
/// not locked.
pub async fn create(
    State(env): State<Env>,
    entry: InBatch<KeepPapers>,
    fields: Fields,
) -> PageResult<Response> {
    entry.at_whole()?;
    let batch = &entry.batch;
    if batch.published_at.is_none() {
        return Err(PageError::refused("paper-plan-not-published"));
    }
    let occupation = OccupationCode::parse(fields.value("occupation")).map_err(|_| PageError::NotFound)?;
    let level = LevelCode::parse(fields.value("level")).map_err(|_| PageError::NotFound)?;
    let mut seed = [0; 32];
    env.entropy.fill(&mut seed);
    let mut tx = env.db.write().await?;
    let wanted = demands(&mut tx, &batch.code).await?;
    let is_it =
        |demand: &&Demand| demand.level.occupation_code == occupation && demand.level.level_code == level;
    let demand = wanted.iter().find(is_it).ok_or(PageError::NotFound)?;
    nothing_decided(&mut tx, batch, demand).await?;
    remove_assembled(&mut tx, &batch.code, &occupation, &level).await?;
    let made = assemble_forms(&mut tx, &env, &entry, demand, &seed).await?;
    for (form, items) in &made {
        add_form(&mut tx, form, items).await?;
        let payload = json!({
            "letter": form.letter.as_str(), "occupation": occupation.as_str(), "level": level.as_str(),
            "seed": form.seed, "blueprint": form.blueprint_id, "digest": form.digest.as_str(), "items": items.len(),
        });
        let note =
            entry.who.note("form.assemble", "form", &form.id).batch(batch.code.as_str()).payload(payload);
        note.record(&mut tx, &env).await?;
    }
    report(&mut tx, &env, &batch.code).await?;
    tx.commit().await?;
    Ok(web::done(&papers_of(batch), "paper-assembled"))
}

/// No form of the paper is locked, and none waits for a second person.
async fn nothing_decided(tx: &mut Tx, batch: &Batch, demand: &Demand) -> PageResult<()> {
    for form in forms(tx, &batch.code).await?.iter().filter(|form| demand.is_of(form)) {
        if form.status == FormStatus::Locked {
            return Err(PageError::refused("paper-locked-already"));
        }
        if approval::pending(tx, LOCK, &form.id).await?.is_some() {
            return Err(PageError::refused("paper-lock-waits"));
        }
    }
    Ok(())
}

async fn assemble_forms(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<KeepPapers>,
    demand: &Demand,
    seed: &[u8; 32],
) -> PageResult<Vec<(Form, Vec<FormItem>)>> {
    let (batch, level) = (&entry.batch, &demand.level);
    let none = || PageError::refused("paper-no-bank");
    let bank = itembank::bank_for(tx, &batch.org_path, &level.occupation_code, &level.level_code).await?;
    let bank = bank.ok_or_else(none)?;
    let blueprint = itembank::blueprint(tx, &bank.id).await?.ok_or_else(none)?;
    let items = itembank::accepted_items(tx, &bank.id).await?;
    let pool: Vec<PoolItem> = items.iter().map(pool_item).collect();
    let by_id: HashMap<&str, &Item> = items.iter().map(|item| (item.id.as_str(), item)).collect();
    let made = assemble(&blueprint.points, &pool, seed)?;
    let mut forms = Vec::with_capacity(made.len());
    for (letter, placed) in FormLetter::ALL.into_iter().zip(made) {
        let items: Vec<FormItem> =
            (1_i64..).zip(&placed).filter_map(|(no, one)| form_item(no, one, &by_id)).collect();
        let mut form = Form {
            id: env.new_id(),
            batch_code: batch.code.clone(),
            occupation_code: level.occupation_code.clone(),
            level_code: level.level_code.clone(),
            letter,
            blueprint_id: blueprint.id.clone(),
            seed: kernel::Digest::from_bytes(seed).to_string(),
            minutes: demand.theory.minutes,
            digest: kernel::Digest::from_bytes(&[0; 32]),
            status: FormStatus::Assembled,
            assembled_by: entry.who.account_id.clone(),
            assembled_at: env.now(),
            locked_at: None,
        };
        form.digest = digest(&form, &items)?;
        forms.push((form, items));
    }
    Ok(forms)
}

fn pool_item(item: &Item) -> PoolItem {
    PoolItem {
        id: item.id.clone(),
        point_code: item.content.point_code.clone(),
        kind: item.content.kind,
        difficulty: item.content.difficulty,
    }
}

/// The item as it is now, at its place.
fn form_item(no: i64, placed: &Placed<'_>, by_id: &HashMap<&str, &Item>) -> Option<FormItem> {
    let item = by_id.get(placed.item.id.as_str())?;
    let content = &item.content;
    Some(FormItem {
        no,
        item_id: item.id.clone(),
        item_version: item.version,
        point_code: content.point_code.clone(),
        kind: content.kind,
        difficulty: content.difficulty,
        stem: content.stem.clone(),
        options: content.options.clone(),
        key: content.key.clone(),
        points: placed.points,
    })
}
