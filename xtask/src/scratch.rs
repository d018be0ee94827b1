//! Where the tests put what nobody needs afterwards: in memory, where there is room, because to write some
//! hundred thousand small files to a disk and to remove them again takes minutes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::program::output;

/// Files in memory, on Linux.
const MEMORY: &str = "/dev/shm";
/// What must be free there, in gibibytes. Source: [own], measured: a check leaves three, most of it PostgreSQL's.
const FREE_LEAST: u64 = 8;

/// A folder of this run, which goes when it ends.
pub struct Scratch {
    within: PathBuf,
    folder: PathBuf,
}

impl Scratch {
    /// A new folder.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn new() -> Result<Self> {
        let within = if has_room(MEMORY) { PathBuf::from(MEMORY) } else { env::temp_dir() };
        let folder = within.join(format!("kaogong-check-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("{} could not be made", folder.display()))?;
        Ok(Self { within, folder })
    }

    /// Where it stands; whoever removes their own folder puts it there.
    #[must_use]
    pub fn within(&self) -> &Path {
        &self.within
    }

    /// The folder itself.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("{} could not be removed: {error}", self.folder.display());
        }
    }
}

fn has_room(folder: &str) -> bool {
    let free = output(Command::new("df").args(["--output=avail", "--block-size=1G", folder]));
    free.is_ok_and(|said| gibibytes(&said).is_some_and(|free| free >= FREE_LEAST))
}

/// The number below the heading.
fn gibibytes(said: &str) -> Option<u64> {
    said.lines().nth(1)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_space_is_read_from_below_its_heading() {
        assert_eq!(gibibytes("Avail\n   23\n"), Some(23));
        assert_eq!(gibibytes("df: /dev/shm: No such file or directory\n"), None);
    }

    #[test]
    fn the_folder_goes_with_its_owner() {
        let scratch = Scratch::new().unwrap();
        let folder = scratch.folder().to_path_buf();
        fs::write(folder.join("one"), "1").unwrap();
        assert!(folder.starts_with(scratch.within()));
        drop(scratch);
        assert!(!folder.exists());
    }
}
