//! The same package in two incompatible versions is built twice and is twice to be watched. Each
//! case is listed with its cause.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::licences::packages;
use super::repository::{File, Repository};

/// `package<TAB>versions<TAB>reason` on each line; lines with `#` are remarks.
const LIST: &str = "docs/decisions/duplicates.txt";

/// Compares the duplicates in the lock file with the list, in both directions.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut found = duplicates(repository);
    let mut findings = Vec::new();
    let lines = repository.file(LIST).into_iter().flat_map(File::lines);
    for (line, text) in lines.filter(|(_, text)| !text.trim().is_empty() && !text.starts_with('#')) {
        let [name, versions, reason] = text.split('\t').collect::<Vec<_>>()[..] else {
            let remedy = "write package, versions and reason with tabs between";
            findings.push(Finding::new(LIST, line, "this is not a duplicate", remedy));
            continue;
        };
        match found.remove(name) {
            None => {
                let wrong = format!("{name} is no longer there twice");
                findings.push(Finding::new(LIST, line, wrong, "delete this line"));
            }
            Some(now) if now != versions => {
                let wrong = format!("{name} is there as {now}");
                findings.push(Finding::new(
                    LIST,
                    line,
                    wrong,
                    "correct the versions and read the reason again",
                ));
            }
            Some(_) if reason.trim().is_empty() => {
                findings.push(Finding::new(
                    LIST,
                    line,
                    format!("{name} has no reason"),
                    "say who needs the older one",
                ));
            }
            Some(_) => {}
        }
    }
    for (name, versions) in found {
        let wrong = format!("{name} is there as {versions}");
        let remedy =
            format!("bring its users to one version, or add `{name}<TAB>{versions}<TAB>reason` to {LIST}");
        findings.push(Finding::new("Cargo.lock", 0, wrong, remedy));
    }
    findings
}

/// The packages with several incompatible versions, and these versions in order.
fn duplicates(repository: &Repository) -> BTreeMap<String, String> {
    let mut versions: BTreeMap<&str, BTreeSet<[u64; 3]>> = BTreeMap::new();
    for package in packages(repository) {
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        versions.entry(name).or_default().insert(compatible(version));
    }
    let several = versions.into_iter().filter(|(_, versions)| versions.len() > 1);
    several
        .map(|(name, versions)| {
            let shown = versions.into_iter().map(|version| match version {
                [0, 0, patch] => format!("0.0.{patch}"),
                [0, minor, _] => format!("0.{minor}"),
                [major, ..] => major.to_string(),
            });
            (name.to_owned(), shown.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

/// What must be equal for two versions to be compatible: the number up to the first that is not 0.
fn compatible(version: &str) -> [u64; 3] {
    let mut parts = version.split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    match [next(), next(), next()] {
        [0, 0, patch] => [0, 0, patch],
        [0, minor, _] => [0, minor, 0],
        [major, ..] => [major, 0, 0],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn findings(list: &str) -> Vec<String> {
        let mut repository = Repository::of(&[("docs/decisions/duplicates.txt", list)]);
        let package = |name: &str, version: &str| json!({"name": name, "version": version});
        repository.resolved = json!({"packages": [
            package("rand", "0.8.5"), package("rand", "0.10.1"), package("syn", "2.0.1"), package("syn", "2.1.0"),
        ]});
        check(&repository).into_iter().map(|finding| finding.wrong).collect()
    }

    #[test]
    fn versions_are_compatible_as_cargo_sees_it() {
        assert_eq!(compatible("1.2.3"), compatible("1.9.0-rc.1"));
        assert_eq!(compatible("0.8.5"), compatible("0.8.9"));
        assert_ne!(compatible("0.8.5"), compatible("0.10.5"));
        assert_ne!(compatible("0.0.8"), compatible("0.0.9"));
    }

    #[test]
    fn an_unlisted_duplicate_fails() {
        assert_eq!(findings(""), ["rand is there as 0.8 0.10"]);
        assert!(findings("# cause\nrand\t0.8 0.10\tproptest is behind\n").is_empty());
    }

    #[test]
    fn a_list_that_is_wrong_fails() {
        assert_eq!(findings("rand\t0.8 0.9\tproptest is behind\n"), ["rand is there as 0.8 0.10"]);
        assert_eq!(findings("rand\t0.8 0.10\t\n"), ["rand has no reason"]);
        assert_eq!(findings("rand\t0.8 0.10\told\nsyn\t1 2\told\n"), ["syn is no longer there twice"]);
        assert_eq!(findings("rand\t0.8 0.10\told\nsyn\n"), ["this is not a duplicate"]);
    }
}
