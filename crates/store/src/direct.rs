//! SQLite without the way to its thread and back.
//!
//! sqlx gives each connection a thread, and each statement goes there and back through a channel, as does each row of
//! its answer. Where a thousand rows are written, or read by their keys, that costs ten times what SQLite does.
//! Here the thread hands over its connection, and the statements run where their caller is, in the same transaction.
use rusqlite::{Connection, ffi};
use sqlx::{
    SqliteConnection,
    error::{DatabaseError, ErrorKind},
};
use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::block_in_place,
};

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
