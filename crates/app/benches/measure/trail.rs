//! The trail: entries written, sequenced into tiles, and proved.
use std::sync::Arc;

use kernel::{Day, FixedClock, SeededEntropy};
use serde_json::json;
use trail::{Actor, Desk, Entry, LogFolder, Outcome, Signer};

use crate::{
    row::Row,
    timing::{exponent, percentile, runtime},
};

/// Entries of one transaction; as a step of long work writes them.
const IN_ONE: usize = 25;

pub fn run() -> Vec<Row> {
    runtime().block_on(async {
        let mut rows = Vec::new();
        for (engine, _) in testkit::engines().await {
            let mut points = Vec::new();
            for count in [1_000, 10_000, 50_000] {
                let measured = one(engine, count).await;
                points.push((count as f64, measured.seconds));
                if count == 10_000 {
                    rows.extend(measured.rows(engine));
                }
            }
            rows.push(Row::new("trail", engine, "growth of sequencing", (exponent(&points), "exponent")));
        }
        rows
    })
}

struct Measured {
    count: usize,
    written: f64,
    seconds: f64,
    checkpoint: f64,
    proofs: Vec<f64>,
}

impl Measured {
    fn rows(mut self, engine: &'static str) -> Vec<Row> {
        let a_second = |seconds: f64| self.count as f64 / seconds;
        let row = |metric: &str, figure| Row::new("trail", engine, metric, figure);
        vec![
            row("entries written, 25 a transaction", (a_second(self.written), "entries/s")),
            row("entries sequenced with tiles", (a_second(self.seconds), "entries/s"))
                .at_least(3_000.0)
                .fails_beyond(1_500.0),
            row("checkpoint for 100 waiting entries", (self.checkpoint * 1000.0, "ms")).at_most(1_000.0),
            row("proof, 99 of 100", (percentile(&mut self.proofs, 99.0) * 1000.0, "ms")).at_most(1.0),
        ]
    }
}

async fn write(db: &store::Db, desk: &Desk, from: usize, count: usize) -> Vec<String> {
    let actor = Actor { account: "registrar1".into(), grant: "grant-registrar1".into() };
    let mut ids = Vec::new();
    for start in (from..from + count).step_by(IN_ONE) {
        let objects: Vec<String> =
            (start..start + IN_ONE).map(|number| format!("application-{number}")).collect();
        let entries: Vec<Entry<'_>> = objects
            .iter()
            .map(|object| Entry {
                at: desk.clock.now(),
                actor: &actor,
                request: "request-1",
                action: "application.submit",
                object: ("application", object),
                batch: Some("2021-01"),
                reason: "",
                outcome: Outcome::Done,
                payload: json!({ "version": 1, "digest": "0123456789abcdef0123456789abcdef" }),
            })
            .collect();
        let mut tx = db.write().await.unwrap();
        let recorded = trail::record_new(&mut tx, desk, &entries).await.unwrap();
        tx.commit().await.unwrap();
        ids.extend(recorded.into_iter().map(|one| one.id));
    }
    ids
}

async fn one(engine: &'static str, count: usize) -> Measured {
    let all = testkit::engines().await;
    let db = all.into_iter().find(|(name, _)| *name == engine).unwrap().1;
    let folder = tempfile::tempdir().unwrap();
    let log = LogFolder::open(folder.path().join("log"), folder.path().join("mark")).unwrap();
    let signer = Signer::generate("bench", [7; 32]).unwrap();
    let clock = Arc::new(FixedClock::new(Day::parse("2021-03-16").unwrap().at(9, 0)));
    let desk = Desk { entropy: Arc::new(SeededEntropy::new(1)), clock: clock.clone(), node: "1".into() };
    let began = std::time::Instant::now();
    let ids = write(&db, &desk, 0, count).await;
    let written = began.elapsed().as_secs_f64();
    let now = desk.clock.now();
    let began = std::time::Instant::now();
    trail::sequence(&db, &log, &signer, now).await.unwrap();
    let sequenced = began.elapsed().as_secs_f64();
    write(&db, &desk, count, 100).await;
    let began = std::time::Instant::now();
    trail::sequence(&db, &log, &signer, now).await.unwrap();
    let checkpoint = began.elapsed().as_secs_f64();
    let mut proofs = Vec::new();
    for id in ids.iter().step_by((count / 500).max(1)) {
        let began = std::time::Instant::now();
        let proof = trail::proof(&db, &log, id).await.unwrap();
        proofs.push(began.elapsed().as_secs_f64());
        assert!(proof.holds());
    }
    Measured { count, written, seconds: sequenced, checkpoint, proofs }
}
