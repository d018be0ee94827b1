//! What an installation costs before anybody works with it.
use std::time::Instant;

use testkit::Server;

use crate::{
    row::Row,
    sitting::peak_mb,
    timing::{median_of, runtime},
};

pub fn run() -> Vec<Row> {
    let binary = env!("CARGO_BIN_EXE_kaogong");
    let mut rows = Vec::new();
    for mut server in runtime().block_on(Server::each(binary, "2021-03-01 08:00")) {
        let row = |metric: &str, figure| Row::new("footprint", server.engine, metric, figure);
        let mut new = vec![row("memory, idle after its start", (peak_mb(server.process()), "MB"))];
        let first_page = median_of(5, || {
            server.start_again(&[]);
            let began = Instant::now();
            server.browser().get("/");
            began.elapsed()
        });
        new.push(Row::new("footprint", server.engine, "start to first page", (first_page * 1000.0, "ms")));
        rows.extend(new);
    }
    let bytes = std::fs::metadata(binary).unwrap().len() as f64;
    rows.push(Row::new("footprint", "-", "binary, with fonts and demo", (bytes / 1e6, "MB")));
    rows
}
