//! The morning of the exam over loopback HTTP: everybody begins in one second, saves, bursts and hands in,
//! with the load generator on the same two cores; then as many saves as there is room for, beside a
//! handler that does nothing.
mod crowd;
mod empty;
mod load;

use std::{sync::Arc, time::Duration};

use rehearse::{Calendar, Crowd, Office, plan, registration, rehearsal};
use testkit::{
    Server,
    sitters::{Copies, Sitter, multiply},
};

use self::load::{Act, Line, Load};
use crate::{
    row::Row,
    timing::{percentile, runtime},
};

pub use empty::{FLAG as SERVE_NOTHING, answered as nothing_in_its_place, serve as serve_nothing};

/// Who sits the exam. Source: shared data, roster-12318.
const CANDIDATES: usize = 12_318;
/// How many of them this run has: fewer while the bench itself is tried.
const CANDIDATES_VARIABLE: &str = "BENCH_CANDIDATES";
/// Everybody saves once in this time. Source: the exam client saves each change, some six a minute.
const PACE: Duration = Duration::from_secs(10);
/// How long the paced saves last.
const PACED: Duration = Duration::from_secs(30);
/// Everybody comes to the page on which they wait within this time, before the bell.
const WAIT: Duration = Duration::from_secs(20);
/// Everybody begins within this time.
const START: Duration = Duration::from_secs(1);
/// Everybody hands in within this time.
const HAND_IN: Duration = Duration::from_secs(60);
/// How long as much as there is room for is asked, and how many ask at once.
const SATURATED: (Duration, usize) = (Duration::from_secs(8), 64);

fn candidates() -> usize {
    std::env::var(CANDIDATES_VARIABLE).map_or(CANDIDATES, |text| text.parse().unwrap())
}

/// So long, and a sixth of it while the bench itself is tried.
fn lasting(whole: Duration) -> Duration {
    if candidates() < CANDIDATES { whole / 6 } else { whole }
}

/// Files that a server holds open beside its connections, at most.
const OTHER_FILES: usize = 500;

/// Ends with the line that helps when this shell may not open as many connections as there are candidates.
fn enough_files() {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).unwrap();
    let most = line.split_whitespace().next().and_then(|soft| soft.parse().ok()).unwrap_or(usize::MAX);
    let needed = candidates() + OTHER_FILES;
    assert!(most >= needed, "this shell may open {most} files: run `ulimit -n {needed}` and try again");
}

/// All rows of the morning, on each engine.
pub fn run() -> Vec<Row> {
    enough_files();
    let runtime = runtime();
    let mut rows = Vec::new();
    for mut server in runtime.block_on(Server::each(env!("CARGO_BIN_EXE_kaogong"), "2021-03-01 08:00")) {
        let options = rehearsal::Options { candidates: 60, seed: 1, at_once: 8, holders: 0 };
        rehearsal::play_through(server.office(), options, "paper", |_| ()).unwrap();
        let template = crowd::template(&mut server);
        server.stop();
        let copies =
            Copies { name: "sitter", count: candidates(), window: None, hash: identity::session::hash };
        let sitters = runtime.block_on(multiply(&server.database, &template, &copies));
        server.start_again(&[]);
        server.clock("2021-05-22 08:55");
        rows.extend(runtime.block_on(morning(&mut server, sitters)));
        server.stop();
    }
    rows
}

/// One morning: its phases in order, and what the rows say afterwards.
async fn morning(server: &mut Server, sitters: Vec<Sitter>) -> Vec<Row> {
    let engine = server.engine;
    let at_most = |metric: &str, times: &mut Vec<f64>, most_ms: f64| {
        let p99 = percentile(times, 99.0) * 1000.0;
        let row = Row::new("sitting", engine, format!("{metric}, 99 of 100"), (p99, "ms"));
        row.at_most(most_ms).fails_beyond(most_ms * 2.0)
    };
    let count = sitters.len();
    let before = crowd::counted(&server.database).await;
    let load = Load::connect(server.base(), sitters).await;
    let mut rows = Vec::new();
    let mut came = load.everybody(lasting(WAIT), Act::Wait).await;
    rows.push(at_most("everybody comes to the page on which they wait", &mut came, 500.0));
    server.clock("2021-05-22 09:00");
    let mut started = load.everybody(START, Act::Start).await;
    rows.push(at_most(&format!("{count} begin within a second"), &mut started, 1_000.0));
    let mut paced = load.paced(lasting(PACE), lasting(PACED)).await;
    rows.push(at_most("paced saves, one each 10 s", &mut paced, 25.0));
    let mut burst = load.everybody(Duration::ZERO, Act::Save).await;
    rows.push(at_most("all save in one moment", &mut burst, 1_000.0));
    let importing = import_beside(server);
    let mut beside = load.paced(lasting(PACE), lasting(PACED)).await;
    rows.push(at_most("paced saves while a roster of 12,318 comes in", &mut beside, 25.0));
    let imported = tokio::task::spawn_blocking(move || importing.join().unwrap()).await.unwrap();
    rows.push(Row::new("sitting", engine, "that roster, checked and in force", (imported, "s")));
    let most = load.saturated(SATURATED.0, SATURATED.1).await;
    let nothing = empty::saturated(&load, SATURATED.0, SATURATED.1).await;
    let saturation = Row::new("sitting", engine, "saves, 64 at once", (most, "saves/s"));
    rows.push(
        saturation
            .times_at_least("a handler that does nothing, requests/s", nothing, 0.35)
            .fails_beyond(0.25),
    );
    let mut handed_in = load.everybody(lasting(HAND_IN), Act::HandIn).await;
    rows.push(at_most("all hand in within a minute", &mut handed_in, 500.0));
    let memory = Row::new(
        "sitting",
        engine,
        "most memory of the server",
        (memory_mb(server.process(), "VmHWM"), "MB"),
    );
    rows.push(memory.at_most(400.0).fails_beyond(800.0));
    // One change is sent in each save.
    let sent = load.acknowledged();
    let held = crowd::counted(&server.database).await - before;
    rows.push(Row::new("sitting", engine, "acknowledged saves", (sent as f64, "saves")));
    let lost = sent.saturating_sub(held) as f64;
    rows.push(Row::new("sitting", engine, "lost", (lost, "saves")).at_most(0.0).fails_beyond(0.0));
    println!("{engine}: {sent} saves were acknowledged, {held} are held");
    rows
}

/// A roster of the whole province is read, checked and taken into another batch.
fn import_beside(server: &Server) -> std::thread::JoinHandle<f64> {
    let office = Office::new(server.base(), server.clock_file());
    let crowd = Crowd::read(CANDIDATES, 1).unwrap();
    let mut batch = rehearsal::batch(&crowd).unwrap();
    "2021-02".clone_into(&mut batch.code);
    batch.calendar = Calendar::before("2021-07-03", 22).unwrap();
    std::thread::spawn(move || {
        plan::draft(&office, &batch).unwrap();
        plan::propose(&office, &batch).unwrap();
        plan::approve(&office, &batch).unwrap();
        let began = std::time::Instant::now();
        let preview = registration::preview(&office, &batch).unwrap();
        registration::confirm(&office, &preview).unwrap();
        began.elapsed().as_secs_f64()
    })
}

/// Memory of a process in megabytes: `VmRSS`, what it holds, or `VmHWM`, the most it held.
pub fn memory_mb(process: u32, which: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let named =
        |line: &'_ str| line.strip_prefix(which).and_then(|rest| rest.strip_prefix(':')).map(str::to_owned);
    let line = status.lines().find_map(named).unwrap();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1000.0
}

type Lines = Vec<Arc<tokio::sync::Mutex<Line>>>;
