//! What a reader may take of the machine.
use std::io;

use rustix::process::{Resource, Rlimit, setrlimit};

/// Memory of a reader: with its code below 256 MB. Source: [own]; a portrait of 8 000 × 6 000 pixels beside a zip of 64 MB fits.
const MEMORY_BYTES: u64 = 224 << 20;
/// Seconds of computing for any file. Source: [own]; what an exam computer's office saves takes a fraction of one.
const CPU_SECONDS: u64 = 2;
/// And for each whole megabyte it has: an honest file takes time in proportion to its size, a bomb does not. Source: [own].
const CPU_SECONDS_A_MEGABYTE: u64 = 2;
/// Files a reader has open: its three streams, and what the system says about it.
const FILES_OPEN: u64 = 16;

/// What a reader's environment holds: its allocator, mimalloc, takes memory by the piece. Else it takes a gigabyte
/// before the limit stands, and within that no limit is felt.
pub const BY_THE_PIECE: (&str, &str) = ("MIMALLOC_ARENA_EAGER_COMMIT", "0");

/// Limits of one reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory it may write to, in bytes.
    pub memory_bytes: u64,
    /// Seconds of computing.
    pub cpu_seconds: u64,
}

impl Limits {
    /// For a file of this many bytes.
    #[must_use]
    pub fn of_file(bytes: usize) -> Self {
        let megabytes = u64::try_from(bytes >> 20).unwrap_or(u64::MAX);
        let more = megabytes.saturating_mul(CPU_SECONDS_A_MEGABYTE);
        Self { memory_bytes: MEMORY_BYTES, cpu_seconds: CPU_SECONDS.saturating_add(more) }
    }

    /// Holds the calling process to them from now on: besides, it writes no file and leaves no image of its memory,
    /// which would hold the file.
    ///
    /// # Errors
    /// The system's; when the process was started without [`BY_THE_PIECE`].
    pub fn hold(self) -> io::Result<()> {
        let (name, value) = BY_THE_PIECE;
        if std::env::var(name).ok().as_deref() != Some(value) {
            return Err(io::Error::other(format!("a reader needs {name}={value} in its environment")));
        }
        let limits = [
            (Resource::Data, self.memory_bytes),
            (Resource::Cpu, self.cpu_seconds),
            (Resource::Core, 0),
            (Resource::Fsize, 0),
            (Resource::Nofile, FILES_OPEN),
        ];
        for (resource, most) in limits {
            setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
        }
        Ok(())
    }
}
