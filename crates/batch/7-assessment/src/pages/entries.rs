//! Paper theory, entered twice: each clerk sees their own figures and nobody else's.
use std::collections::{BTreeSet, HashMap};

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, EnterScores, InBatch};
use scheme::ComponentKind;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{
    Scoring,
    table::{self, Cell, Row, TableQuery},
};
use crate::{
    AssessmentRefused,
    figures::{Writer, Written},
    progress::{self, Expected},
    room::{RoomRoll, Target},
    rooms,
    rules::{Entry, EntryState, entry_state, is_absent},
    store::{self, Entered},
};

/// What a clerk's sheet of one room is made of.
struct Sheet {
    roll: RoomRoll,
    entered: Entered,
    is_ripe: bool,
}

impl Sheet {
    async fn read(tx: &mut Tx, env: &Env, entry: &InBatch<EnterScores>, room: &str) -> PageResult<Self> {
        let roll = RoomRoll::read(tx, &entry.batch, ComponentKind::Theory, room).await?;
        let roll = roll.filter(|roll| entry.reaches(&roll.room.site_path)).ok_or(PageError::NotFound)?;
        let is_run = store::run(tx, &entry.batch.code).await?.is_some();
        let entered = store::entries_of(tx, &roll.applications()).await?;
        let sat = &roll.sitting;
        let (how, when) = ((sat.component_kind, sat.delivery), (sat.starts_at, sat.ends_at));
        Ok(Self { is_ripe: rooms::is_ripe(how, when, is_run, env.now()), roll, entered })
    }

    fn entries(&self, target: &Target) -> &[Entry] {
        let key = (target.component_id.clone(), target.application_id.clone());
        self.entered.entries.get(&key).map_or(&[][..], Vec::as_slice)
    }

    /// The candidates whose scripts are entered: there, and without a score.
    fn open(&self) -> Vec<&Target> {
        self.roll
            .targets
            .iter()
            .filter(|target| !self.entered.done.contains(&target.key()))
            .filter(|target| {
                let attendance = self.roll.absences.of(ComponentKind::Theory, &target.application_id);
                !is_absent(attendance, !self.entries(target).is_empty())
            })
            .collect()
    }

    fn row(&self, target: &Target, who: &str) -> Row {
        let (own, is_open, note, class) = match entry_state(self.entries(target), who) {
            EntryState::Open => (None, true, "", ""),
            EntryState::Entered(own) => (Some(own), false, "assessment-row-entered", "now"),
            EntryState::Differs(own) => (own, true, "assessment-row-differs", "late"),
        };
        Row { number: target.number.clone(), part: target.component_id.clone(), own, is_open, note, class }
    }
}

#[derive(Template)]
#[template(path = "score/entries.html")]
struct EntriesPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    place: table::Place,
    query: &'a TableQuery,
    is_ripe: bool,
    rows: Vec<Row>,
    levels: HashMap<String, String>,
    form: Form,
}

impl EntriesPage<'_> {
    fn is_ticked(&self, row: &Row) -> bool {
        !self.form.value(&format!("absent-{}", row.number)).is_empty()
    }

    fn level(&self, row: &Row) -> &str {
        self.levels.get(&row.part).map_or("", String::as_str)
    }
}

/// GET /batches/{code}/scores/entries/rooms/{room}
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<EnterScores>,
    Path((_, room)): Path<(String, String)>,
    v: Visit,
    Query(query): Query<TableQuery>,
) -> PageResult<Response> {
    draw(&env, &entry, &v, &room, &query, None).await
}

async fn draw(
    env: &Env,
    entry: &InBatch<EnterScores>,
    v: &Visit,
    room: &str,
    query: &TableQuery,
    again: Option<Form>,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let sheet = Sheet::read(&mut tx, env, entry, room).await?;
    let head = plan::stage_head(&mut tx, entry, 7, v, env.now()).await?;
    let place = table::place(&mut tx, &EnterScores::address(batch), &sheet.roll, v.t).await?;
    let levels = table::levels(&sheet.roll.levels, &sheet.roll.parts, v.t);
    let who = &entry.who.account_id;
    let mut rows: Vec<Row> = if sheet.is_ripe {
        sheet.open().iter().map(|target| sheet.row(target, who)).collect()
    } else {
        Vec::new()
    };
    rows.retain(|row| row.is_open != query.is_sealed());
    // What differs stands first: it blocks the part.
    rows.sort_by_key(|row| row.note.is_empty());
    let is_again = again.is_some();
    let form = again.unwrap_or_default();
    let page = EntriesPage { v, head, batch, place, query, is_ripe: sheet.is_ripe, rows, levels, form };
    let title = batch.title(v.t);
    if is_again { web::page_again(v, &title, &page, false) } else { web::page(v, &title, &page) }
}

/// POST /batches/{code}/scores/entries/rooms/{room}
pub async fn enter(
    State(env): State<Env>,
    entry: InBatch<EnterScores>,
    Path((_, room)): Path<(String, String)>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let sheet = Sheet::read(&mut tx, &env, &entry, &room).await?;
    let expected = Expected::read(&mut tx, &batch.code).await?;
    drop(tx);
    if !sheet.is_ripe {
        return Err(AssessmentRefused::NotOver.into());
    }
    let mut cells = table::read_cells(&mut form);
    cells.extend(table::read_lines(&mut form));
    if cells.is_empty() && form.is_ok() {
        return Err(AssessmentRefused::Nothing.into());
    }

    let mut tx = env.db.write().await?;
    for part in parts(&sheet.roll) {
        store::take_sheet(&mut tx, part).await?;
    }
    // Read again behind the sheets, where nobody else writes.
    let mut sheet = Sheet::read(&mut tx, &env, &entry, &room).await?;
    let open: Vec<Target> = sheet.open().into_iter().cloned().collect();
    let writer = Writer { env: &env, batch: &batch.code, who: &entry.who.account_id };
    let (mut sealed, mut differ) = (0_i64, 0_i64);
    for cell in &cells {
        match write(&mut tx, &writer, &open, &mut sheet.entered.entries, cell).await? {
            Ok(Written::Entered) => {}
            Ok(Written::Agreed) => sealed += 1,
            Ok(Written::Differs) => differ += 1,
            Err(refused) => form.refuse(&cell.field, table::at_number(&cell.number, &refused.message())),
        }
    }
    if !form.is_ok() {
        drop(tx);
        return draw(&env, &entry, &v, &room, &TableQuery::default(), Some(form)).await;
    }
    progress::report(&mut tx, &batch.code, &expected, env.now()).await?;
    // Whoever verifies a score later looks for the entry of its part.
    for part in touched(&open, &cells) {
        entry
            .who
            .note("score.enter", "component", part)
            .batch(batch.code.as_str())
            .payload(json!({ "room": room, "entered": cells.len(), "sealed": sealed, "differ": differ }))
            .record(&mut tx, &env)
            .await?;
    }
    tx.commit().await?;
    let said = if differ > 0 { "assessment-entered-differ" } else { "assessment-entered" };
    Ok(web::done(&format!("{}/rooms/{room}", EnterScores::address(batch)), said))
}

/// The parts of a room, each once.
pub(super) fn parts(roll: &RoomRoll) -> BTreeSet<&str> {
    roll.targets.iter().map(|target| target.component_id.as_str()).collect()
}

/// The parts these figures are of, each once.
pub(super) fn touched<'a>(targets: &'a [Target], cells: &[Cell]) -> BTreeSet<&'a str> {
    let part = |cell: &Cell| Some(table::find(targets, &cell.number)?.component_id.as_str());
    cells.iter().filter_map(part).collect()
}

/// Writes one figure, and says what it made together with the other clerk's.
async fn write(
    tx: &mut Tx,
    writer: &Writer<'_>,
    open: &[Target],
    entries: &mut HashMap<(String, String), Vec<Entry>>,
    cell: &Cell,
) -> PageResult<Result<Written, AssessmentRefused>> {
    let Some(target) = table::find(open, &cell.number) else {
        return Ok(Err(AssessmentRefused::UnknownNumber));
    };
    let key = (target.component_id.clone(), target.application_id.clone());
    Ok(writer.enter(tx, target, entries.entry(key).or_default(), cell.outcome).await?)
}
