//! The log as files, in the layout of C2SP tlog-tiles, so that any web server can publish it.
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
};

use tlog_tiles::{Hash, HashReader, split_stored_hash_index};

use crate::{
    TrailError,
    leaf::{hex, unhex},
    tree::{Holds, TILE_HEIGHT, TILE_WIDTH, Tile},
};

/// Where the log lies, and where the highest size ever signed is remembered.
#[derive(Debug, Clone)]
pub struct LogFolder {
    folder: PathBuf,
    mark: PathBuf,
}

/// The highest size ever signed, with its root.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mark {
    pub size: u64,
    pub root: Hash,
}

impl LogFolder {
    /// Opens (and makes) the folder. `mark` is the file that remembers the highest size ever
    /// signed: keep it out of every backup, best on another disk, because its whole use is to
    /// know more than a restored backup does.
    ///
    /// # Errors
    /// When a folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>, mark: impl Into<PathBuf>) -> io::Result<Self> {
        let (folder, mark) = (folder.into(), mark.into());
        store::make_folder(&folder)?;
        if let Some(parent) = mark.parent() {
            store::make_folder(parent)?;
        }
        Ok(Self { folder, mark })
    }

    /// The folder, for backup and for publishing.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps other sequencers out until the file is dropped.
    pub(crate) fn lock(&self) -> Result<File, TrailError> {
        let path = self.folder.join("lock");
        let file = self.open_lock(&path)?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(TrailError::Busy),
            Err(TryLockError::Error(source)) => Err(TrailError::file(&path)(source)),
        }
    }

    /// Waits until no sequencer is at work, and keeps them out until the file is dropped.
    pub(crate) fn wait(&self) -> Result<File, TrailError> {
        let path = self.folder.join("lock");
        let file = self.open_lock(&path)?;
        file.lock_shared().map_err(TrailError::file(&path))?;
        Ok(file)
    }

    fn open_lock(&self, path: &Path) -> Result<File, TrailError> {
        File::options().create(true).truncate(false).write(true).open(path).map_err(TrailError::file(path))
    }

    /// The latest signed checkpoint in the folder.
    pub(crate) fn checkpoint(&self) -> Result<Option<String>, TrailError> {
        let path = self.folder.join("checkpoint");
        let Some(bytes) = read(&path)? else { return Ok(None) };
        String::from_utf8(bytes).map(Some).map_err(|_| TrailError::Changed(path.display().to_string()))
    }

    pub(crate) fn keep_checkpoint(&self, note: &str) -> Result<(), TrailError> {
        keep(&self.folder.join("checkpoint"), note.as_bytes())
    }

    /// The high-water mark.
    pub(crate) fn mark(&self) -> Result<Option<Mark>, TrailError> {
        let Some(bytes) = read(&self.mark)? else { return Ok(None) };
        let text = String::from_utf8_lossy(&bytes);
        let parsed = text
            .strip_suffix('\n')
            .and_then(|line| line.split_once(' '))
            .and_then(|(size, root)| Some(Mark { size: size.parse().ok()?, root: Hash(unhex(root)?) }));
        match parsed {
            Some(mark) => Ok(Some(mark)),
            None => Err(TrailError::Changed(self.mark.display().to_string())),
        }
    }

    pub(crate) fn keep_mark(&self, mark: &Mark) -> Result<(), TrailError> {
        keep(&self.mark, format!("{} {}\n", mark.size, hex(&mark.root.0)).as_bytes())
    }

    /// Keeps a tile and reads it back. The same bytes again are fine (a crash came between), other
    /// bytes under the same name never.
    pub(crate) fn keep_tile(&self, tile: &Tile, bytes: &[u8]) -> Result<(), TrailError> {
        let path = self.folder.join(tile.path());
        if read(&path)?.is_none() {
            keep(&path, bytes)?;
        } else if let Some(folder) = path.parent() {
            // Whoever wrote it may have been stopped before its name was on disk.
            store::sync_folder(folder).map_err(TrailError::file(&path))?;
        }
        if read(&path)?.as_deref() == Some(bytes) { Ok(()) } else { Err(TrailError::Changed(tile.path())) }
    }

    /// The bytes of a tile; when the partial tile is gone, those of the full one, which begin with
    /// the same bytes. `None` when neither is there.
    pub(crate) fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, TrailError> {
        match read(&self.folder.join(tile.path()))? {
            Some(bytes) => Ok(Some(bytes)),
            None => read(&self.folder.join(tile.full().path())),
        }
    }

    /// Whether the tile is there under exactly this name.
    pub(crate) fn has(&self, tile: &Tile) -> bool {
        self.folder.join(tile.path()).is_file()
    }

    /// Widths of the forms of a partial tile that older checkpoints refer to.
    pub(crate) fn narrower(&self, tile: &Tile) -> Vec<u64> {
        if tile.is_full() {
            return Vec::new();
        }
        let forms = fs::read_dir(self.folder.join(format!("{}.p", tile.full().path()))).into_iter().flatten();
        let widths = forms.filter_map(|form| form.ok()?.file_name().to_str()?.parse().ok());
        widths.filter(|width| *width < tile.width).collect()
    }

    /// Drops the partial forms of a tile that is full now. Source: C2SP tlog-tiles, "Partial Tiles".
    pub(crate) fn drop_partials(&self, tile: &Tile) -> Result<(), TrailError> {
        let path = self.folder.join(format!("{}.p", tile.full().path()));
        match fs::remove_dir_all(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(TrailError::file(&path)(error)),
            Ok(()) | Err(_) => Ok(()),
        }
    }
}

/// Reads tree hashes from the tiles on disk, for a tree of `size` leaves.
pub(crate) struct TileHashes<'a> {
    pub log: &'a LogFolder,
    pub size: u64,
}

impl HashReader for TileHashes<'_> {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<Hash>, tlog_tiles::Error> {
        indexes.iter().map(|index| self.read_hash(*index)).collect()
    }
}

impl TileHashes<'_> {
    fn read_hash(&self, index: u64) -> Result<Hash, tlog_tiles::Error> {
        let level = split_stored_hash_index(index).0 / TILE_HEIGHT;
        let least = tlog_tiles::Tile::from_index(TILE_HEIGHT, index);
        let hashes = (self.size >> (TILE_HEIGHT * level)).saturating_sub(least.level_index() * TILE_WIDTH);
        let width = hashes.min(TILE_WIDTH);
        let tile = Tile { holds: Holds::Hashes(level), index: least.level_index(), width };
        let missing = |why: String| tlog_tiles::Error::InvalidInput(format!("{}: {why}", tile.path()));
        let bytes = self.log.tile(&tile).map_err(|error| missing(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| missing("not there".to_owned()))?;
        least.hash_at_index(&bytes, index)
    }
}

/// The file's bytes, `None` when there is no such file.
fn read(path: &Path) -> Result<Option<Vec<u8>>, TrailError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(TrailError::file(path)(error)),
    }
}

/// Replaces a file as a whole; returns when it is on disk under its name. The sequencer that holds the lock is
/// the only writer.
fn keep(path: &Path, bytes: &[u8]) -> Result<(), TrailError> {
    store::replace_file(path, bytes).map_err(TrailError::file(path))
}
