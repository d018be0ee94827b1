//! What the tests leave behind to prove that they ran: on which engine, and for which
//! requirement.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The files to which the tests append, named to them by environment variables.
pub struct Evidence {
    /// `TEST_ENGINE_LOG`: a line `sqlite` or `postgres` for each run of a test on an engine.
    pub engines: PathBuf,
    /// `REQUIREMENTS_LOG`: a line `id<TAB>test<TAB>sentence` for each proof.
    pub requirements: PathBuf,
    /// `TRUST_LOG`: a JSON object a line for each promise of docs/reliability.md that was kept.
    pub promises: PathBuf,
}

impl Evidence {
    /// Starts with empty files, so that nothing of an earlier run is counted.
    ///
    /// # Errors
    /// When an old file cannot be removed.
    pub fn begin(engines: PathBuf, requirements: PathBuf, promises: PathBuf) -> Result<Self> {
        remove(&engines)?;
        remove(&requirements)?;
        remove(&promises)?;
        Ok(Self { engines, requirements, promises })
    }

    /// How often a test ran on `engine`; 0 if no test left a line.
    #[must_use]
    pub fn runs_on(&self, engine: &str) -> usize {
        let text = fs::read_to_string(&self.engines).unwrap_or_default();
        text.lines().filter(|line| line.trim() == engine).count()
    }

    /// Takes back the proofs of a run in which a test failed: what failed proves nothing.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn withdraw(&self) -> Result<()> {
        remove(&self.requirements)
    }
}

/// Removes a file that may not be there.
///
/// # Errors
/// When it is there and cannot be removed.
pub fn remove(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("{} could not be removed", file.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_runs_lines_are_counted_and_failed_proofs_are_taken_back() {
        let folder = std::env::temp_dir().join(format!("kaogong-evidence-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (engines, requirements) = (folder.join("engines.log"), folder.join("requirements.log"));
        fs::write(&engines, "postgres\n").unwrap();

        let promises = folder.join("promises.log");
        let evidence = Evidence::begin(engines.clone(), requirements.clone(), promises).unwrap();
        assert_eq!(evidence.runs_on("postgres"), 0);
        fs::write(&engines, "sqlite\npostgres\nsqlite\n").unwrap();
        assert_eq!((evidence.runs_on("sqlite"), evidence.runs_on("postgres")), (2, 1));

        fs::write(&requirements, "S4-27\tcards\tvoid after 60 days\n").unwrap();
        evidence.withdraw().unwrap();
        assert!(!requirements.exists());
        evidence.withdraw().unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
