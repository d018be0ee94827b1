//! Items and their versions.
use ::store::{Tx, on, queries, was_changed};
use kernel::{Digest, UnixMicros};
use sqlx::FromRow;

use crate::rules::content::{ItemContent, ItemKind};

/// How a version of an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ItemStatus {
    /// Waits for its reviewer.
    Draft,
    /// May stand in a form.
    Accepted,
    /// May not.
    Refused,
}

impl ItemStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Draft, Self::Accepted, Self::Refused];

    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
        }
    }

    /// Key of its name in `locales/`.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "item-status-draft",
            Self::Accepted => "item-status-accepted",
            Self::Refused => "item-status-refused",
        }
    }
}

/// An item in the version that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Key.
    pub id: String,
    /// Its bank.
    pub bank_id: String,
    /// Its number in the bank.
    pub number: i64,
    /// Which version this is.
    pub version: i64,
    /// What it says, key included.
    pub content: ItemContent,
    /// How it stands.
    pub status: ItemStatus,
    /// Account that imported this version.
    pub created_by: String,
    /// When.
    pub created_at: UnixMicros,
    /// Account that reviewed it.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<UnixMicros>,
    /// Why, in the reviewer's words.
    pub review_reason: String,
}

#[derive(FromRow)]
struct ItemRecord {
    id: String,
    bank_id: String,
    number: i64,
    version: i64,
    kind: ItemKind,
    point_code: String,
    cognition: String,
    difficulty_centi: i64,
    stem: String,
    options: String,
    answer_key: String,
    explanation: String,
    status: ItemStatus,
    created_by: String,
    created_at: UnixMicros,
    reviewed_by: Option<String>,
    reviewed_at: Option<UnixMicros>,
    review_reason: String,
}

/// Which items of a bank; empty texts mean all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ItemFilter {
    /// Code of a point.
    pub point: String,
    /// Code of a kind.
    pub kind: String,
    /// Code of a status.
    pub status: String,
}

/// How many items of a bank have a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct StatusCount {
    /// The status.
    pub status: ItemStatus,
    /// How many.
    pub count: i64,
}

/// Drafts of one bank that were imported by one account.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct DraftCount {
    pub bank_id: String,
    pub created_by: String,
    pub count: i64,
}

/// A review of one version.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    /// Accepted or refused.
    pub status: ItemStatus,
    /// Account that reviews.
    pub by: &'a str,
    /// When.
    pub at: UnixMicros,
    /// Why.
    pub reason: &'a str,
}

/// A version about to be written.
#[derive(Debug, Clone, Copy)]
pub struct NewVersion<'a> {
    /// The file it comes from.
    pub import: &'a Digest,
    /// Who confirmed it.
    pub by: &'a str,
    /// When.
    pub at: UnixMicros,
}

queries! {
    ITEM = "SELECT i.id, i.bank_id, i.number, v.version, v.kind, v.point_code, v.cognition, v.difficulty_centi, v.stem,
            v.options, v.answer_key, v.explanation, v.status, v.created_by, v.created_at, v.reviewed_by, v.reviewed_at,
            v.review_reason FROM item i JOIN item_version v ON v.item_id = i.id AND v.version = i.version
            WHERE i.id = $1";
    VERSIONS = "SELECT i.id, i.bank_id, i.number, v.version, v.kind, v.point_code, v.cognition, v.difficulty_centi,
                v.stem, v.options, v.answer_key, v.explanation, v.status, v.created_by, v.created_at, v.reviewed_by,
                v.reviewed_at, v.review_reason FROM item i JOIN item_version v ON v.item_id = i.id
                WHERE i.id = $1 ORDER BY v.version DESC";
    ITEMS = "SELECT i.id, i.bank_id, i.number, v.version, v.kind, v.point_code, v.cognition, v.difficulty_centi, v.stem,
             v.options, v.answer_key, v.explanation, v.status, v.created_by, v.created_at, v.reviewed_by, v.reviewed_at,
             v.review_reason FROM item i JOIN item_version v ON v.item_id = i.id AND v.version = i.version
             WHERE i.bank_id = $1 AND (CAST($2 AS TEXT) = '' OR v.point_code = $2)
             AND (CAST($3 AS TEXT) = '' OR v.kind = $3) AND (CAST($4 AS TEXT) = '' OR v.status = $4)
             ORDER BY i.number, i.id LIMIT $5 OFFSET $6";
    COUNT_ITEMS = "SELECT COUNT(*) FROM item i JOIN item_version v ON v.item_id = i.id AND v.version = i.version
                   WHERE i.bank_id = $1 AND (CAST($2 AS TEXT) = '' OR v.point_code = $2)
                   AND (CAST($3 AS TEXT) = '' OR v.kind = $3) AND (CAST($4 AS TEXT) = '' OR v.status = $4)";
    STATUS_COUNTS = "SELECT v.status, COUNT(*) AS count FROM item i
                     JOIN item_version v ON v.item_id = i.id AND v.version = i.version
                     WHERE i.bank_id = $1 GROUP BY v.status ORDER BY v.status";
    DRAFT_COUNTS = "SELECT i.bank_id, v.created_by, COUNT(*) AS count FROM item i
                    JOIN item_version v ON v.item_id = i.id AND v.version = i.version
                    WHERE v.status = 'draft' GROUP BY i.bank_id, v.created_by ORDER BY i.bank_id, v.created_by";
    NEXT_DRAFT = "SELECT i.id FROM item i JOIN item_version v ON v.item_id = i.id AND v.version = i.version
                  WHERE i.bank_id = $1 AND v.status = 'draft' AND v.created_by <> $2
                  ORDER BY CASE WHEN i.number > $3 THEN 0 ELSE 1 END, i.number LIMIT 1";
    ADD_ITEM = "INSERT INTO item (id, bank_id, number, version) VALUES ($1, $2, $3, 1)";
    NEXT_VERSION = "UPDATE item SET version = version + 1 WHERE id = $1 AND version = $2";
    ADD_VERSION = "INSERT INTO item_version (item_id, version, import_digest, kind, point_code, cognition,
                   difficulty_centi, stem, options, answer_key, explanation, status, created_by, created_at,
                   reviewed_by, reviewed_at, review_reason)
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'draft', $12, $13, NULL, NULL, '')";
    REVIEW = "UPDATE item_version SET status = $3, reviewed_by = $4, reviewed_at = $5, review_reason = $6
              WHERE item_id = $1 AND version = $2 AND status = 'draft' AND created_by <> $4
              AND version = (SELECT i.version FROM item i WHERE i.id = $1)";
    ACCEPT_IMPORT = "UPDATE item_version SET status = 'accepted', reviewed_by = $2, reviewed_at = $3, review_reason = ''
                     WHERE import_digest = $1 AND status = 'draft' AND created_by <> $2
                     AND version = (SELECT i.version FROM item i WHERE i.id = item_version.item_id)";
}

/// One item in the version that counts.
///
/// # Errors
/// Storage.
pub async fn item(tx: &mut Tx, id: &str) -> sqlx::Result<Option<Item>> {
    let row: Option<ItemRecord> = on!(tx, |conn| sqlx::query_as(ITEM).bind(id).fetch_optional(conn).await)?;
    row.map(ItemRecord::item).transpose()
}

/// Every version of an item, newest first.
///
/// # Errors
/// Storage.
pub async fn versions(tx: &mut Tx, id: &str) -> sqlx::Result<Vec<Item>> {
    let rows: Vec<ItemRecord> = on!(tx, |conn| sqlx::query_as(VERSIONS).bind(id).fetch_all(conn).await)?;
    rows.into_iter().map(ItemRecord::item).collect()
}

/// Items of a bank by number: `limit` of them after the first `offset`.
///
/// # Errors
/// Storage.
pub async fn items(
    tx: &mut Tx,
    bank: &str,
    filter: &ItemFilter,
    limit: i64,
    offset: i64,
) -> sqlx::Result<Vec<Item>> {
    let rows: Vec<ItemRecord> = on!(tx, |conn| sqlx::query_as(ITEMS)
        .bind(bank)
        .bind(&filter.point)
        .bind(&filter.kind)
        .bind(&filter.status)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await)?;
    rows.into_iter().map(ItemRecord::item).collect()
}

/// Every item of a bank that may stand in a form, by number.
///
/// # Errors
/// Storage.
pub async fn accepted_items(tx: &mut Tx, bank: &str) -> sqlx::Result<Vec<Item>> {
    let filter = ItemFilter { status: ItemStatus::Accepted.code().to_owned(), ..ItemFilter::default() };
    items(tx, bank, &filter, i64::MAX, 0).await
}

/// How many items of a bank a filter lets through.
///
/// # Errors
/// Storage.
pub async fn count_items(tx: &mut Tx, bank: &str, filter: &ItemFilter) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(COUNT_ITEMS)
        .bind(bank)
        .bind(&filter.point)
        .bind(&filter.kind)
        .bind(&filter.status)
        .fetch_one(conn)
        .await)
}

/// How many items of a bank have each status; a status nobody has is left out.
///
/// # Errors
/// Storage.
pub async fn status_counts(tx: &mut Tx, bank: &str) -> sqlx::Result<Vec<StatusCount>> {
    on!(tx, |conn| sqlx::query_as(STATUS_COUNTS).bind(bank).fetch_all(conn).await)
}

/// Drafts by bank and importer.
///
/// # Errors
/// Storage.
pub(crate) async fn draft_counts(tx: &mut Tx) -> sqlx::Result<Vec<DraftCount>> {
    on!(tx, |conn| sqlx::query_as(DRAFT_COUNTS).fetch_all(conn).await)
}

/// The draft that `who` may review next: after item `number`, or else from the beginning.
///
/// # Errors
/// Storage.
pub async fn next_draft(tx: &mut Tx, bank: &str, who: &str, number: i64) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| sqlx::query_scalar(NEXT_DRAFT)
        .bind(bank)
        .bind(who)
        .bind(number)
        .fetch_optional(conn)
        .await)
}

/// Writes a new item of a bank with its first version, a draft.
///
/// # Errors
/// A unique violation when the bank has an item of this number; storage.
pub async fn add_item(
    tx: &mut Tx,
    id: &str,
    bank: &str,
    number: i64,
    content: &ItemContent,
    new: NewVersion<'_>,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(ADD_ITEM).bind(id).bind(bank).bind(number).execute(conn).await.map(|_| ()))?;
    add_version(tx, id, 1, content, new).await
}

/// Writes the version after `seen` of an item, a draft; `false` when somebody was faster.
///
/// # Errors
/// Storage.
pub async fn change_item(
    tx: &mut Tx,
    id: &str,
    seen: i64,
    content: &ItemContent,
    new: NewVersion<'_>,
) -> sqlx::Result<bool> {
    let changed = on!(tx, |conn| sqlx::query(NEXT_VERSION)
        .bind(id)
        .bind(seen)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))?;
    if changed {
        add_version(tx, id, seen + 1, content, new).await?;
    }
    Ok(changed)
}

async fn add_version(
    tx: &mut Tx,
    id: &str,
    version: i64,
    content: &ItemContent,
    new: NewVersion<'_>,
) -> sqlx::Result<()> {
    let options =
        serde_json::to_string(&content.options).map_err(|error| sqlx::Error::Encode(error.into()))?;
    on!(tx, |conn| sqlx::query(ADD_VERSION)
        .bind(id)
        .bind(version)
        .bind(new.import)
        .bind(content.kind)
        .bind(&content.point_code)
        .bind(&content.cognition)
        .bind(content.difficulty)
        .bind(&content.stem)
        .bind(&options)
        .bind(&content.key)
        .bind(&content.explanation)
        .bind(new.by)
        .bind(new.at)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Accepts or refuses a draft; `false` when it is no draft any more, a newer version counts, or the reviewer
/// imported it.
///
/// # Errors
/// Storage.
pub async fn review(tx: &mut Tx, id: &str, version: i64, review: Review<'_>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(REVIEW)
        .bind(id)
        .bind(version)
        .bind(review.status)
        .bind(review.by)
        .bind(review.at)
        .bind(review.reason)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Accepts every draft of an import that counts and that `by` did not import; says how many.
///
/// # Errors
/// Storage.
pub async fn accept_import(tx: &mut Tx, import: &Digest, by: &str, at: UnixMicros) -> sqlx::Result<u64> {
    on!(tx, |conn| sqlx::query(ACCEPT_IMPORT)
        .bind(import)
        .bind(by)
        .bind(at)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))
}

impl ItemRecord {
    fn item(self) -> sqlx::Result<Item> {
        let options =
            serde_json::from_str(&self.options).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Item {
            id: self.id,
            bank_id: self.bank_id,
            number: self.number,
            version: self.version,
            content: ItemContent {
                kind: self.kind,
                point_code: self.point_code,
                cognition: self.cognition,
                difficulty: self.difficulty_centi,
                stem: self.stem,
                options,
                key: self.answer_key,
                explanation: self.explanation,
            },
            status: self.status,
            created_by: self.created_by,
            created_at: self.created_at,
            reviewed_by: self.reviewed_by,
            reviewed_at: self.reviewed_at,
            review_reason: self.review_reason,
        })
    }
}
