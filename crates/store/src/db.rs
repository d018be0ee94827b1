//! The two engines, opened with the options that make an acknowledgement durable.
use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool, Postgres, Sqlite, SqlitePool, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions},
};

use crate::{direct, sync, weakness};

/// Readers of one SQLite file at the same time; WAL lets them run beside the writer.
const SQLITE_READERS: u32 = 8;
/// Connections one node opens to PostgreSQL.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long a caller waits for the writer before the request fails rather than hangs.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);
/// A bug that could corrupt a WAL was fixed in this SQLite release. Source: sqlite.org/wal.html#walresetbug
const SQLITE_VERSION_MIN: &str = "3.51.3";
/// Commands that may wait for the thread of a SQLite connection. Where its connection is borrowed again and again in one
/// transaction ([`Many`](crate::Many)), the thread may be behind with handing it over: with its 50 places taken,
/// sqlx 0.9 waits for a place while it holds what the thread waits for, for ever. Places that are not taken cost nothing.
const COMMANDS_MOST: usize = 1 << 24;
/// How a read begins on PostgreSQL.
const READ_ONLY: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// Which engine holds the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// One file beside the binary.
    Sqlite,
    /// A server, several nodes.
    Postgres,
}

impl Engine {
    /// Lower-case name for logs and tests.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub enum Db {
    /// One writer connection queues writers in order; readers never wait (WAL).
    Sqlite {
        /// Read-only connections.
        reader: SqlitePool,
        /// The one connection that writes.
        writer: SqlitePool,
    },
    /// One pool for both.
    Postgres(PgPool),
}

/// A transaction on either engine. Dropping it rolls back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
}

impl Db {
    /// Opens `sqlite:PATH` (the file is created when missing) or `postgres://…`.
    ///
    /// # Errors
    /// When the address is not understood, the server cannot be reached, or SQLite is older than
    /// the release that fixed the WAL-reset fault.
    pub async fn open(url: &str) -> sqlx::Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            return Self::open_postgres(PgConnectOptions::from_str(url)?).await;
        }
        Self::open_sqlite(SqliteConnectOptions::from_str(url)?).await
    }

    /// PostgreSQL with options made by the caller (tests choose a schema).
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn open_postgres(options: PgConnectOptions) -> sqlx::Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// The writer is opened anew when its last transaction has not ended. A full disk makes SQLite roll back by
    /// itself; the `ROLLBACK` of sqlx 0.9 then fails, its count of open transactions stays at one, and nothing
    /// could be written any more until the next start.
    async fn open_sqlite(options: SqliteConnectOptions) -> sqlx::Result<Self> {
        let options = options
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(weakness::synchronous())
            .foreign_keys(true)
            .command_buffer_size(COMMANDS_MOST)
            .busy_timeout(Duration::from_secs(5));
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A file does not hang up: asking it whether it is there is a turn of its thread for each transaction.
            .test_before_acquire(false)
            .before_acquire(|conn, _| Box::pin(async move { Ok(!conn.is_in_transaction()) }))
            .after_connect(|conn, _| Box::pin(direct::copy_the_log_ourselves(conn)))
            .connect_with(options.clone())
            .await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&writer).await?;
        if numbers(&version) < numbers(SQLITE_VERSION_MIN) {
            let message = format!("SQLite {version} is older than {SQLITE_VERSION_MIN}");
            return Err(sqlx::Error::Configuration(message.into()));
        }
        let reader = SqlitePoolOptions::new()
            .max_connections(SQLITE_READERS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false)
            .connect_with(options.pragma("query_only", "ON"))
            .await?;
        Ok(Self::Sqlite { reader, writer })
    }

    /// Which engine this is.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite { .. } => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// Begins a transaction that may write. Keep it short: no HTTP, file or template inside.
    ///
    /// # Errors
    /// When no connection came free in time.
    pub async fn write(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => {
                let pool = pool.clone();
                Tx::Postgres(to_its_end(async move { pool.begin().await }).await?)
            }
        })
    }

    /// Begins a read of one consistent moment; writing in it fails on both engines.
    ///
    /// # Errors
    /// When no connection came free in time.
    pub async fn read(&self) -> sqlx::Result<Tx> {
        Ok(match self {
            Self::Sqlite { reader, .. } => Tx::Sqlite(reader.begin().await?),
            Self::Postgres(pool) => {
                let pool = pool.clone();
                let begin = async move { pool.begin_with(READ_ONLY).await };
                Tx::Postgres(to_its_end(begin).await?)
            }
        })
    }

    /// Copies SQLite's log into the database and syncs that: whoever begins after a sync that failed reads pages of the
    /// log that a kernel still holds and the disk may not. Nothing on PostgreSQL, which looks after its own.
    ///
    /// # Errors
    /// When the disk refuses; then the log stands as it was, and the next copy begins where this one did.
    pub async fn settle(&self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite { writer, .. } => {
                sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(writer).await.map(|_| ())
            }
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Closes every connection, so that files may be copied or removed.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { reader, writer } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Writes a consistent copy of a SQLite database to `file` while others go on working.
    ///
    /// # Errors
    /// When the file exists or cannot be written; on PostgreSQL, which is copied by `pg_dump`.
    pub async fn copy_sqlite_to(&self, file: &str) -> sqlx::Result<()> {
        match self {
            Self::Sqlite { writer, .. } => {
                let mut conn = writer.acquire().await?;
                sqlx::query("VACUUM INTO $1").bind(file).execute(&mut *conn).await?;
                conn.ping().await
            }
            Self::Postgres(_) => Err(sqlx::Error::Configuration(
                "a PostgreSQL database is copied by pg_dump, not by VACUUM INTO".into(),
            )),
        }
    }
}

impl Tx {
    /// Makes the changes durable; only after this may anybody be told.
    ///
    /// # Errors
    /// When the engine could not commit; then nothing happened. When the disk would not sync, nobody knows
    /// what happened, and the process ends.
    pub async fn commit(self) -> sqlx::Result<()> {
        let Some(held_back) = weakness::held_back() else { return self.keep().await };
        tokio::spawn(async move {
            tokio::time::sleep(held_back).await;
            if let Err(error) = self.keep().await {
                tracing::error!(%error, "acknowledged and lost, as this control is meant to");
            }
        });
        Ok(())
    }

    async fn keep(self) -> sqlx::Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await.inspect_err(sync::end_if_not_synced),
            Self::Postgres(tx) => tx.commit().await,
        }
    }

    /// Which engine this transaction runs on.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }
}

/// Lets a `BEGIN` come to its end although nobody waits for it any more. A request whose browser goes
/// away is dropped wherever it waits. Dropped between `BEGIN` and the server's answer, a connection of
/// sqlx 0.9 goes back to the pool inside a transaction that nobody counts, and whoever gets it next
/// writes within somebody's read. Begun in a task of its own, it is a transaction that is dropped, and
/// that rolls back. SQLite's worker does this by itself.
async fn to_its_end<T: Send + 'static>(
    begin: impl Future<Output = sqlx::Result<T>> + Send + 'static,
) -> sqlx::Result<T> {
    tokio::spawn(begin).await.unwrap_or(Err(sqlx::Error::WorkerCrashed))
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').filter_map(|part| part.parse().ok()).collect()
}
