//! What the tests saw of the promises: `target/check/trust-report.json`, held against docs/reliability.md.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::check::Check;
use crate::page;
use crate::program::output;
use crate::tally::Tally;

/// The page that makes the promises.
const PAGE: &str = "docs/reliability.md";
/// A promise is a row of a table there that begins with its number.
const NUMBERS: [&str; 2] = ["TR", "TS"];

/// Where the tests note the promises they kept.
#[must_use]
pub fn log(root: &Path) -> PathBuf {
    root.join("target/check/promises.log")
}

/// Writes the report of this run, and counts: a promise of the page that no test kept is a failure, and so is a
/// kept promise that the page does not make.
///
/// # Errors
/// When the page or the log cannot be read.
pub fn step(check: &Check) -> Result<Tally> {
    let kept = kept(&log(&check.root))?;
    write(&check.root, &check.output, &kept)?;
    let promised = promised(&fs::read_to_string(check.root.join(PAGE)).context(PAGE)?);
    let seen: BTreeSet<String> =
        kept.iter().filter_map(|row| row["id"].as_str().map(str::to_owned)).collect();
    let mut tally = Tally::default();
    for id in promised.union(&seen) {
        let is_kept = promised.contains(id) && seen.contains(id);
        if !is_kept {
            let why = if seen.contains(id) {
                "is not a row of"
            } else {
                "was not kept in this run, but is promised by"
            };
            println!("✗ {id} {why} {PAGE}");
        }
        tally += Tally::of(is_kept);
    }
    Ok(tally)
}

/// The promises of the page that none of these rows keeps.
///
/// # Errors
/// When the page cannot be read.
pub fn missing(root: &Path, kept: &[Value]) -> Result<Vec<String>> {
    let promised = promised(&fs::read_to_string(root.join(PAGE)).context(PAGE)?);
    Ok(promised.into_iter().filter(|id| !kept.iter().any(|row| row["id"] == id.as_str())).collect())
}

/// The commit that is tried, and whether anything was changed since; nothing where there is no repository.
#[must_use]
pub fn state(root: &Path) -> Option<(String, bool)> {
    let git = |words: &[&str]| output(std::process::Command::new("git").args(words).current_dir(root));
    let commit = git(&["rev-parse", "HEAD"]).ok()?;
    let changes = git(&["status", "--porcelain"]).ok()?;
    Some((commit.trim().to_owned(), !changes.trim().is_empty()))
}

/// Writes the report of a run into its folder: what was tried, which promises were kept and which not.
///
/// # Errors
/// When the page cannot be read or the report not be written.
pub fn write(root: &Path, output_folder: &Path, kept: &[Value]) -> Result<()> {
    let (commit, is_changed) = state(root).unzip();
    let report =
        json!({ "commit": commit, "changed": is_changed, "missing": missing(root, kept)?, "kept": kept });
    let file = output_folder.join("trust-report.json");
    Ok(fs::write(&file, format!("{}\n", serde_json::to_string_pretty(&report)?))?)
}

/// Writes what the last check saw into the page, or with `night` what the last night saw.
///
/// # Errors
/// When none has run, or the page has no place for it.
pub fn command(root: &Path, words: &[String]) -> Result<()> {
    let (log, place, first) = match words {
        [] => (log(root), "promises", "check"),
        [night] if night == "night" => (root.join("target/night/promises.log"), "night", "night"),
        other => bail!("`{}` is nothing promises knows: only `night`.", other.join(" ")),
    };
    let kept = kept(&log)?;
    if kept.is_empty() {
        bail!("no promise was kept yet: run `cargo xtask {first}` first.");
    }
    page::put(&root.join(PAGE), place, &table(&kept))
}

/// The promises that stand in a log.
///
/// # Errors
/// When a line of it cannot be read.
pub fn kept(log: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut rows = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    rows.sort_by_key(|row| [row["id"].to_string(), row["test"].to_string(), row["engine"].to_string()]);
    Ok(rows)
}

fn promised(page: &str) -> BTreeSet<String> {
    let first = |line: &str| line.strip_prefix("| ").and_then(|row| row.split(' ').next().map(str::to_owned));
    let is_number = |id: &String| {
        NUMBERS.iter().any(|kind| id.strip_prefix(kind).is_some_and(|rest| rest.parse::<u8>().is_ok()))
    };
    let hand_written = page.split("<!-- promises -->").next().unwrap_or_default();
    hand_written.lines().filter_map(first).filter(is_number).collect()
}

/// A table of promises, for a page or a terminal.
#[must_use]
pub fn table(rows: &[Value]) -> String {
    let mut table = String::from(
        "| promise | engine | test | counted | control, and what it found |\n|---|---|---|---|---|\n",
    );
    for row in rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        let counts = row["counts"].as_object().into_iter().flatten();
        let counts: Vec<String> = counts.map(|(what, number)| format!("{what} {number}")).collect();
        let controls = row["controls"].as_array().into_iter().flatten();
        let controls: Vec<String> = controls
            .map(|one| format!("{}: {}", one["switched_off"].as_str().unwrap_or_default(), one["found"]))
            .collect();
        // Writing into a String cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | `{}` | {} | {} |",
            text("id"),
            text("engine"),
            text("test"),
            counts.join(", "),
            controls.join("; ")
        );
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_a_row_that_begins_with_its_number() {
        let page = "| id | promise |\n|---|---|\n| TR1 | nothing is lost |\n| TS18 | no number |\n| other |\nTR2\n<!-- promises -->\n| TR9 | made by the command |\n";
        assert_eq!(promised(page), BTreeSet::from(["TR1".to_owned(), "TS18".to_owned()]));
    }

    #[test]
    fn a_row_says_what_was_counted_and_what_the_control_found() {
        let row = json!({
            "id": "TR1", "engine": "sqlite", "test": "app::kill", "seed": 7,
            "counts": { "kills": 300, "lost": 0 },
            "controls": [{ "switched_off": "acknowledges before the commit", "found": 12 }]
        });
        let line =
            "| TR1 | sqlite | `app::kill` | kills 300, lost 0 | acknowledges before the commit: 12 |\n";
        assert!(table(&[row]).ends_with(line));
    }
}
