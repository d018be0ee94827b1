//! Marks a requirement as proved by the test that is running.
use std::{fs::OpenOptions, io::Write};

/// States that the test so far has shown requirement `id`; at most three a test, each with an
/// assertion that fails when the rule changes. `docs/requirements.md` is made of these lines.
#[macro_export]
macro_rules! proves {
    ($id:literal, $what:literal) => {
        $crate::prove($id, $what, module_path!())
    };
}

/// Writes the line of [`proves!`] to the file that `REQUIREMENTS_LOG` names.
pub fn prove(id: &str, what: &str, test: &str) {
    let Ok(file) = std::env::var("REQUIREMENTS_LOG") else { return };
    let mut log = OpenOptions::new().create(true).append(true).open(file).expect("REQUIREMENTS_LOG");
    // Written at once: tests that run side by side do not write into each other's lines.
    log.write_all(format!("{id}\t{test}\t{what}\n").as_bytes()).expect("REQUIREMENTS_LOG");
}
