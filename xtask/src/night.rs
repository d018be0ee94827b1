//! `cargo xtask night`: the tests of the promises once more, with their larger numbers, each in a process of its own.

mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use self::record::Record;
use crate::check;
use crate::evidence::Evidence;
use crate::program::output;
use crate::tally::Tally;
use crate::testing::Program;
use crate::{testing, trust};

/// Hours after which no other test is begun, unless `--hours` says otherwise.
const HOURS: f64 = 8.0;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    time: Duration,
    /// Numbers of promises or parts of tests' names; none for all.
    only: Vec<String>,
}

/// Builds the tests, runs those that keep promises, as many at once as there are processors, and writes what they saw
/// into `bench/night.json`. What had no night for longest comes first, and nothing is begun that took longer than what
/// is left of the hours: the next night goes on with it. With words only the tests of the promises of these numbers, or
/// whose names hold one of them.
///
/// # Errors
/// When a flag is not known, the tests do not compile, or a promise is not kept.
pub fn command(root: &Path, words: &[String]) -> Result<()> {
    let asked = read(words)?;
    let known = known(root, &asked.only)?;
    let state = trust::state(root).context("git does not say which commit this is")?;
    let ends = stopwatch() + asked.time;
    // On the disk: nobody has measured what larger numbers leave.
    let check = check::prepare(root, "night", &env::temp_dir())?;
    let log = Mutex::new(File::create(check.output.join("tests.log"))?);
    let mut tests = keepers(root, &known)?;
    let mut record = Record::read(root)?;
    if asked.only.is_empty() {
        record.know(tests.keys());
    }
    let order = record.order().map(|(test, took)| (test.to_owned(), took));
    let mut jobs: Vec<_> =
        order.filter_map(|(test, took)| Some((tests.remove(&test)?, test, took))).collect();
    // One that is asked for by its name may have had no night yet.
    jobs.extend(tests.into_iter().map(|(test, command)| (command, test, Duration::ZERO)));
    let record = Mutex::new(record);
    let run = |(number, (mut command, test, took)): (usize, (Command, String, Duration))| -> Result<Tally> {
        if stopwatch() + took >= ends {
            println!("{test}: waits for the next night");
            return Ok(Tally { skipped: 1, ..Tally::default() });
        }
        let file = |kind: &str| check.output.join(format!("{number}.{kind}"));
        let evidence = Evidence::begin(file("engines"), file("requirements"), file("promises"))?;
        let begun = stopwatch();
        let job = testing::prepare(&mut command, &check, &evidence).env("NIGHT", "1");
        let tally = testing::tell(job, &log, |id| check.cluster.forget(id))?;
        println!("{}", check::row(&test, begun.elapsed(), tally));
        let kept = trust::kept(&evidence.promises)?;
        let kept = (tally.failed + tally.skipped == 0).then_some(kept.as_slice());
        let mut record = record.lock().map_err(|_| anyhow::anyhow!("the record was left half written"))?;
        record.put(&test, &state, begun.elapsed(), kept)?;
        Ok(tally)
    };
    let mut total = Tally::default();
    let at_once = thread::available_parallelism()?.get();
    for told in testing::in_parallel(jobs.into_iter().enumerate().collect(), at_once, run) {
        total += told?;
    }
    println!("{} passed, {} failed, {} wait for the next night", total.passed, total.failed, total.skipped);
    if total.failed > 0 {
        bail!("not every promise was kept tonight: target/night/tests.log has every line.");
    }
    Ok(())
}

fn read(words: &[String]) -> Result<Asked> {
    let (mut hours, mut only) = (HOURS, Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--hours" => {
                let number = words.next().and_then(|number| number.parse().ok());
                let number = number.filter(|hours| (0.0..10_000.0).contains(hours));
                hours = number.context("--hours needs a number of hours")?;
            }
            flag if flag.starts_with('-') => bail!(
                "`{flag}` is nothing night knows: use --hours N, numbers of promises, or parts of tests' names."
            ),
            word => only.push(word.to_owned()),
        }
    }
    Ok(Asked { time: Duration::from_secs(3600).mul_f64(hours), only })
}

/// What `cargo xtask promises night` writes into the page.
///
/// # Errors
/// When the record cannot be read.
pub fn page(root: &Path) -> Result<String> {
    Ok(Record::read(root)?.page())
}

/// The modules whose tests keep promises, as the page and the log of the last check name them.
fn known(root: &Path, only: &[String]) -> Result<BTreeSet<String>> {
    let known = asked_for(&trust::keepers(root)?, only);
    if known.is_empty() {
        bail!(
            "no promise has the number `{}`, and no test of one such a name: docs/reliability.md has both.",
            only.join(" ")
        );
    }
    Ok(known)
}

fn asked_for(keepers: &[(String, String)], only: &[String]) -> BTreeSet<String> {
    let is_asked = |(id, test): &&(String, String)| {
        only.is_empty() || only.iter().any(|word| id == word || test.contains(word.as_str()))
    };
    keepers.iter().filter(is_asked).map(|(_, test)| test.clone()).collect()
}

/// Each test of these modules, by its name, with the command that runs nothing else.
fn keepers(root: &Path, known: &BTreeSet<String>) -> Result<BTreeMap<String, Command>> {
    // As in a check: what is slow unoptimised is optimised there too, numbers that overflow are seen, and nothing is built
    // for an hour first.
    let programs = testing::build(root)?;
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
                "no test of {module} was found: run `cargo xtask check` and `cargo xtask promises` first, so that they are of this state."
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
    use std::time::Duration;

    use super::{Asked, asked_for, names, read};

    #[test]
    fn flags_and_one_word_in_any_order() {
        let words = |words: &str| words.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let asked =
            |minutes: u64, only: &str| Asked { time: Duration::from_secs(minutes * 60), only: words(only) };
        assert_eq!(read(&words("")).unwrap(), asked(480, ""));
        assert_eq!(read(&words("--hours 1.5")).unwrap(), asked(90, ""));
        assert_eq!(read(&words("TR1 --hours 3")).unwrap(), asked(180, "TR1"));
        for wrong in ["--hours", "--hours x", "--hours -1", "--fast"] {
            assert!(read(&words(wrong)).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_promise_is_asked_for_by_its_number_or_by_the_name_of_its_test() {
        let kept = [("TR1", "app::kill"), ("TR1", "app::kill::office"), ("TR17", "app::storm::start")]
            .map(|(id, test)| (id.to_owned(), test.to_owned()));
        let asked = |only: &[&str]| {
            let only: Vec<_> = only.iter().map(|word| (*word).to_owned()).collect();
            asked_for(&kept, &only).into_iter().collect::<Vec<_>>()
        };
        assert_eq!(asked(&["TR1"]), ["app::kill", "app::kill::office"], "TR17 is another number");
        assert_eq!(asked(&["office", "TR17"]), ["app::kill::office", "app::storm::start"]);
        assert_eq!(asked(&[]).len(), 3);
        assert!(asked(&["TR9"]).is_empty());
    }

    #[test]
    fn a_module_has_its_own_tests_and_those_below() {
        let listed =
            "kill::lost: test\nkill::judge::named: test\nkiller::other: test\n3 tests, 0 benchmarks\n";
        assert_eq!(names(listed, "kill").collect::<Vec<_>>(), ["kill::lost", "kill::judge::named"]);
        assert_eq!(names(listed, "").count(), 3);
    }
}
