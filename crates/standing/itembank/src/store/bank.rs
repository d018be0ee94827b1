//! Banks and the files handed in for them.
use ::store::{Tx, on, queries, was_changed};
use kernel::{Digest, LevelCode, OccupationCode, OrgPath, UnixMicros};
use sqlx::FromRow;

/// The items of one occupation and level, kept by one organisation.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Bank {
    /// Key.
    pub id: String,
    /// Who keeps it.
    pub org_path: OrgPath,
    /// The occupation.
    pub occupation_code: OccupationCode,
    /// The level.
    pub level_code: LevelCode,
}

/// What a bank has for a paper to be put together.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Readiness {
    /// Who keeps the bank.
    pub org_path: OrgPath,
    /// The occupation.
    pub occupation_code: OccupationCode,
    /// The level.
    pub level_code: LevelCode,
    /// Items that are accepted.
    pub accepted: i64,
    /// Versions of its blueprint.
    pub blueprints: i64,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ImportKind {
    /// 鉴定要素细目表.
    Blueprint,
    /// 试题.
    Items,
}

impl ImportKind {
    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Blueprint => "blueprint",
            Self::Items => "items",
        }
    }

    /// Key of its name in `locales/`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Blueprint => "item-import-blueprint",
            Self::Items => "item-import-items",
        }
    }
}

/// A file handed in.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Import {
    /// Of the bank and the file.
    pub digest: Digest,
    /// For which bank.
    pub bank_id: String,
    /// What it holds.
    pub kind: ImportKind,
    /// Where its bytes lie.
    pub file_digest: Digest,
    /// Its name on the writer's machine.
    pub file_name: String,
    /// Who handed it in.
    pub staged_by: String,
    /// When.
    pub staged_at: UnixMicros,
    /// Who confirmed it last.
    pub confirmed_by: Option<String>,
    /// When.
    pub confirmed_at: Option<UnixMicros>,
}

/// A file handed in, for the list.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct ImportLine {
    /// Of the bank and the file.
    pub digest: Digest,
    /// For which bank.
    pub bank_id: String,
    /// What it holds.
    pub kind: ImportKind,
    /// Its name on the writer's machine.
    pub file_name: String,
    /// Name of who handed it in.
    pub staged_by_name: String,
    /// When.
    pub staged_at: UnixMicros,
    /// When it was confirmed; none while it waits.
    pub confirmed_at: Option<UnixMicros>,
    /// Items of it that count now and wait for review.
    pub drafts: i64,
}

queries! {
    ADD_BANK = "INSERT INTO item_bank (id, org_path, occupation_code, level_code) VALUES ($1, $2, $3, $4)
                ON CONFLICT (org_path, occupation_code, level_code) DO NOTHING";
    BANK = "SELECT id, org_path, occupation_code, level_code FROM item_bank WHERE id = $1";
    BANKS = "SELECT id, org_path, occupation_code, level_code FROM item_bank
             ORDER BY occupation_code DESC, level_code DESC, org_path";
    BANKS_OF = "SELECT id, org_path, occupation_code, level_code FROM item_bank
                WHERE occupation_code = $1 AND level_code = $2 ORDER BY org_path";
    READINESS = "SELECT b.org_path, b.occupation_code, b.level_code,
                 (SELECT COUNT(*) FROM item i JOIN item_version v ON v.item_id = i.id AND v.version = i.version
                  WHERE i.bank_id = b.id AND v.status = 'accepted') AS accepted,
                 (SELECT COUNT(*) FROM blueprint u WHERE u.bank_id = b.id) AS blueprints
                 FROM item_bank b ORDER BY b.id";
    ADD_IMPORT = "INSERT INTO item_import (digest, bank_id, kind, file_digest, file_name, staged_by, staged_at,
                  confirmed_by, confirmed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, NULL)
                  ON CONFLICT (digest) DO NOTHING";
    IMPORT = "SELECT digest, bank_id, kind, file_digest, file_name, staged_by, staged_at, confirmed_by, confirmed_at
              FROM item_import WHERE digest = $1";
    IMPORTS = "SELECT m.digest, m.bank_id, m.kind, m.file_name, a.display_name AS staged_by_name, m.staged_at,
               m.confirmed_at, (SELECT COUNT(*) FROM item_version v JOIN item i ON i.id = v.item_id
                                AND i.version = v.version
                                WHERE v.import_digest = m.digest AND v.status = 'draft') AS drafts
               FROM item_import m JOIN account a ON a.id = m.staged_by ORDER BY m.staged_at DESC, m.digest LIMIT $1";
    DRAFTS_OF = "SELECT COUNT(*) FROM item_version v JOIN item i ON i.id = v.item_id AND i.version = v.version
                 WHERE v.import_digest = $1 AND v.status = 'draft'";
    CONFIRM_IMPORT = "UPDATE item_import SET confirmed_by = $2, confirmed_at = $3 WHERE digest = $1";
}

/// The bank of an organisation for an occupation and level; made when there is none.
///
/// # Errors
/// Storage.
pub async fn open_bank(tx: &mut Tx, wanted: &Bank) -> sqlx::Result<Bank> {
    on!(tx, |conn| sqlx::query(ADD_BANK)
        .bind(&wanted.id)
        .bind(&wanted.org_path)
        .bind(&wanted.occupation_code)
        .bind(&wanted.level_code)
        .execute(conn)
        .await
        .map(|_| ()))?;
    let known = banks_of(tx, &wanted.occupation_code, &wanted.level_code).await?;
    known.into_iter().find(|bank| bank.org_path == wanted.org_path).ok_or(sqlx::Error::RowNotFound)
}

/// One bank.
///
/// # Errors
/// Storage.
pub async fn bank(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Bank>> {
    on!(tx, |conn| sqlx::query_as(BANK).bind(id).fetch_optional(conn).await)
}

/// Every bank, by occupation and level.
///
/// # Errors
/// Storage.
pub async fn banks(tx: &mut Tx) -> sqlx::Result<Vec<Bank>> {
    on!(tx, |conn| sqlx::query_as(BANKS).fetch_all(conn).await)
}

/// What every bank has.
///
/// # Errors
/// Storage.
pub async fn readiness(tx: &mut Tx) -> sqlx::Result<Vec<Readiness>> {
    on!(tx, |conn| sqlx::query_as(READINESS).fetch_all(conn).await)
}

async fn banks_of(tx: &mut Tx, occupation: &OccupationCode, level: &LevelCode) -> sqlx::Result<Vec<Bank>> {
    on!(tx, |conn| sqlx::query_as(BANKS_OF).bind(occupation).bind(level).fetch_all(conn).await)
}

/// The bank that serves an organisation: its own, or else the nearest above it.
///
/// # Errors
/// Storage.
pub async fn bank_for(
    tx: &mut Tx,
    organisation: &OrgPath,
    occupation: &OccupationCode,
    level: &LevelCode,
) -> sqlx::Result<Option<Bank>> {
    let known = banks_of(tx, occupation, level).await?;
    let above = known.into_iter().filter(|bank| bank.org_path.contains(organisation));
    Ok(above.max_by_key(|bank| bank.org_path.as_str().len()))
}

/// Keeps a file that was handed in; `false` when it was handed in before.
///
/// # Errors
/// Storage.
pub async fn add_import(tx: &mut Tx, import: &Import) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_IMPORT)
        .bind(&import.digest)
        .bind(&import.bank_id)
        .bind(import.kind)
        .bind(&import.file_digest)
        .bind(&import.file_name)
        .bind(&import.staged_by)
        .bind(import.staged_at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// One file.
///
/// # Errors
/// Storage.
pub async fn import(tx: &mut Tx, digest: &str) -> sqlx::Result<Option<Import>> {
    on!(tx, |conn| sqlx::query_as(IMPORT).bind(digest).fetch_optional(conn).await)
}

/// The newest `limit` files, newest first.
///
/// # Errors
/// Storage.
pub async fn imports(tx: &mut Tx, limit: i64) -> sqlx::Result<Vec<ImportLine>> {
    on!(tx, |conn| sqlx::query_as(IMPORTS).bind(limit).fetch_all(conn).await)
}

/// Items of a file that count now and wait for review.
///
/// # Errors
/// Storage.
pub async fn drafts_of(tx: &mut Tx, digest: &Digest) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(DRAFTS_OF).bind(digest).fetch_one(conn).await)
}

/// Notes who confirmed a file and when.
///
/// # Errors
/// Storage.
pub async fn confirm_import(tx: &mut Tx, digest: &Digest, who: &str, now: UnixMicros) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(CONFIRM_IMPORT)
        .bind(digest)
        .bind(who)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
