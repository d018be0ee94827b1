//! The sequencer: places, tiles, checkpoint, in this order, each durable before the next.
//!
//! 1. Waiting entries get the next places, in one short transaction of the database.
//! 2. Their tiles are written, read back, and the root is computed from what was read.
//! 3. The root is signed, and the high-water mark outside the database moves up.
//! 4. The signed checkpoint becomes a row, then the file that everybody reads.
//!
//! After a crash between any two of them the next run goes on: places without tiles get their
//! tiles, tiles without a checkpoint are the same bytes again, and a mark above the last row is
//! checked against the leaves before anything is signed.
use kernel::UnixMicros;
use store::{Db, is_unique_violation};
use tlog_tiles::{Hash, sub_tree_index, tree_hash};

use crate::{
    TrailError,
    folder::{LogFolder, Mark, TileHashes},
    leaf::hex,
    note::{Head, Reader, Signer},
    store::{
        CheckpointRow, LeafRow, insert_checkpoint, last_checkpoint, leaf_count, leaves_from, sequence_chunk,
    },
    tree::{Frontier, Holds, TILE_HEIGHT, TILE_WIDTH, Tile, bundles, tile_root, tiles_of_level, wide},
};

/// Entries placed in one transaction and covered by one checkpoint.
const CHUNK: u64 = 2_000;

/// What one run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequenced {
    /// Leaves under the latest checkpoint.
    pub size: u64,
    /// How many of them are new.
    pub new: u64,
}

/// Places all waiting entries in the log and signs it. Run it every second or so, on one node.
///
/// # Errors
/// [`TrailError::Busy`] and [`TrailError::Faster`] mean "later"; [`TrailError::Behind`],
/// [`TrailError::MarkMissing`], [`TrailError::Forked`] and [`TrailError::Changed`] mean that a
/// person must look: nothing is signed until the cause is gone.
pub async fn sequence(
    db: &Db,
    log: &LogFolder,
    signer: &Signer,
    now: UnixMicros,
) -> Result<Sequenced, TrailError> {
    let _lock = log.lock()?;
    let mut head = signed_so_far(db, log, &Reader::new(signer.verifier())?).await?;
    let before = head.map_or(0, |head| head.size);
    loop {
        let placed = place(db).await?;
        match publish(db, log, signer, head, now).await? {
            Some(next) => head = Some(next),
            None if placed == 0 => break,
            None => {}
        }
    }
    let size = head.map_or(0, |head| head.size);
    Ok(Sequenced { size, new: size - before })
}

/// The last checkpoint, after making sure that no later one was ever signed.
async fn signed_so_far(db: &Db, log: &LogFolder, reader: &Reader) -> Result<Option<Head>, TrailError> {
    let mut tx = db.read().await?;
    let row = last_checkpoint(&mut tx).await?;
    let have = unsigned(leaf_count(&mut tx).await?);
    let (mark, file) = (log.mark()?, log.checkpoint()?);
    let Some(row) = row else {
        if let Some(text) = file {
            return Err(TrailError::Behind { have, signed: reader.read(&text)?.size });
        }
        if let Some(mark) = mark {
            reach(&mut tx, log, None, have, mark).await?;
        }
        return Ok(None);
    };
    let head = reader.read(&row.note)?;
    if row != row_of(&head, &row.note) {
        return Err(TrailError::Changed(format!("trail_checkpoint {}", row.size)));
    }
    let mark = mark.ok_or(TrailError::MarkMissing)?;
    reach(&mut tx, log, Some(head), have, mark).await?;
    match file {
        Some(text) if text == row.note => {}
        Some(text) if reader.read(&text)?.size > head.size => {
            return Err(TrailError::Behind { have, signed: reader.read(&text)?.size });
        }
        // The file is written after the row: a crash came between.
        Some(_) | None => log.keep_checkpoint(&row.note)?,
    }
    Ok(Some(head))
}

/// Makes sure that the database reaches up to the mark with the leaves that were signed there.
async fn reach(
    tx: &mut store::Tx,
    log: &LogFolder,
    head: Option<Head>,
    have: u64,
    mark: Mark,
) -> Result<(), TrailError> {
    let size = head.map_or(0, |head| head.size);
    if have < mark.size || have < size {
        return Err(TrailError::Behind { have, signed: mark.size.max(size) });
    }
    if mark.size < size {
        return Err(TrailError::Changed("the high-water mark is below the last checkpoint".to_owned()));
    }
    let mut edge = frontier(log, head)?;
    if mark.size > size {
        let leaves = leaves_from(tx, signed(size), signed(mark.size - size)).await?;
        for leaf in checked(&leaves, size)? {
            edge.push(leaf.hash);
        }
    }
    if edge.root() == mark.root { Ok(()) } else { Err(TrailError::Forked(mark.size)) }
}

/// Gives places to the next waiting entries.
async fn place(db: &Db) -> Result<u64, TrailError> {
    let mut tx = db.write().await?;
    let placed = sequence_chunk(&mut tx, signed(CHUNK)).await.map_err(lost_race)?;
    tx.commit().await?;
    Ok(placed)
}

/// Covers the next leaves by a checkpoint; `None` when all are covered.
async fn publish(
    db: &Db,
    log: &LogFolder,
    signer: &Signer,
    head: Option<Head>,
    now: UnixMicros,
) -> Result<Option<Head>, TrailError> {
    let size = head.map_or(0, |head| head.size);
    // From the start of the tile, because its bundle is written as a whole.
    let first = size - size % TILE_WIDTH;
    let leaves = leaves_from(&mut db.read().await?, signed(first), signed(size - first + CHUNK)).await?;
    if first + wide(leaves.len()) <= size {
        return Ok(None);
    }
    let (folder, key) = (log.clone(), signer.clone());
    let (next, note) =
        tokio::task::spawn_blocking(move || write_and_sign(&folder, &key, head, &leaves, now)).await??;
    let mut tx = db.write().await?;
    insert_checkpoint(&mut tx, &row_of(&next, &note)).await.map_err(lost_race)?;
    tx.commit().await?;
    let folder = log.clone();
    tokio::task::spawn_blocking(move || announce(&folder, size, next.size, &note)).await??;
    Ok(Some(next))
}

/// Writes the tiles of `leaves` (which begin at a tile's start), reads the root back from them and
/// signs it.
fn write_and_sign(
    log: &LogFolder,
    signer: &Signer,
    head: Option<Head>,
    leaves: &[LeafRow],
    now: UnixMicros,
) -> Result<(Head, String), TrailError> {
    let old = head.map_or(0, |head| head.size);
    let first = old - old % TILE_WIDTH;
    let mut edge = frontier(log, head)?;
    let leaves = checked(leaves, first)?;
    let (hashes, entries): (Vec<Hash>, Vec<Vec<u8>>) =
        leaves.into_iter().map(|leaf| (leaf.hash, leaf.bytes)).unzip();
    for (tile, bytes) in bundles(first / TILE_WIDTH, &entries) {
        log.keep_tile(&tile, &bytes)?;
    }
    let fresh = hashes
        .iter()
        .zip(first..)
        .filter(|(_, index)| *index >= old)
        .map(|(hash, _)| *hash)
        .collect::<Vec<_>>();
    write_tiles(log, old, &fresh)?;
    let size = old + wide(fresh.len());
    for hash in fresh {
        edge.push(hash);
    }
    let root = tree_hash(size, &TileHashes { log, size })?;
    if root != edge.root() {
        return Err(TrailError::Changed("the tiles give another root than the leaves".to_owned()));
    }
    let next = Head { size, root, after: old, at: now };
    let note = signer.sign(&next)?;
    log.keep_mark(&Mark { size, root })?;
    Ok((next, note))
}

/// Writes every tile that grows when `fresh` leaves follow the first `old` ones.
fn write_tiles(log: &LogFolder, old: u64, fresh: &[Hash]) -> Result<(), TrailError> {
    let (mut level, mut start, mut fresh) = (0, old, fresh.to_vec());
    while !fresh.is_empty() {
        let tile = start / TILE_WIDTH;
        let mut hashes = begun(log, level, start)?;
        hashes.append(&mut fresh);
        for (tile, bytes) in tiles_of_level(level, tile, &hashes) {
            log.keep_tile(&tile, &bytes)?;
        }
        fresh = hashes.chunks_exact(256).map(tile_root).collect();
        (level, start) = (level + 1, tile);
    }
    Ok(())
}

/// The hashes already in the last tile of a level that has `count` hashes.
fn begun(log: &LogFolder, level: u8, count: u64) -> Result<Vec<Hash>, TrailError> {
    let width = count % TILE_WIDTH;
    if width == 0 {
        return Ok(Vec::new());
    }
    let tile = Tile { holds: Holds::Hashes(level), index: count / TILE_WIDTH, width };
    let bytes = log.tile(&tile)?.unwrap_or_default();
    let (hashes, _) = bytes.as_chunks::<32>();
    let count = usize::try_from(width).unwrap_or(usize::MAX);
    match hashes.get(..count) {
        Some(hashes) => Ok(hashes.iter().copied().map(Hash).collect()),
        None => Err(TrailError::Changed(tile.path())),
    }
}

/// The right edge of the signed tree, out of the tiles, which must give the root that was signed.
fn frontier(log: &LogFolder, head: Option<Head>) -> Result<Frontier, TrailError> {
    let Some(head) = head else { return Ok(Frontier::default()) };
    let tiles = TileHashes { log, size: head.size };
    let peaks = tlog_tiles::HashReader::read_hashes(&tiles, &sub_tree_index(0, head.size, Vec::new()))?;
    let edge = Frontier::new(head.size, peaks);
    if edge.root() == head.root { Ok(edge) } else { Err(TrailError::Forked(head.size)) }
}

/// A leaf that is what its row says.
struct Leaf {
    hash: Hash,
    bytes: Vec<u8>,
}

/// The leaves in their places from `first`; an entry that was changed while it waited stops the log.
fn checked(rows: &[LeafRow], first: u64) -> Result<Vec<Leaf>, TrailError> {
    rows.iter()
        .zip(first..)
        .map(|(row, index)| {
            let changed = || TrailError::Changed(format!("trail_entry {}", row.entry.id));
            let bytes = row.entry.leaf_bytes().map_err(|_| changed())?;
            let hash = tlog_tiles::record_hash(&bytes);
            let text = hex(&hash.0);
            let same =
                row.leaf_index == signed(index) && row.leaf_hash == text && row.entry.entry_hash == text;
            if same { Ok(Leaf { hash, bytes }) } else { Err(changed()) }
        })
        .collect()
}

/// Publishes the checkpoint and drops the partial tiles that are full now.
fn announce(log: &LogFolder, old: u64, new: u64, note: &str) -> Result<(), TrailError> {
    log.keep_checkpoint(note)?;
    let (mut old, mut new, mut level) = (old, new, 0);
    while old > 0 {
        let (index, width) = (old / TILE_WIDTH, TILE_WIDTH);
        if old % TILE_WIDTH > 0 && new / TILE_WIDTH > index {
            log.drop_partials(&Tile { holds: Holds::Hashes(level), index, width })?;
            if level == 0 {
                log.drop_partials(&Tile { holds: Holds::Entries, index, width })?;
            }
        }
        (old, new, level) = (old >> TILE_HEIGHT, new >> TILE_HEIGHT, level + 1);
    }
    Ok(())
}

/// The row that belongs to a signed statement.
pub(crate) fn row_of(head: &Head, note: &str) -> CheckpointRow {
    CheckpointRow {
        size: signed(head.size),
        root: hex(&head.root.0),
        note: note.to_owned(),
        at: head.at.get(),
    }
}

fn lost_race(error: sqlx::Error) -> TrailError {
    if is_unique_violation(&error) { TrailError::Faster } else { error.into() }
}

/// A count as the database keeps it.
pub(crate) fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A count out of the database.
pub(crate) fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Up to 66,000 leaves, so that a tile of level 1 fills up and level 2 begins.
    #[test]
    fn tiles_written_in_any_steps_give_the_root_of_the_leaves() {
        let home = tempfile::TempDir::new().unwrap();
        let log = LogFolder::open(home.path().join("log"), home.path().join("mark")).unwrap();
        let leaf = |index: u64| tlog_tiles::record_hash(&index.to_be_bytes());
        let mut edge = Frontier::default();
        let mut size = 0;
        for step in [1, 1, 253, 1, 1, 255, 256, 700, 2_000, 62_066, 1, 1, 464] {
            let fresh: Vec<Hash> = (size..size + step).map(leaf).collect();
            write_tiles(&log, size, &fresh).unwrap();
            for hash in fresh {
                edge.push(hash);
            }
            let old = size;
            size += step;
            assert_eq!(tree_hash(size, &TileHashes { log: &log, size }).unwrap(), edge.root(), "{size}");
            announce(&log, old, size, "").unwrap();
        }
        assert_eq!(size, 66_000);
        assert!(log.folder().join("tile/1/000").is_file() && log.folder().join("tile/2/000.p/1").is_file());
        assert!(!log.folder().join("tile/1/000.p").exists());
        assert!(log.folder().join("tile/0/255").is_file() && log.folder().join("tile/0/257.p/208").is_file());
    }

    /// Source: RFC 6962, section 2.1.1 (the example tree of seven leaves), rebuilt by its definition.
    #[test]
    fn the_edge_of_seven_leaves_is_the_tree_of_the_standard() {
        let leaves: Vec<Hash> = (0_u8..7).map(|number| tlog_tiles::record_hash(&[number])).collect();
        let node = tlog_tiles::node_hash;
        let left = node(node(leaves[0], leaves[1]), node(leaves[2], leaves[3]));
        let root = node(left, node(node(leaves[4], leaves[5]), leaves[6]));
        assert_eq!(tile_root(&leaves), root);
        assert_eq!(tile_root(&[]), tlog_tiles::EMPTY_HASH);
    }

    #[test]
    fn tile_paths_are_those_of_the_standard() {
        let path = |holds, index, width| Tile { holds, index, width }.path();
        assert_eq!(path(Holds::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(Holds::Hashes(1), 0, 17), "tile/1/000.p/17");
        assert_eq!(path(Holds::Entries, 999, 256), "tile/entries/999");
        assert_eq!(path(Holds::Entries, 1_000, 1), "tile/entries/x001/000.p/1");
    }
}
