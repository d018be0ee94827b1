//! The Merkle tree of RFC 6962, section 2.1, as far as an append needs it.
//!
//! The right edge is kept here and the roots read back from tiles come from `tlog_tiles`: two
//! computations that must agree before anything is signed.
use tlog_tiles::{EMPTY_HASH, Hash, node_hash};

/// Hashes in a full tile, and entries in a full bundle. Source: C2SP tlog-tiles.
pub(crate) const TILE_WIDTH: u64 = 256;
/// Two to this power is [`TILE_WIDTH`].
pub(crate) const TILE_HEIGHT: u8 = 8;

/// The roots of the complete subtrees of a tree, from left to right.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// The edge of a tree of `size` leaves, greatest subtree first.
    pub fn new(size: u64, peaks: Vec<Hash>) -> Self {
        Self { size, peaks }
    }

    /// Appends a leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node_hash(left, hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the leaves so far.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev().copied();
        let Some(last) = peaks.next() else { return EMPTY_HASH };
        peaks.fold(last, |right, left| node_hash(left, right))
    }
}

/// The root of a full tile: one hash of the level above.
pub(crate) fn tile_root(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for hash in hashes {
        frontier.push(*hash);
    }
    frontier.root()
}

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Hashes of this level; level 0 are the leaves.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// The name of a tile or of an entry bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tile {
    pub holds: Holds,
    pub index: u64,
    /// 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Whether it can never change again.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The same place with all its hashes.
    pub fn full(&self) -> Self {
        Self { width: TILE_WIDTH, ..*self }
    }

    /// The first bytes of a wider tile's: those of this one. `None` when it is not wider.
    pub fn cut<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let mut end = 0;
        for _ in 0..self.width {
            end += match self.holds {
                Holds::Hashes(_) => 32,
                Holds::Entries => {
                    2 + usize::from(u16::from_be_bytes([*bytes.get(end)?, *bytes.get(end + 1)?]))
                }
            };
        }
        bytes.get(..end)
    }

    /// Path below the log folder. Source: C2SP tlog-tiles, "Merkle Tree".
    pub fn path(&self) -> String {
        let mut digits = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            digits = format!("x{:03}/{digits}", rest % 1000);
            rest /= 1000;
        }
        let holds = match self.holds {
            Holds::Hashes(level) => level.to_string(),
            Holds::Entries => "entries".to_owned(),
        };
        let part = if self.is_full() { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{holds}/{digits}{part}")
    }
}

/// All tiles of one level that begin with tile number `first`; `hashes` begins where that does.
pub(crate) fn tiles_of_level(level: u8, first: u64, hashes: &[Hash]) -> Vec<(Tile, Vec<u8>)> {
    hashes
        .chunks(256)
        .zip(first..)
        .map(|(chunk, index)| {
            let bytes = chunk.iter().flat_map(|hash| hash.0).collect();
            (Tile { holds: Holds::Hashes(level), index, width: wide(chunk.len()) }, bytes)
        })
        .collect()
}

/// All bundles of entries that begin with bundle number `first`.
pub(crate) fn bundles(first: u64, entries: &[Vec<u8>]) -> Vec<(Tile, Vec<u8>)> {
    entries
        .chunks(256)
        .zip(first..)
        .map(|(chunk, index)| {
            let bytes = chunk.iter().flat_map(|entry| length_prefixed(entry)).collect();
            (Tile { holds: Holds::Entries, index, width: wide(chunk.len()) }, bytes)
        })
        .collect()
}

/// An entry behind its length in two bytes; a leaf is refused long before it is longer than that.
fn length_prefixed(entry: &[u8]) -> Vec<u8> {
    let length = u16::try_from(entry.len()).unwrap_or(u16::MAX);
    [&length.to_be_bytes(), entry].concat()
}

/// A count that fits.
pub(crate) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
