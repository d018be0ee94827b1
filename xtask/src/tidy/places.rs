//! Where files lie, how large they are, and that none knows the machine it was written on.

use super::Finding;
use super::repository::Repository;

/// Folders (and modules) where thought stops.
const FORBIDDEN: [&str; 7] = ["utils", "common", "helpers", "services", "models", "traits", "dto"];

/// Largest tracked file, in bytes: 3 MB.
const BYTES_MAX: u64 = 3_000_000;

/// Beginnings of paths that exist on one machine only.
const MACHINE_PATHS: [&str; 2] = ["/work/", "/root/"];

/// Refuses folders and modules with a name that says nothing.
pub fn check_folders(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.files() {
        let mut parts = file.path.split('/').map(|part| part.strip_suffix(".rs").unwrap_or(part));
        if let Some(name) = parts.find(|part| FORBIDDEN.contains(part)) {
            let wrong = format!("`{name}` says nothing about what is inside");
            findings.push(Finding::new(
                &file.path,
                0,
                wrong,
                "name it after the noun it holds, in the crate that owns it",
            ));
        }
    }
    findings
}

/// Refuses large files and absolute paths of a machine.
pub fn check_files(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.files().filter(|file| file.bytes > BYTES_MAX) {
        let wrong = format!("{} bytes, {BYTES_MAX} are allowed", file.bytes);
        findings.push(Finding::new(&file.path, 0, wrong, "fetch it when building, or keep a smaller one"));
    }
    for file in repository.prose() {
        for (line, text) in file.lines() {
            for path in MACHINE_PATHS.into_iter().filter(|path| stands_alone(text, path)) {
                let wrong = format!("a path of one machine (`{path}…`)");
                findings.push(Finding::new(
                    &file.path,
                    line,
                    wrong,
                    "name it from the root of the repository",
                ));
            }
        }
    }
    findings
}

/// Whether `path` begins in `text`, and is not the middle of a longer path or address.
fn stands_alone(text: &str, path: &str) -> bool {
    text.match_indices(path).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|one| one.is_alphanumeric() || "-_.}/".contains(one))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_noun_fails() {
        let repository = Repository::of(&[
            ("crates/plan/src/utils/date.rs", ""),
            ("crates/plan/tests/helpers.rs", ""),
            ("crates/plan/src/common_name.rs", ""),
        ]);
        let paths: Vec<_> = check_folders(&repository).into_iter().map(|finding| finding.path).collect();
        assert_eq!(paths, ["crates/plan/src/utils/date.rs", "crates/plan/tests/helpers.rs"]);
    }

    #[test]
    fn a_large_file_and_a_machine_path_fail() {
        let large = "x".repeat(3_000_001);
        let text = "see `/work/here`\nGET /trail/root/5\n{{ base }}/work/a\ncd /root/b\n";
        let found = check_files(&Repository::of(&[("large.txt", &large), ("a.md", text)]));
        let places: Vec<_> = found.iter().map(|finding| (finding.path.as_str(), finding.line)).collect();
        assert_eq!(places, [("large.txt", 0), ("a.md", 1), ("a.md", 4)]);
    }
}
