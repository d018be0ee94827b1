//! What can stop the log.
use std::{io, path::Path};

/// Why the log could not be written, read or believed. Nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum TrailError {
    /// The database said no.
    #[error("trail: {0}")]
    Sql(#[from] sqlx::Error),
    /// A file of the log folder could not be read or written.
    #[error("log file {path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the disk said.
        source: io::Error,
    },
    /// Another sequencer holds the log folder; try again later.
    #[error("another sequencer is at work in this log folder")]
    Busy,
    /// Another sequencer of the same database was faster; try again later.
    #[error("another sequencer was faster")]
    Faster,
    /// The database knows less than was signed: an older backup was restored.
    #[error("the database has {have} leaves but {signed} were signed: an older backup was restored")]
    Behind {
        /// Leaves in the database.
        have: u64,
        /// Leaves that a signature covers.
        signed: u64,
    },
    /// The high-water mark is gone although something was signed.
    #[error("the high-water mark file is missing although the log was signed before")]
    MarkMissing,
    /// The leaves are not those that were signed.
    #[error("the first {0} leaves do not give the root that was signed")]
    Forked(u64),
    /// A row or a file is not what it was; run `verify`.
    #[error("changed after it was written: {0}")]
    Changed(String),
    /// A key text or its name is not usable.
    #[error("log key: {0}")]
    Key(String),
    /// A checkpoint is not a signed note of this log.
    #[error("checkpoint: {0}")]
    Note(String),
    /// No checkpoint covers the entry yet (or there is no such entry).
    #[error("entry {0} is not under a checkpoint yet")]
    NotSequenced(String),
    /// The background task was stopped, because the process ends.
    #[error("stopped: {0}")]
    Stopped(#[from] tokio::task::JoinError),
}

impl TrailError {
    /// Ties what the disk said to the file.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { path, source }
    }
}

impl From<tlog_tiles::Error> for TrailError {
    /// The tree code fails only when a tile does not hold the hashes that its name promises.
    fn from(error: tlog_tiles::Error) -> Self {
        Self::Changed(error.to_string())
    }
}
