//! From a file to the bank in three steps: hand in, look, confirm.
use std::collections::{BTreeSet, HashMap};

use ::store::Tx;
use axum::body::Bytes;
use decode::Unread;
use identity::{Env, Subject};
use kernel::{Digest, LevelCode, OccupationCode, OrgPath};
use serde_json::json;
use sha2::Digest as _;
use web::{Message, PageError, PageResult};

use crate::{
    Bank, Change, Import, ImportKind, Item, ItemFilter, ItemRow, Mistake, NewBlueprint, NewVersion, Sheet,
    Target, WorkbookRefused, change,
    decoding::FirstSheet,
    names::Names,
    rules::{
        blueprint::{self, BlueprintPoint},
        content,
    },
    store,
};

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefused {
    /// It cannot be read at all.
    #[error(transparent)]
    Workbook(#[from] WorkbookRefused),
    /// Its headings are neither those of items nor those of a blueprint.
    #[error("neither items nor a blueprint")]
    UnknownTemplate,
    /// The occupation is not in force or not confirmed.
    #[error("unknown occupation")]
    UnknownOccupation,
    /// The level is not in force.
    #[error("unknown level")]
    UnknownLevel,
    /// Items came before their blueprint.
    #[error("the bank has no blueprint")]
    NoBlueprint,
    /// It has mistakes; nothing of it was taken over.
    #[error("{0} mistakes")]
    Mistakes(usize),
    /// The bytes that were handed in are not there any more.
    #[error("the file is gone")]
    FileGone,
}

impl ImportRefused {
    /// The sentence for the user.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Workbook(WorkbookRefused::NotXlsx) => Message::new("item-import-not-xlsx"),
            Self::Workbook(WorkbookRefused::Empty) => Message::new("item-import-empty"),
            Self::Workbook(WorkbookRefused::TooLong) => Message::new("item-import-too-long"),
            Self::Workbook(WorkbookRefused::Unpacks) => Message::new("item-import-unpacks"),
            Self::UnknownTemplate => Message::new("item-import-unknown-template"),
            Self::UnknownOccupation => Message::new("item-import-unknown-occupation"),
            Self::UnknownLevel => Message::new("item-import-unknown-level"),
            Self::NoBlueprint => Message::new("item-import-no-blueprint"),
            Self::Mistakes(count) => Message::new("item-import-has-mistakes").with("n", count),
            Self::FileGone => Message::new("item-import-file-gone"),
        }
    }
}

impl From<ImportRefused> for PageError {
    fn from(refused: ImportRefused) -> Self {
        Self::Refused(refused.message())
    }
}

/// A file about to be handed in.
#[derive(Debug, Clone)]
pub struct StagedFile<'a> {
    /// Whose bank.
    pub org_path: &'a OrgPath,
    /// Of which occupation.
    pub occupation: &'a OccupationCode,
    /// Of which level.
    pub level: &'a LevelCode,
    /// Its name on the writer's machine.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: Bytes,
}

/// A file that was handed in, read again against the bank as it is now.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The file.
    pub import: Import,
    /// Its bank.
    pub bank: Bank,
    /// What it says.
    pub content: Content,
    /// What occupations and levels are called today.
    pub(crate) names: Names,
}

/// What a file says, or what is wrong with it.
#[derive(Debug, Clone)]
pub enum Content {
    /// Nothing can be taken over.
    Wrong(Vec<Mistake>),
    /// A blueprint, and whether the bank has exactly this already.
    Blueprint(Vec<BlueprintPoint>, Change),
    /// Items, and what each would do.
    Items(Vec<(ItemRow, Change)>),
}

/// What a confirmed file did to the bank.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Confirmed {
    /// Items (or a blueprint) the bank did not have.
    pub new: usize,
    /// Those that became a new version.
    pub changed: usize,
    /// Those the bank had exactly so.
    pub same: usize,
}

/// Hands a file in: keeps its bytes and remembers for which bank. The bank itself does not change.
///
/// # Errors
/// [`ImportRefused`] as a page error; storage.
pub async fn stage(env: &Env, who: &Subject, file: StagedFile<'_>) -> PageResult<Digest> {
    let sheet = sheet(env, file.bytes.clone()).await?;
    let likeness = (sheet.likeness(content::HEADINGS), sheet.likeness(blueprint::HEADINGS));
    let kind = match likeness {
        (0, 0) => return Err(ImportRefused::UnknownTemplate.into()),
        (items, points) if items >= points => ImportKind::Items,
        (_, _) => ImportKind::Blueprint,
    };
    let file_digest = env.blobs.put(&file.bytes).map_err(::store::Error::from)?;
    let now = env.now();
    let mut tx = env.db.write().await?;
    let names = Names::load(&mut tx, now.day()).await?;
    names.occupation(file.occupation).ok_or(ImportRefused::UnknownOccupation)?;
    names.level(file.level).ok_or(ImportRefused::UnknownLevel)?;
    let wanted = Bank {
        id: env.new_id(),
        org_path: file.org_path.clone(),
        occupation_code: file.occupation.clone(),
        level_code: file.level.clone(),
    };
    let bank = store::bank::open_bank(&mut tx, &wanted).await?;
    if kind == ImportKind::Items && store::blueprint::blueprint(&mut tx, &bank.id).await?.is_none() {
        return Err(ImportRefused::NoBlueprint.into());
    }
    let import = Import {
        digest: digest_of(&bank.id, &file_digest),
        bank_id: bank.id,
        kind,
        file_digest,
        file_name: file.name.chars().take(200).collect(),
        staged_by: who.account_id.clone(),
        staged_at: now,
        confirmed_by: None,
        confirmed_at: None,
    };
    store::bank::add_import(&mut tx, &import).await?;
    let payload = json!({ "kind": kind.code(), "file": import.file_digest.as_str(), "bank": import.bank_id });
    who.note("items.stage", "item_import", import.digest.as_str())
        .payload(payload)
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(import.digest)
}

/// The same file may be handed in for two banks: the digest is of both.
fn digest_of(bank: &str, file: &Digest) -> Digest {
    Digest::from_bytes(&sha2::Sha256::digest(format!("{bank}\n{file}")).into())
}

/// Reads the first sheet of a file.
async fn sheet(env: &Env, bytes: Bytes) -> PageResult<Sheet> {
    let read = env.decoder.in_turn(move |decoder| decoder.read_one::<FirstSheet>(&(), &bytes)).await?;
    read.map_err(|unread| match unread {
        Unread::Refused(refused) => ImportRefused::from(refused).into(),
        Unread::NoReader(cause) => PageError::Internal(cause),
    })
}

/// Reads a file that was handed in against the bank as it is now.
///
/// # Errors
/// Not found; [`ImportRefused::FileGone`] and [`ImportRefused::NoBlueprint`]; storage.
pub async fn read(env: &Env, digest: &str) -> PageResult<Reading> {
    let (import, bank) = {
        let tx = &mut env.db.read().await?;
        let import = store::bank::import(tx, digest).await?.ok_or(PageError::NotFound)?;
        let bank = store::bank::bank(tx, &import.bank_id).await?.ok_or(PageError::NotFound)?;
        (import, bank)
    };
    let bytes = env.blobs.get(&import.file_digest).map_err(|error| PageError::Internal(error.to_string()))?;
    let sheet = sheet(env, Bytes::from(bytes.ok_or(ImportRefused::FileGone)?)).await?;
    let tx = &mut env.db.read().await?;
    let known = store::blueprint::blueprint(tx, &bank.id).await?;
    let names = Names::load(tx, env.now().day()).await?;
    let content = match import.kind {
        ImportKind::Blueprint => match blueprint::read_blueprint(&sheet) {
            Err(mistakes) => Content::Wrong(mistakes),
            Ok(points) => {
                let change = match known {
                    None => Change::New,
                    Some(known) if known.points == points => Change::Same,
                    Some(_) => Change::Changed,
                };
                Content::Blueprint(points, change)
            }
        },
        ImportKind::Items => {
            let points =
                known.map(|known| blueprint::codes(&known.points)).ok_or(ImportRefused::NoBlueprint)?;
            read_items(tx, &bank, &names, &points, &sheet).await?
        }
    };
    Ok(Reading { import, bank, content, names })
}

async fn read_items(
    tx: &mut Tx,
    bank: &Bank,
    names: &Names,
    points: &BTreeSet<String>,
    sheet: &Sheet,
) -> PageResult<Content> {
    let occupation = names.occupation(&bank.occupation_code).ok_or(ImportRefused::UnknownOccupation)?;
    let level = names.level(&bank.level_code).ok_or(ImportRefused::UnknownLevel)?;
    let target = Target {
        occupation_code: bank.occupation_code.as_str(),
        occupation_zh: &occupation.name_zh,
        level_zh: &level.name_zh,
        points,
    };
    let rows = match content::read_items(sheet, &target) {
        Err(mistakes) => return Ok(Content::Wrong(mistakes)),
        Ok(rows) => rows,
    };
    let known = by_number(tx, &bank.id).await?;
    let with_change = |row: ItemRow| {
        let change = change(&row.content, known.get(&row.number).map(|item| &item.content));
        (row, change)
    };
    Ok(Content::Items(rows.into_iter().map(with_change).collect()))
}

async fn by_number(tx: &mut Tx, bank: &str) -> sqlx::Result<HashMap<i64, Item>> {
    let items = store::item::items(tx, bank, &ItemFilter::default(), i64::MAX, 0).await?;
    Ok(items.into_iter().map(|item| (item.number, item)).collect())
}

/// Takes a file over that was handed in: new rows become drafts, changed rows new versions.
///
/// # Errors
/// As [`read`]; [`ImportRefused::Mistakes`], then nothing was taken over; stale when somebody changed the bank at the
/// same time; storage.
pub async fn confirm(env: &Env, who: &Subject, digest: &str) -> PageResult<Confirmed> {
    let reading = read(env, digest).await?;
    let (import, now) = (&reading.import, env.now());
    let mut tx = env.db.write().await?;
    let done = match &reading.content {
        Content::Wrong(mistakes) => return Err(ImportRefused::Mistakes(mistakes.len()).into()),
        Content::Blueprint(_, Change::Same) => Confirmed { same: 1, ..Confirmed::default() },
        Content::Blueprint(points, change) => {
            let id = env.new_id();
            let new = NewBlueprint {
                id: &id,
                bank_id: &import.bank_id,
                import: &import.digest,
                by: &who.account_id,
                at: now,
            };
            store::blueprint::add_blueprint(&mut tx, &new, points).await?;
            let is_new = *change == Change::New;
            Confirmed { new: usize::from(is_new), changed: usize::from(!is_new), same: 0 }
        }
        Content::Items(rows) => {
            let new = NewVersion { import: &import.digest, by: &who.account_id, at: now };
            take_over(env, &mut tx, &import.bank_id, rows, new).await?
        }
    };
    store::bank::confirm_import(&mut tx, &import.digest, &who.account_id, now).await?;
    let payload = json!({
        "kind": import.kind.code(), "bank": import.bank_id, "file": import.file_digest.as_str(),
        "new": done.new, "changed": done.changed, "same": done.same,
    });
    who.note("items.import", "item_import", import.digest.as_str())
        .payload(payload)
        .record(&mut tx, env)
        .await?;
    tx.commit().await?;
    Ok(done)
}

/// What is new and what changed is decided again inside the writing transaction.
async fn take_over(
    env: &Env,
    tx: &mut Tx,
    bank: &str,
    rows: &[(ItemRow, Change)],
    new: NewVersion<'_>,
) -> PageResult<Confirmed> {
    let known = by_number(tx, bank).await?;
    let mut done = Confirmed::default();
    for (row, _) in rows {
        let item = known.get(&row.number);
        match change(&row.content, item.map(|item| &item.content)) {
            Change::Same => done.same += 1,
            Change::New => {
                store::item::add_item(tx, &env.new_id(), bank, row.number, &row.content, new).await?;
                done.new += 1;
            }
            Change::Changed => {
                let Some(item) = item else { continue };
                if !store::item::change_item(tx, &item.id, item.version, &row.content, new).await? {
                    return Err(PageError::Stale);
                }
                done.changed += 1;
            }
        }
    }
    Ok(done)
}
