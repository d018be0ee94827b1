//! Generated documents: schema, routes and requirements, written by the product itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::postgres::Cluster;
use crate::program::{cargo, run};

/// Where the tests of the last `cargo xtask check` noted which requirement they proved: one
/// line `id<TAB>test<TAB>sentence` for each.
#[must_use]
pub fn requirements_log(root: &Path) -> PathBuf {
    root.join("target/check/requirements.log")
}

/// `cargo xtask docs`: writes docs/schema, docs/routes.md and docs/requirements.md anew.
///
/// # Errors
/// When the last test run failed or there was none, or the build or the writing fails.
pub fn command(root: &Path) -> Result<()> {
    if !requirements_log(root).is_file() {
        bail!(
            "docs/requirements.md is made from tests that passed: run `cargo xtask check` until its tests pass, then this again."
        );
    }
    let cluster = Cluster::start(&std::env::temp_dir())?;
    run(cargo(root).args(["build", "-p", "app", "--bin", "kaogong", "--features", "demo", "--locked"]))?;
    run(&mut generator(root, cluster.url()))
}

/// Compares the documents in the repository with what would be written now.
///
/// # Errors
/// When one is stale; the product says which.
pub fn check(root: &Path, postgres: &str) -> Result<()> {
    if run(generator(root, postgres).arg("--check")).is_err() {
        bail!("a generated document is stale: run `cargo xtask docs` and commit what it changed.");
    }
    Ok(())
}

fn generator(root: &Path, postgres: &str) -> Command {
    let mut command = Command::new(root.join("target/debug/kaogong"));
    command
        .current_dir(root)
        .arg("docs")
        .env("TEST_PG", postgres)
        .env("REQUIREMENTS_LOG", requirements_log(root));
    command
}
