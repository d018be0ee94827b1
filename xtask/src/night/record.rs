//! `bench/night.json`: what the nights saw, a row for each test, whose night is longest ago first.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::trust;

/// The record is kept with the source: a night is longer than most machines are lent, and the next one goes on with
/// what this one did not come to.
const FILE: &str = "bench/night.json";

/// What every test did in its last night.
#[derive(Debug, Default)]
pub struct Record {
    file: PathBuf,
    rows: Vec<Value>,
}

impl Record {
    /// The record of this repository; an empty one before the first night.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(root: &Path) -> Result<Self> {
        let file = root.join(FILE);
        let rows = match fs::read_to_string(&file) {
            Ok(text) => serde_json::from_str(&text).context(FILE)?,
            Err(_) => Vec::new(),
        };
        Ok(Self { file, rows })
    }

    /// Forgets tests that are no longer there, and puts first those that had no night yet.
    pub fn know<'a>(&mut self, tests: impl Iterator<Item = &'a String> + Clone) {
        self.rows.retain(|row| tests.clone().any(|test| row["test"] == test.as_str()));
        let is_new = |test: &&String| !self.rows.iter().any(|row| row["test"] == test.as_str());
        let new: Vec<_> = tests.filter(is_new).map(|test| json!({ "test": test })).collect();
        self.rows.splice(0..0, new);
    }

    /// The tests in the order in which they come next, each with how long it took.
    pub fn order(&self) -> impl Iterator<Item = (&str, Duration)> {
        let seconds = |row: &Value| Duration::from_secs(row["seconds"].as_u64().unwrap_or_default());
        self.rows.iter().filter_map(move |row| Some((row["test"].as_str()?, seconds(row))))
    }

    /// Takes in what a test did on the state of this name: the promises it kept, or nothing when it failed.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn put(&mut self, test: &str, state: &str, took: Duration, kept: Option<&[Value]>) -> Result<()> {
        self.rows.retain(|row| row["test"] != test);
        let seconds = took.as_secs();
        self.rows.push(json!({ "test": test, "state": state, "seconds": seconds, "kept": kept }));
        self.write()
    }

    fn write(&self) -> Result<()> {
        let lines: Vec<_> = self.rows.iter().map(Value::to_string).collect();
        fs::write(&self.file, format!("[\n{}\n]\n", lines.join(",\n"))).context(FILE)
    }

    /// The promises that stand, by the state on which they were kept.
    #[must_use]
    pub fn kept(&self) -> BTreeMap<&str, Vec<Value>> {
        let mut kept: BTreeMap<_, Vec<Value>> = BTreeMap::new();
        for row in &self.rows {
            let promises = row["kept"].as_array().into_iter().flatten().cloned();
            kept.entry(row["state"].as_str().unwrap_or_default()).or_default().extend(promises);
        }
        kept.retain(|_, promises| !promises.is_empty());
        kept.values_mut().for_each(|promises| trust::sort(promises));
        kept
    }

    /// What the page shows: for each state a table of what was kept there, and what failed or had no night yet.
    #[must_use]
    pub fn page(&self) -> String {
        let mut page = String::new();
        for (state, promises) in self.kept() {
            // Writing into a String cannot fail.
            let _ = writeln!(page, "On `{state}`:\n\n{}", trust::table(&promises));
        }
        for row in self.rows.iter().filter(|row| row["kept"].is_null()) {
            let what = match row["state"].as_str() {
                Some(state) => format!("failed on `{state}`"),
                None => "had no night yet".to_owned(),
            };
            let _ = writeln!(page, "- {} {what}.", row["test"].as_str().unwrap_or_default());
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(folder: &str) -> Record {
        let file = std::env::temp_dir().join(format!("kaogong-record-{folder}-{}", std::process::id()));
        Record { file, rows: Vec::new() }
    }

    fn next(record: &Record) -> Vec<&str> {
        record.order().map(|(test, _)| test).collect()
    }

    #[test]
    fn what_had_no_night_comes_first_then_what_is_longest_ago() {
        let mut record = record("order");
        let tests = ["a", "b", "c"].map(str::to_owned);
        record.know(tests[..2].iter());
        assert_eq!(next(&record), ["a", "b"]);
        record.put("a", "one", Duration::from_secs(70), Some(&[json!({ "id": "TR1" })])).unwrap();
        record.know(tests.iter());
        assert_eq!(next(&record), ["c", "b", "a"]);
        record.put("b", "two", Duration::ZERO, None).unwrap();
        assert_eq!(next(&record), ["c", "a", "b"]);
        assert_eq!(record.order().nth(1).unwrap().1, Duration::from_secs(70));
        record.know(tests[1..].iter());
        assert_eq!(next(&record), ["c", "b"], "a is no test any more");
        let page = record.page();
        assert_eq!(page, "- c had no night yet.\n- b failed on `two`.\n");
        fs::remove_file(record.file).unwrap();
    }

    #[test]
    fn a_row_outlives_the_process_and_is_shown_under_its_state() {
        let folder = std::env::temp_dir().join(format!("kaogong-record-{}", std::process::id()));
        fs::create_dir_all(folder.join("bench")).unwrap();
        let mut record = Record::read(&folder).unwrap();
        let promise = json!({
            "id": "TR1", "engine": "sqlite", "test": "app::kill", "counts": { "kills": 3 },
            "controls": [{ "switched_off": "all", "found": 2 }]
        });
        record.put("app::kill::lost", "abc", Duration::ZERO, Some(&[promise])).unwrap();
        let page = Record::read(&folder).unwrap().page();
        assert!(page.starts_with("On `abc`:\n\n| promise |"), "{page}");
        assert!(page.contains("| TR1 | sqlite | `app::kill` | kills 3 | all: 2 |\n"), "{page}");
        fs::remove_dir_all(folder).unwrap();
    }
}
