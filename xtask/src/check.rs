//! `cargo xtask check`: every step in order, its time, and one count at the end.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::postgres::{self, Cluster};
use crate::program::in_ci;
use crate::tally::Tally;
use crate::{browser, clients, features, prerequisites, product, rehearsal, scratch, testing, tidy, trust};

/// One step of the check: its name in the table of times, and what it does. It counts what it
/// ran; an error is one failure, and the steps after it still run.
type Step = (&'static str, fn(&Check) -> Result<Tally>);

/// The steps in their order: what answers in seconds first, and the binary without the demo before
/// the one with it, so that the binary is built anew only once.
const STEPS: &[Step] = &[
    ("formatting", product::formatting),
    ("tidy", |check| tidy::check(&check.root)),
    ("one set of features", features::check),
    ("client packages", clients::install),
    ("client build", clients::build),
    ("client tests", clients::test),
    ("clippy", product::clippy),
    ("plain binary", product::build_plain),
    ("clock refused", product::refuse_clock),
    ("tests", testing::step),
    ("promises", trust::step),
    ("demo binary", product::build_demo),
    ("demo smoke", product::smoke),
    ("rehearsal", rehearsal::step),
    ("browser story", clients::story),
    ("generated docs", product::docs),
];

/// What the steps share.
pub struct Check {
    /// The root folder of the repository.
    pub root: PathBuf,
    /// Where this run keeps its logs and evidence: `target/check`, `target/night`.
    pub output: PathBuf,
    /// The browser's program.
    pub chromium: PathBuf,
    /// PostgreSQL, until the end of the check.
    pub cluster: Cluster,
}

/// Runs every step; the last line printed is `N passed, M failed, K skipped`.
#[must_use]
pub fn command(root: &Path) -> ExitCode {
    let mut table = Table::default();
    match table.measure("prerequisites", || Ok((prepare(root, "check", &scratch::place())?, Tally::PASSED))) {
        Some(check) => {
            for (name, run) in STEPS {
                table.measure(name, || Ok(((), run(&check)?)));
            }
        }
        None => println!("Without its prerequisites nothing else was checked."),
    }
    println!("\nwhere the time went");
    for row in &table.rows {
        println!("{row}");
    }
    let total = verdict(table.total, in_ci());
    println!("\n{} passed, {} failed, {} skipped", total.passed, total.failed, total.skipped);
    if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// In CI a skipped test is a failure: there everything a test may need is there.
fn verdict(mut total: Tally, ci: bool) -> Tally {
    if ci && total.skipped > 0 {
        println!(
            "✗ {} skipped: in CI every test must run. Give it what it needs, or remove it.",
            total.skipped
        );
        total.failed += 1;
    }
    total
}

/// Makes ready what the steps share; PostgreSQL and what the tests leave stand `within` a folder. Nothing can be
/// checked without it.
///
/// # Errors
/// When something is missing that no check can do without.
pub fn prepare(root: &Path, name: &str, within: &Path) -> Result<Check> {
    prerequisites::check(root)?;
    let chromium = browser::ready()?;
    postgres::ready()?;
    let output = root.join("target").join(name);
    fs::create_dir_all(&output).with_context(|| format!("{} could not be made", output.display()))?;
    Ok(Check { root: root.to_path_buf(), output, chromium, cluster: Cluster::start(within)? })
}

/// The steps so far: a row for each, and their sum.
#[derive(Default)]
struct Table {
    total: Tally,
    rows: Vec<String>,
}

impl Table {
    /// Runs one step and notes its time and count; an error is printed and counts as one failure.
    fn measure<T>(&mut self, name: &str, run: impl FnOnce() -> Result<(T, Tally)>) -> Option<T> {
        println!("\n== {name} ==");
        let begun = stopwatch();
        let (made, tally) = match run() {
            Ok((made, tally)) => (Some(made), tally),
            Err(error) => {
                println!("✗ {error:#}");
                (None, Tally::FAILED)
            }
        };
        self.rows.push(row(name, begun.elapsed(), tally));
        self.total += tally;
        made
    }
}

#[expect(clippy::disallowed_methods, reason = "tells a developer how long a step took; decides nothing")]
fn stopwatch() -> Instant {
    Instant::now()
}

/// A line of the table of times.
#[must_use]
pub fn row(name: &str, took: Duration, tally: Tally) -> String {
    let (seconds, tenths) = (took.as_secs(), took.subsec_millis() / 100);
    let Tally { passed, failed, skipped } = tally;
    format!("{name:<20} {seconds:>5}.{tenths} s {passed:>6} passed {failed:>4} failed {skipped:>4} skipped")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_in_a_step_is_one_failure_and_the_next_step_still_counts() {
        let mut table = Table::default();
        let none: Option<()> = table.measure("first", || anyhow::bail!("broken"));
        assert!(none.is_none());
        assert_eq!(table.measure("second", || Ok((7, Tally::PASSED))), Some(7));
        assert_eq!(table.total, Tally { passed: 1, failed: 1, skipped: 0 });
        assert_eq!(table.rows.len(), 2);
    }

    #[test]
    fn skipping_is_a_failure_only_in_ci() {
        let skipped = Tally { passed: 5, failed: 0, skipped: 1 };
        assert_eq!(verdict(skipped, false).failed, 0);
        assert_eq!(verdict(skipped, true).failed, 1);
        assert_eq!(verdict(Tally::PASSED, true).failed, 0);
    }

    #[test]
    fn a_row_shows_tenths_of_a_second() {
        let row = row("tests", Duration::from_millis(61_250), Tally::PASSED);
        assert!(row.contains("61.2 s") && row.contains("1 passed"), "{row}");
    }
}
