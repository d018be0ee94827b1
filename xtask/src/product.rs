//! The steps that build and question the Rust workspace.

use std::fs;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::check::Check;
use crate::program::{cargo, in_ci, output, run};
use crate::tally::Tally;
use crate::{docs, testing};

/// How long the binary may take to refuse a flag before we count it as accepted.
const REFUSAL_SECONDS_MAX: u64 = 20;

/// `cargo fmt --check`.
///
/// # Errors
/// When a file is not formatted.
pub fn formatting(check: &Check) -> Result<Tally> {
    run(cargo(&check.root).args(["fmt", "--all", "--check"])).context("run `cargo fmt --all`")?;
    Ok(Tally::PASSED)
}

/// clippy over everything, with warnings refused. In CI it lints what it compiles for the tests ([`cargo`]).
///
/// # Errors
/// When clippy finds something.
pub fn clippy(check: &Check) -> Result<Tally> {
    let (command, refuse): (&[&str], &[&str]) =
        if in_ci() { (&["test", "--no-run"], &[]) } else { (&["clippy"], &["--", "-D", "warnings"]) };
    run(cargo(&check.root).args(command).args(testing::SELECTION).arg("--all-targets").args(refuse))?;
    Ok(Tally::PASSED)
}

/// The binary as it is released: without the demo.
///
/// # Errors
/// When the build fails.
pub fn build_plain(check: &Check) -> Result<Tally> {
    run(cargo(&check.root).args(["build", "-p", "app", "--bin", "kaogong", "--locked"]))?;
    Ok(Tally::PASSED)
}

/// Asks the released binary to take its clock from a file, which only the demo may do.
///
/// # Errors
/// When it obeys, or refuses without naming the clock.
pub fn refuse_clock(check: &Check) -> Result<Tally> {
    let folder = check.output.join("clock");
    fs::create_dir_all(&folder)?;
    let said = refusal(Command::new(check.root.join("target/debug/kaogong")).current_dir(&folder).args([
        "serve",
        "--plain-http",
        "--data",
        "target/check/no-installation",
        "--clock-file",
        "x",
    ]))?;
    if !said.to_lowercase().contains("clock") {
        bail!("the released binary refused `serve --clock-file x` without naming the clock: {said}");
    }
    println!("it said: {}", said.lines().next().unwrap_or_default());
    Ok(Tally::PASSED)
}

/// Runs a program that must refuse, and returns what it said.
fn refusal(command: &mut Command) -> Result<String> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("the binary could not be started")?;
    let stderr = child.stderr.take().context("the binary has no error output")?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || sender.send(std::io::read_to_string(stderr)));
    let answer = receiver.recv_timeout(Duration::from_secs(REFUSAL_SECONDS_MAX));
    if answer.is_err() {
        child.kill().context("the binary could not be stopped")?;
    }
    let status = child.wait()?;
    let Ok(said) = answer else {
        bail!("it was still running after {REFUSAL_SECONDS_MAX} seconds: it accepted what it must refuse");
    };
    if status.success() {
        bail!("it ended without an error: it accepted what it must refuse");
    }
    Ok(said?)
}

/// The binary with the demo. The tests have built it already; this only makes sure.
///
/// # Errors
/// When it cannot be built.
pub fn build_demo(check: &Check) -> Result<Tally> {
    let binary = check.root.join("target/debug/kaogong");
    if output(Command::new(&binary).args(["demo", "--help"])).is_err() {
        println!("the tests left a binary without the demo; building it");
        run(cargo(&check.root).args([
            "build",
            "-p",
            "app",
            "--bin",
            "kaogong",
            "--features",
            "demo",
            "--locked",
        ]))?;
    }
    Ok(Tally::PASSED)
}

/// A small demo province is prepared in a folder of its own and every page it shows is opened. The
/// whole province takes a debug binary too long; `cargo demo --smoke` does that.
///
/// # Errors
/// When a step of the preparation or a page fails.
pub fn smoke(check: &Check) -> Result<Tally> {
    let data = check.output.join("demo-smoke");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let mut command = Command::new(check.root.join("target/debug/kaogong"));
    let place = data.display().to_string();
    let said = output(command.args(["demo", "--smoke", "--brief", "--port", "0", "--data", &place]))?;
    println!("{}", said.lines().last().unwrap_or_default());
    fs::remove_dir_all(&data)?;
    Ok(Tally::PASSED)
}

/// The generated documents against what the product would write now.
///
/// # Errors
/// When one is stale.
pub fn docs(check: &Check) -> Result<Tally> {
    docs::check(&check.root, check.cluster.url())?;
    Ok(Tally::PASSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_and_an_acceptance_is_an_error() {
        let said = refusal(Command::new("sh").args(["-c", "echo 'no clock file here' >&2; exit 2"]));
        assert_eq!(said.unwrap().trim(), "no clock file here");
        assert!(refusal(Command::new("sh").args(["-c", "echo fine >&2"])).is_err());
    }
}
