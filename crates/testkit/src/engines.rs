//! Copies of a migrated template: a file on SQLite, a database on PostgreSQL.
use std::{
    env,
    fs::OpenOptions,
    hash::{DefaultHasher, Hash, Hasher},
    io::Write,
    path::PathBuf,
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};
use store::{Db, Tx};
use tokio::sync::OnceCell;

/// Held by one connection until it is closed. The number is nobody else's.
const ONE_AT_A_TIME: &str = "SELECT pg_advisory_lock(5309)";
const IS_THERE: &str = "SELECT 1 FROM pg_database WHERE datname = $1";

static TEMPLATE: OnceCell<PathBuf> = OnceCell::const_new();
static PG_TEMPLATE: OnceCell<String> = OnceCell::const_new();
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
    log.write_all(format!("{engine}\n").as_bytes()).expect("TEST_ENGINE_LOG");
}

/// Every engine this run has, with the address of an empty database that no migration has touched;
/// `None` is a SQLite file that the caller places.
pub(crate) async fn empty_databases() -> Vec<(&'static str, Option<String>)> {
    let mut all = vec![("sqlite", None)];
    match env::var("TEST_PG") {
        Ok(_) => all.push(("postgres", Some(new_database().await))),
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
async fn new_database() -> String {
    made("").await
}

/// A database of its own with everything another holds, to which nobody may be connected.
///
/// # Panics
/// When somebody is.
pub async fn copy_of_database(url: &str) -> String {
    let address = url.split_once('?').map_or(url, |(address, _)| address);
    let (_, from) = address.rsplit_once('/').expect("an address of PostgreSQL");
    made(&format!(" TEMPLATE {from}")).await
}

/// The address of a new database of the server that all tests share.
async fn made(of: &str) -> String {
    let url = env::var("TEST_PG").expect("TEST_PG");
    let name = format!("d{}_{}", process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
    let admin = Db::open(&url).await.expect("PostgreSQL answers");
    if let Db::Postgres(pool) = &admin {
        let create = format!("CREATE DATABASE {name}{of}");
        pool.execute(AssertSqlSafe(create).into_sql_str()).await.expect("a database is made");
    }
    admin.close().await;
    beside(&url, &name)
}

async fn postgres(url: &str) -> Db {
    let template = PG_TEMPLATE.get_or_init(|| template_database(url)).await;
    Db::open(&copy_of_database(template).await).await.expect("PostgreSQL answers")
}

/// A database with the schema and nothing else, to which nobody is connected. All test programs of a run copy the
/// same one: whoever comes first makes it, under another name until it is whole.
async fn template_database(url: &str) -> String {
    let name = format!("template_{}", fingerprint());
    let admin = Db::open(url).await.expect("PostgreSQL answers");
    let Db::Postgres(pool) = &admin else { panic!("TEST_PG is an address of PostgreSQL") };
    let mut one = pool.acquire().await.expect("PostgreSQL answers");
    sqlx::query(ONE_AT_A_TIME).execute(&mut *one).await.expect("the others wait");
    let is_there: Option<i32> = sqlx::query_scalar(IS_THERE)
        .bind(&name)
        .fetch_optional(&mut *one)
        .await
        .expect("databases are listed");
    if is_there.is_none() {
        let making = format!("{name}_making");
        for statement in [format!("DROP DATABASE IF EXISTS {making}"), format!("CREATE DATABASE {making}")] {
            one.execute(AssertSqlSafe(statement).into_sql_str()).await.expect("a database is made");
        }
        let db = Db::open(&beside(url, &making)).await.expect("PostgreSQL answers");
        store::migrate(&db).await.expect("migrations run on PostgreSQL");
        db.close().await;
        let rename = format!("ALTER DATABASE {making} RENAME TO {name}");
        one.execute(AssertSqlSafe(rename).into_sql_str()).await.expect("the template has its name");
    }
    // The lock goes with its connection.
    drop(one);
    admin.close().await;
    beside(url, &name)
}

/// Of all migrations: a cluster that outlives a run has a template for each schema.
fn fingerprint() -> String {
    let mut hasher = DefaultHasher::new();
    store::MIGRATIONS.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// The address of another database of the same server.
fn beside(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, String::new()), |(a, o)| (a, format!("?{o}")));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    format!("{server}/{name}{options}")
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
        return new_database().await;
    }
    format!("sqlite:{}", data.join("kaogong.db").display())
}
