//! `cargo xtask night`: the tests of the promises once more, with their larger numbers, each in a process of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::check;
use crate::evidence::{Evidence, remove};
use crate::program::output;
use crate::tally::Tally;
use crate::testing::Program;
use crate::{testing, trust};

/// Hours after which no other test is begun, unless `--hours` says otherwise.
const HOURS: u64 = 8;

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Asked {
    hours: u64,
    /// A promise's number or a part of a test's name; empty for all.
    only: String,
    /// Whether a night that was broken off goes on.
    goes_on: bool,
}

/// Builds the tests, runs those that keep promises, as many at once as there are processors, and writes
/// `target/night/trust-report.json`. With a word only those of the promise of that number, or whose name holds it; with
/// `--resume` those that the night which was begun on this commit has not come to.
///
/// # Errors
/// When a flag is not known, the tests do not compile, a promise is not kept, or time was too short for all.
pub fn command(root: &Path, words: &[String]) -> Result<()> {
    let asked = read(words)?;
    let known = known(root, &asked.only)?;
    let ends = stopwatch() + Duration::from_secs(asked.hours * 3600);
    let diary = Diary::open(root, asked.goes_on)?;
    // On the disk: nobody has measured what larger numbers leave.
    let check = check::prepare(root, "night", &env::temp_dir())?;
    let log = Mutex::new(OpenOptions::new().create(true).append(true).open(check.output.join("tests.log"))?);
    let jobs: Vec<_> = keepers(root, &known)?.into_iter().enumerate().collect();
    let at_once = thread::available_parallelism()?.get();
    let run = |(number, (test, mut command)): (usize, (String, Command))| -> Result<(String, Tally)> {
        if let Some(row) = diary.done.get(&test) {
            return Ok((row.clone(), Tally::PASSED));
        }
        if stopwatch() >= ends {
            let row = format!("{test}: not run, {} hours are over", asked.hours);
            return Ok((row, Tally { skipped: 1, ..Tally::default() }));
        }
        let begun = stopwatch();
        let evidence = diary.evidence(number)?;
        let job = testing::prepare(&mut command, &check, &evidence).env("NIGHT", "1");
        let tally = testing::tell(job, &log, |id| check.cluster.forget(id))?;
        let row = check::row(&test, begun.elapsed(), tally);
        println!("{row}");
        if tally.failed + tally.skipped == 0 {
            diary.keep(&test, &row, &evidence)?;
        }
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
    let kept = trust::kept(&diary.promises())?;
    trust::write(root, &check.output, &kept)?;
    println!("{}", trust::table(&kept));
    table.iter().for_each(|row| println!("{row}"));
    println!("{} passed, {} failed, {} not run", total.passed, total.failed, total.skipped);
    if total.failed + total.skipped > 0 {
        bail!(
            "not every promise was kept tonight: target/night/tests.log has every line; `--resume` goes on."
        );
    }
    all_kept(root, &kept, &asked.only)
}

fn read(words: &[String]) -> Result<Asked> {
    let mut asked = Asked { hours: HOURS, only: String::new(), goes_on: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--hours" => {
                let number = words.next().and_then(|number| number.parse().ok());
                asked.hours = number.context("--hours needs a number")?;
            }
            "--resume" => asked.goes_on = true,
            flag if flag.starts_with('-') || !asked.only.is_empty() => bail!(
                "`{flag}` is nothing night knows: use --hours N, --resume, a promise's number, or a part of a test's name."
            ),
            only => only.clone_into(&mut asked.only),
        }
    }
    Ok(asked)
}

/// Every promise of the page is kept by one of these rows, unless only some were asked for.
fn all_kept(root: &Path, kept: &[Value], only: &str) -> Result<()> {
    let missing = if only.is_empty() { trust::missing(root, kept)? } else { Vec::new() };
    if !missing.is_empty() {
        bail!("promised, and kept by no test: {}. Run `cargo xtask check`, it says why.", missing.join(", "));
    }
    Ok(())
}

/// What a night has done: a line for each test that passed, and the promises these kept. A test's own evidence is
/// added when it has passed, so that one that was broken off leaves nothing.
struct Diary {
    folder: PathBuf,
    done: BTreeMap<String, String>,
    writing: Mutex<()>,
}

impl Diary {
    fn open(root: &Path, goes_on: bool) -> Result<Self> {
        let folder = root.join("target/night");
        fs::create_dir_all(&folder)?;
        let diary = |done| Self { folder: folder.clone(), done, writing: Mutex::new(()) };
        let (commit, is_changed) = trust::state(root).context("git does not say which commit this is")?;
        let begun = folder.join("begun");
        if !goes_on {
            for file in ["begun", "done", "promises.log", "tests.log"] {
                remove(&folder.join(file))?;
            }
            // What is not committed may change under a night that goes on later.
            let state = if is_changed { "changes that are not committed".to_owned() } else { commit };
            fs::write(begun, state)?;
            return Ok(diary(BTreeMap::new()));
        }
        let before = fs::read_to_string(begun).unwrap_or_default();
        if is_changed || before != commit {
            bail!("no night was begun on this commit as it stands: begin one without --resume.");
        }
        let text = fs::read_to_string(folder.join("done")).unwrap_or_default();
        let line = |line: &str| line.split_once('\t').map(|(test, row)| (test.to_owned(), row.to_owned()));
        Ok(diary(text.lines().filter_map(line).collect()))
    }

    fn promises(&self) -> PathBuf {
        self.folder.join("promises.log")
    }

    /// Empty files for the test of this number.
    fn evidence(&self, number: usize) -> Result<Evidence> {
        let file = |kind: &str| self.folder.join(format!("{number}.{kind}"));
        Evidence::begin(file("engines"), file("requirements"), file("promises"))
    }

    fn keep(&self, test: &str, row: &str, evidence: &Evidence) -> Result<()> {
        let _turn = self.writing.lock().map_err(|_| anyhow::anyhow!("the diary was left half written"))?;
        let add = |file: PathBuf, text: &str| -> Result<()> {
            let mut file = OpenOptions::new().create(true).append(true).open(file)?;
            Ok(file.write_all(text.as_bytes())?)
        };
        add(self.promises(), &fs::read_to_string(&evidence.promises).unwrap_or_default())?;
        add(self.folder.join("done"), &format!("{test}\t{row}\n"))?;
        for file in [&evidence.engines, &evidence.requirements, &evidence.promises] {
            remove(file)?;
        }
        Ok(())
    }
}

/// The modules whose tests keep promises, as the log of the last check names them.
fn known(root: &Path, only: &str) -> Result<BTreeSet<String>> {
    let kept = trust::kept(&trust::log(root))?;
    if kept.is_empty() {
        bail!("which tests keep promises is not known yet: run `cargo xtask check` first.");
    }
    all_kept(root, &kept, only)?;
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

    use super::{Asked, asked_for, names, read};

    #[test]
    fn flags_and_one_word_in_any_order() {
        let words = |words: &str| words.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let asked = |hours, only: &str, goes_on| Asked { hours, only: only.to_owned(), goes_on };
        assert_eq!(read(&words("")).unwrap(), asked(8, "", false));
        assert_eq!(read(&words("--resume --hours 2")).unwrap(), asked(2, "", true));
        assert_eq!(read(&words("TR1 --hours 3")).unwrap(), asked(3, "TR1", false));
        for wrong in ["--hours", "--hours x", "--fast", "TR1 TR2"] {
            assert!(read(&words(wrong)).is_err(), "{wrong}");
        }
    }

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
