//! Running other programs, and saying in one sentence what went wrong with them.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

/// The root folder of the repository: the parent of this crate's folder.
#[must_use]
pub fn repository_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Whether the continuous integration runs us: a machine that starts from nothing and is thrown away.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

/// The cargo that started this program, so that nested calls use the same toolchain.
///
/// In CI what is kept for the next build helps nobody and takes time to keep, lines of a backtrace are looked at by
/// nobody, and every crate of ours is linted while it is compiled: as `cargo clippy` does, which for itself has to
/// check each dependency that is then compiled all the same. Measured in docs/decisions/0005-build-profile.md.
pub fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&program);
    command.current_dir(root);
    if in_ci() {
        command.env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
        command.env("RUSTC_WORKSPACE_WRAPPER", beside(&program)).env("CLIPPY_ARGS", CLIPPY_ARGS);
    }
    command
}

/// The compiler that lints, of the same toolchain as this cargo.
fn beside(cargo: &OsStr) -> PathBuf {
    let driver = Path::new(cargo).with_file_name("clippy-driver");
    if driver.is_file() { driver } else { "clippy-driver".into() }
}

/// `-D warnings`, as `cargo clippy` hands it to the compiler.
const CLIPPY_ARGS: &str = "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__";

/// Finds a program on `PATH`.
#[must_use]
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Runs a program whose output the user should see.
///
/// # Errors
/// When the program cannot be started or answers with a failure.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = describe(command);
    let status = command.status().with_context(|| format!("`{shown}` could not be started"))?;
    if !status.success() {
        bail!("`{shown}` failed ({status})");
    }
    Ok(())
}

/// Runs a program quietly and returns what it printed on standard output.
///
/// # Errors
/// When the program cannot be started or fails; the message then carries what it printed.
pub fn output(command: &mut Command) -> Result<String> {
    let shown = describe(command);
    let done =
        command.stdin(Stdio::null()).output().with_context(|| format!("`{shown}` could not be started"))?;
    let stdout = String::from_utf8_lossy(&done.stdout).into_owned();
    if !done.status.success() {
        let stderr = String::from_utf8_lossy(&done.stderr);
        bail!("`{shown}` failed ({}): {}{}", done.status, stdout.trim(), stderr.trim());
    }
    Ok(stdout)
}

/// Runs a program, hands over each line of its standard output, and returns how it ended.
/// Its error output goes straight to the terminal.
///
/// # Errors
/// When the program cannot be started or its output cannot be read.
pub fn each_line(command: &mut Command, mut see: impl FnMut(&str)) -> Result<ExitStatus> {
    let shown = describe(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{shown}` could not be started"))?;
    let stdout = child.stdout.take().context("the program has no standard output")?;
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.with_context(|| format!("the output of `{shown}` could not be read"))?;
        see(String::from_utf8_lossy(&line).trim_end_matches('\r'));
    }
    child.wait().with_context(|| format!("`{shown}` could not be waited for"))
}

/// The command as a person would type it, without its environment.
fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(OsStr::new("?")).to_string_lossy().into_owned();
    let arguments = command.get_args().map(|one| one.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_program_is_reported_with_what_it_said() {
        let error = output(Command::new("sh").args(["-c", "echo broken >&2; exit 3"])).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("broken") && message.contains('3'), "{message}");
    }

    #[test]
    fn lines_arrive_in_order_and_the_end_is_known() {
        let mut seen = Vec::new();
        let status = each_line(Command::new("sh").args(["-c", "printf 'one\\ntwo'; exit 4"]), |line| {
            seen.push(line.to_owned())
        })
        .unwrap();
        assert_eq!(seen, ["one", "two"]);
        assert_eq!(status.code(), Some(4));
    }

    #[test]
    fn a_program_that_does_not_exist_is_not_found() {
        assert!(on_path("sh").is_some());
        assert!(on_path("no-such-program-here").is_none());
    }
}
