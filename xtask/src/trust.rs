//! What the tests saw of the promises: `target/check/trust-report.json`, held against docs/reliability.md.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::check::Check;
use crate::program::output;
use crate::tally::Tally;
use crate::{night, page};

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
    let promised = promised(&fs::read_to_string(check.root.join(PAGE)).context(PAGE)?);
    write(check, &kept, &promised)?;
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

/// The state that is tried: the first letters of its commit, and whether anything but pages and figures was changed
/// since; nothing where there is no repository.
#[must_use]
pub fn state(root: &Path) -> Option<String> {
    let git = |words: &[&str]| output(std::process::Command::new("git").args(words).current_dir(root));
    let commit = git(&["rev-parse", "--short=12", "HEAD"]).ok()?;
    let changes = git(&["status", "--porcelain", "--", ".", ":!bench", ":!docs"]).ok()?;
    let changed = if changes.trim().is_empty() { "" } else { " with changes" };
    Some(format!("{}{changed}", commit.trim()))
}

/// Which test keeps which promise, `(TR1, app::kill)`, as the page says and the log of the last check.
///
/// # Errors
/// When one of them cannot be read.
pub fn keepers(root: &Path) -> Result<Vec<(String, String)>> {
    let page = fs::read_to_string(root.join(PAGE)).context(PAGE)?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let seen = kept(&log(root))?.into_iter().map(|row| (text(&row["id"]), text(&row["test"])));
    Ok(written(&page).chain(seen).collect())
}

/// The promises in the table that `promises` wrote, each with its test.
fn written(page: &str) -> impl Iterator<Item = (String, String)> {
    let table = page.split("<!-- promises -->").nth(1).unwrap_or_default();
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| T")?.split(" | ");
        let id = format!("T{}", cells.next()?);
        Some((id, cells.nth(1)?.trim_matches('`').to_owned()))
    };
    table.lines().filter_map(row)
}

/// Writes the report of a run into its folder: what was tried, which promises were kept and which not.
fn write(check: &Check, kept: &[Value], promised: &BTreeSet<String>) -> Result<()> {
    let is_missing = |id: &&String| !kept.iter().any(|row| row["id"] == id.as_str());
    let missing: Vec<_> = promised.iter().filter(is_missing).collect();
    let report = json!({ "state": state(&check.root), "missing": missing, "kept": kept });
    let file = check.output.join("trust-report.json");
    Ok(fs::write(&file, format!("{}\n", serde_json::to_string_pretty(&report)?))?)
}

/// Writes what the last check saw into the page, or with `night` what the last night saw.
///
/// # Errors
/// When none has run, or the page has no place for it.
pub fn command(root: &Path, words: &[String]) -> Result<()> {
    let (place, table) = match words {
        [] => ("promises", table(&kept(&log(root))?)),
        [night] if night == "night" => ("night", night::page(root)?),
        other => bail!("`{}` is nothing promises knows: only `night`.", other.join(" ")),
    };
    if !table.contains("| T") {
        bail!("no promise was kept yet: run `cargo xtask check` or `cargo xtask night` first.");
    }
    page::put(&root.join(PAGE), place, &table)
}

/// The promises that stand in a log.
///
/// # Errors
/// When a line of it cannot be read.
pub fn kept(log: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(log).unwrap_or_default();
    let mut rows = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    sort(&mut rows);
    Ok(rows)
}

/// Puts promises in the order of their numbers.
pub fn sort(rows: &mut [Value]) {
    rows.sort_by_key(|row| [row["id"].to_string(), row["test"].to_string(), row["engine"].to_string()]);
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
    fn the_written_table_says_which_test_keeps_a_promise() {
        let page = "| TR1 | by hand |\n<!-- promises -->\n| promise | engine | test |\n|---|---|---|\n| TR1 | sqlite | `app::kill` | kills 3 |\n<!-- end of promises -->\n";
        assert_eq!(written(page).collect::<Vec<_>>(), [("TR1".to_owned(), "app::kill".to_owned())]);
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
