//! What the compiler cannot check stands in one place, with a reason.

use super::Finding;
use super::repository::Repository;

/// The lint that is denied everywhere.
const LINT: &str = "unsafe_code";
/// Where it may be lifted (decision 0016), and this file, which names it.
const PLACES: [&str; 2] = ["crates/store/src/direct.rs", "xtask/src/tidy/unsafety.rs"];

/// Looks for whoever lifts it elsewhere.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    let elsewhere = |path: &str| !PLACES.contains(&path);
    for file in repository.prose().filter(|file| file.is(&["rs"]) && elsewhere(&file.path)) {
        for (line, _) in file.lines().filter(|(_, text)| text.contains(LINT)) {
            findings.push(Finding::new(
                &file.path,
                line,
                "code that the compiler cannot check",
                "do without it: it stands in crates/store/src/direct.rs alone (docs/decisions/0016)",
            ));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_lifted_in_one_place() {
        let text = "fn one() {}\n#[expect(unsafe_code, reason = \"fast\")]\nfn two() {}\n";
        let found = check(&Repository::of(&[(PLACES[0], text), ("crates/web/src/lib.rs", text)]));
        let found: Vec<_> = found.iter().map(|one| (one.path.as_str(), one.line)).collect();
        assert_eq!(found, [("crates/web/src/lib.rs", 2)]);
    }
}
