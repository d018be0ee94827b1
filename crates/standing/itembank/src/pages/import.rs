//! Handing a file in, looking at it, confirming it.
use std::borrow::Borrow;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use identity::{Action, Env, Holding, Subject, account_name};
use kernel::{Digest, LevelCode, OccupationCode};
use serde::Deserialize;
use serde_json::json;
use web::{Form, PageError, PageResult, Upload, Visit};

use super::{only_within, within};
use crate::{
    Change, Content, ImportKind, ImportLine, Mistake, ReadItems, Reading, ReviewItems, StagedFile,
    WriteItems,
    import::{self as import_file, stage},
    names::Names,
    rules::{blueprint, content},
    store::{bank, item},
};

/// Files shown in the list.
const FILES_SHOWN: i64 = 50;
/// Rows of a file on one page of its preview.
const ROWS_SHOWN: usize = 50;
/// Mistakes shown at once; whoever has more has one mistake many times.
const MISTAKES_SHOWN: usize = 200;

/// A file of the list.
struct FileLine {
    import: ImportLine,
    bank_name: String,
}

#[derive(Template)]
#[template(path = "item/imports.html")]
struct ImportsPage<'a> {
    v: &'a Visit,
    form: Form,
    may_write: bool,
    occupations: Vec<(String, String)>,
    levels: Vec<(String, String)>,
    files: Vec<FileLine>,
}

impl ImportsPage<'_> {
    /// The columns each kind of file has in its first row.
    fn columns(&self) -> [(&'static str, String); 2] {
        [(ImportKind::Blueprint, blueprint::HEADINGS), (ImportKind::Items, content::HEADINGS)]
            .map(|(kind, headings)| (kind.label(), headings.join("、")))
    }
}

/// A mistake in the reader's words.
struct MistakeLine {
    row: usize,
    field: String,
    found: String,
    expected: String,
    cure: String,
}

/// What the address of a preview says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ImportQuery {
    page: usize,
}

/// Which rows of a file are on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Paged {
    page: usize,
    pages: usize,
    total: usize,
}

/// How many of something a file would do.
struct Count {
    key: &'static str,
    count: usize,
    /// Key of what is counted.
    unit: &'static str,
}

#[derive(Template)]
#[template(path = "item/import.html")]
struct ImportPage<'a> {
    v: &'a Visit,
    reading: Reading,
    bank_name: String,
    staged_by: String,
    mistakes: Vec<MistakeLine>,
    more_mistakes: usize,
    counts: Vec<Count>,
    changed_numbers: Vec<i64>,
    paged: Paged,
    may_confirm: bool,
    drafts: i64,
    may_accept: bool,
}

impl ImportPage<'_> {
    /// What the letter of an importance means.
    fn importance(&self, code: &str) -> String {
        self.v.t.s(match code {
            "X" => "item-importance-core",
            "Y" => "item-importance-general",
            _ => "item-importance-auxiliary",
        })
    }

    fn to_page(&self, page: impl Borrow<usize>) -> String {
        let path = format!("/items/imports/{}", self.reading.import.digest);
        web::address(&path, &[("page", &page.borrow().to_string())])
    }
}

/// GET /items/imports
pub async fn list(State(env): State<Env>, v: Visit, held: Holding<ReadItems>) -> PageResult<Response> {
    let shown = load_list(&env, &v, &held, Form::default()).await?;
    web::page(&v, &v.t.s("item-imports"), &shown)
}

async fn load_list<'a, D>(
    env: &Env,
    v: &'a Visit,
    held: &Holding<D>,
    form: Form,
) -> PageResult<ImportsPage<'a>> {
    let mut tx = env.db.read().await?;
    let names = Names::load(&mut tx, env.now().day()).await?;
    let banks = bank::banks(&mut tx).await?;
    let mut files = Vec::new();
    for import in bank::imports(&mut tx, FILES_SHOWN).await? {
        let bank = banks.iter().find(|bank| bank.id == import.bank_id && within(&held.at, bank));
        if let Some(bank) = bank {
            files.push(FileLine { bank_name: names.of(bank, v.t), import });
        }
    }
    let pair = |code: &str, zh: &str, en: &str| (code.to_owned(), v.t.pick(zh, en).to_owned());
    let occupations = names.occupations.iter();
    let occupations =
        occupations.filter_map(|row| Some(pair(row.code.as_ref()?.as_str(), &row.name_zh, &row.name_en)));
    let levels = names.levels.iter().map(|row| pair(row.code.as_str(), &row.name_zh, &row.name_en));
    Ok(ImportsPage {
        v,
        form,
        may_write: held.who.carries(Action::WriteItems),
        occupations: occupations.collect(),
        levels: levels.collect(),
        files,
    })
}

/// POST /items/imports with `occupation`, `level` and the file `file`.
pub async fn upload(
    State(env): State<Env>,
    v: Visit,
    held: Holding<WriteItems>,
    mut upload: Upload,
) -> PageResult<Response> {
    let file = upload.file("file").cloned();
    let form = &mut upload.form;
    let occupation = form.parse("occupation", OccupationCode::parse);
    let level = form.parse("level", LevelCode::parse);
    if file.is_none() {
        form.refuse("file", "item-import-choose");
    }
    // The bank is kept where the duty is held, at its topmost node.
    let org_path = held.at.iter().min_by_key(|path| path.as_str().len());
    if let (Some(occupation), Some(level), Some(file), Some(org_path)) =
        (&occupation, &level, &file, org_path)
    {
        let staged = StagedFile { org_path, occupation, level, name: &file.name, bytes: file.bytes.clone() };
        match stage(&env, &held.who, staged).await {
            Ok(digest) => return Ok(Redirect::to(&format!("/items/imports/{digest}")).into_response()),
            Err(PageError::Refused(message)) => form.refuse("file", message),
            Err(other) => return Err(other),
        }
    }
    let shown = load_list(&env, &v, &held, upload.form).await?;
    web::page_again(&v, &v.t.s("item-imports"), &shown, false)
}

/// GET /items/imports/{digest}?page=…
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadItems>,
    Path(digest): Path<String>,
    Query(query): Query<ImportQuery>,
) -> PageResult<Response> {
    let reading = import_file::read(&env, &digest).await?;
    only_within(&held.at, Some(reading.bank.clone()))?;
    let mut tx = env.db.read().await?;
    let drafts = bank::drafts_of(&mut tx, &reading.import.digest).await?;
    let staged_by = account_name(&mut tx, &reading.import.staged_by).await?;
    let shown = ImportPage { drafts, staged_by, ..preview(&v, &held.who, reading, query.page) };
    web::page(&v, &v.t.s("item-import"), &shown)
}

fn preview<'a>(v: &'a Visit, who: &Subject, mut reading: Reading, page: usize) -> ImportPage<'a> {
    let (mut mistakes, mut changed_numbers, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    match &reading.content {
        Content::Wrong(wrong) => mistakes = wrong.iter().map(|mistake| line(v, mistake)).collect(),
        Content::Blueprint(points, change) => changes = vec![(*change, points.len())],
        Content::Items(rows) => {
            changes = [Change::New, Change::Changed, Change::Same]
                .map(|wanted| (wanted, rows.iter().filter(|(_, change)| *change == wanted).count()))
                .to_vec();
            let changed = rows.iter().filter(|(_, change)| *change == Change::Changed);
            changed_numbers = changed.map(|(row, _)| row.number).collect();
        }
    }
    let key = |change| match (reading.import.kind, change) {
        (ImportKind::Items, Change::New) => "item-change-new",
        (ImportKind::Items, Change::Changed) => "item-change-changed",
        (ImportKind::Items, Change::Same) => "item-change-same",
        (ImportKind::Blueprint, Change::New) => "item-points-new",
        (ImportKind::Blueprint, Change::Changed) => "item-points-changed",
        (ImportKind::Blueprint, Change::Same) => "item-points-same",
    };
    let unit = match reading.import.kind {
        ImportKind::Items => "item-unit",
        ImportKind::Blueprint => "item-points-unit",
    };
    let counts: Vec<Count> =
        changes.iter().map(|(change, count)| Count { key: key(*change), count: *count, unit }).collect();
    let does_something = changes.iter().any(|(change, count)| *change != Change::Same && *count > 0);
    let more_mistakes = mistakes.len().saturating_sub(MISTAKES_SHOWN);
    mistakes.truncate(MISTAKES_SHOWN);
    let paged = cut(&mut reading.content, page);
    ImportPage {
        v,
        bank_name: reading.names.of(&reading.bank, v.t),
        staged_by: String::new(),
        mistakes,
        more_mistakes,
        counts,
        changed_numbers,
        paged,
        may_confirm: does_something && who.carries(Action::WriteItems),
        drafts: 0,
        may_accept: who.carries(Action::ReviewItems)
            && reading.import.confirmed_by.as_ref().is_some_and(|account| *account != who.account_id),
        reading,
    }
}

/// Leaves the rows of one page: what changes something stands before what is known already.
fn cut(content: &mut Content, page: usize) -> Paged {
    match content {
        Content::Wrong(_) => Paged { page: 1, pages: 1, total: 0 },
        Content::Blueprint(points, _) => one_page(points, page),
        Content::Items(rows) => {
            rows.sort_by_key(|(_, change)| match change {
                Change::Changed => 0,
                Change::New => 1,
                Change::Same => 2,
            });
            one_page(rows, page)
        }
    }
}

fn one_page<T>(rows: &mut Vec<T>, asked: usize) -> Paged {
    let total = rows.len();
    let pages = total.div_ceil(ROWS_SHOWN).max(1);
    let page = asked.clamp(1, pages);
    rows.drain(..(page - 1) * ROWS_SHOWN);
    rows.truncate(ROWS_SHOWN);
    Paged { page, pages, total }
}

fn line(v: &Visit, mistake: &Mistake) -> MistakeLine {
    let Mistake { row, field, found, fault } = mistake;
    let sentence = |kind: &str| v.t.a(&format!("item-{kind}-{}", fault.code()), fault.value());
    MistakeLine {
        row: *row,
        field: field.clone(),
        found: found.clone(),
        expected: sentence("expected"),
        cure: sentence("cure"),
    }
}

/// POST /items/imports/{digest}/confirmation
pub async fn confirm(
    State(env): State<Env>,
    held: Holding<WriteItems>,
    Path(digest): Path<String>,
    _form: Form,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let import = bank::import(&mut tx, &digest).await?.ok_or(PageError::NotFound)?;
    only_within(&held.at, bank::bank(&mut tx, &import.bank_id).await?)?;
    drop(tx);
    import_file::confirm(&env, &held.who, &digest).await?;
    let to = match import.kind {
        ImportKind::Blueprint => "/items/imports".to_owned(),
        ImportKind::Items => format!("/items?bank={}", import.bank_id),
    };
    Ok(web::done(&to, "item-import-confirmed"))
}

/// POST /items/imports/{digest}/review — accepts every draft of the import as one act.
pub async fn accept(
    State(env): State<Env>,
    held: Holding<ReviewItems>,
    Path(digest): Path<String>,
    _form: Form,
) -> PageResult<Response> {
    let digest = Digest::parse(&digest).map_err(|_| PageError::NotFound)?;
    let (who, mut tx) = (&held.who, env.db.write().await?);
    let import = bank::import(&mut tx, digest.as_str()).await?.ok_or(PageError::NotFound)?;
    only_within(&held.at, bank::bank(&mut tx, &import.bank_id).await?)?;
    let accepted = item::accept_import(&mut tx, &digest, &who.account_id, env.now()).await?;
    if accepted == 0 {
        return Err(PageError::refused("item-import-nothing-to-accept"));
    }
    let payload = json!({ "bank": import.bank_id, "accepted": accepted });
    who.note("items.accept", "item_import", digest.as_str()).payload(payload).record(&mut tx, &env).await?;
    tx.commit().await?;
    Ok(web::done(&format!("/items?bank={}", import.bank_id), "item-import-accepted"))
}
