//! The rows of the trail.
mod list;

use std::collections::HashMap;

use store::{Found, Many, Tx, find_each, on, queries};

use crate::{
    entry::{Desk, Entry, HistoryRow, Recorded},
    leaf::{EntryRow, NO_PREVIOUS},
};

pub use list::{Place, Reach, Turn, Wanted, listed};

/// A statement that is kept prepared keeps the plan of its first minutes too: made for empty tables, PostgreSQL's took
/// 3.9 s for 1,600 entries until autovacuum had looked. What the sequencer asks once a second is planned each time.
const PLANNED_ONCE: bool = false;

queries! {
    /// The end of an object's chain.
    LAST_OF_OBJECT = "SELECT object_seq, entry_hash FROM trail_entry
        WHERE object_kind = $1 AND object_id = $2 ORDER BY object_seq DESC LIMIT 1";
    /// The same of many.
    ENDS = "SELECT e.object_id, e.object_seq, e.entry_hash FROM trail_entry e
        WHERE e.object_id = $1 AND e.object_kind = $2
        AND NOT EXISTS (SELECT 1 FROM trail_entry n WHERE n.object_kind = e.object_kind
            AND n.object_id = e.object_id AND n.object_seq = e.object_seq + 1)";
    HISTORY = "SELECT e.id, e.at, e.actor, e.grant_id, e.action, e.object_kind, e.object_id, e.object_seq,
            e.batch, e.outcome, e.reason, e.request_id, e.node, e.payload, e.entry_hash, l.leaf_index
        FROM trail_entry e LEFT JOIN trail_leaf l ON l.entry_id = e.id
        WHERE e.object_kind = $1 AND e.object_id = $2 ORDER BY e.object_seq";
    FIND = "SELECT e.id, e.at, e.actor, e.grant_id, e.action, e.object_kind, e.object_id, e.object_seq,
            e.batch, e.outcome, e.reason, e.request_id, e.node, e.payload, e.entry_hash, l.leaf_index
        FROM trail_entry e LEFT JOIN trail_leaf l ON l.entry_id = e.id
        WHERE e.object_kind = $1 AND e.object_id = $2 AND e.action = $3 ORDER BY e.object_seq";
    /// The list that is narrowed and read page by page: conditions, order and limit are added.
    LISTED = "SELECT e.id, e.at, e.actor, e.grant_id, e.action, e.object_kind, e.object_id, e.object_seq,
            e.batch, e.outcome, e.reason, e.request_id, e.node, e.payload, e.entry_hash, l.leaf_index
        FROM trail_entry e LEFT JOIN trail_leaf l ON l.entry_id = e.id";
    RECENT_OF_BATCH = "SELECT e.id, e.at, e.actor, e.grant_id, e.action, e.object_kind, e.object_id, e.object_seq,
            e.batch, e.outcome, e.reason, e.request_id, e.node, e.payload, e.entry_hash, l.leaf_index
        FROM trail_entry e LEFT JOIN trail_leaf l ON l.entry_id = e.id
        WHERE e.batch = $1 ORDER BY e.at DESC, e.id DESC LIMIT $2";
    /// The next places go to the oldest waiting entries. It is the first statement of its
    /// transaction: of two sequencers the slower one fails on the primary key. The place in the
    /// chain comes before the id so that entries of one moment and one object keep their order.
    SEQUENCE_CHUNK = "INSERT INTO trail_leaf (leaf_index, entry_id, leaf_hash)
        SELECT COALESCE((SELECT MAX(leaf_index) + 1 FROM trail_leaf), 0) + ROW_NUMBER() OVER (ORDER BY e.at, e.object_seq, e.id) - 1,
            e.id, e.entry_hash
        FROM trail_pending p JOIN trail_entry e ON e.id = p.entry_id
        ORDER BY e.at, e.object_seq, e.id LIMIT $1";
    UNQUEUE = "DELETE FROM trail_pending
        WHERE entry_id IN (SELECT entry_id FROM trail_leaf WHERE leaf_index >= $1)";
    LEAF_COUNT = "SELECT COALESCE(MAX(leaf_index) + 1, 0) FROM trail_leaf";
    LEAVES_FROM = "SELECT l.leaf_index, l.leaf_hash, e.id, e.at, e.actor, e.grant_id, e.action, e.object_kind,
            e.object_id, e.object_seq, e.batch, e.outcome, e.reason, e.request_id, e.node, e.prev_hash,
            e.payload_salt, e.payload, e.payload_commitment, e.entry_hash
        FROM trail_leaf l JOIN trail_entry e ON e.id = l.entry_id
        WHERE l.leaf_index >= $1 ORDER BY l.leaf_index LIMIT $2";
    LEAF_OF = "SELECT l.leaf_index, l.leaf_hash, c.size, c.root, c.note FROM trail_leaf l
        CROSS JOIN (SELECT size, root, note FROM trail_checkpoint ORDER BY size DESC LIMIT 1) c
        WHERE l.entry_id = $1";
    LAST_CHECKPOINT = "SELECT size, root, note, at FROM trail_checkpoint ORDER BY size DESC LIMIT 1";
    ALL_CHECKPOINTS = "SELECT size, root, note, at FROM trail_checkpoint ORDER BY size";
    INSERT_CHECKPOINT = "INSERT INTO trail_checkpoint (size, root, note, at) VALUES ($1, $2, $3, $4)";
    /// Every entry in the order of the chains, with what the other tables say about it.
    ENTRIES_AFTER = "SELECT l.leaf_index, l.leaf_hash, p.entry_id AS waiting, e.id, e.at, e.actor, e.grant_id,
            e.action, e.object_kind, e.object_id, e.object_seq, e.batch, e.outcome, e.reason, e.request_id, e.node,
            e.prev_hash, e.payload_salt, e.payload, e.payload_commitment, e.entry_hash
        FROM trail_entry e LEFT JOIN trail_leaf l ON l.entry_id = e.id LEFT JOIN trail_pending p ON p.entry_id = e.id
        WHERE (e.object_kind, e.object_id, e.object_seq, e.id) > ($1, $2, $3, $4)
        ORDER BY e.object_kind, e.object_id, e.object_seq, e.id LIMIT $5";
    /// Places and queue tickets of entries that are not there.
    ORPHANS = "SELECT entry_id FROM trail_leaf l
            WHERE NOT EXISTS (SELECT 1 FROM trail_entry e WHERE e.id = l.entry_id)
        UNION ALL SELECT entry_id FROM trail_pending p
            WHERE NOT EXISTS (SELECT 1 FROM trail_entry e WHERE e.id = p.entry_id)
        ORDER BY entry_id";
}

/// Writes one entry in the caller's transaction: no commit without its entry, no entry without it.
///
/// # Errors
/// A unique violation when somebody else wrote to the same object meanwhile: roll back and let the
/// caller look again. [`sqlx::Error::Encode`] when the entry is longer than 65 535 bytes or holds
/// U+0000.
pub async fn record(tx: &mut Tx, desk: &Desk, entry: &Entry<'_>) -> sqlx::Result<Recorded> {
    let (kind, id) = entry.object;
    let last: Option<(i64, String)> =
        on!(tx, |conn| sqlx::query_as(LAST_OF_OBJECT).bind(kind).bind(id).fetch_optional(conn).await)?;
    let row = match &last {
        Some((seq, hash)) => desk.row(entry, seq + 1, hash)?,
        None => desk.row(entry, 1, NO_PREVIOUS)?,
    };
    insert(tx, std::slice::from_ref(&row)).await?;
    Ok(Recorded { id: row.id, entry_hash: row.entry_hash })
}

/// Writes the first entries of many objects.
///
/// # Errors
/// As [`record`]; a unique violation when one of the objects has an entry already.
pub async fn record_new(tx: &mut Tx, desk: &Desk, entries: &[Entry<'_>]) -> sqlx::Result<Vec<Recorded>> {
    let rows: Vec<EntryRow> =
        entries.iter().map(|entry| desk.row(entry, 1, NO_PREVIOUS)).collect::<Result<_, _>>()?;
    insert(tx, &rows).await?;
    Ok(rows.into_iter().map(|row| Recorded { id: row.id, entry_hash: row.entry_hash }).collect())
}

/// Writes entries about many objects of one kind, each behind what is known of its object, in a few statements.
///
/// # Errors
/// As [`record`]; [`sqlx::Error::Encode`] when the objects are of several kinds.
pub async fn record_each(tx: &mut Tx, desk: &Desk, entries: &[Entry<'_>]) -> sqlx::Result<Vec<Recorded>> {
    let Some(first) = entries.first() else { return Ok(Vec::new()) };
    let kind = first.object.0;
    if entries.iter().any(|entry| entry.object.0 != kind) {
        return Err(sqlx::Error::Encode("the objects of one call are of one kind".into()));
    }
    let ids: Vec<&str> = entries.iter().map(|entry| entry.object.1).collect();
    let mut ends = ends_of(tx, kind, &ids).await?;
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let (seq, hash) = ends.remove(entry.object.1).unwrap_or_else(|| (0, NO_PREVIOUS.to_owned()));
        let row = desk.row(entry, seq + 1, &hash)?;
        ends.insert(entry.object.1.to_owned(), (seq + 1, row.entry_hash.clone()));
        rows.push(row);
    }
    insert(tx, &rows).await?;
    Ok(rows.into_iter().map(|row| Recorded { id: row.id, entry_hash: row.entry_hash }).collect())
}

/// Where the chains of these objects end; an object without an entry is left out.
async fn ends_of(tx: &mut Tx, kind: &str, ids: &[&str]) -> sqlx::Result<HashMap<String, (i64, String)>> {
    let read = |end: &mut Found<'_>| Ok((end.text()?, (end.number()?, end.text()?)));
    Ok(find_each(tx, ENDS, (ids, &[kind.into()]), read).await?.into_iter().collect())
}

/// Everything that was done to one thing, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn history(tx: &mut Tx, kind: &str, id: &str) -> sqlx::Result<Vec<HistoryRow>> {
    on!(tx, |conn| sqlx::query_as(HISTORY).bind(kind).bind(id).fetch_all(conn).await)
}

/// The entries of one action on one thing, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn find(tx: &mut Tx, action: &str, object: (&str, &str)) -> sqlx::Result<Vec<HistoryRow>> {
    let (kind, id) = object;
    on!(tx, |conn| sqlx::query_as(FIND).bind(kind).bind(id).bind(action).fetch_all(conn).await)
}

/// The latest entries of a batch, newest first.
///
/// # Errors
/// When the database fails.
pub async fn recent(tx: &mut Tx, batch: &str, limit: i64) -> sqlx::Result<Vec<HistoryRow>> {
    on!(tx, |conn| sqlx::query_as(RECENT_OF_BATCH).bind(batch).bind(limit).fetch_all(conn).await)
}

/// The entries and their places in the queue of the sequencer.
async fn insert(tx: &mut Tx, rows: &[EntryRow]) -> sqlx::Result<()> {
    let mut entries = Many::new(
        "INSERT INTO trail_entry (id, at, actor, grant_id, action, object_kind, object_id, object_seq, batch,
            outcome, reason, request_id, node, prev_hash, payload_salt, payload, payload_commitment, entry_hash) ",
        "",
    );
    let mut queue = Many::new("INSERT INTO trail_pending (entry_id) ", "");
    for entry in rows {
        let row = entries.row().put(entry.id.as_str()).put(entry.at).put(entry.actor.as_str());
        let row = row.put(entry.grant_id.as_str()).put(entry.action.as_str());
        let row = row.put(entry.object_kind.as_str()).put(entry.object_id.as_str()).put(entry.object_seq);
        let row = row.put(entry.batch.as_deref()).put(entry.outcome.as_str()).put(entry.reason.as_str());
        let row = row.put(entry.request_id.as_str()).put(entry.node.as_str()).put(entry.prev_hash.as_str());
        let row = row.put(entry.payload_salt.as_str()).put(entry.payload.as_str());
        row.put(entry.payload_commitment.as_str()).put(entry.entry_hash.as_str());
        queue.row().put(entry.id.as_str());
    }
    entries.write(&mut *tx).await?;
    queue.write(tx).await.map(|_| ())
}

/// One row of `trail_checkpoint`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct CheckpointRow {
    pub size: i64,
    pub root: String,
    pub note: String,
    pub at: i64,
}

/// An entry with its place.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct LeafRow {
    pub leaf_index: i64,
    pub leaf_hash: String,
    #[sqlx(flatten)]
    pub entry: EntryRow,
}

/// An entry with what the other tables say about it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct PlacedRow {
    pub leaf_index: Option<i64>,
    pub leaf_hash: Option<String>,
    /// The entry's own id when it waits for the sequencer.
    pub waiting: Option<String>,
    #[sqlx(flatten)]
    pub entry: EntryRow,
}

/// Gives places to at most `limit` waiting entries; says how many.
pub(crate) async fn sequence_chunk(tx: &mut Tx, limit: i64) -> sqlx::Result<u64> {
    let placed = on!(tx, |conn| sqlx::query(SEQUENCE_CHUNK)
        .persistent(PLANNED_ONCE)
        .bind(limit)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    let first = leaf_count(tx).await? - i64::try_from(placed).unwrap_or(i64::MAX);
    on!(tx, |conn| sqlx::query(UNQUEUE).bind(first).execute(conn).await.map(|_| ()))?;
    Ok(placed)
}

pub(crate) async fn leaf_count(tx: &mut Tx) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(LEAF_COUNT).fetch_one(conn).await)
}

pub(crate) async fn leaves_from(tx: &mut Tx, first: i64, limit: i64) -> sqlx::Result<Vec<LeafRow>> {
    on!(tx, |conn| sqlx::query_as(LEAVES_FROM)
        .bind(first)
        .bind(limit)
        .persistent(PLANNED_ONCE)
        .fetch_all(conn)
        .await)
}

/// The place of an entry in the log, and the last checkpoint.
#[derive(Debug, Clone, sqlx::FromRow)]
pub(crate) struct ProvedRow {
    pub(crate) leaf_index: i64,
    pub(crate) leaf_hash: String,
    pub(crate) size: i64,
    pub(crate) root: String,
    pub(crate) note: String,
}

pub(crate) async fn leaf_of(tx: &mut Tx, entry: &str) -> sqlx::Result<Option<ProvedRow>> {
    on!(tx, |conn| sqlx::query_as(LEAF_OF).bind(entry).fetch_optional(conn).await)
}

pub(crate) async fn last_checkpoint(tx: &mut Tx) -> sqlx::Result<Option<CheckpointRow>> {
    on!(tx, |conn| sqlx::query_as(LAST_CHECKPOINT).fetch_optional(conn).await)
}

pub(crate) async fn all_checkpoints(tx: &mut Tx) -> sqlx::Result<Vec<CheckpointRow>> {
    on!(tx, |conn| sqlx::query_as(ALL_CHECKPOINTS).fetch_all(conn).await)
}

pub(crate) async fn insert_checkpoint(tx: &mut Tx, row: &CheckpointRow) -> sqlx::Result<()> {
    on!(tx, |conn| {
        let insert =
            sqlx::query(INSERT_CHECKPOINT).bind(row.size).bind(&row.root).bind(&row.note).bind(row.at);
        insert.execute(conn).await.map(|_| ())
    })
}

pub(crate) async fn entries_after(
    tx: &mut Tx,
    last: Option<&EntryRow>,
    limit: i64,
) -> sqlx::Result<Vec<PlacedRow>> {
    let key = last
        .map_or(("", "", i64::MIN, ""), |row| (&row.object_kind, &row.object_id, row.object_seq, &row.id));
    on!(tx, |conn| {
        let page = sqlx::query_as(ENTRIES_AFTER).bind(key.0).bind(key.1).bind(key.2).bind(key.3).bind(limit);
        page.fetch_all(conn).await
    })
}

pub(crate) async fn orphans(tx: &mut Tx) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(ORPHANS).fetch_all(conn).await)
}
