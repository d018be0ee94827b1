//! One row of a roster, to be mended in place.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::Env;
use plan::{Batch, InBatch, Register, stage_head};
use serde_json::json;
use web::{Form, Markup, PageError, PageResult, Visit};

use super::{scope_of, still};
use crate::{
    pages::STAGE,
    rules::{
        roster::read_row,
        template::{Cell, Column, Kind, Template as Columns, Written, template},
        trouble::Mistake,
    },
    staging,
    store::{
        roster::{self as rosters, Roster},
        roster_row::{self as rows, RosterRow},
    },
};

/// Longest text taken for a cell. Source: [own]; every column asks for less.
const CHARS_MOST: usize = 2_000;

/// One cell with what is wrong with it.
struct FormCell<'a> {
    column: &'a Column,
    code: String,
    value: String,
    mistakes: Vec<&'a Mistake>,
}

impl FormCell<'_> {
    fn is_choice(&self) -> bool {
        self.column.kind == Kind::Choice
    }

    /// What may be chosen: what stands in the file, and what it means.
    fn choices(&self) -> Vec<(&str, String)> {
        if self.column.words.is_empty() {
            return self.column.codes.iter().map(|word| (word.as_str(), word.clone())).collect();
        }
        let named = |(code, word): (&'_ String, &'_ String)| format!("{code} {word}");
        self.column.words.iter().map(|(code, word)| (code.as_str(), named((code, word)))).collect()
    }

    /// Whether what stands there is none of the choices.
    fn is_other(&self) -> bool {
        !self.value.is_empty() && !self.choices().iter().any(|(code, _)| *code == self.value)
    }
}

#[derive(Template)]
#[template(path = "roster/row.html")]
struct RowPage<'a> {
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    roster: &'a Roster,
    row: i64,
    cells: Vec<FormCell<'a>>,
    mistakes: &'a [Mistake],
}

impl RowPage<'_> {
    fn needed_when(&self, column: &Column) -> Option<String> {
        super::needed_when(self.v.t, template(&self.roster.template_id), column)
    }

    /// What is expected and how to get there, where the one does not say the other already.
    fn advice(&self, mistake: &Mistake) -> String {
        let expected = self.v.t.message(&mistake.trouble.expected());
        let cure = self.v.t.message(&mistake.trouble.cure());
        if expected.contains(cure.trim_end_matches('。')) { expected } else { format!("{expected} {cure}") }
    }

    /// Code of the field a mistake is about, to lead to it.
    fn anchor(&self, mistake: &&Mistake) -> String {
        mistake.field.map(|field| field.code()).unwrap_or_default()
    }
}

/// GET /batches/{code}/roster/{id}/rows/{row}
pub async fn edit(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id, row)): Path<(String, String, i64)>,
    v: Visit,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let roster = still(&mut tx, &entry, &id).await?;
    let found = rows::row(&mut tx, &roster.id, row).await?.ok_or(PageError::NotFound)?;
    let cells = staging::cells(&env, &roster.id, &found)?;
    let scope = scope_of(&mut tx, &env, &entry).await?;
    let opened = vec![(row, cells.clone(), staging::twice(&found))];
    let looked =
        staging::look(&mut tx, &env, &entry.batch.code, (&scope, template(&roster.template_id)), opened)
            .await?;
    let mistakes = looked.rows.first().map(|row| row.mistakes().to_vec()).unwrap_or_default();
    let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
    let page = page(&v, head, &entry.batch, &roster, row, &cells, &mistakes);
    web::page(&v, &v.t.n("roster-row-title", row), &page)
}

fn page<'a>(
    v: &'a Visit,
    head: Markup,
    batch: &'a Batch,
    roster: &'a Roster,
    row: i64,
    cells: &[Cell],
    mistakes: &'a [Mistake],
) -> RowPage<'a> {
    let cell = |(place, column): (usize, &'a Column)| FormCell {
        column,
        code: column.field.code(),
        value: cells.get(place).map(|cell| cell.text.clone()).unwrap_or_default(),
        mistakes: mistakes.iter().filter(|mistake| mistake.field == Some(column.field)).collect(),
    };
    let mut cells: Vec<_> = template(&roster.template_id).columns.iter().enumerate().map(cell).collect();
    // What is wrong stands first: among thirty fields it would have to be looked for.
    cells.sort_by_key(|cell| cell.mistakes.is_empty());
    RowPage { v, head, batch, roster, row, cells, mistakes }
}

/// POST /batches/{code}/roster/{id}/rows/{row} — what is still wrong comes back in the form; when the
/// row is right in itself, it waits to be checked against the others.
pub async fn mend(
    State(env): State<Env>,
    entry: InBatch<Register>,
    Path((_, id, row)): Path<(String, String, i64)>,
    v: Visit,
    form: Form,
) -> PageResult<Response> {
    let (roster, found, scope, head) = {
        let mut tx = env.db.read().await?;
        let roster = still(&mut tx, &entry, &id).await?;
        let found = rows::row(&mut tx, &roster.id, row).await?.ok_or(PageError::NotFound)?;
        let head = stage_head(&mut tx, &entry, STAGE, &v, env.now()).await?;
        (roster, found, scope_of(&mut tx, &env, &entry).await?, head)
    };
    let columns = template(&roster.template_id);
    let cells = sent(&form, columns);
    let row_no = usize::try_from(row).unwrap_or_default();
    // Whether the serial and the person stand in another row is for the check to find out.
    let read = read_row(row_no, &cells, crate::rules::roster::Twice::default(), columns, &scope);
    if let Err(mistakes) = &read.draft {
        let page = page(&v, head, &entry.batch, &roster, row, &cells, mistakes);
        return web::page_again(&v, &v.t.n("roster-row-title", row), &page, false);
    }
    keep(&env, &entry, &roster, &found, &cells).await?;
    Ok(web::done(&format!("/batches/{}/roster/{id}", entry.batch.code), "roster-row-mended"))
}

async fn keep(
    env: &Env,
    entry: &InBatch<Register>,
    roster: &Roster,
    found: &RosterRow,
    cells: &[Cell],
) -> PageResult<()> {
    let before = staging::cells(env, &roster.id, found)?;
    let columns = template(&roster.template_id).columns.iter();
    let changed = columns.enumerate().filter(|(place, _)| before.get(*place) != cells.get(*place));
    let fields: Vec<String> = changed.map(|(_, column)| column.field.code()).collect();
    let sealed = staging::seal_row(env, &roster.id, found.row_no, cells);
    let mut tx = env.db.write().await?;
    let is_held = rosters::forget_check(&mut tx, roster).await?;
    if !is_held || !rows::mend_row(&mut tx, &roster.id, found.row_no, &sealed, env.now()).await? {
        return Err(PageError::Stale);
    }
    entry
        .who
        .note("roster.mend", "roster", &roster.id)
        .batch(entry.batch.code.as_str())
        .payload(json!({ "row": found.row_no, "fields": fields }))
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The cells as the form states them, in the order of the template.
fn sent(form: &Form, columns: &Columns) -> Vec<Cell> {
    let text =
        |column: &Column| -> String { form.value(&column.field.code()).chars().take(CHARS_MOST).collect() };
    columns.columns.iter().map(|column| Cell { text: text(column), written: Written::Text }).collect()
}
