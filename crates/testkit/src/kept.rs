//! What a server held at one moment, kept so that other servers can start from it.
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use store::Db;

use crate::{Server, engines};

/// How often the log is looked at until it rests; it takes a second at most.
const LOOKS_MOST: u32 = 1_000_000;

/// A data folder and a database of their own that nobody serves.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Name of the engine.
    pub engine: &'static str,
    /// Data folder.
    pub data: PathBuf,
    /// Address of the database.
    pub database: String,
}

impl Kept {
    /// What a stopped server held.
    ///
    /// # Panics
    /// When it cannot be copied.
    pub async fn of(server: &Server) -> Self {
        Self::copy(server.engine, server.data(), &server.database).await
    }

    /// What `server` holds now, while it runs and nobody asks it anything: only on SQLite. Its log goes on by
    /// itself until every entry has its place; rows and log are copied when neither will move.
    ///
    /// # Panics
    /// When it cannot be copied, or the log does not come to rest.
    pub async fn live(server: &Server) -> Self {
        let db = Db::open(&server.database).await.expect("SQLite opens");
        let mut looks = 0;
        loop {
            looks += 1;
            assert!(looks < LOOKS_MOST, "the log does not come to rest");
            let Some(before) = at_rest(&db, server).await else { continue };
            let kept = Self::of(server).await;
            // What was written while it was copied stands in one half of the copy alone.
            if at_rest(&db, server).await == Some(before) {
                db.close().await;
                return kept;
            }
        }
    }

    /// The files of a stopped server's data folder as they are, those of its database among them, and its log.
    ///
    /// # Panics
    /// When they cannot be copied.
    #[must_use]
    pub fn raw(server: &Server) -> PathBuf {
        let to = engines::folder();
        copy_tree(server.data(), &to, |_| true);
        fs::write(to.join("server.log"), server.log()).expect("its log is copied");
        to
    }

    /// Another copy of the same.
    ///
    /// # Panics
    /// When it cannot be copied.
    pub async fn again(&self) -> Self {
        Self::copy(self.engine, &self.data, &self.database).await
    }

    async fn copy(engine: &'static str, from: &Path, database: &str) -> Self {
        let data = engines::folder();
        copy_tree(from, &data, |name| !name.starts_with("kaogong.db") && name != "lock");
        let database = if engine == "postgres" {
            engines::copy_of_database(database).await
        } else {
            let to = data.join("kaogong.db");
            let db = Db::open(database).await.expect("SQLite opens");
            db.copy_sqlite_to(&to.display().to_string()).await.expect("SQLite is copied");
            db.close().await;
            format!("sqlite:{}", to.display())
        };
        Self { engine, data, database }
    }

    /// Opens the database.
    ///
    /// # Panics
    /// When it does not open.
    pub async fn open(&self) -> Db {
        Db::open(&self.database).await.expect("the database opens")
    }
}

/// The last checkpoint, when every entry has its place and the log's file says the same.
async fn at_rest(db: &Db, server: &Server) -> Option<String> {
    if !ask(db, "SELECT entry_id FROM trail_pending LIMIT 1").await.is_empty() {
        return None;
    }
    let signed = ask(db, "SELECT note FROM trail_checkpoint ORDER BY size DESC LIMIT 1").await.concat();
    // It is the last thing that is written.
    let file = fs::read_to_string(server.data().join("log/checkpoint")).unwrap_or_default();
    (file == signed).then_some(signed)
}

/// What `is_kept` keeps by its name, and the folders.
pub(crate) fn copy_tree(from: &Path, to: &Path, is_kept: fn(&str) -> bool) {
    for entry in fs::read_dir(from).expect("a folder is read") {
        let path = entry.expect("a folder is read").path();
        let name = path.file_name().expect("it has a name");
        let target = to.join(name);
        if path.is_dir() {
            fs::create_dir_all(&target).expect("a folder is made");
            copy_tree(&path, &target, is_kept);
        } else if is_kept(&name.to_string_lossy()) {
            match fs::copy(&path, &target) {
                // A temporary name that has become a file's own since the folder was read.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                done => drop(done.expect("a file is copied")),
            }
        }
    }
}

/// Runs statements of this process's own making, one after the other.
///
/// # Panics
/// When one fails.
pub async fn run(db: &Db, statements: &[String]) {
    for statement in statements {
        let text = AssertSqlSafe(statement.clone()).into_sql_str();
        let done = match db {
            Db::Sqlite { writer, .. } => writer.execute(text).await.map(|_| ()),
            Db::Postgres(pool) => pool.execute(text).await.map(|_| ()),
        };
        done.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// The first column of every row, as text.
///
/// # Panics
/// When the statement fails.
pub async fn ask(db: &Db, statement: &str) -> Vec<String> {
    let text = AssertSqlSafe(statement.to_owned()).into_sql_str();
    let rows = match db {
        Db::Sqlite { writer, .. } => sqlx::query_scalar(text).fetch_all(writer).await,
        Db::Postgres(pool) => sqlx::query_scalar(text).fetch_all(pool).await,
    };
    rows.unwrap_or_else(|error| panic!("{statement}: {error}"))
}
