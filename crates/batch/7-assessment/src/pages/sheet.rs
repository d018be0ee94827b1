//! The score sheet of one examiner or panel member in one room: their own figures, sealed as they are sent.
use std::collections::HashMap;

use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, InBatch};
use scheme::{Component, ComponentKind};
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{
    Scoring, entries,
    table::{self, Cell, Row, TableQuery},
};
use crate::{
    AssessmentRefused,
    figures::Writer,
    progress::{self, Expected},
    room::{RoomRoll, Target},
    rules::digest_of,
    store::{self, SealedFor},
};

/// What one examiner may know of a room.
struct Sheet {
    roll: RoomRoll,
    sealed: SealedFor,
}

impl Sheet {
    async fn read<D: Scoring>(tx: &mut Tx, entry: &InBatch<D>, room: &str) -> PageResult<Self> {
        let roll = RoomRoll::read(tx, &entry.batch, D::KIND, room).await?;
        let roll = roll.filter(|roll| entry.reaches(&roll.room.site_path)).ok_or(PageError::NotFound)?;
        let sealed = store::sealed_for(tx, &roll.applications(), &entry.who.account_id).await?;
        Ok(Self { roll, sealed })
    }

    fn row(&self, target: &Target, kind: ComponentKind) -> Row {
        let key = target.key();
        let own = self.sealed.own.get(&key).copied();
        let attendance = self.roll.absences.of(kind, &target.application_id);
        let is_away = attendance.is_recorded && attendance.from_part;
        let is_done = self.sealed.done.contains(&key);
        let (note, class) = match (own, is_done, is_away, attendance.from_theory) {
            (Some(_), true, ..) => ("assessment-row-all-sealed", "done"),
            (Some(_), false, ..) => ("assessment-row-sealed", "now"),
            (None, true, ..) => ("", ""),
            (None, false, true, _) => ("assessment-row-away", "late"),
            (None, false, false, true) => ("assessment-row-away-theory", "wait"),
            (None, false, false, false) => ("", ""),
        };
        // Whom any examiner has scored was there, whatever the room's record says.
        let is_settled = is_done || (is_away && !self.sealed.anybody.contains(&key));
        let is_open = own.is_none() && !is_settled;
        Row { number: target.number.clone(), part: target.component_id.clone(), own, is_open, note, class }
    }
}

#[derive(Template)]
#[template(path = "score/sheet.html")]
struct SheetPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    kind: ComponentKind,
    place: table::Place,
    query: &'a TableQuery,
    examiners: i64,
    rows: Vec<Row>,
    levels: HashMap<String, String>,
    form: Form,
}

impl SheetPage<'_> {
    fn title(&self) -> &'static str {
        super::rooms::title(self.kind)
    }

    /// What sealing means, said to whoever scores this part.
    fn explain(&self) -> &'static str {
        match self.kind {
            ComponentKind::Panel => "assessment-sheet-explain-panel",
            ComponentKind::Theory | ComponentKind::Practical | ComponentKind::Other => {
                "assessment-sheet-explain"
            }
        }
    }

    fn is_ticked(&self, row: &Row) -> bool {
        !self.form.value(&format!("absent-{}", row.number)).is_empty()
    }

    fn level(&self, row: &Row) -> &str {
        self.levels.get(&row.part).map_or("", String::as_str)
    }
}

/// GET /batches/{code}/scores/practical/rooms/{room}, …/panel/rooms/{room}
pub async fn show<D: Scoring>(
    State(env): State<Env>,
    entry: InBatch<D>,
    Path((_, room)): Path<(String, String)>,
    v: Visit,
    Query(query): Query<TableQuery>,
) -> PageResult<Response> {
    draw(&env, &entry, &v, &room, &query, None).await
}

async fn draw<D: Scoring>(
    env: &Env,
    entry: &InBatch<D>,
    v: &Visit,
    room: &str,
    query: &TableQuery,
    again: Option<Form>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let batch = &entry.batch;
    let sheet = Sheet::read(&mut tx, entry, room).await?;
    let head = plan::stage_head(&mut tx, entry, 7, v, env.now()).await?;
    let place = table::place(&mut tx, &D::address(batch), &sheet.roll, v.t).await?;
    let levels = table::levels(&sheet.roll.levels, &sheet.roll.parts, v.t);
    let components = components(&mut tx, &sheet.roll).await?;
    let rows: Vec<Row> = sheet
        .roll
        .targets
        .iter()
        .map(|target| sheet.row(target, D::KIND))
        .filter(|row| row.own.is_some() == query.is_sealed())
        .filter(|row| row.is_open || !row.note.is_empty())
        .collect();
    let is_again = again.is_some();
    let page = SheetPage {
        v,
        head,
        batch,
        kind: D::KIND,
        place,
        query,
        examiners: components.values().map(|component| component.examiners).max().unwrap_or_default(),
        rows,
        levels,
        form: again.unwrap_or_default(),
    };
    let title = batch.title(v.t);
    if is_again { web::page_again(v, &title, &page, false) } else { web::page(v, &title, &page) }
}

/// How the parts of a room are scored.
async fn components(tx: &mut Tx, roll: &RoomRoll) -> PageResult<HashMap<String, Component>> {
    let parts: Vec<_> = entries::parts(roll).into_iter().map(|id| (id, roll.part(id))).collect();
    let ids: Vec<_> = parts.iter().filter_map(|(_, part)| part.map(|part| &part.component_id)).collect();
    let known = scheme::components_by_id(tx, &ids).await?;
    let mut components = HashMap::new();
    for (id, part) in parts {
        let part = part.ok_or(PageError::NotFound)?;
        let found = known.iter().find(|one| one.id == part.component_id).cloned();
        let found = found.ok_or_else(|| PageError::Internal(format!("part {id} names no component")))?;
        components.insert(id.to_owned(), found);
    }
    Ok(components)
}

/// POST /batches/{code}/scores/practical/rooms/{room}, …/panel/rooms/{room}
pub async fn seal<D: Scoring>(
    State(env): State<Env>,
    entry: InBatch<D>,
    Path((_, room)): Path<(String, String)>,
    v: Visit,
    mut form: Form,
) -> PageResult<Response> {
    let batch = &entry.batch;
    let mut tx = env.db.read().await?;
    let sheet = Sheet::read(&mut tx, &entry, &room).await?;
    if env.now() < sheet.roll.sitting.starts_at {
        return Err(AssessmentRefused::NotBegun(sheet.roll.sitting.starts_at).into());
    }
    let components = components(&mut tx, &sheet.roll).await?;
    let expected = Expected::read(&mut tx, &batch.code).await?;
    drop(tx);
    let cells = table::read_cells(&mut form);
    if cells.is_empty() && form.is_ok() {
        return Err(AssessmentRefused::Nothing.into());
    }

    let mut tx = env.db.write().await?;
    for part in entries::parts(&sheet.roll) {
        store::take_sheet(&mut tx, part).await?;
    }
    // Read again behind the sheets, where nobody else writes.
    let sheet = Sheet::read(&mut tx, &entry, &room).await?;
    let writer = Writer { env: &env, batch: &batch.code, who: &entry.who.account_id };
    let mut lines = Vec::new();
    for cell in &cells {
        match write(&mut tx, &writer, &sheet, &components, cell).await? {
            Ok(()) => lines.push(format!("{} {}", cell.number, cell.outcome.text())),
            Err(refused) => form.refuse(&cell.field, table::at_number(&cell.number, &refused.message())),
        }
    }
    if !form.is_ok() {
        drop(tx);
        return draw(&env, &entry, &v, &room, &TableQuery::default(), Some(form)).await;
    }
    progress::report(&mut tx, &batch.code, &expected, env.now()).await?;
    // A keyed hash: it proves later what was sealed, and shows nothing to a reader of the trail.
    let seal = env.vault.index("score.seal", digest_of(&lines).as_str());
    for part in entries::touched(&sheet.roll.targets, &cells) {
        entry
            .who
            .note("score.seal", "component", part)
            .batch(batch.code.as_str())
            .payload(json!({ "room": room, "count": lines.len(), "seal": seal }))
            .record(&mut tx, &env)
            .await?;
    }
    tx.commit().await?;
    Ok(web::done(&format!("{}/rooms/{room}", D::address(batch)), "assessment-sealed"))
}

/// Seals one figure, and the part's score when it was the last one needed.
async fn write(
    tx: &mut Tx,
    writer: &Writer<'_>,
    sheet: &Sheet,
    components: &HashMap<String, Component>,
    cell: &Cell,
) -> PageResult<Result<(), AssessmentRefused>> {
    let Some(target) = table::find(&sheet.roll.targets, &cell.number) else {
        return Ok(Err(AssessmentRefused::UnknownNumber));
    };
    if sheet.sealed.done.contains(&target.key()) {
        return Ok(Err(AssessmentRefused::Complete));
    }
    let component = components.get(&target.component_id).ok_or(PageError::NotFound)?;
    Ok(writer.seal(tx, component, target, cell.outcome).await?.map(|_| ()))
}
