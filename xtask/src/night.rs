//! `cargo xtask night`: the tests of the promises once more, with their larger numbers, each in a process of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::check;
use crate::evidence::Evidence;
use crate::program::output;
use crate::tally::Tally;
use crate::testing::Program;
use crate::{testing, trust};

/// Hours after which no other test is begun, unless `--hours` says otherwise.
const HOURS: u64 = 3;

/// Builds the tests, runs those that keep promises, as many at once as there are processors, and writes
/// `target/night/trust-report.json`. With a word only those of the promise of that number, or whose name holds it.
///
/// # Errors
/// When a flag is not known, the tests do not compile, a promise is not kept, or time was too short for all.
pub fn command(root: &Path, words: &[String]) -> Result<()> {
    let (hours, only) = match words {
        [] => (HOURS, ""),
        [flag, number] if flag == "--hours" => (number.parse().context("--hours needs a number")?, ""),
        [word] if !word.starts_with('-') => (HOURS, word.as_str()),
        other => {
            bail!(
                "`{}` is nothing night knows: use --hours N, a promise's number, or a part of a test's name.",
                other.join(" ")
            )
        }
    };
    let known = known(root, only)?;
    let ends = stopwatch() + Duration::from_secs(hours * 3600);
    // On the disk: nobody has measured what larger numbers leave.
    let check = check::prepare(root, "night", &env::temp_dir())?;
    let evidence = Evidence::begin(
        check.output.join("engines.log"),
        check.output.join("requirements.log"),
        check.output.join("promises.log"),
    )?;
    let log = Mutex::new(File::create(check.output.join("tests.log"))?);
    let jobs: Vec<_> = keepers(root, &known)?.into_iter().collect();
    let at_once = thread::available_parallelism()?.get();
    let run = |(test, mut command): (String, Command)| -> Result<(String, Tally)> {
        if stopwatch() >= ends {
            let row = format!("{test}: not run, {hours} hours are over");
            return Ok((row, Tally { skipped: 1, ..Tally::default() }));
        }
        let begun = stopwatch();
        let job = testing::prepare(&mut command, &check, &evidence).env("NIGHT", "1");
        let tally = testing::tell(job, &log, |id| check.cluster.forget(id))?;
        let row = check::row(&test, begun.elapsed(), tally);
        println!("{row}");
        Ok((row, tally))
    };
    let mut table = Vec::new();
    let mut total = Tally::default();
    for told in testing::in_parallel(jobs, at_once, run) {
        let (row, tally) = told?;
        table.push(row);
        total += tally;
    }
    table.sort_unstable();
    println!("\nthe night");
    let kept = trust::kept(&evidence.promises)?;
    trust::write(root, &check.output, &kept)?;
    println!("{}", trust::table(&kept));
    table.iter().for_each(|row| println!("{row}"));
    println!("{} passed, {} failed, {} not run", total.passed, total.failed, total.skipped);
    if total.failed + total.skipped > 0 {
        bail!("not every promise was kept tonight: target/night/tests.log has every line");
    }
    Ok(())
}

/// The modules whose tests keep promises, as the log of the last check names them.
fn known(root: &Path, only: &str) -> Result<BTreeSet<String>> {
    let kept = trust::kept(&trust::log(root))?;
    if kept.is_empty() {
        bail!("which tests keep promises is not known yet: run `cargo xtask check` first.");
    }
    let known = asked_for(&kept, only);
    if known.is_empty() {
        bail!(
            "no promise has the number `{only}`, and no test of one such a name: docs/reliability.md has both."
        );
    }
    Ok(known)
}

fn asked_for(kept: &[Value], only: &str) -> BTreeSet<String> {
    let is_asked =
        |row: &&Value| row["id"] == only || row["test"].as_str().is_some_and(|test| test.contains(only));
    kept.iter().filter(is_asked).filter_map(|row| row["test"].as_str().map(str::to_owned)).collect()
}

/// Each test of these modules, by its name, with the command that runs nothing else.
fn keepers(root: &Path, known: &BTreeSet<String>) -> Result<BTreeMap<String, Command>> {
    // Optimised: most of a night is starts of the server and steps of walks.
    let programs = testing::build(root, &["--release"])?;
    let mut found = BTreeMap::new();
    for module in known {
        let (name, mut inner) = module.split_once("::").unwrap_or((module, ""));
        let named: Vec<_> = programs.iter().filter(|program| program.is_named(name)).collect();
        // A promise is kept in the module that holds its test, or in one below it.
        let tests = loop {
            let tests = tests_of(&named, inner)?;
            match inner.rsplit_once("::") {
                Some((above, _)) if tests.is_empty() => inner = above,
                Some(_) | None => break tests,
            }
        };
        if tests.is_empty() {
            bail!(
                "no test of {module} was found: run `cargo xtask check` first, so that its log is of this state."
            );
        }
        for (program, test) in tests {
            let mut command = testing::command(program);
            command.args(["--exact", &test, "--nocapture"]);
            found.insert(format!("{name}::{test}"), command);
        }
    }
    Ok(found)
}

/// The tests of a module, each with the program that has it.
fn tests_of<'a>(programs: &[&'a Program], module: &str) -> Result<Vec<(&'a Program, String)>> {
    let mut found = Vec::new();
    for program in programs {
        let listed = output(testing::command(program).arg("--list"))?;
        found.extend(names(&listed, module).map(|test| (*program, test.to_owned())));
    }
    Ok(found)
}

/// The tests of a module in what a test program lists.
fn names<'a>(listed: &'a str, module: &'a str) -> impl Iterator<Item = &'a str> {
    let tests = listed.lines().filter_map(|line| line.strip_suffix(": test"));
    tests.filter(move |test| {
        test.strip_prefix(module).is_some_and(|rest| module.is_empty() || rest.starts_with("::"))
    })
}

#[expect(clippy::disallowed_methods, reason = "a night has so many hours; no test is decided by it")]
fn stopwatch() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{asked_for, names};

    #[test]
    fn a_promise_is_asked_for_by_its_number_or_by_the_name_of_its_test() {
        let kept = [
            json!({ "id": "TR1", "test": "app::kill" }),
            json!({ "id": "TR1", "test": "app::kill::office" }),
            json!({ "id": "TR17", "test": "app::storm::start" }),
        ];
        assert_eq!(asked_for(&kept, "TR1").len(), 2, "TR17 is another number");
        assert_eq!(asked_for(&kept, "office").into_iter().collect::<Vec<_>>(), ["app::kill::office"]);
        assert_eq!(asked_for(&kept, "").len(), 3);
        assert!(asked_for(&kept, "TR9").is_empty());
    }

    #[test]
    fn a_module_has_its_own_tests_and_those_below() {
        let listed =
            "kill::lost: test\nkill::judge::named: test\nkiller::other: test\n3 tests, 0 benchmarks\n";
        assert_eq!(names(listed, "kill").collect::<Vec<_>>(), ["kill::lost", "kill::judge::named"]);
        assert_eq!(names(listed, "").count(), 3);
    }
}
