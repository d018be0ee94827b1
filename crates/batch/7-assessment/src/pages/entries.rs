//! Paper theory, entered twice: each clerk sees their own figures and nobody else's.
use std::{
    borrow::Borrow,
    collections::{HashMap, HashSet},
};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use kernel::UnixMicros;
use plan::{Batch, BatchComponent, EnterScores, InBatch};
use scheme::{ComponentKind, Delivery};
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::table::{self, Cell, Pages, Row, TableQuery};
use crate::{
    AssessmentRefused, Candidate, Origin, Roll,
    absences::{Absences, absences},
    roll,
    rules::{Entry, EntryState, agreed, digest_of, entry_state, is_absent, next_slot},
    store::{self, NewEntry, NewScore},
};

/// What a clerk's table is made of.
struct Sheet {
    entries: HashMap<String, Vec<Entry>>,
    done: HashSet<String>,
    absences: Absences,
}

impl Sheet {
    async fn read(tx: &mut Tx, batch: &Batch, part: &BatchComponent) -> sqlx::Result<Self> {
        Ok(Self {
            entries: store::entries_of_part(tx, &part.id).await?,
            done: store::scores_of_part(tx, &part.id).await?.into_keys().collect(),
            absences: absences(tx, &batch.code).await?,
        })
    }

    /// The candidates whose scripts are entered: there, and without a score.
    fn open<'a>(&self, roll: &'a Roll, part: &'a BatchComponent) -> Vec<&'a Candidate> {
        roll.of(part)
            .filter(|candidate| !self.done.contains(&candidate.application_id))
            .filter(|candidate| {
                let attendance = self.absences.of(part.kind, &candidate.application_id);
                !is_absent(attendance, self.entries.contains_key(&candidate.application_id))
            })
            .collect()
    }

    fn row(&self, candidate: &Candidate, who: &str) -> Row {
        let entries = self.entries.get(&candidate.application_id).map_or(&[][..], Vec::as_slice);
        let (own, is_open, note, class) = match entry_state(entries, who) {
            EntryState::Open => (None, true, "", ""),
            EntryState::Entered(own) => (Some(own), false, "assessment-row-entered", "now"),
            EntryState::Differs(own) => (own, true, "assessment-row-differs", "late"),
        };
        Row { number: candidate.number.clone(), own, is_open, note, class }
    }
}

/// Whether scripts of this part may be entered by now.
///
/// On a computer only those without an attempt are entered, so the answers are scored first.
async fn is_ripe(tx: &mut Tx, part: &BatchComponent, now: UnixMicros) -> sqlx::Result<bool> {
    match part.delivery {
        Delivery::Paper => Ok(part.starts_at.plus_minutes(part.minutes) <= now),
        Delivery::Computer | Delivery::OnSite => store::is_begun(tx, &part.id).await,
    }
}

/// How many scripts of the batch wait for this clerk, and how many of them because figures differ.
///
/// # Errors
/// Storage.
pub(crate) async fn waiting_entries(
    tx: &mut Tx,
    batch: &Batch,
    who: &str,
    now: UnixMicros,
) -> sqlx::Result<(i64, i64)> {
    let roll = roll(tx, &batch.code).await?;
    let (mut waiting, mut differ) = (0, 0);
    for part in roll.parts.iter().filter(|part| part.kind == ComponentKind::Theory) {
        if !is_ripe(tx, part, now).await? {
            continue;
        }
        let sheet = Sheet::read(tx, batch, part).await?;
        for candidate in sheet.open(&roll, part) {
            let row = sheet.row(candidate, who);
            waiting += i64::from(row.is_open);
            differ += i64::from(row.is_open && !row.note.is_empty());
        }
    }
    Ok((waiting, differ))
}

#[derive(Template)]
#[template(path = "score/entries.html")]
struct EntriesPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    part: &'a BatchComponent,
    level: String,
    query: &'a TableQuery,
    is_ripe: bool,
    rows: Vec<Row>,
    pages: Pages,
    form: Form,
}

impl EntriesPage<'_> {
    fn address(&self) -> String {
        format!("/batches/{}/scores/entries/{}", self.batch.code, self.part.id)
    }

    fn tab(&self, show: &str) -> String {
        format!("{}?show={show}", self.address())
    }

    fn link(&self, page: impl Borrow<usize>) -> String {
        let show = if self.query.is_sealed() { "sealed" } else { "open" };
        format!("{}&page={}", self.tab(show), page.borrow())
    }

    fn is_ticked(&self, row: &Row) -> bool {
        !self.form.value(&format!("absent-{}", row.number)).is_empty()
    }
}

/// GET /batches/{code}/scores/entries/{component}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<EnterScores>,
    Path((_, component)): Path<(String, String)>,
    v: Visit,
    Query(query): Query<TableQuery>,
) -> PageResult<Response> {
    draw(&env, &entry, &v, &component, &query, None).await
}

async fn draw(
    env: &Env,
    entry: &InBatch<EnterScores>,
    v: &Visit,
    component: &str,
    query: &TableQuery,
    again: Option<Form>,
) -> PageResult<Response> {
    entry.at_whole()?;
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let roll = roll(&mut tx, &batch.code).await?;
    let part = theory(&roll, component)?;
    let head = plan::stage_head(&mut tx, batch, 7, v, env.now()).await?;
    let levels = plan::levels(&mut tx, &batch.code).await?;
    let is_ripe = is_ripe(&mut tx, part, env.now()).await?;
    let sheet = Sheet::read(&mut tx, batch, part).await?;
    let mut rows = Vec::new();
    if is_ripe {
        rows.extend(
            sheet.open(&roll, part).into_iter().map(|candidate| sheet.row(candidate, &entry.who.account_id)),
        );
    }
    rows.retain(|row| row.is_open != query.is_sealed());
    // What differs stands first: it blocks the part.
    rows.sort_by_key(|row| row.note.is_empty());
    let pages = table::cut(&mut rows, query.page);
    let is_again = again.is_some();
    let level = super::overview::level_name(&levels, part, v.t);
    let form = again.unwrap_or_default();
    let page = EntriesPage { v, head, batch, part, level, query, is_ripe, rows, pages, form };
    let title = batch.title(v.t);
    if is_again { web::page_again(v, &title, &page, false) } else { web::page(v, &title, &page) }
}

fn theory<'a>(roll: &'a Roll, id: &str) -> PageResult<&'a BatchComponent> {
    roll.part(id).filter(|part| part.kind == ComponentKind::Theory).ok_or(PageError::NotFound)
}

/// POST /batches/{code}/scores/entries/{component}
pub async fn enter(
    State(env): State<Env>,
    entry: InBatch<EnterScores>,
    Path((_, component)): Path<(String, String)>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    entry.at_whole()?;
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let roll = roll(&mut tx, &batch.code).await?;
    let part = theory(&roll, &component)?;
    if !is_ripe(&mut tx, part, env.now()).await? {
        return Err(AssessmentRefused::NotOver.into());
    }
    drop(tx);
    let mut cells = table::read_cells(&mut form);
    cells.extend(table::read_lines(&mut form));
    if cells.is_empty() && form.is_ok() {
        return Err(AssessmentRefused::Nothing.into());
    }

    let mut tx = env.db.write().await?;
    store::take_sheet(&mut tx, &part.id).await?;
    let mut sheet = Sheet::read(&mut tx, batch, part).await?;
    let open = sheet.open(&roll, part);
    let (mut sealed, mut differ) = (Vec::new(), 0_i64);
    for cell in &cells {
        match write(&mut tx, &env, &entry, part, (&open, &mut sheet), cell).await? {
            Ok(Written::First) => {}
            Ok(Written::Agreed(score)) => sealed.push(score),
            Ok(Written::Differs) => differ += 1,
            Err(refused) => form.refuse(&cell.field, table::at_number(&cell.number, &refused.message())),
        }
    }
    if !form.is_ok() {
        drop(tx);
        return draw(&env, &entry, &v, &component, &TableQuery::default(), Some(form)).await;
    }
    store::insert_scores(&mut tx, &batch.code, &sealed, &entry.who.account_id, env.now()).await?;
    super::report(&mut tx, batch, &roll, env.now()).await?;
    entry
        .who
        .note("score.enter", "component", &part.id)
        .batch(batch.code.as_str())
        .payload(json!({ "entered": cells.len(), "sealed": sealed.len(), "differ": differ }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    let said = if differ > 0 { "assessment-entered-differ" } else { "assessment-entered" };
    Ok(web::done(&format!("/batches/{}/scores/entries/{}", batch.code, part.id), said))
}

enum Written {
    First,
    Agreed(NewScore),
    Differs,
}

/// Writes one figure, and says what it made together with the other clerk's.
async fn write(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<EnterScores>,
    part: &BatchComponent,
    (open, sheet): (&[&Candidate], &mut Sheet),
    cell: &Cell,
) -> PageResult<Result<Written, AssessmentRefused>> {
    let who = entry.who.account_id.as_str();
    let Some(candidate) = table::find(open, &cell.number) else {
        return Ok(Err(AssessmentRefused::UnknownNumber));
    };
    let entries = sheet.entries.entry(candidate.application_id.clone()).or_default();
    let slot = match next_slot(entries, who) {
        Ok(slot) => slot,
        Err(refused) => return Ok(Err(refused)),
    };
    let new = NewEntry {
        id: &env.new_id(),
        batch: &entry.batch.code,
        application: &candidate.application_id,
        component: &part.id,
        slot,
        by: who,
        outcome: cell.outcome,
        at: env.now(),
    };
    store::insert_entry(tx, new).await?;
    entries.push(Entry { round: slot.round, entry: slot.entry, by: who.to_owned(), outcome: cell.outcome });
    if slot.entry == 1 {
        return Ok(Ok(Written::First));
    }
    let Some(outcome) = agreed(entries) else { return Ok(Ok(Written::Differs)) };
    let inputs: Vec<String> = entries
        .iter()
        .map(|one| format!("{} {} {} {}", one.round, one.entry, one.by, one.outcome.text()))
        .collect();
    Ok(Ok(Written::Agreed(NewScore {
        id: env.new_id(),
        application_id: candidate.application_id.clone(),
        component_id: part.id.clone(),
        outcome,
        origin: Origin::DoubleEntry,
        inputs_digest: digest_of(&inputs),
    })))
}
