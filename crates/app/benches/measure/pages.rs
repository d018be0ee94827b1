//! Every page of the demo's province, opened as everybody whom it is for.
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::row::Row;

/// How long 99 of 100 openings of a page may take.
const P99_MS: f64 = 50.0;
/// Statements of SQL behind one page.
const STATEMENTS: u64 = 10;

/// Has the demo prepared and toured, and reads what it wrote down of each page.
pub fn run() -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("tour.json");
    let toured = Command::new(env!("CARGO_BIN_EXE_kaogong"))
        .args(["demo", "--smoke", "--port", "18080", "--data"])
        .arg(folder.path().join("data"))
        .arg("--tour-report")
        .arg(&report)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(toured.success());
    let routes: Vec<Value> = serde_json::from_slice(&std::fs::read(report).unwrap()).unwrap();
    let number = |route: &Value, key: &str| route[key].as_f64().unwrap();
    let name = |route: &Value| route["route"].as_str().unwrap().to_owned();
    let row = |metric: String, figure| Row::new("pages", "sqlite", metric, figure);
    let mut by_time: Vec<&Value> = routes.iter().collect();
    by_time.sort_by(|one, other| number(other, "p99_ms").total_cmp(&number(one, "p99_ms")));
    let slow = by_time.iter().filter(|route| number(route, "p99_ms") > P99_MS).count();
    let many = routes.iter().filter(|route| route["statements"].as_u64() > Some(STATEMENTS)).count();
    let mut rows = vec![
        row(format!("routes of {} slower than {P99_MS} ms", routes.len()), (slow as f64, "routes"))
            .at_most(0.0),
        row(format!("routes that ask more than {STATEMENTS} statements"), (many as f64, "routes"))
            .at_most(0.0),
    ];
    for route in by_time.iter().take(5) {
        rows.push(
            row(format!("{}, 99 of 100", name(route)), (number(route, "p99_ms"), "ms"))
                .at_most(P99_MS)
                .fails_beyond(P99_MS * 2.0),
        );
    }
    let mut by_statements: Vec<&Value> = routes.iter().collect();
    by_statements.sort_by_key(|route| std::cmp::Reverse(route["statements"].as_u64()));
    for route in by_statements.iter().take(5) {
        let asked = number(route, "statements");
        rows.push(row(name(route), (asked, "statements")).at_most(STATEMENTS as f64));
    }
    rows
}
