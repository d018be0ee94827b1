//! The verifier: recomputes every column of every `trail_` table, every tile and every signature.
use std::collections::BTreeMap;

use store::{Db, Tx};
use tlog_tiles::Hash;

use crate::{
    LogFolder, TrailError,
    folder::Mark,
    leaf::{EntryRow, NO_PREVIOUS, hex},
    note::{Head, Reader},
    sequence::{row_of, signed, unsigned},
    store::{
        CheckpointRow, LeafRow, PlacedRow, all_checkpoints, entries_after, leaf_count, leaves_from, orphans,
    },
    tree::{Frontier, TILE_WIDTH, Tile, bundles, tile_root, tiles_of_level, wide},
};

/// Rows read at once; whole bundles.
const PAGE: u64 = 2_048;
/// After so many problems no more are listed: one missing leaf shifts all that follow.
const MOST_PROBLEMS: usize = 1_000;

/// Something is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// The row or file.
    pub where_: String,
}

/// What the verifier saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// Entries in the database.
    pub entries: u64,
    /// Leaves under the latest signed checkpoint.
    pub sequenced: u64,
    /// Entries not under a checkpoint yet; they were checked, too.
    pub pending: u64,
    /// Things that have a chain.
    pub objects: u64,
    /// What is wrong, at most 1 000 items; empty when all is well.
    pub problems: Vec<Problem>,
}

impl VerifyReport {
    fn problem(&mut self, what: &str, place: impl Into<String>) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(Problem { what: what.to_owned(), where_: place.into() });
        }
    }

    fn expect(&mut self, right: bool, what: &str, place: &str) {
        if !right {
            self.problem(what, place);
        }
    }
}

/// Verifies the log against the public key text `vkey`. What nobody can see from inside is a
/// history rewritten as a whole by somebody who holds the signing key and the folder: for that,
/// see [`verify_against`].
///
/// # Errors
/// [`TrailError::Key`] when `vkey` is none; when the database or the disk fails. A changed row or
/// file is no error but a problem of the report.
pub async fn verify(db: &Db, log: &LogFolder, vkey: &str) -> Result<VerifyReport, TrailError> {
    verify_against(db, log, vkey, &[]).await
}

/// As [`verify`], and the log must also contain what the checkpoints in `held` say: signed notes
/// that somebody else kept (a witness, a regulator, the printed room record).
///
/// # Errors
/// As [`verify`].
pub async fn verify_against(
    db: &Db,
    log: &LogFolder,
    vkey: &str,
    held: &[&str],
) -> Result<VerifyReport, TrailError> {
    let reader = Reader::new(vkey)?;
    let mut report = VerifyReport::default();
    // File, mark and rows are of one moment: the sequencer waits for the lock. The first query
    // fixes what this transaction sees.
    let folder = log.clone();
    let lock = tokio::task::spawn_blocking(move || folder.wait()).await??;
    let file = log.checkpoint();
    let mark = log.mark();
    let mut tx = db.read().await?;
    let rows = all_checkpoints(&mut tx).await?;
    drop(lock);

    let mut heads = check_rows(&reader, &rows, &mut report);
    check_file(file, &rows, &mut report);
    for (text, place) in held.iter().zip(1..) {
        match reader.read(text) {
            Ok(head) => heads.push((format!("held checkpoint {place}"), head)),
            Err(error) => report.problem(&error.to_string(), format!("held checkpoint {place}")),
        }
    }
    report.sequenced = rows.last().map_or(0, |row| unsigned(row.size));
    check_chains(&mut tx, &mut report).await?;
    let known = leaf_count(&mut tx).await?;
    let mark = check_mark(mark, known, &rows, &mut report);
    heads.extend(mark.map(|mark| {
        let head = Head { size: mark.size, root: mark.root, after: 0, at: kernel::UnixMicros(0) };
        ("high-water mark".to_owned(), head)
    }));
    let hashes = check_leaves(&mut tx, log, &heads, &mut report).await?;
    let (folder, size) = (log.clone(), report.sequenced);
    let wrong = tokio::task::spawn_blocking(move || wrong_tiles(&folder, &hashes, size)).await?;
    for tile in wrong {
        report.problem("the file does not hold the hashes of the leaves", tile.path());
    }
    Ok(report)
}

/// Every checkpoint row says what its signed note says, and none was left out between.
fn check_rows(reader: &Reader, rows: &[CheckpointRow], report: &mut VerifyReport) -> Vec<(String, Head)> {
    let mut heads = Vec::new();
    let mut before = 0;
    for row in rows {
        let place = format!("trail_checkpoint {}", row.size);
        match reader.read(&row.note) {
            Ok(head) => {
                report.expect(
                    *row == row_of(&head, &row.note),
                    "the row differs from its signed note",
                    &place,
                );
                report.expect(head.after == before, "the checkpoint before it is missing", &place);
                heads.push((place, head));
            }
            Err(error) => report.problem(&error.to_string(), place),
        }
        before = unsigned(row.size);
    }
    heads
}

/// The published checkpoint is the latest row.
fn check_file(file: Result<Option<String>, TrailError>, rows: &[CheckpointRow], report: &mut VerifyReport) {
    match (file, rows.last()) {
        (Ok(Some(text)), Some(row)) if text == row.note => {}
        (Ok(None), None) => {}
        (Ok(_), _) => report.problem("the file is not the latest row of trail_checkpoint", "checkpoint"),
        (Err(error), _) => report.problem(&error.to_string(), "checkpoint"),
    }
}

/// The mark is there when something was signed, and not above the leaves.
fn check_mark(
    mark: Result<Option<Mark>, TrailError>,
    known: i64,
    rows: &[CheckpointRow],
    report: &mut VerifyReport,
) -> Option<Mark> {
    let place = "high-water mark";
    let last = rows.last().map_or(0, |row| row.size);
    match mark {
        Ok(Some(mark)) => {
            report.expect(signed(mark.size) <= known, "more was signed than the database has", place);
            report.expect(signed(mark.size) >= last, "it is below the latest checkpoint", place);
            Some(mark)
        }
        Ok(None) => {
            report.expect(rows.is_empty(), "it is missing although the log was signed", place);
            None
        }
        Err(error) => {
            report.problem(&error.to_string(), place);
            None
        }
    }
}

/// Every entry: its hash, its payload, its place in the chain of its object and in the queue.
async fn check_chains(tx: &mut Tx, report: &mut VerifyReport) -> Result<(), TrailError> {
    let mut last: Option<EntryRow> = None;
    loop {
        let page = entries_after(tx, last.as_ref(), signed(PAGE)).await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            check_entry(&row, report);
            check_link(last.as_ref(), &row.entry, report);
            last = Some(row.entry);
        }
    }
    for entry in orphans(tx).await? {
        report.problem("its entry is missing", format!("trail_leaf or trail_pending of {entry}"));
    }
    Ok(())
}

fn check_entry(row: &PlacedRow, report: &mut VerifyReport) {
    let entry = &row.entry;
    let place = format!("trail_entry {}", entry.id);
    report.entries += 1;
    match entry.leaf_hash().map(|hash| hex(&hash.0)) {
        Ok(hash) => {
            report.expect(hash == entry.entry_hash, "entry_hash is not the hash of the entry", &place);
            let leaf = row.leaf_hash.as_ref().is_none_or(|leaf| *leaf == hash);
            report.expect(leaf, "leaf_hash is not the hash of the entry", &place);
        }
        Err(error) => report.problem(&error.to_string(), place.clone()),
    }
    let committed = entry.commitment().is_some_and(|commitment| commitment == entry.payload_commitment);
    report.expect(committed, "the payload is not the one committed to", &place);
    let placed = row.leaf_index.is_some();
    report.expect(placed != row.waiting.is_some(), "it is not either in the log or waiting", &place);
    if row.leaf_index.is_none_or(|index| unsigned(index) >= report.sequenced) {
        report.pending += 1;
    }
}

fn check_link(last: Option<&EntryRow>, entry: &EntryRow, report: &mut VerifyReport) {
    let same = |last: &&EntryRow| last.object_kind == entry.object_kind && last.object_id == entry.object_id;
    let place = format!("trail_entry {}", entry.id);
    let (seq, prev) = match last.filter(same) {
        Some(last) => (last.object_seq + 1, last.entry_hash.as_str()),
        None => {
            report.objects += 1;
            (1, NO_PREVIOUS)
        }
    };
    report.expect(entry.object_seq == seq, "the entry before it in the chain is missing", &place);
    report.expect(entry.prev_hash == prev, "prev is not the hash of the entry before it", &place);
}

/// Every leaf is in its place; the roots of `heads` and the bundles are those of the entries.
async fn check_leaves(
    tx: &mut Tx,
    log: &LogFolder,
    heads: &[(String, Head)],
    report: &mut VerifyReport,
) -> Result<Vec<Hash>, TrailError> {
    let mut wanted: BTreeMap<u64, Vec<&(String, Head)>> = BTreeMap::new();
    for head in heads {
        wanted.entry(head.1.size).or_default().push(head);
    }
    let mut hashes = Vec::new();
    let mut edge = Frontier::default();
    compare_roots(&mut wanted, 0, &edge, report);
    let mut next = 0;
    loop {
        let page = leaves_from(tx, next, signed(PAGE)).await?;
        let Some(last) = page.last() else { break };
        next = last.leaf_index.saturating_add(1);
        let first = wide(hashes.len());
        let mut entries = Vec::with_capacity(page.len());
        for (row, index) in page.iter().zip(first..) {
            let bytes = check_place(row, index, report);
            let hash = tlog_tiles::record_hash(&bytes);
            edge.push(hash);
            hashes.push(hash);
            compare_roots(&mut wanted, index + 1, &edge, report);
            entries.push(bytes);
        }
        entries.truncate(usize::try_from(report.sequenced.saturating_sub(first)).unwrap_or(usize::MAX));
        let folder = log.clone();
        let expected = bundles(first / TILE_WIDTH, &entries);
        for tile in tokio::task::spawn_blocking(move || wrong_files(&folder, expected)).await? {
            report.problem("the file does not hold the entries", tile.path());
        }
        if page.len() < usize::try_from(PAGE).unwrap_or(usize::MAX) {
            break;
        }
    }
    for (place, _) in wanted.into_values().flatten() {
        report.problem("it covers leaves that are gone", place.as_str());
    }
    Ok(hashes)
}

fn check_place(row: &LeafRow, index: u64, report: &mut VerifyReport) -> Vec<u8> {
    let place = format!("trail_leaf {}", row.leaf_index);
    report.expect(row.leaf_index == signed(index), "the leaf before it is missing", &place);
    row.entry.leaf_bytes().unwrap_or_default()
}

/// Compares the root at this size with everything that was said about it.
fn compare_roots(
    wanted: &mut BTreeMap<u64, Vec<&(String, Head)>>,
    size: u64,
    edge: &Frontier,
    report: &mut VerifyReport,
) {
    for (place, head) in wanted.remove(&size).unwrap_or_default() {
        report.expect(head.root == edge.root(), "its root is not the root of the leaves", place);
    }
}

/// The tiles of all levels that differ from those of `hashes`, for a log of `size` leaves.
fn wrong_tiles(log: &LogFolder, hashes: &[Hash], size: u64) -> Vec<Tile> {
    let published = usize::try_from(size).unwrap_or(usize::MAX).min(hashes.len());
    let mut row = hashes.get(..published).unwrap_or_default().to_vec();
    let (mut wrong, mut level) = (Vec::new(), 0);
    while !row.is_empty() {
        wrong.extend(wrong_files(log, tiles_of_level(level, 0, &row)));
        row = row.chunks_exact(256).map(tile_root).collect();
        level += 1;
    }
    wrong
}

/// The tiles whose file differs, with the narrower forms that older checkpoints refer to. A partial
/// tile may meanwhile have given way to the full one, which then begins with its bytes.
fn wrong_files(log: &LogFolder, expected: Vec<(Tile, Vec<u8>)>) -> Vec<Tile> {
    let mut wrong = Vec::new();
    for (tile, bytes) in expected {
        let found = log.tile(&tile).ok().flatten().unwrap_or_default();
        if found != bytes && (tile.is_full() || log.has(&tile) || !found.starts_with(&bytes)) {
            wrong.push(tile);
        }
        for width in log.narrower(&tile) {
            let part = Tile { width, ..tile };
            let found = log.tile(&part).ok().flatten();
            if found.as_deref() != part.cut(&bytes) {
                wrong.push(part);
            }
        }
    }
    wrong
}
