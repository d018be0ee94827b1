//! `cargo xtask bench [NAME]`: what the product does in a second, each figure beside a ceiling or a peer
//! from the same run. Absolute figures are this machine's; the ratios are what is promised
//! (docs/performance.md).
#![expect(clippy::unwrap_used, clippy::panic, reason = "a measurement that cannot go on must stop")]
#![expect(
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::cast_possible_truncation,
    reason = "measuring is what this program is for: seconds, shares of them, and synthetic bytes"
)]
mod arrange;
mod certificates;
mod footprint;
mod import;
mod lookup;
mod pages;
mod row;
mod sitting;
mod timing;
mod trail;
mod wire;

use std::{env, fs};

use row::Row;

type Bench = (&'static str, fn() -> Vec<Row>);

const BENCHES: [Bench; 8] = [
    ("arrange", arrange::run),
    ("certificates", certificates::run),
    ("footprint", footprint::run),
    ("import", import::run),
    ("lookup", lookup::run),
    ("pages", pages::run),
    ("sitting", sitting::run),
    ("trail", trail::run),
];

fn main() {
    if env::args().any(|word| word == sitting::SERVE_NOTHING) {
        return sitting::serve_nothing();
    }
    let asked: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let unknown = asked.iter().find(|name| !BENCHES.iter().any(|(known, _)| known == name));
    assert!(unknown.is_none(), "there is no bench {unknown:?}");
    let mut rows = Vec::new();
    for (name, run) in BENCHES {
        if asked.is_empty() || asked.iter().any(|one| one == name) {
            println!("== {name} ==");
            for row in run() {
                println!("{row}");
                rows.push(row);
            }
        }
    }
    if let Ok(file) = env::var("BENCH_ROWS") {
        fs::write(file, serde_json::to_vec_pretty(&rows).unwrap()).unwrap();
    }
}
