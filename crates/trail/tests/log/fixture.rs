//! One log with a clock that stands still, and SQL that goes behind its back.
use std::{path::PathBuf, sync::Arc};

use kernel::{Entropy, FixedClock, SeededEntropy, UnixMicros};
use serde_json::json;
use sqlx::AssertSqlSafe;
use store::{Db, Tx, on};
use tempfile::TempDir;
use trail::{Actor, Desk, Entry, LogFolder, Outcome, Recorded, Sequenced, Signer, TrailError, VerifyReport};

/// 2021-05-22 09:00 in China: the first morning of the unified exam.
pub const MORNING: UnixMicros = UnixMicros(1_621_645_200_000_000);

pub struct Log {
    pub db: Db,
    pub log: LogFolder,
    pub signer: Signer,
    pub desk: Desk,
    pub clock: Arc<FixedClock>,
    pub home: TempDir,
}

impl Log {
    pub fn new(db: Db) -> Self {
        let home = TempDir::new().unwrap();
        let log = LogFolder::open(home.path().join("log"), home.path().join("mark/size")).unwrap();
        let clock = Arc::new(FixedClock::new(MORNING));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(7));
        let mut random = [0; 32];
        entropy.fill(&mut random);
        let signer = Signer::generate("kaogong/nancheng", random).unwrap();
        let desk = Desk { entropy, clock: clock.clone(), node: "nancheng".into() };
        Self { db, log, signer, desk, clock, home }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.log.folder().join(name)
    }

    /// Records `count` entries on five objects in turn, a second apart, in one transaction.
    pub async fn record(&self, count: i64) -> Vec<Recorded> {
        let actor = Actor { account: "acc-1".to_owned(), grant: "grant-officer".to_owned() };
        let mut recorded = Vec::new();
        let mut tx = self.db.write().await.unwrap();
        for number in 0..count {
            self.clock.advance_seconds(1);
            let object = format!("candidate-{}", number % 5);
            let entry = Entry {
                at: kernel::Clock::now(&*self.clock),
                actor: &actor,
                action: "score.entered",
                object: ("candidate", &object),
                batch: (number % 3 > 0).then_some("2021-1"),
                outcome: if number % 4 == 3 { Outcome::Refused } else { Outcome::Done },
                reason: "复核 second look",
                request: "req-1",
                payload: json!({ "score": number * 100, "name": "张三" }),
            };
            recorded.push(trail::record(&mut tx, &self.desk, &entry).await.unwrap());
        }
        tx.commit().await.unwrap();
        recorded
    }

    pub async fn sequence(&self) -> Result<Sequenced, TrailError> {
        trail::sequence(&self.db, &self.log, &self.signer, kernel::Clock::now(&*self.clock)).await
    }

    pub async fn verify(&self) -> VerifyReport {
        trail::verify(&self.db, &self.log, self.signer.verifier()).await.unwrap()
    }

    pub async fn assert_clean(&self) -> VerifyReport {
        let report = self.verify().await;
        assert_eq!(report.problems, [], "{:?}", self.db.engine());
        report
    }

    /// Runs SQL as an administrator would: beside the program.
    pub async fn sql(&self, text: &str) -> sqlx::Result<u64> {
        let mut tx = self.db.write().await?;
        let done = execute(&mut tx, text).await?;
        tx.commit().await?;
        Ok(done)
    }

    pub async fn texts(&self, query: &str) -> Vec<Option<String>> {
        let mut tx = self.db.read().await.unwrap();
        on!(&mut tx, |conn| sqlx::query_scalar(AssertSqlSafe(query.to_owned())).fetch_all(conn).await)
            .unwrap()
    }

    pub async fn count(&self, table: &str) -> i64 {
        let text = self.texts(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {table}")).await;
        text[0].as_ref().unwrap().parse().unwrap()
    }

    /// Takes the constraints away, as somebody with the database in his hands can.
    pub async fn unguard(&self) {
        match &self.db {
            Db::Sqlite { writer, .. } => {
                sqlx::query("PRAGMA foreign_keys = OFF").execute(writer).await.unwrap();
                sqlx::query("PRAGMA ignore_check_constraints = ON").execute(writer).await.unwrap();
            }
            Db::Postgres(_) => {
                let drops = "SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || conname
                    FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND contype IN ('f', 'c')";
                for drop in self.texts(drops).await {
                    self.sql(&drop.unwrap()).await.unwrap();
                }
            }
        }
    }
}

/// Waits until another connection waits for what `holder` has locked (PostgreSQL).
pub async fn until_blocked_by(holder: &mut Tx, log: &Log) {
    let Tx::Postgres(tx) = holder else { return };
    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut **tx).await.unwrap();
    let waiting =
        format!("SELECT CAST(pid AS TEXT) FROM pg_stat_activity WHERE {pid} = ANY (pg_blocking_pids(pid))");
    while log.texts(&waiting).await.is_empty() {
        tokio::task::yield_now().await;
    }
}

pub async fn execute(tx: &mut Tx, text: &str) -> sqlx::Result<u64> {
    on!(tx, |conn| {
        sqlx::query(AssertSqlSafe(text.to_owned())).execute(conn).await.map(|done| done.rows_affected())
    })
}

/// A log on every engine.
pub async fn logs() -> Vec<Log> {
    testkit::engines().await.into_iter().map(|(_, db)| Log::new(db)).collect()
}

/// All files below a folder.
pub fn files(folder: &std::path::Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// A copy of a folder, as a backup makes one.
pub fn copy(from: &std::path::Path, to: &std::path::Path) {
    let _ = std::fs::remove_dir_all(to);
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, target).unwrap();
    }
}
