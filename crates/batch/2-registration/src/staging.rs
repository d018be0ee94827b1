//! Reading a roster: its rows are put where they can be looked at, and each is held against the rules.
//! The same job checks again what was mended; it may stop anywhere and begin again.
use std::sync::Arc;

use ::store::Tx;
use identity::{Action, Object, territory};
use job::{Kind, Outcome, Stopped, UndoFuture, Work, WorkFuture};
use kernel::BatchCode;
use person::Place;
use plan::Batch;
use sha2::{Digest as _, Sha256};

use crate::{
    ahead::Ahead,
    intake, reading,
    rules::{
        difference,
        draft::Scope,
        roster::{self, Register, RowDraft, RowOutcome, Seen, Twice},
        template::{Cell, Template, template},
        trouble::Mistake,
    },
    store::{
        roster::{self as rosters, Roster},
        roster_row::{self as rows, CheckedRow, RosterRow},
    },
};

/// Reads a roster and checks its rows.
pub(crate) const CHECK: Kind = Kind { name: "roster.check", run, undo };

/// Rows that are staged in one step. Source: [own]; a step stays far below the 50 ms a write transaction may take.
pub(crate) const AT_ONCE: usize = 100;

fn run(work: Work) -> WorkFuture {
    Box::pin(async move { read_and_check(work).await })
}

/// What was staged stays for the next reading: nobody sees it but whoever handed the roster in.
fn undo(_: Work) -> UndoFuture {
    Box::pin(async { Ok(()) })
}

/// A roster, and what it is held against.
pub(crate) struct RosterWork {
    pub work: Work,
    pub roster: Roster,
    pub batch: Batch,
    /// What may be registered in the batch by whoever began the job.
    pub scope: Scope,
}

async fn read_and_check(work: Work) -> Result<Outcome, Stopped> {
    let mut this = RosterWork::of(work).await?;
    let (work, roster) = (&this.work, &mut this.roster);
    let staged = if roster.staged_at.is_none() {
        let file = reading::open(work, roster).await?;
        let heading = reading::keep_heading(work, roster, &file).await?;
        let wrong = heading.mistakes().len();
        if wrong > 0 {
            return Ok(Outcome::new("roster-outcome-heading").with("n", wrong));
        }
        heading.template.id.clone_into(&mut roster.template_id);
        reading::stage(work, roster, file).await?
    } else {
        0
    };
    check(Arc::new(this), staged).await
}

impl RosterWork {
    /// The roster a job works on, with its batch.
    ///
    /// # Errors
    /// Refused, when a later job has the roster; broken, when it is gone. Storage.
    pub async fn of(work: Work) -> Result<Self, Stopped> {
        let gone = || Stopped::Broken("the roster of the job is gone".to_owned());
        let code = work.job.batch_code.as_ref().map_or("", BatchCode::as_str);
        let mut tx = work.env.db.read().await?;
        let batch = plan::batch(&mut tx, code).await?.ok_or_else(gone)?;
        let roster = rosters::roster(&mut tx, &batch.code, &work.job.subject).await?.ok_or_else(gone)?;
        // An earlier job that is begun again has no say over what a later one made of the roster.
        if roster.job_id.as_ref() != Some(&work.job.id) {
            return Err(Stopped::Refused(Outcome::new("roster-outcome-superseded")));
        }
        let now = work.env.now();
        let object = Object { path: &batch.org_path, batch: Some(batch.code.as_str()) };
        let at = territory(&work.who.grants, Action::Register, object, now);
        let window = plan::window(&mut tx, &batch.code, "registration").await?;
        let scope = intake::scope(&mut tx, (&batch, window.as_ref()), &at, now).await?;
        Ok(Self { work, roster, batch, scope })
    }

    /// The next rows after one, held against the rules and against what is known now, and against what was `seen`.
    async fn checked(
        self: Arc<Self>,
        mut seen: Seen,
        after: i64,
    ) -> Result<(Vec<CheckedRow>, Seen), Stopped> {
        let (env, template) = (&self.work.env, template(&self.roster.template_id));
        let mut tx = env.db.read().await?;
        let portion = number(self.work.portion());
        let mut opened = Vec::new();
        for row in &rows::rows_after(&mut tx, &self.roster.id, after, portion).await? {
            let cells = cells(env, &self.roster.id, row)?;
            let twice = seen.note(count(row.row_no), &cells, template);
            opened.push((row.row_no, cells, twice));
        }
        let looked = look(&mut tx, env, &self.batch.code, (&self.scope, template), opened).await?;
        Ok((looked.rows.into_iter().map(|row| row.checked).collect(), seen))
    }
}

/// Holds every row against the rules and against what is known now. `staged` rows were read before.
async fn check(this: Arc<RosterWork>, staged: usize) -> Result<Outcome, Stopped> {
    let (work, roster) = (&this.work, &this.roster);
    let total = {
        let mut tx = work.env.db.read().await?;
        staged + rows::tally(&mut tx, &roster.id).await?.total()
    };
    let mut done = staged;
    let mut digest = Sha256::new();
    digest.update(roster.digest.as_str());
    let ahead = |seen, after| Ahead::begin(Arc::clone(&this).checked(seen, after));
    let mut coming = ahead(Seen::default(), 0);
    loop {
        let (checked, seen) = coming.found().await?;
        let Some(last) = checked.last() else { break };
        coming = ahead(seen, last.row_no);
        for row in &checked {
            digest.update(format!("{} {}\n", row.row_no, row.fingerprint));
        }
        let mut step = work.step().await?;
        rows::check_rows(&mut step.tx, &roster.id, &checked).await?;
        done += checked.len();
        work.progress(&mut step.tx, done, total).await?;
        step.commit(checked.len()).await?;
    }
    let digest = kernel::Digest::from_bytes(&digest.finalize().into());
    let tally = {
        let mut tx = work.env.db.read().await?;
        rows::tally(&mut tx, &roster.id).await?
    };
    let mut step = work.step().await?;
    rosters::set_checked(&mut step.tx, &roster.id, digest.as_str()).await?;
    work.progress(&mut step.tx, total, total).await?;
    step.commit(1).await?;
    let said = Outcome::new("roster-outcome-checked").with("new", tally.new).with("changed", tally.changed);
    Ok(said.with("unchanged", tally.unchanged).with("refused", tally.refused))
}

/// Rows as they stand now, with what was known when they were looked at.
pub(crate) struct Looked {
    pub rows: Vec<LookedRow>,
    pub known: Register,
}

/// One row: what it would do, and what is kept of that.
pub(crate) struct LookedRow {
    pub outcome: RowOutcome,
    pub checked: CheckedRow,
}

impl LookedRow {
    /// What is wrong with it.
    pub fn mistakes(&self) -> &[Mistake] {
        self.outcome.mistakes()
    }
}

/// Reads rows and holds them against what is known in `tx`.
pub(crate) async fn look(
    tx: &mut Tx,
    env: &identity::Env,
    batch: &BatchCode,
    (scope, template): (&Scope, &Template),
    opened: Vec<(i64, Vec<Cell>, Twice)>,
) -> web::PageResult<Looked> {
    let drafts: Vec<RowDraft> = opened
        .iter()
        .map(|(row_no, cells, twice)| roster::read_row(count(*row_no), cells, *twice, template, scope))
        .collect();
    let known = intake::known(tx, env, batch, &drafts).await?;
    let outcomes = roster::decide(drafts, &known, template, scope);
    let rows = opened
        .into_iter()
        .zip(outcomes)
        .map(|((row_no, cells, twice), (_, outcome))| {
            let print = difference::fingerprint(&cells, &outcome, &known);
            let fields = outcome.mistakes().iter().filter_map(|mistake| mistake.field);
            let wrong_fields = fields.fold(String::new(), |all, field| format!("{all} {} ", field.code()));
            let checked = CheckedRow {
                row_no,
                state: outcome.state(),
                wrong_fields,
                serial_first: twice.serial.map(number),
                document_first: twice.document.map(number),
                fingerprint: env.vault.index("roster.row", &print),
            };
            LookedRow { outcome, checked }
        })
        .collect();
    Ok(Looked { rows, known })
}

/// The earlier rows that the last check found.
pub(crate) fn twice(row: &RosterRow) -> Twice {
    Twice { serial: row.serial_first.map(count), document: row.document_first.map(count) }
}

/// The cells of a row, opened.
///
/// # Errors
/// Internal, when the sealed value does not open.
pub(crate) fn cells(env: &identity::Env, roster: &str, row: &RosterRow) -> web::PageResult<Vec<Cell>> {
    open(env, row_place(&row_key(roster, row.row_no)), &row.cells_sealed)
}

/// The cells of the heading, opened.
///
/// # Errors
/// Internal, when the sealed value does not open.
pub(crate) fn heading(env: &identity::Env, roster: &Roster) -> web::PageResult<Vec<Cell>> {
    roster
        .heading_sealed
        .as_deref()
        .map_or(Ok(Vec::new()), |sealed| open(env, heading_place(&roster.id), sealed))
}

fn open(env: &identity::Env, place: Place<'_>, sealed: &str) -> web::PageResult<Vec<Cell>> {
    let internal = |error: String| web::PageError::Internal(error);
    let text = env.vault.open(place, sealed).map_err(|error| internal(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| internal(error.to_string()))
}

/// Cells sealed for the row they stand in.
pub(crate) fn seal_row(env: &identity::Env, roster: &str, row_no: i64, cells: &[Cell]) -> String {
    seal(env, row_place(&row_key(roster, row_no)), cells)
}

/// The cells of a heading sealed for their roster.
pub(crate) fn seal_heading(env: &identity::Env, roster: &str, cells: &[Cell]) -> String {
    seal(env, heading_place(roster), cells)
}

fn seal(env: &identity::Env, place: Place<'_>, cells: &[Cell]) -> String {
    // A list of texts always serialises.
    let text = serde_json::to_string(cells).unwrap_or_default();
    env.vault.seal(&*env.entropy, place, &text)
}

/// Where the file of a roster is sealed for.
pub(crate) fn file_place(id: &str) -> Place<'_> {
    Place { table: "roster_upload", column: "sealed_digest", row: id }
}

fn heading_place(id: &str) -> Place<'_> {
    Place { table: "roster_upload", column: "heading_sealed", row: id }
}

fn row_key(roster: &str, row_no: i64) -> String {
    format!("{roster}/{row_no}")
}

fn row_place(key: &str) -> Place<'_> {
    Place { table: "roster_row", column: "cells_sealed", row: key }
}

pub(crate) fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(number: i64) -> usize {
    usize::try_from(number).unwrap_or_default()
}
