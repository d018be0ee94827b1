//! What makes a file durable, and the end of the process when the disk does not.
//!
//! After a sync that failed nobody knows what is on the disk: the kernel reports the error once and then takes the
//! lost pages for clean, so that the next sync succeeds without them. Whoever went on would acknowledge what is
//! not there. So the process ends at once. Its next start may still read such pages from the kernel's memory, and
//! writes them into the database before it does anything else (`Db::settle`).
//! Source: PostgreSQL does the same since 11.2 (`data_sync_retry`); SQLite reports it and leaves the rest to us.
use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// Ended because a sync failed. Source: `EX_IOERR` of sysexits.h.
const EXIT: i32 = 74;
/// `SQLITE_IOERR_FSYNC` and `SQLITE_IOERR_DIR_FSYNC`. Source: sqlite.org/rescode.html.
const SQLITE_SYNC_FAILED: [&str; 2] = ["1034", "1290"];

/// Returns when the bytes of `file` are on disk.
///
/// # Errors
/// None in a release: when the disk refuses, the process ends.
pub fn sync_file(file: &File) -> io::Result<()> {
    file.sync_all().inspect_err(end)
}

/// Returns when the names in `folder` are on disk.
///
/// # Errors
/// When the folder cannot be opened.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    sync_file(&File::open(here)?)
}

/// Replaces a file as a whole; returns when it is on disk under its name. One writer at a time: the
/// temporary name is made of the file's own, and what a crash left there is taken over.
///
/// # Errors
/// When the disk refuses; then the old file stands.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new(""));
    make_folder(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.new"));
    let mut file = File::create(&temporary)?;
    file.write_all(bytes)?;
    sync_file(&file)?;
    fs::rename(&temporary, path)?;
    sync_folder(folder)
}

/// Makes a folder, and those above it, whose own names are on disk too.
///
/// # Errors
/// When the disk refuses.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = folder.parent().unwrap_or(Path::new(""));
    make_folder(parent)?;
    match fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        // Somebody else may have made it just now and not have come to the sync yet.
        Ok(()) | Err(_) => sync_folder(parent),
    }
}

/// Ends the process when a commit failed because the disk would not sync.
pub(crate) fn end_if_not_synced(error: &sqlx::Error) {
    let code = error.as_database_error().and_then(|error| error.code());
    if code.is_some_and(|code| SQLITE_SYNC_FAILED.contains(&code.as_ref())) {
        end(error);
    }
}

/// Ends the process when SQLite copied its log into the database, and the disk would not sync that; `code` is SQLite's.
pub(crate) fn end_if_not_copied(code: i32) {
    let code = code.to_string();
    if SQLITE_SYNC_FAILED.contains(&code.as_str()) {
        end(&format!("SQLite's log into its database: code {code}"));
    }
}

fn end(error: &impl std::fmt::Display) {
    if crate::weakness::goes_on_after_a_refused_sync() {
        return;
    }
    // The last words stand there whatever the log is set to.
    eprintln!(
        "the disk does not keep what is written to it ({error}): stopping, so that nothing is acknowledged that \
         may be lost. Check the disk, then start again."
    );
    std::process::exit(EXIT);
}
