//! What an installation costs before anybody works with it.
use std::time::Instant;

use testkit::Server;

use crate::{
    row::Row,
    sitting::memory_mb,
    timing::{percentile, runtime},
};

/// Starts that are timed.
const STARTS: usize = 5;

pub fn run() -> Vec<Row> {
    let binary = env!("CARGO_BIN_EXE_kaogong");
    let mut rows = Vec::new();
    for mut server in runtime().block_on(Server::each(binary, "2021-03-01 08:00")) {
        let row = |metric: &str, figure| Row::new("footprint", server.engine, metric, figure);
        rows.push(row("memory, idle after its start", (memory_mb(server.process(), "VmRSS"), "MB")));
        let mut times = Vec::new();
        for _ in 0..STARTS {
            server.stop();
            let began = Instant::now();
            server.start_again(&[]);
            server.browser().get("/");
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        let first_page = percentile(&mut times, 50.0);
        rows.push(Row::new("footprint", server.engine, "start to first page", (first_page, "ms")));
    }
    let bytes = std::fs::metadata(binary).unwrap().len() as f64;
    rows.push(Row::new("footprint", "-", "binary, with fonts and demo", (bytes / 1e6, "MB")));
    rows
}
