//! SQLite without the way to its thread and back.
//!
//! sqlx gives each connection a thread, and each statement goes there and back through a channel, as does each row of
//! its answer. Where a thousand rows are written, or read by their keys, that costs ten times what SQLite does.
//! Here the thread hands over its connection, and the statements run where their caller is, in the same transaction.
use std::ffi::{c_char, c_int, c_void};

use rusqlite::{Connection, ffi};
use sqlx::{
    SqliteConnection,
    error::{DatabaseError, ErrorKind},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

use crate::sync;

/// So many rows are written or read before others notice that their thread is busy: some three milliseconds. To step
/// aside wakes another thread, which costs more than a few rows. Source: [own].
const BRIEF_MOST: usize = 256;

/// Does `work` on the connection itself, in the transaction it is in. `rows` says how long it will take.
///
/// # Errors
/// Storage.
pub async fn direct<T>(
    conn: &mut SqliteConnection,
    rows: usize,
    work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> sqlx::Result<T> {
    let mut locked = conn.lock_handle().await?;
    let handle = locked.as_raw_handle();
    let done = aside(rows, || {
        let conn = borrow(handle.as_ptr())?;
        work(&conn)
    });
    done.map_err(error_of)
}

/// A connection that does not close what it was made of.
#[expect(unsafe_code, reason = "rusqlite takes over a handle that another library opened in no other way")]
fn borrow(handle: *mut ffi::sqlite3) -> rusqlite::Result<Connection> {
    // SAFETY: `direct` holds the lock of the handle, under which it is open and nobody else uses it, for as long as
    // this connection lives. The connection does not own the handle; its statements end with it, before the lock does.
    unsafe { Connection::from_handle(handle) }
}

/// Pages of SQLite's log after which it is copied into the database. Source: SQLite's own default, sqlite.org/wal.html.
const LOG_PAGES: c_int = 1000;

/// Copies the log into the database after commits as SQLite would, and ends the process when the sync of that fails.
///
/// SQLite keeps such a failure to itself. A copy that a reader cuts short is counted without a sync; the sync of the next
/// one is to cover its pages as well. When that fails the kernel drops all of them, the copy after it begins behind those
/// that were counted, and its sync succeeds: the log is begun anew, and with the power these pages are gone. A process that
/// begins anew counts from nothing, so that ending is enough.
/// Source: `walCheckpoint` in SQLite 3.51, where `nBackfill` moves on without a sync unless the whole log was copied.
///
/// # Errors
/// When the connection is gone.
pub async fn copy_the_log_ourselves(conn: &mut SqliteConnection) -> sqlx::Result<()> {
    let mut locked = conn.lock_handle().await?;
    let handle = locked.as_raw_handle().as_ptr();
    hook(handle);
    Ok(())
}

#[expect(unsafe_code, reason = "no library has this hook for a connection of another one")]
fn hook(handle: *mut ffi::sqlite3) {
    // SAFETY: the caller holds the lock of the handle, under which it is open. The callback is a function of this program
    // and takes nothing with it.
    unsafe {
        ffi::sqlite3_wal_hook(handle, Some(copy_log), std::ptr::null_mut());
    }
}

#[expect(unsafe_code, reason = "SQLite calls it with its own pointers")]
unsafe extern "C" fn copy_log(
    _: *mut c_void,
    handle: *mut ffi::sqlite3,
    name: *const c_char,
    pages: c_int,
) -> c_int {
    if pages < LOG_PAGES {
        return ffi::SQLITE_OK;
    }
    // SAFETY: SQLite calls this after a commit on this handle, in which it may be copied; both pointers are its own.
    let code = unsafe {
        let copied = ffi::sqlite3_wal_checkpoint_v2(
            handle,
            name,
            ffi::SQLITE_CHECKPOINT_PASSIVE,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
        );
        if copied == ffi::SQLITE_OK { copied } else { ffi::sqlite3_extended_errcode(handle) }
    };
    sync::end_if_not_copied(code);
    // What was committed is committed, whether it was copied or not.
    ffi::SQLITE_OK
}

/// Lets the other tasks of this thread go on elsewhere while it works on many rows.
fn aside<T>(rows: usize, work: impl FnOnce() -> T) -> T {
    let has_others =
        Handle::try_current().is_ok_and(|handle| handle.runtime_flavor() == RuntimeFlavor::MultiThread);
    if rows > BRIEF_MOST && has_others { block_in_place(work) } else { work() }
}

/// What SQLite said, as sqlx would have told it.
#[derive(Debug, thiserror::Error)]
#[error("(code: {code}) {message}")]
struct SqliteSaid {
    code: i32,
    message: String,
}

fn error_of(error: rusqlite::Error) -> sqlx::Error {
    let rusqlite::Error::SqliteFailure(ffi::Error { extended_code, code: _ }, ref message) = error else {
        return sqlx::Error::Decode(Box::new(error));
    };
    let message = message.clone().unwrap_or_else(|| ffi::code_to_str(extended_code).to_owned());
    sqlx::Error::Database(Box::new(SqliteSaid { code: extended_code, message }))
}

impl DatabaseError for SqliteSaid {
    fn message(&self) -> &str {
        &self.message
    }

    fn code(&self) -> Option<std::borrow::Cow<'_, str>> {
        Some(self.code.to_string().into())
    }

    fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
        self
    }

    fn into_error(self: Box<Self>) -> Box<dyn std::error::Error + Send + Sync + 'static> {
        self
    }

    fn kind(&self) -> ErrorKind {
        match self.code {
            ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => ErrorKind::UniqueViolation,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ErrorKind::ForeignKeyViolation,
            ffi::SQLITE_CONSTRAINT_NOTNULL => ErrorKind::NotNullViolation,
            ffi::SQLITE_CONSTRAINT_CHECK => ErrorKind::CheckViolation,
            _ => ErrorKind::Other,
        }
    }
}
