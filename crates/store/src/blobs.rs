//! Files kept by digest outside the database: photos, scans, PDFs.
//!
//! The caller seals what is personal before it comes here; this module sees bytes.
use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use kernel::Digest;
use sha2::{Digest as _, Sha256};

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

/// A folder of files named by their SHA-256.
#[derive(Debug, Clone)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Opens (and makes) the folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<Self> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
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
        if path.exists() {
            return Ok(digest);
        }
        let folder = path.parent().unwrap_or(&self.folder).to_path_buf();
        fs::create_dir_all(&folder)?;
        let mut temporary = tempfile(&folder, &digest)?;
        temporary.1.write_all(bytes)?;
        temporary.1.sync_all()?;
        fs::rename(&temporary.0, &path)?;
        fs::File::open(&folder)?.sync_all()?;
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

fn tempfile(folder: &Path, digest: &Digest) -> io::Result<(PathBuf, fs::File)> {
    let path = folder.join(format!(".{}.{}", digest.as_str(), std::process::id()));
    let file = fs::File::create(&path)?;
    Ok((path, file))
}
