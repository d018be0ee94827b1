//! The repository checks its own habits. Each check is plain code over the text of the files; each
//! finding says where, what is wrong, and what to do.

mod citations;
mod dependencies;
mod dialect;
mod duplicates;
mod glossary;
mod length;
mod licences;
mod marks;
mod numbers;
mod order;
mod places;
mod repository;
mod roles;
mod rust_text;
mod templates;
mod time_limits;
mod translations;
mod unsafety;
mod walkthroughs;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::tally::Tally;
use repository::Repository;

/// Something to put right, and how.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file, from the root of the repository.
    path: String,
    /// The line, from 1; 0 if the whole file is meant.
    line: usize,
    wrong: String,
    remedy: String,
}

impl Finding {
    fn new(path: &str, line: usize, wrong: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, wrong: wrong.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, wrong, remedy } = self;
        match line {
            0 => write!(out, "{path}: {wrong}: {remedy}"),
            line => write!(out, "{path}:{line}: {wrong}: {remedy}"),
        }
    }
}

/// A check's name, and the check.
type Check = (&'static str, fn(&Repository) -> Vec<Finding>);

/// Every check, in the order in which it is reported.
const CHECKS: &[Check] = &[
    ("crates depend only to their left", order::check),
    ("rules, store, pages and web keep their roles", roles::check),
    ("files are short", length::check),
    ("no loose ends in comments", marks::check),
    ("what the compiler cannot check stands in one place", unsafety::check),
    ("no folder where thought stops", places::check_folders),
    ("no large file, no path of one machine", places::check_files),
    ("every template is used", templates::check),
    ("numbers in rules have a source", numbers::check),
    ("licences are allowed", licences::check_licences),
    ("packages come from the public registries", licences::check_sources),
    ("duplicate packages are explained", duplicates::check),
    ("dependencies are explained", dependencies::check),
    ("both languages say the same things", translations::check_languages),
    ("every message key exists", translations::check_uses),
    ("the words of the glossary are used", glossary::check),
    ("the walkthroughs name real code", walkthroughs::check),
    ("documents that are cited exist", citations::check),
    ("every time limit is kept to", time_limits::check),
    ("migrations keep the house dialect", dialect::check),
];

/// `cargo xtask tidy`: the checks alone, with a count in the last line.
#[must_use]
pub fn command(root: &Path) -> ExitCode {
    let tally = check(root).unwrap_or_else(|error| {
        println!("✗ {error:#}");
        Tally::FAILED
    });
    println!("\n{} passed, {} failed, {} skipped", tally.passed, tally.failed, tally.skipped);
    if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs every check; each counts as one test.
///
/// # Errors
/// When the repository cannot be read.
pub fn check(root: &Path) -> Result<Tally> {
    let repository = Repository::read(root)?;
    let mut tally = Tally::default();
    for (name, run) in CHECKS {
        let findings = run(&repository);
        println!("{} {name}", if findings.is_empty() { "✓" } else { "✗" });
        for finding in &findings {
            println!("    {finding}");
        }
        tally += Tally::of(findings.is_empty());
    }
    Ok(tally)
}
