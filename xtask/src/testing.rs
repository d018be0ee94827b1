//! All Rust tests, on both engines. Cargo runs one test program after the other, and each waits for
//! databases, clocks and processes more than it computes; here several run at once.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::{iter, thread};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::check::Check;
use crate::docs;
use crate::evidence::Evidence;
use crate::program::{cargo, each_line};
use crate::tally::{Libtest, Tally};
use crate::trust;

/// What every call of cargo for the tests says after its command.
pub const SELECTION: [&str; 4] = ["--workspace", "--features", "app/demo", "--locked"];

/// A program built from tests, and the folder in which cargo would run it.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    file: PathBuf,
    folder: PathBuf,
}

impl Program {
    /// Whether the program was built from the crate or the test of this name.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        let file = self.file.file_name().unwrap_or_default().to_string_lossy();
        file.rsplit_once('-').is_some_and(|(first, _)| first == name)
    }
}

/// Builds all tests and runs them.
///
/// # Errors
/// When they cannot be built or started.
pub fn step(check: &Check) -> Result<Tally> {
    let evidence = Evidence::begin(
        check.output.join("engines.log"),
        docs::requirements_log(&check.root),
        trust::log(&check.root),
    )?;
    let programs = build(&check.root)?;
    let jobs: Vec<_> = iter::once(doctests(check)).chain(programs.iter().map(command)).collect();
    let at_once = thread::available_parallelism()?.get();
    println!("{} test programs, {at_once} at once; target/check/tests.log has every line", programs.len());
    let log = Mutex::new(File::create(check.output.join("tests.log"))?);
    let mut tally = Tally::default();
    let run =
        |mut job: Command| tell(prepare(&mut job, check, &evidence), &log, |id| check.cluster.forget(id));
    for told in in_parallel(jobs, at_once, run) {
        tally += told?;
    }
    if tally.failed > 0 {
        evidence.withdraw()?;
    }
    for engine in ["sqlite", "postgres"] {
        let runs = evidence.runs_on(engine);
        println!("{runs} runs on {engine}");
        if runs == 0 {
            println!("✗ no test ran on {engine}: testkit::engines() must note each run in TEST_ENGINE_LOG.");
        }
        tally += Tally::of(runs > 0);
    }
    Ok(tally)
}

/// Compiles every test, and returns the programs, those of the product as a whole
/// first: they take longest.
///
/// # Errors
/// When they do not compile.
pub fn build(root: &Path) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    let mut unread = Ok(());
    let status = each_line(
        cargo(root).arg("test").args(SELECTION).args([
            "--no-run",
            "--message-format",
            "json-render-diagnostics",
        ]),
        |line| match program(line) {
            Ok(found) => programs.extend(found),
            Err(error) => unread = Err(error),
        },
    )?;
    if !status.success() {
        bail!("the tests do not compile");
    }
    unread.context("cargo's list of test programs could not be read")?;
    // What links most stands highest in the order of the crates.
    let mut sized = Vec::new();
    for program in programs {
        sized.push((fs::metadata(&program.file)?.len(), program));
    }
    sized.sort_by_key(|(bytes, _)| Reverse(*bytes));
    Ok(sized.into_iter().map(|(_, program)| program).collect())
}

/// The test program that one line of cargo's report names, if it names one.
fn program(line: &str) -> Result<Option<Program>> {
    if !line.starts_with('{') {
        return Ok(None);
    }
    let report: Value = serde_json::from_str(line)?;
    if report["reason"] != "compiler-artifact" || report["profile"]["test"] != true {
        return Ok(None);
    }
    let (Some(file), Some(manifest)) = (report["executable"].as_str(), report["manifest_path"].as_str())
    else {
        return Ok(None);
    };
    let folder = Path::new(manifest).parent().context("a manifest stands in a folder")?;
    Ok(Some(Program { file: file.into(), folder: folder.into() }))
}

/// Runs a test program where cargo would.
#[must_use]
pub fn command(program: &Program) -> Command {
    let mut command = Command::new(&program.file);
    command.current_dir(&program.folder);
    command
}

/// The examples in doc comments: rustdoc compiles and runs them.
fn doctests(check: &Check) -> Command {
    let mut command = cargo(&check.root);
    command.args(["test", "-q", "--doc"]).args(SELECTION);
    command
}

/// Gives a test what it needs to find.
pub fn prepare<'a>(command: &'a mut Command, check: &Check, evidence: &Evidence) -> &'a mut Command {
    command
        .env("TMPDIR", check.cluster.left())
        .env("TEST_PG", check.cluster.url())
        .env("REQUIRE_PG", "1")
        .env("TEST_ENGINE_LOG", &evidence.engines)
        .env("REQUIREMENTS_LOG", &evidence.requirements)
        .env("TRUST_LOG", &evidence.promises)
        .env("CHROMIUM", &check.chromium)
}

/// Runs one test program to its end, and then shows in one piece what it said and counts it. A passed
/// test needs no line on the terminal. What the process of this number left is forgotten.
///
/// # Errors
/// When it cannot be started, the log not be written, or something not be forgotten.
pub fn tell(command: &mut Command, log: &Mutex<File>, forget: impl Fn(u32) -> Result<()>) -> Result<Tally> {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().display().to_string();
    let (mine, theirs) = std::io::pipe()?;
    command.stdin(Stdio::null()).stdout(theirs.try_clone()?).stderr(theirs);
    let mut child = command.spawn().with_context(|| format!("{name} could not be started"))?;
    // Ours would keep the pipe open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut said = Vec::new();
    let mut libtest = Libtest::default();
    for line in BufReader::new(mine).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).trim_end_matches('\r').to_owned();
        libtest.see(&line);
        said.push(line);
    }
    let status = child.wait()?;
    let mut log = log.lock().map_err(|_| anyhow::anyhow!("the log was left half written"))?;
    writeln!(log, "== {name}\n{}", said.join("\n"))?;
    let tally = libtest.finish(status.success());
    if tally.failed > 0 {
        println!("== {name} ({status})");
        said.iter()
            .filter(|line| !line.is_empty() && !line.ends_with(" ... ok"))
            .for_each(|line| println!("{line}"));
    }
    // Last, so that what the program said is told also where this fails.
    forget(child.id())?;
    Ok(tally)
}

/// Does `work` with every job, at most `at_once` at the same time, and returns the answers as they come.
pub fn in_parallel<Job: Send, Answer: Send>(
    jobs: Vec<Job>,
    at_once: usize,
    work: impl Fn(Job) -> Answer + Sync,
) -> Vec<Answer> {
    let waiting = Mutex::new(jobs.into_iter());
    let answers = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut jobs| jobs.next());
    thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                while let Some(job) = next() {
                    let answer = work(job);
                    if let Ok(mut answers) = answers.lock() {
                        answers.push(answer);
                    }
                }
            });
        }
    });
    answers.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_program_is_found_in_cargos_report_with_its_folder() {
        let built = r#"{"reason":"compiler-artifact","manifest_path":"/here/crates/kernel/Cargo.toml","profile":{"test":true},"executable":"/here/target/debug/deps/kernel-1"}"#;
        let found =
            Program { file: "/here/target/debug/deps/kernel-1".into(), folder: "/here/crates/kernel".into() };
        assert_eq!(program(built).unwrap(), Some(found));
        assert_eq!(program(&built.replace("\"test\":true", "\"test\":false")).unwrap(), None);
        assert_eq!(program(r#"{"reason":"build-finished","success":true}"#).unwrap(), None);
        assert_eq!(program("   Compiling kernel").unwrap(), None);
        assert!(program("{broken").is_err());
    }

    #[test]
    fn every_job_is_done_once_however_many_hands_there_are() {
        for hands in [1, 2, 7] {
            let mut done = in_parallel((0..50).collect(), hands, |job| job * 2);
            done.sort_unstable();
            assert_eq!(done, (0..50).map(|job| job * 2).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_program_that_dies_before_its_report_is_a_failure() {
        let file = std::env::temp_dir().join(format!("kaogong-tell-{}", std::process::id()));
        let log = Mutex::new(File::create(&file).unwrap());
        let told = |script: &str| tell(Command::new("sh").args(["-c", script]), &log, |_| Ok(())).unwrap();
        let passed = "echo 'running 2 tests'; echo 'test result: ok. 2 passed; 0 failed; 0 ignored'";
        assert_eq!(told(passed), Tally { passed: 2, failed: 0, skipped: 0 });
        assert_eq!(told("echo 'running 2 tests'; kill -9 $$").failed, 1);
        assert_eq!(told("echo 'running 0 tests'; exit 3").failed, 1);
        assert!(fs::read_to_string(&file).unwrap().contains("running 2 tests"));
        fs::remove_file(file).unwrap();
    }
}
