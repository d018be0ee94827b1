//! The step that rehearses: a small province on each engine, whose evidence a second program checks, and
//! planted mistakes that must be named.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow};

use crate::check::Check;
use crate::program::{output, run};
use crate::tally::Tally;

/// Enough that every city, level and mishap occurs, and few enough for a binary that is not optimised.
const CANDIDATES: &str = "120";

/// Rehearses on both engines and plants mistakes, side by side.
///
/// # Errors
/// Never of its own: what fails is counted.
pub fn step(check: &Check) -> Result<Tally> {
    let folder = check.output.join("rehearsal");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let database = format!("kaogong_rehearsal_{}", std::process::id());
    let url = check.cluster.url();
    run(Command::new("psql").args([url, "-qc", &format!("CREATE DATABASE {database}")]))?;
    let postgres = url.replacen("/kaogong?", &format!("/{database}?"), 1);
    let one = Rehearsal { root: &check.root, folder: &folder };
    let done = thread::scope(|scope| {
        let runs = [
            ("sqlite", scope.spawn(|| one.with_evidence("sqlite", None))),
            ("postgres", scope.spawn(|| one.with_evidence("postgres", Some(&postgres)))),
            ("planted mistakes", scope.spawn(|| one.with_mistakes())),
        ];
        runs.map(|(name, run)| (name, run.join().unwrap_or_else(|_| Err(anyhow!("panicked")))))
    });
    run(Command::new("psql").args([url, "-qc", &format!("DROP DATABASE {database} WITH (FORCE)")]))?;
    let mut tally = Tally::default();
    for (name, result) in done {
        match result {
            Ok(()) => {
                println!("✓ {name}");
                tally += Tally::PASSED;
            }
            Err(error) => {
                println!("✗ {name}: {error:#}");
                tally += Tally::FAILED;
            }
        }
    }
    fs::remove_dir_all(&folder)?;
    Ok(tally)
}

struct Rehearsal<'a> {
    root: &'a Path,
    folder: &'a Path,
}

impl Rehearsal<'_> {
    fn command(&self, name: &str) -> (Command, PathBuf) {
        let data = self.folder.join(name);
        let mut command = Command::new(self.root.join("target/debug/kaogong"));
        command.args(["rehearse", "--candidates", CANDIDATES, "--data"]).arg(&data);
        command.arg("--report").arg(self.folder.join(format!("{name}.json")));
        (command, data)
    }

    /// A whole rehearsal; what is left of it is checked by a program that shares no code with it.
    fn with_evidence(&self, name: &str, database: Option<&str>) -> Result<()> {
        let (mut command, data) = self.command(name);
        let evidence = self.folder.join(format!("{name}-evidence"));
        command.arg("--evidence").arg(&evidence);
        if let Some(database) = database {
            command.args(["--database", database]);
        }
        output(&mut command)?;
        let mut checker = Command::new("node");
        checker.arg(self.root.join("clients/verify/evidence.mjs")).arg(&evidence);
        let said = output(checker.arg("--key").arg(data.join("issuer.pub")))?;
        let verdict = said.lines().last().unwrap_or_default();
        if verdict == "agrees" { Ok(()) } else { Err(anyhow!("the evidence: {said}")) }
    }

    /// Every mistake that can be planted; the command itself fails when one is not named.
    fn with_mistakes(&self) -> Result<()> {
        let (mut command, _) = self.command("mistakes");
        output(command.args(["--faults", "all"])).map(drop).context("planted mistakes")
    }
}
