//! The roster of the province: handed in, checked, confirmed and taken in over HTTP, with its trail; held
//! against reading the file and inserting the same rows, a thousand a statement, into the same tables.
use std::{collections::BTreeMap, time::Instant};

use calamine::{Reader, Xlsx};
use rehearse::{Batch, Crowd, Office, plan, registration, rehearsal};
use sqlx::{Column, QueryBuilder, Row as _, TypeInfo};
use store::{Db, Tx};
use testkit::Server;

use crate::{
    row::Row,
    timing::{exponent, median_of, runtime, seconds},
};

/// The real roster. Source: shared data.
const ROSTER: &[u8] = include_bytes!("../../../../data/demo/roster-12318.xlsx");
/// People in it.
const ROSTER_PEOPLE: usize = 12_318;
/// Rosters of how many are measured.
const PEOPLE: [usize; 3] = [1_000, 4_000, ROSTER_PEOPLE];
/// Rows in one statement of the ceiling.
const IN_ONE: usize = 1_000;
/// What an import writes, in an order that keeps foreign keys, and which rows of it.
const TABLES: [(&str, &str); 6] = [
    ("job", "SELECT * FROM job"),
    ("roster_upload", "SELECT * FROM roster_upload"),
    ("person", "SELECT * FROM person"),
    ("application", "SELECT * FROM application"),
    ("roster_row", "SELECT * FROM roster_row"),
    ("trail_entry", "SELECT * FROM trail_entry WHERE action = 'application.submit'"),
];

pub fn run() -> Vec<Row> {
    let mut rows = Vec::new();
    let mut points: BTreeMap<&'static str, Vec<(f64, f64)>> = BTreeMap::new();
    for people in PEOPLE {
        for mut server in runtime().block_on(Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-01 08:00"))
        {
            let (ours, ceiling) = measure(&mut server, people);
            points.entry(server.engine).or_default().push((people as f64, ours));
            if people == ROSTER_PEOPLE {
                rows.extend(figures(server.engine, ours, ceiling));
            }
        }
    }
    for (engine, points) in points {
        rows.push(Row::new("import", engine, "growth", (exponent(&points), "exponent")));
    }
    let parsed = median_of(5, parse);
    let read = Row::new("import", "-", "reading the file", (parsed, "s"));
    rows.push(match std::env::var("BENCH_OPENPYXL").ok().and_then(|text| text.parse().ok()) {
        Some(peer) => read.times_at_most("openpyxl reads it", peer, 0.2).fails_beyond(0.5),
        None => Row { baseline: "openpyxl: peer not run".to_owned(), ..read },
    });
    rows
}

fn figures(engine: &'static str, ours: f64, inserted: f64) -> [Row; 2] {
    let row = |metric: &str, figure| Row::new("import", engine, metric, figure);
    let ceiling = seconds(parse).0 + inserted;
    [
        row("roster of 12,318, checked, in force, with trail", (ours, "s"))
            .times_at_most("reading the file + bulk insert of the same rows", ceiling, 2.5)
            .fails_beyond(4.0),
        row("bulk insert of the same rows", (inserted, "s")),
    ]
}

/// Seconds that a roster of so many takes, and the bulk insert of the same rows into a copy of the database
/// as it was before.
fn measure(server: &mut Server, people: usize) -> (f64, f64) {
    let crowd = Crowd::read(people, 1).unwrap();
    let batch = rehearsal::batch(&crowd).unwrap();
    publish(server.office(), &batch);
    server.stop();
    let before = runtime().block_on(duplicate(server));
    server.start_again(&[]);
    let began = Instant::now();
    let preview = registration::preview(server.office(), &batch).unwrap();
    registration::confirm(server.office(), &preview).unwrap();
    let ours = began.elapsed().as_secs_f64();
    server.stop();
    (ours, runtime().block_on(copy(&server.database, &before)))
}

/// A copy of the database of a server that stands still; its address.
async fn duplicate(server: &Server) -> String {
    if let Some(file) = server.database.strip_prefix("sqlite:") {
        let copy = format!("{file}.before");
        for end in ["", "-wal"] {
            std::fs::copy(format!("{file}{end}"), format!("{copy}{end}")).unwrap();
        }
        return format!("sqlite:{copy}");
    }
    testkit::copy_of_database(&server.database).await
}

fn publish(office: &Office, batch: &Batch) {
    let opens = batch.calendar.registration_from;
    let day = |days: i64| opens.plus_days(days);
    office.clock(&format!("{} 09:10", day(-4))).unwrap();
    plan::draft(office, batch).unwrap();
    plan::propose(office, batch).unwrap();
    office.clock(&format!("{} 10:00", day(-3))).unwrap();
    plan::approve(office, batch).unwrap();
    office.clock(&format!("{} 09:00", day(27))).unwrap();
}

fn parse() -> usize {
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(ROSTER)).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    sheet.rows().map(|row| row.iter().map(ToString::to_string).collect::<Vec<_>>().len()).sum()
}

/// One value of a row that is copied; an absent one keeps its type.
enum Cell {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(Option<bool>),
}

macro_rules! cells {
    ($rows:expr) => {
        $rows
            .iter()
            .map(|row| {
                (0..row.len())
                    .map(|at| {
                        let kind = row.column(at).type_info().name().to_uppercase();
                        match kind.as_str() {
                            "INT8" | "BIGINT" | "INTEGER" | "INT4" => Cell::Int(row.get(at)),
                            "BOOL" | "BOOLEAN" => Cell::Bool(row.get(at)),
                            _ => Cell::Text(row.get(at)),
                        }
                    })
                    .collect::<Vec<Cell>>()
            })
            .collect::<Vec<_>>()
    };
}

/// Inserts what an import wrote into a database where none was; how long the inserting took.
async fn copy(from: &str, to: &str) -> f64 {
    let (from, to) = (Db::open(from).await.unwrap(), Db::open(to).await.unwrap());
    let mut taken = 0.0;
    for (table, select) in TABLES {
        let mut tx = from.read().await.unwrap();
        let rows = match &mut tx {
            Tx::Sqlite(tx) => cells!(sqlx::query(select).fetch_all(&mut **tx).await.unwrap()),
            Tx::Postgres(tx) => cells!(sqlx::query(select).fetch_all(&mut **tx).await.unwrap()),
        };
        let began = Instant::now();
        let mut tx = to.write().await.unwrap();
        for rows in rows.chunks(IN_ONE.min(30_000 / rows.first().map_or(1, Vec::len))) {
            store::on!(&mut tx, |conn| {
                let mut query = QueryBuilder::new(format!("INSERT INTO {table} "));
                query.push_values(rows, |mut values, row| {
                    for cell in row {
                        match cell {
                            Cell::Int(value) => values.push_bind(*value),
                            Cell::Text(value) => values.push_bind(value.clone()),
                            Cell::Bool(value) => values.push_bind(*value),
                        };
                    }
                });
                query.push(" ON CONFLICT DO NOTHING");
                query.build().execute(conn).await.map(|_| ())
            })
            .unwrap();
        }
        tx.commit().await.unwrap();
        taken += began.elapsed().as_secs_f64();
    }
    taken
}
