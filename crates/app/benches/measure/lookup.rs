//! The public's question, answered out of a million certificates: somebody scans the QR code of theirs.
use std::{
    io::Read as _,
    time::{Duration, Instant},
};

use flate2::read::GzDecoder;
use rehearse::rehearsal;
use sqlx::{QueryBuilder, Row as _};
use store::{Db, Tx, on};
use testkit::{Server, sitters::open_unchecked};

use crate::{
    row::Row,
    sitting::nothing_in_its_place,
    timing::{exponent, percentile, runtime},
    wire::Wire,
};

/// Certificates in the register. Source: the issue's own figure; a province issues some 200,000 a year.
const CERTIFICATES: [usize; 3] = [10_000, 100_000, 1_000_000];
/// Holders whose codes are asked for, in turn. Their rows lie among the others; a hundred more would be as warm.
const HOLDERS: usize = 100;
/// Rows copied in one transaction.
const IN_ONE: usize = 50_000;
/// How long each measurement lasts, and how many ask at once.
const LASTING: (Duration, usize) = (Duration::from_secs(6), 32);

/// Stands on the page of a certificate that holds.
const GOOD: &str = "verdict ok";
/// The first and every so many answers are read.
const LOOKED_AT: usize = 100;

const COUNT: &str = "SELECT COUNT(*) FROM certificate";
const ONE: &str = "SELECT number FROM certificate WHERE status = 'valid' ORDER BY number LIMIT 1";
/// One real certificate under other numbers: their seals are its own, and nobody asks for them.
const COPY: &str = "INSERT INTO certificate (number, application_id, batch_code, person_id, occupation_code, level_code,
    issuer_path, issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed,
    token_digest, pdf_digest, pdf_file, signed_at)
    SELECT 'Z' || n.v, 'copy-' || n.v, c.batch_code, c.person_id, c.occupation_code, c.level_code, c.issuer_path, c.issuer_name,
    c.issued_on, c.payload_sealed, c.payload_digest, c.salt_sealed, c.status, c.intended_at, c.token_sealed, 'copy-' || n.v,
    c.pdf_digest, c.pdf_file, c.signed_at FROM certificate c JOIN (WITH RECURSIVE r(v) AS (SELECT ";

pub fn run() -> Vec<Row> {
    let runtime = runtime();
    let mut rows = Vec::new();
    for mut server in runtime.block_on(Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-01 08:00")) {
        let options = rehearsal::Options { candidates: 1_000, seed: 1, at_once: 8, holders: HOLDERS };
        let told = rehearsal::play(server.office(), options, |_| ()).unwrap();
        let token =
            |pdf: &[u8]| String::from_utf8(print::signed::check(pdf, |_, _| true).unwrap().token).unwrap();
        let tokens: Vec<String> = told.files.iter().map(|(_, pdf)| token(pdf)).collect();
        assert!(tokens.len() == HOLDERS, "{} holders have a token", tokens.len());
        server.stop();
        let mut points = Vec::new();
        for count in CERTIFICATES {
            runtime.block_on(fill(&server.database, count));
            server.start_again(&[]);
            let (mut waits, answered) = runtime.block_on(ask(server.base(), &tokens));
            points.push((count as f64, percentile(&mut waits, 50.0)));
            if Some(&count) == CERTIFICATES.last() {
                let nothing = runtime.block_on(nothing_in_its_place(LASTING.0, LASTING.1));
                rows.extend(figures(server.engine, &mut waits, answered, nothing));
            }
            server.stop();
        }
        rows.push(Row::new("lookup", server.engine, "growth of the median", (exponent(&points), "exponent")));
    }
    rows
}

fn figures(engine: &'static str, waits: &mut [f64], answered: f64, nothing: f64) -> [Row; 2] {
    let row = |metric: &str, figure| Row::new("lookup", engine, metric, figure);
    let p99 = percentile(waits, 99.0) * 1000.0;
    [
        row("QR code of 1 of 1,000,000, 32 at once, 99 of 100", (p99, "ms")).at_most(20.0).fails_beyond(40.0),
        row("answers", (answered, "answers/s"))
            .times_at_least("a handler that does nothing, requests/s", nothing, 0.3)
            .fails_beyond(0.15),
    ]
}

/// Fills the register up to `count`.
async fn fill(database: &str, count: usize) {
    let db = open_unchecked(database).await;
    loop {
        let mut tx = db.write().await.unwrap();
        if let Tx::Postgres(tx) = &mut tx {
            sqlx::query("SET LOCAL session_replication_role = replica").execute(&mut **tx).await.unwrap();
        }
        let held: i64 =
            on!(&mut tx, |conn| sqlx::query(COUNT).fetch_one(conn).await.map(|row| row.get(0))).unwrap();
        let missing = count.saturating_sub(usize::try_from(held).unwrap()).min(IN_ONE);
        if missing == 0 {
            break;
        }
        let number: String =
            on!(&mut tx, |conn| sqlx::query(ONE).fetch_one(conn).await.map(|row| row.get(0))).unwrap();
        copy(&mut tx, &number, held, missing).await;
        tx.commit().await.unwrap();
    }
    analyze(&db).await;
    db.close().await;
}

async fn copy(tx: &mut Tx, number: &str, from: i64, count: usize) {
    let last = from + i64::try_from(count).unwrap();
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(COPY);
        query.push(from + 1).push(" UNION ALL SELECT v + 1 FROM r WHERE v < ").push(last);
        query.push(") SELECT v FROM r) n ON c.number = ").push_bind(number);
        query.build().execute(conn).await.map(|_| ())
    })
    .unwrap();
}

/// What autovacuum does within minutes of such a growth.
async fn analyze(db: &Db) {
    let mut tx = db.write().await.unwrap();
    on!(&mut tx, |conn| sqlx::query("ANALYZE").execute(conn).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
}

fn unpacked(page: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(page).read_to_string(&mut text).unwrap();
    text
}

/// Everybody asks as fast as they are answered; how long each waited, and answers in a second.
async fn ask(base: &str, tokens: &[String]) -> (Vec<f64>, f64) {
    let host = base.trim_start_matches("http://").to_owned();
    let ends = Instant::now() + LASTING.0;
    let mut working = tokio::task::JoinSet::new();
    for person in 0..LASTING.1 {
        let (host, tokens) = (host.clone(), tokens.to_vec());
        working.spawn(async move {
            let mut wire = Wire::connect(&host).await;
            let mut waits = Vec::new();
            let mut at = person;
            while Instant::now() < ends {
                at += 1;
                let began = Instant::now();
                let (status, page) = wire.get(&format!("/verify?t={}", tokens[at % tokens.len()])).await;
                waits.push(began.elapsed().as_secs_f64());
                assert!(status.is_success(), "{status}");
                // Only a few are read: that is not to be measured.
                if waits.len() % LOOKED_AT == 1 {
                    let text = unpacked(&page);
                    assert!(text.contains(GOOD), "{text}");
                }
            }
            waits
        });
    }
    let waits = working.join_all().await.concat();
    let answered = waits.len() as f64 / LASTING.0.as_secs_f64();
    (waits, answered)
}
