//! `cargo xtask bench [--times N] [NAME]`: measures, keeps the figures in `bench/results.json`, and writes the table
//! of docs/performance.md from them. What is measured several times is kept as the run in the middle, with the least
//! and the most of all.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::page;
use crate::postgres::{self, Cluster};
use crate::prerequisites;
use crate::program::{cargo, on_path, output, run};

/// Where the figures are kept.
const RESULTS: &str = "bench/results.json";
/// Where people read them.
const PAGE: &str = "docs/performance.md";

/// How long the peer takes to read the roster, printed in seconds.
const OPENPYXL: &str = "
import sys, time, openpyxl
began = time.perf_counter()
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
rows = sum(1 for row in book.worksheets[0].iter_rows(values_only=True))
assert rows == 12319, rows
print(time.perf_counter() - began)
";

/// Measures what is asked for, or everything.
///
/// # Errors
/// When something is missing, or a measurement cannot go on.
pub fn command(root: &Path, words: &[String]) -> Result<()> {
    let (times, names) = asked(words)?;
    prerequisites::check(root)?;
    postgres::ready()?;
    let cluster = Cluster::start(&std::env::temp_dir())?;
    cluster.as_in_production()?;
    let folder = root.join("target/bench");
    fs::create_dir_all(&folder)?;
    let rows = folder.join("rows.json");
    let peer = openpyxl(root, &folder);
    let mut runs = Vec::new();
    for _ in 0..times {
        measure(root, names, (&cluster, peer.as_deref()), &rows)?;
        runs.push(serde_json::from_slice::<Vec<Value>>(&fs::read(&rows)?)?);
    }
    let all = merged(known(root)?, in_the_middle(&runs));
    fs::create_dir_all(root.join("bench"))?;
    fs::write(root.join(RESULTS), format!("{}\n", serde_json::to_string_pretty(&all)?))?;
    write_table(root, &all)?;
    let failed = all.iter().filter(|row| row["failed"] == true).count();
    if failed > 0 {
        bail!("{failed} figures are beyond the bound at which they fail: {PAGE} names them.");
    }
    Ok(())
}

/// How often, and what.
fn asked(words: &[String]) -> Result<(usize, &[String])> {
    match words {
        [flag, times, names @ ..] if flag == "--times" => {
            let times = times.parse().ok().filter(|times| *times > 0);
            Ok((times.with_context(|| format!("`--times` takes a number, not {:?}", words.get(1)))?, names))
        }
        names => Ok((1, names)),
    }
}

/// One run; its figures stand in `rows`.
fn measure(
    root: &Path,
    names: &[String],
    (cluster, peer): (&Cluster, Option<&str>),
    rows: &Path,
) -> Result<()> {
    let mut bench = cargo(root);
    bench
        .args(["bench", "-p", "app", "--features", "demo", "--bench", "measure", "--locked", "--"])
        .args(names)
        .env("TEST_PG", cluster.url())
        .env("REQUIRE_PG", "1")
        .env("BENCH_ROWS", rows);
    if let Some(seconds) = peer {
        bench.env("BENCH_OPENPYXL", seconds);
    }
    run(&mut bench)
}

/// Of each figure the run in whose middle it stands, with the least and the most of all runs.
fn in_the_middle(runs: &[Vec<Value>]) -> Vec<Value> {
    let Some(first) = runs.first() else { return Vec::new() };
    let is_same = |one: &Value, other: &Value| {
        ["bench", "engine", "metric"].into_iter().all(|name| one[name] == other[name])
    };
    let mut rows = Vec::new();
    for row in first {
        let mut taken: Vec<&Value> = runs.iter().flatten().filter(|other| is_same(row, other)).collect();
        let value = |row: &Value| row["value"].as_f64().unwrap_or(f64::NAN);
        taken.sort_by(|one, other| value(one).total_cmp(&value(other)));
        let mut middle = taken.get(taken.len() / 2).map_or_else(|| row.clone(), |row| (*row).clone());
        middle["times"] = taken.len().into();
        middle["least"] = taken.first().map_or(Value::Null, |row| row["value"].clone());
        middle["most"] = taken.last().map_or(Value::Null, |row| row["value"].clone());
        rows.push(middle);
    }
    rows
}

/// Seconds that the peer takes, in an environment made for it; none without Python or its package.
fn openpyxl(root: &Path, folder: &Path) -> Option<String> {
    let python = on_path("python3")?;
    let home = folder.join("python");
    let inside: PathBuf = home.join("bin/python");
    if !inside.is_file() {
        output(Command::new(python).args(["-m", "venv"]).arg(&home)).ok()?;
    }
    let roster = root.join("data/demo/roster-12318.xlsx");
    let measure = || output(Command::new(&inside).args(["-c", OPENPYXL]).arg(&roster));
    let said = measure().or_else(|_| {
        output(Command::new(&inside).args(["-m", "pip", "install", "-q", "openpyxl"])).and_then(|_| measure())
    });
    said.ok().map(|seconds| seconds.trim().to_owned())
}

fn known(root: &Path) -> Result<Vec<Value>> {
    match fs::read(root.join(RESULTS)) {
        Ok(bytes) => serde_json::from_slice(&bytes).context(RESULTS),
        Err(_) => Ok(Vec::new()),
    }
}

/// The figures of a bench that ran again replace what was known of it.
fn merged(known: Vec<Value>, new: Vec<Value>) -> Vec<Value> {
    let ran = |row: &Value| new.iter().any(|one| one["bench"] == row["bench"]);
    let mut all: Vec<Value> = known.into_iter().filter(|row| !ran(row)).collect();
    all.extend(new.iter().cloned());
    all.sort_by(|one, other| one["bench"].as_str().cmp(&other["bench"].as_str()));
    all
}

fn write_table(root: &Path, rows: &[Value]) -> Result<()> {
    page::put(&root.join(PAGE), "figures", &table(rows))
}

fn table(rows: &[Value]) -> String {
    let mut table = String::from(
        "| bench | engine | what | figure | held against | ratio | must reach | met |\n|---|---|---|---|---|---|---|---|\n",
    );
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
        let number = |key: &str| row[key].as_f64().map_or_else(String::new, figure);
        let baseline = match number("baseline_value").as_str() {
            "" => text("baseline"),
            value => format!("{}: {value}", text("baseline")),
        };
        let met = match row["met"].as_bool() {
            Some(true) => "yes".to_owned(),
            Some(false) if row["failed"] == true => format!("**fails** ({})", text("bound")),
            Some(false) => "**no**".to_owned(),
            None => String::new(),
        };
        let of_several = match row["times"].as_u64() {
            Some(times) if times > 1 => format!(" ({}–{})", number("least"), number("most")),
            Some(_) | None => String::new(),
        };
        // Writing into a String cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} {}{of_several} | {baseline} | {} | {} | {met} |",
            text("bench"),
            text("engine"),
            text("metric"),
            number("value"),
            text("unit"),
            number("ratio"),
            text("target"),
        );
    }
    table
}

/// Three digits that say something.
fn figure(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bench_that_ran_again_replaces_its_rows_and_no_others() {
        let known = vec![json!({"bench": "trail", "value": 1}), json!({"bench": "arrange", "value": 2})];
        let all = merged(known, vec![json!({"bench": "trail", "value": 3})]);
        assert_eq!(all, [json!({"bench": "arrange", "value": 2}), json!({"bench": "trail", "value": 3})]);
    }

    #[test]
    fn of_several_runs_the_middle_stands_with_the_least_and_the_most() {
        let run = |value: f64, met: bool| {
            vec![
                json!({"bench": "trail", "engine": "sqlite", "metric": "m", "value": value, "met": met}),
                json!({"bench": "trail", "engine": "postgres", "metric": "m", "value": 1.0, "met": true}),
            ]
        };
        let rows = in_the_middle(&[run(3.0, false), run(1.0, true), run(2.0, true)]);
        assert_eq!(rows.len(), 2);
        let seen = ["value", "least", "most", "times", "met"].map(|name| rows[0][name].clone());
        assert_eq!(seen, [json!(2.0), json!(1.0), json!(3.0), json!(3), json!(true)]);
        assert!(table(&rows).contains("| 2.00  (1.00–3.00) |"), "{}", table(&rows));
    }

    #[test]
    fn how_often_stands_before_what() {
        let words = |text: &str| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>();
        let asked_for = |text: &str| asked(&words(text)).ok().map(|(times, names)| (times, names.to_vec()));
        assert_eq!(asked_for("--times 3 trail pages"), Some((3, words("trail pages"))));
        assert_eq!(asked_for("trail"), Some((1, words("trail"))));
        assert_eq!(asked_for("--times none"), None);
        assert_eq!(asked_for("--times 0"), None);
    }

    #[test]
    fn a_row_says_what_it_is_held_against_and_whether_that_is_met() {
        let row = json!({
            "bench": "arrange", "engine": "-", "metric": "12,318 people", "value": 0.0421, "unit": "s",
            "baseline": "", "baseline_value": null, "ratio": null, "target": "≤ 0.3 s", "met": true
        });
        assert!(
            table(&[row]).ends_with("| arrange | - | 12,318 people | 0.0421 s |  |  | ≤ 0.3 s | yes |\n")
        );
    }
}
