//! What the machine must offer before anything is built. Each absence is answered in one
//! sentence with the command that helps.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::program::{on_path, output, run};

/// The oldest Node.js whose test runner and `npm ci` the clients rely on (major version).
const NODE_MAJOR_MIN: u32 = 20;

/// Checks the tools every build needs: rustc, Node.js, npm and a C compiler.
///
/// # Errors
/// One sentence for the first tool that is missing or too old.
pub fn check(root: &Path) -> Result<()> {
    rust(root)?;
    node()?;
    if on_path("npm").is_none() {
        bail!("npm is missing: run `sudo apt-get install -y npm`, or install Node.js from its own site.");
    }
    if on_path("gcc").is_none() && on_path("cc").is_none() {
        bail!("a C compiler is missing (SQLite is compiled from source): run `sudo apt-get install -y gcc`.");
    }
    Ok(())
}

fn rust(root: &Path) -> Result<()> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml"))
        .context("Cargo.toml of the workspace could not be read")?;
    let wanted = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "))
        .map(|value| value.trim_matches('"').to_owned())
        .context("Cargo.toml names no rust-version")?;
    let Ok(answer) = output(Command::new("rustc").arg("--version").current_dir(root)) else {
        bail!("rustc is missing: install Rust {wanted} from https://rustup.rs.");
    };
    let found = answer.split_whitespace().nth(1).unwrap_or_default();
    if version(found) < version(&wanted) {
        bail!("rustc {found} is too old, {wanted} is needed: run `rustup update stable`.");
    }
    Ok(())
}

fn node() -> Result<()> {
    let Ok(answer) = output(Command::new("node").arg("--version")) else {
        bail!("Node.js {NODE_MAJOR_MIN} or newer is missing: run `sudo apt-get install -y nodejs npm`.");
    };
    let found = answer.trim().trim_start_matches('v');
    if version(found).0 < NODE_MAJOR_MIN {
        bail!(
            "Node.js {found} is too old, {NODE_MAJOR_MIN} is needed: install a newer one from https://nodejs.org."
        );
    }
    Ok(())
}

/// Major and minor number; what cannot be read counts as 0, so it is too old.
fn version(text: &str) -> (u32, u32) {
    let mut parts = text.split(['.', '-']).map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// Installs Debian packages when we are root on a Debian-like machine.
///
/// # Errors
/// When we may not install: one sentence starting with `missing`, with the command that helps.
pub fn install(missing: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if on_path("apt-get").is_none() {
        bail!("{missing}: install it with this system's package manager (on Debian: {list}).");
    }
    if !is_root()? {
        bail!("{missing}: run `sudo apt-get install -y {list}`.");
    }
    println!("{missing}; installing {list}");
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .arg("-qq")
            .args(arguments)
            .args(["-o", "Dpkg::Use-Pty=0"]))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y"], packages].concat())
        .with_context(|| format!("{missing}, and installing {list} failed"))
}

/// Whether this process runs as the superuser.
///
/// # Errors
/// When `id` cannot be run.
pub fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_compare_as_numbers_and_not_as_text() {
        assert!(version("1.100.0") > version("1.95"));
        assert!(version("1.94.9") < version("1.95"));
        assert!(version("1.95.0-nightly") >= version("1.95"));
        assert!(version("20.20.2").0 >= 20);
        assert_eq!(version("unknown"), (0, 0));
    }
}
