//! A roster as its job read it: what each row would do, checking again, confirming.
use ::store::Tx;
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::Env;
use job::Job;
use plan::{Batch, InBatch, Register, stage_head};
use serde::Deserialize;
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{job_of, new_job, own, scope_of, still};
use crate::{
    intake,
    pages::STAGE,
    rules::{
        difference::{self, Change},
        gate::RegistrationRefused,
        roster::{Heading, RowState, Tally},
        template::{Field, Template as Columns, template},
        trouble::Mistake,
    },
    staging::{self, Looked},
    store::{
        roster::{self as rosters, Roster},
        roster_row::{self as rows, RosterRow, RowFilter, RowParts},
    },
    taking_in,
};

/// Rows on a page of the list.
const PAGE: i64 = 50;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ShowQuery {
    state: String,
    field: String,
    page: String,
}

/// One row by what tells it from others.
struct Line {
    row: i64,
    cells: [String; 5],
}

/// Columns by which a row is told from others.
const TELLING: [Field; 5] = [Field::Serial, Field::Name, Field::Occupation, Field::Level, Field::Point];

#[derive(Template)]
#[template(path = "roster/show.html")]
struct ShowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    roster: &'a Roster,
    job: Option<Markup>,
    is_busy: bool,
    tally: Tally,
    heading: Vec<Mistake>,
    /// The state that is listed.
    state: RowState,
    field: String,
    fields: Vec<String>,
    mistakes: Vec<Mistake>,
    changes: Vec<Change>,
    lines: Vec<Line>,
    /// Whether something the list rests on was changed since the check.
    is_stale: bool,
    found: i64,
    page: i64,
    pages: i64,
    refused: Option<RegistrationRefused>,
}

impl ShowPage<'_> {
    fn columns(&self) -> &'static Columns {
        template(&self.roster.template_id)
    }

    /// By reference, because templates hand those out.
    fn column(&self, field: &Field) -> &'static str {
        self.columns().column(*field).map_or("", |column| column.name.as_str())
    }

    fn column_of_code(&self, code: &str) -> &'static str {
        let column = self.columns().columns.iter().find(|column| column.field.code() == code);
        column.map_or("", |column| column.name.as_str())
    }

    fn telling(&self) -> [&'static str; 5] {
        TELLING.map(|field| self.column(&field))
    }

    fn is_listed(&self, state: &RowState) -> bool {
        self.state == *state
    }

    fn word(&self, state: &RowState) -> String {
        self.v.t.s(&format!("roster-{}", state.code()))
    }

    /// Every state with rows, and how many.
    fn states(&self) -> Vec<(RowState, usize)> {
        RowState::ALL
            .into_iter()
            .map(|state| (state, of(&self.tally, state)))
            .filter(|(_, n)| *n > 0)
            .collect()
    }

    fn href(&self, state: &RowState, field: &str, page: i64) -> String {
        let path = format!("/batches/{}/roster/{}", self.batch.code, self.roster.id);
        let page = if page > 1 { page.to_string() } else { String::new() };
        web::address(&path, &[("state", state.code()), ("field", field), ("page", &page)])
    }

    /// Whether confirming would do anything, and may.
    fn can_confirm(&self) -> bool {
        self.roster.checked_digest.is_some()
            && self.tally.refused == 0
            && self.tally.new + self.tally.changed > 0
    }
}

fn of(tally: &Tally, state: RowState) -> usize {
    match state {
        RowState::New => tally.new,
        RowState::Unchanged => tally.unchanged,
        RowState::Changed => tally.changed,
        RowState::Refused => tally.refused,
        RowState::Waiting => tally.waiting,
    }
}

/// GET /batches/{code}/roster/{id}?state=…&field=…&page=…
pub async fn show(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    Query(query): Query<ShowQuery>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let roster = own(&mut tx, &entry, &id).await?;
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let refused = intake::check_open(&mut tx, &env, &entry.batch, intake::windows(&entry)).await?.err();
    let job = job_of(&mut tx, &roster).await?;
    let is_busy = job.as_ref().is_some_and(|job| job.status.is_open());
    // The page is asked for each second while the job writes these rows, and shows none of them until it has ended.
    let parts = if is_busy { RowParts::default() } else { rows::parts(&mut tx, &roster.id).await? };
    let tally = parts.tally();
    let wanted = RowState::ALL.into_iter().find(|state| state.code() == query.state);
    let first = RowState::ALL.into_iter().find(|state| of(&tally, *state) > 0);
    let state = wanted.or(first).unwrap_or(RowState::New);
    let filter = RowFilter { state: Some(state), field: &query.field };
    let found = parts.count(filter);
    let pages = ((found + PAGE - 1) / PAGE).max(1);
    let at = query.page.parse().unwrap_or(1).clamp(1, pages);
    let fields = parts.wrong_fields();
    let list = if is_busy {
        List::default()
    } else {
        let shown = rows::listed(&mut tx, &roster.id, filter, ((at - 1) * PAGE, PAGE)).await?;
        List::of(&mut tx, &env, &entry, &roster, &shown).await?
    };
    let page = ShowPage {
        head,
        batch: &entry.batch,
        job: bar(&v, job.as_ref())?,
        is_busy,
        tally,
        heading: wrong_heading(&env, &roster)?,
        state,
        field: query.field,
        fields,
        mistakes: list.mistakes,
        changes: list.changes,
        lines: list.lines,
        is_stale: list.is_stale && !is_busy,
        found,
        page: at,
        pages,
        refused,
        roster: &roster,
        v: &v,
    };
    web::page(&v, &v.t.s("roster-title"), &page)
}

/// The bar of the job: as long as it runs, and after that when it did not come to its end.
fn bar(v: &Visit, job: Option<&Job>) -> PageResult<Option<Markup>> {
    let shown = job.filter(|job| job.status != job::Status::Done);
    shown.map(|job| job::state(v, job)).transpose()
}

fn wrong_heading(env: &Env, roster: &Roster) -> PageResult<Vec<Mistake>> {
    if roster.heading_sealed.is_none() || roster.staged_at.is_some() {
        return Ok(Vec::new());
    }
    let row = usize::try_from(roster.heading_row).unwrap_or(1);
    let cells = staging::heading(env, roster)?;
    Ok(Heading { row, cells, template: template(&roster.template_id) }.mistakes())
}

/// What a page lists of its rows, looked at as things are now.
#[derive(Default)]
struct List {
    mistakes: Vec<Mistake>,
    changes: Vec<Change>,
    lines: Vec<Line>,
    is_stale: bool,
}

impl List {
    async fn of(
        tx: &mut Tx,
        env: &Env,
        entry: &InBatch<Register>,
        roster: &Roster,
        shown: &[RosterRow],
    ) -> PageResult<Self> {
        let columns = template(&roster.template_id);
        let mut opened = Vec::new();
        let mut lines = Vec::new();
        for row in shown {
            let cells = staging::cells(env, &roster.id, row)?;
            lines.push(Line {
                row: row.row_no,
                cells: TELLING.map(|field| columns.word(field, &columns.cell(&cells, field).text).to_owned()),
            });
            opened.push((row.row_no, cells, staging::twice(row)));
        }
        // What was taken in is as it was; what waits has nothing said about it yet.
        if roster.confirmed_at.is_some() {
            return Ok(Self { lines, ..Self::default() });
        }
        let scope = scope_of(tx, env, entry).await?;
        let looked = staging::look(tx, env, &entry.batch.code, (&scope, columns), opened).await?;
        let Looked { rows, known } = looked;
        let is_stale = shown
            .iter()
            .zip(&rows)
            .any(|(row, now)| row.state != RowState::Waiting && row.fingerprint != now.checked.fingerprint);
        let mistakes = rows.iter().flat_map(|row| row.mistakes().to_vec()).collect();
        let outcomes: Vec<_> = rows
            .into_iter()
            .map(|row| (usize::try_from(row.checked.row_no).unwrap_or_default(), row.outcome))
            .collect();
        Ok(Self { mistakes, changes: difference::changes(&outcomes, &known, &scope), lines, is_stale })
    }
}

/// POST /batches/{code}/roster/{id}/check
pub async fn check(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    _: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let roster = still(&mut tx, &entry, &id).await?;
    let job = job::begin(&mut tx, &env, &entry.who, &new_job(&staging::CHECK, &entry, &id)).await?;
    if !rosters::begin_work(&mut tx, &roster.id, &job, roster.job_id.as_ref()).await? {
        return Err(PageError::Stale);
    }
    tx.commit().await?;
    Ok(web::done(&format!("/batches/{}/roster/{id}", entry.batch.code), "roster-checked-again"))
}

/// POST /batches/{code}/roster/{id}/confirmation
pub async fn confirm(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id)): Path<(String, String)>,
    form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.write().await?;
    let roster = still(&mut tx, &entry, &id).await?;
    intake::check_open(&mut tx, &env, &entry.batch, intake::windows(&entry)).await??;
    let tally = rows::tally(&mut tx, &roster.id).await?;
    if tally.refused > 0 {
        return Err(RegistrationRefused::WrongRows(tally.refused).into());
    }
    let Some(checked) = &roster.checked_digest else { return Err(RegistrationRefused::NotChecked.into()) };
    // Whoever confirms confirms what they saw.
    if form.value("seen_digest") != checked || tally.waiting > 0 {
        return Err(PageError::Stale);
    }
    let job = job::begin(&mut tx, &env, &entry.who, &new_job(&taking_in::TAKE_IN, &entry, &id)).await?;
    let is_held = rosters::begin_work(&mut tx, &roster.id, &job, roster.job_id.as_ref()).await?;
    if !is_held || !rosters::confirm(&mut tx, &roster.id, env.now()).await? {
        return Err(PageError::Stale);
    }
    entry
        .who
        .note("roster.confirm", "roster", &roster.id)
        .batch(entry.batch.code.as_str())
        .payload(json!({
            "digest": roster.digest.as_str(), "preview": checked, "new": tally.new, "changed": tally.changed,
            "unchanged": tally.unchanged,
        }))
        .record(&mut tx, &env)
        .await?;
    tx.commit().await?;
    let said = if tally.new + tally.changed == 0 { "roster-nothing-new" } else { "roster-being-taken-in" };
    Ok(web::done(&format!("/batches/{}/roster/{id}", entry.batch.code), said))
}
