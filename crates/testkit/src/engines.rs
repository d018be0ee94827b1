//! SQLite from a migrated template file, PostgreSQL from a schema per test.
use std::{
    env,
    fs::OpenOptions,
    io::Write,
    path::PathBuf,
    process,
    str::FromStr,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr, postgres::PgConnectOptions};
use store::{Db, Tx};
use tokio::sync::OnceCell;

static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Every engine this run has, each with an empty database of the current schema.
pub async fn engines() -> Vec<(&'static str, Db)> {
    let mut all = vec![("sqlite", sqlite().await)];
    match env::var("TEST_PG") {
        Ok(url) => all.push(("postgres", postgres(&url).await)),
        Err(_) if env::var("REQUIRE_PG").is_ok() => panic!("TEST_PG is not set: run `cargo xtask check`"),
        Err(_) => {}
    }
    for (engine, _) in &all {
        note(engine);
    }
    all
}

fn note(engine: &str) {
    let Ok(file) = env::var("TEST_ENGINE_LOG") else { return };
    let mut log = OpenOptions::new().create(true).append(true).open(file).expect("TEST_ENGINE_LOG");
    writeln!(log, "{engine}").expect("TEST_ENGINE_LOG");
}

/// Every engine this run has, with the address of an empty database that no migration has touched;
/// `None` is a SQLite file that the caller places.
pub(crate) async fn empty_databases() -> Vec<(&'static str, Option<String>)> {
    let mut all = vec![("sqlite", None)];
    match env::var("TEST_PG") {
        Ok(url) => all.push(("postgres", Some(new_database(&url).await))),
        Err(_) if env::var("REQUIRE_PG").is_ok() => panic!("TEST_PG is not set: run `cargo xtask check`"),
        Err(_) => {}
    }
    for (engine, _) in &all {
        note(engine);
    }
    all
}

async fn sqlite() -> Db {
    let template = TEMPLATE
        .get_or_init(|| async {
            let file = folder().join("template.db");
            let db = Db::open(&format!("sqlite:{}", file.display())).await.expect("SQLite opens");
            store::migrate(&db).await.expect("migrations run on SQLite");
            db.close().await;
            file
        })
        .await;
    let file = folder().join("test.db");
    std::fs::copy(template, &file).expect("the template is copied");
    Db::open(&format!("sqlite:{}", file.display())).await.expect("SQLite opens")
}

/// A new empty folder; it goes with the machine's temporary files.
pub(crate) fn folder() -> PathBuf {
    tempfile::Builder::new().prefix("kaogong-test-").tempdir().expect("a temporary folder").keep()
}

/// A database of its own, so that the engine's own backup tools see nothing else.
async fn new_database(url: &str) -> String {
    let name = format!("d{}_{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let admin = Db::open(url).await.expect("PostgreSQL answers");
    if let Db::Postgres(pool) = &admin {
        let create = format!("CREATE DATABASE {name}");
        pool.execute(AssertSqlSafe(create).into_sql_str()).await.expect("a database is made");
    }
    admin.close().await;
    let (server, options) = url.split_once('?').map_or((url, String::new()), |(s, o)| (s, format!("?{o}")));
    let server = server.rsplit_once('/').map_or(server, |(server, _)| server);
    format!("{server}/{name}{options}")
}

/// A database of its own with everything another holds, to which nobody may be connected.
pub(crate) async fn copy_of_database(url: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, String::new()), |(a, o)| (a, format!("?{o}")));
    let (server, from) = address.rsplit_once('/').expect("an address of PostgreSQL");
    let name = format!("d{}_{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let admin = Db::open(&env::var("TEST_PG").expect("TEST_PG")).await.expect("PostgreSQL answers");
    if let Db::Postgres(pool) = &admin {
        let create = format!("CREATE DATABASE {name} TEMPLATE {from}");
        pool.execute(AssertSqlSafe(create).into_sql_str()).await.expect("a database is copied");
    }
    admin.close().await;
    format!("{server}/{name}{options}")
}

async fn new_schema(url: &str) -> String {
    let schema = format!("t{}_{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let options = PgConnectOptions::from_str(url).expect("TEST_PG is an address");
    let admin = Db::open_postgres(options).await.expect("PostgreSQL answers");
    if let Db::Postgres(pool) = &admin {
        let create = format!("CREATE SCHEMA {schema}");
        pool.execute(AssertSqlSafe(create).into_sql_str()).await.expect("a schema is made");
    }
    admin.close().await;
    schema
}

async fn postgres(url: &str) -> Db {
    let schema = new_schema(url).await;
    let options = PgConnectOptions::from_str(url).expect("TEST_PG is an address");
    let db = Db::open_postgres(options.options([("search_path", schema)])).await.expect("PostgreSQL answers");
    store::migrate(&db).await.expect("migrations run on PostgreSQL");
    db
}

/// Asks the engine to prepare a statement without running it.
///
/// # Errors
/// What the engine says is wrong with it.
pub async fn prepare(db: &Db, statement: &'static str) -> Result<(), store::Error> {
    match &mut db.write().await? {
        Tx::Sqlite(tx) => tx.prepare(statement.into_sql_str()).await.map(|_| ()),
        Tx::Postgres(tx) => tx.prepare(statement.into_sql_str()).await.map(|_| ()),
    }
}

/// The address of one more empty database of `engine`, for an installation at `data`.
///
/// # Panics
/// When PostgreSQL is asked for and not there.
pub async fn empty_database(engine: &str, data: &std::path::Path) -> String {
    if engine == "postgres" {
        return new_database(&env::var("TEST_PG").expect("TEST_PG")).await;
    }
    format!("sqlite:{}", data.join("kaogong.db").display())
}
