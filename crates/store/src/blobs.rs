//! Files kept by digest outside the database: photos, scans, PDFs.
//!
//! The caller seals what is personal before it comes here; this module sees bytes.
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kernel::Digest;
use sha2::{Digest as _, Sha256};

use crate::sync::{make_folder, sync_file, sync_folder};

/// Why a file could not be kept or given back.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// The disk said no.
    #[error("file store: {0}")]
    Io(#[from] io::Error),
    /// The bytes on disk are not the bytes that were put: the file was changed or has rotted.
    #[error("file {0} does not have the bytes its name promises")]
    Damaged(Digest),
}

impl From<BlobError> for sqlx::Error {
    /// For whoever keeps a file beside rows: a disk that is full is full for both.
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::Io(error) => Self::Io(error),
            damaged @ BlobError::Damaged(_) => Self::Protocol(damaged.to_string()),
        }
    }
}

/// A folder of files named by their SHA-256.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: Arc<Path>,
}

impl Blobs {
    /// Opens (and makes) the folder, with the 256 in it by which files are sorted: made beforehand, they cost
    /// no sync when a file comes.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder: PathBuf = folder.into();
        make_folder(&folder)?;
        for first in 0..=u8::MAX {
            match fs::create_dir(folder.join(format!("{first:02x}"))) {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        sync_folder(&folder)?;
        Ok(Self { folder: folder.into() })
    }

    /// Where the files lie, for backup.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps `bytes`; returns only when they are on disk. The same bytes are kept once.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn put(&self, bytes: &[u8]) -> Result<Digest, BlobError> {
        let digest = digest(bytes);
        let path = self.path(&digest);
        let folder = path.parent().unwrap_or(&self.folder).to_path_buf();
        if !path.exists() {
            let mut temporary = tempfile(&folder, &digest)?;
            let written = temporary.1.write_all(bytes).and_then(|()| sync_file(&temporary.1));
            if let Err(error) = written.and_then(|()| fs::rename(&temporary.0, &path)) {
                // A full disk needs the space; what cannot be removed is found by nobody.
                let _ = fs::remove_file(&temporary.0);
                return Err(error.into());
            }
        }
        // Somebody else may have put the same bytes just now and not have come to this line yet.
        sync_folder(&folder)?;
        Ok(digest)
    }

    /// Gives the bytes back after checking them against their name; `None` when unknown.
    ///
    /// # Errors
    /// [`BlobError::Damaged`] when the bytes changed on disk.
    pub fn get(&self, wanted: &Digest) -> Result<Option<Vec<u8>>, BlobError> {
        let bytes = match fs::read(self.path(wanted)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if digest(&bytes) != *wanted {
            return Err(BlobError::Damaged(wanted.clone()));
        }
        Ok(Some(bytes))
    }

    fn path(&self, digest: &Digest) -> PathBuf {
        let name = digest.as_str();
        self.folder.join(name.get(..2).unwrap_or("00")).join(name)
    }
}

fn digest(bytes: &[u8]) -> Digest {
    Digest::from_bytes(&Sha256::digest(bytes).into())
}

/// A name of its own for each: two may put the same bytes at the same time.
fn tempfile(folder: &Path, digest: &Digest) -> io::Result<(PathBuf, fs::File)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let path = folder.join(format!(".{}.{}.{number}", digest.as_str(), std::process::id()));
    let file = fs::File::create(&path)?;
    Ok((path, file))
}
