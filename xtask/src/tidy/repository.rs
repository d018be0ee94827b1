//! The files of the repository, and what cargo knows about its packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::rust_text::RustText;
use crate::program::{cargo, output};

/// Text longer than this is not read: it is refused for its size anyway.
const TEXT_BYTES_MAX: u64 = 3_000_000;

/// One file that is tracked, or would be by `git add`.
pub struct File {
    /// From the root, with `/`.
    pub path: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Empty for files that are not UTF-8 text.
    pub text: String,
}

impl File {
    /// Whether the name ends in one of these, given without the dot.
    pub fn is(&self, endings: &[&str]) -> bool {
        let ending = self.path.rsplit_once('.').map(|(_, ending)| ending);
        ending.is_some_and(|ending| endings.contains(&ending))
    }

    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The code apart from comments and texts.
    pub fn rust(&self) -> RustText {
        RustText::read(&self.text)
    }
}

/// Everything the checks look at. They read no file themselves, so a test can give them a bad one.
pub struct Repository {
    files: Vec<File>,
    /// `cargo metadata --no-deps`: the packages of the workspace.
    pub workspace: Value,
    /// `cargo metadata --locked`: every package in the lock file.
    pub resolved: Value,
}

impl Repository {
    /// Reads every file git does not ignore, and asks cargo.
    ///
    /// # Errors
    /// When git or cargo cannot be run.
    pub fn read(root: &Path) -> Result<Self> {
        let list = output(Command::new("git").current_dir(root).args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]))
        .context("tidy looks at what git tracks")?;
        let mut paths: Vec<&str> = list.split('\0').filter(|path| !path.is_empty()).collect();
        paths.sort_unstable();
        paths.dedup();
        let files = paths.into_iter().filter_map(|path| read_file(root, path)).collect();
        let metadata = |flags: &[&str]| -> Result<Value> {
            let text = output(cargo(root).args(["metadata", "--format-version", "1"]).args(flags))?;
            serde_json::from_str(&text).context("cargo metadata answered with something else than JSON")
        };
        let workspace = metadata(&["--no-deps", "--offline"])?;
        let resolved = metadata(&["--locked"])?;
        Ok(Self { files, workspace, resolved })
    }

    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Every file but those of tidy itself, whose bad examples are meant.
    pub fn prose(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| !file.path.starts_with("xtask/src/tidy/"))
    }

    /// The file with this path.
    pub fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Name and folder of each package of the workspace.
    pub fn crates(&self) -> Vec<Crate<'_>> {
        let root = self.workspace["workspace_root"].as_str().unwrap_or_default();
        let packages = self.workspace["packages"].as_array().into_iter().flatten();
        packages
            .map(|package| {
                let manifest = package["manifest_path"].as_str().unwrap_or_default();
                let manifest = manifest.strip_prefix(root).unwrap_or(manifest).trim_start_matches('/');
                Crate {
                    name: package["name"].as_str().unwrap_or_default(),
                    folder: manifest.trim_end_matches("Cargo.toml").to_owned(),
                    facts: package,
                }
            })
            .collect()
    }
}

/// One package of the workspace.
pub struct Crate<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its folder from the root, with `/` at the end.
    pub folder: String,
    /// What `cargo metadata` says about it.
    pub facts: &'a Value,
}

impl Crate<'_> {
    /// The path of its manifest.
    pub fn manifest(&self) -> String {
        format!("{}Cargo.toml", self.folder)
    }
}

/// A file that was deleted and is still in git's index is left out, and so is a link.
fn read_file(root: &Path, path: &str) -> Option<File> {
    let full = root.join(path);
    let facts = std::fs::symlink_metadata(&full).ok().filter(std::fs::Metadata::is_file)?;
    let bytes = facts.len();
    let text = if bytes > TEXT_BYTES_MAX {
        String::new()
    } else {
        std::fs::read_to_string(&full).unwrap_or_default()
    };
    Some(File { path: path.to_owned(), bytes, text })
}

#[cfg(test)]
impl Repository {
    /// A repository of these files alone.
    pub fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            bytes: u64::try_from(text.len()).unwrap(),
            text: (*text).to_owned(),
        };
        Self { files: files.iter().map(file).collect(), workspace: Value::Null, resolved: Value::Null }
    }
}
