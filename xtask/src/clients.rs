//! The steps that run in `clients/`: packages, build, unit tests, and the story told in a browser.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Result, bail};

use crate::check::Check;
use crate::program::{each_line, run};
use crate::tally::{Tally, Tap};

/// `npm ci`, unless what is installed is newer than the lock file.
///
/// # Errors
/// When the lock file is missing or the packages cannot be installed.
pub fn install(check: &Check) -> Result<Tally> {
    let clients = folder(check)?;
    let lock = clients.join("package-lock.json");
    let Some(locked) = changed(&lock) else {
        bail!("clients/package-lock.json is missing: run `npm install` in clients and commit it.");
    };
    if changed(&clients.join("node_modules/.package-lock.json")).is_some_and(|installed| installed >= locked)
    {
        println!("the installed packages are newer than package-lock.json");
    } else {
        run(Command::new("npm").current_dir(&clients).args(["ci", "--no-audit", "--no-fund"]))?;
    }
    Ok(Tally::PASSED)
}

/// `npm run build`.
///
/// # Errors
/// When the build fails.
pub fn build(check: &Check) -> Result<Tally> {
    run(Command::new("npm").current_dir(folder(check)?).args(["run", "build"]))?;
    Ok(Tally::PASSED)
}

/// `npm test`.
///
/// # Errors
/// When npm cannot be run.
pub fn test(check: &Check) -> Result<Tally> {
    tap(Command::new("npm").current_dir(folder(check)?).args(["test", "--silent"]))
}

/// `node e2e/run.mjs`: the journeys through the product in Chromium.
///
/// # Errors
/// When the story or the binary is missing.
pub fn story(check: &Check) -> Result<Tally> {
    let clients = folder(check)?;
    if !clients.join("e2e/run.mjs").is_file() {
        bail!("clients/e2e/run.mjs is missing: the browser story must be told before anything passes.");
    }
    let binary = check.root.join("target/debug/kaogong");
    if !binary.is_file() {
        bail!("target/debug/kaogong is missing: the build before this step failed.");
    }
    tap(Command::new("node")
        .current_dir(&clients)
        .arg("e2e/run.mjs")
        .env("KAOGONG_BIN", &binary)
        .env("CHROMIUM", &check.chromium)
        .env("TEST_PG", check.cluster.url()))
}

fn folder(check: &Check) -> Result<PathBuf> {
    let clients = check.root.join("clients");
    if !clients.join("package.json").is_file() {
        bail!("clients/package.json is missing: the pages' styles and the exam client are built from it.");
    }
    Ok(clients)
}

fn changed(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|facts| facts.modified()).ok()
}

/// Runs a program that prints TAP, shows it, and counts it.
fn tap(command: &mut Command) -> Result<Tally> {
    let mut tap = Tap::default();
    let status = each_line(command, |line| {
        println!("{line}");
        tap.see(line);
    })?;
    Ok(tap.finish(status.success()))
}
