//! Licences and origins of every package we build with.

use serde_json::Value;

use super::Finding;
use super::repository::Repository;

/// Licences that ask for no more than a notice, or for changes to the package's own files.
const ALLOWED: [&str; 16] = [
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "MPL-2.0",
    "CC0-1.0",
    "0BSD",
    "Unlicense",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
];

/// Fonts alone are under this one.
const ALLOWED_FOR_FONTS: &str = "OFL-1.1";

/// How cargo writes the public registry, whatever mirror a machine uses.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// How npm writes its public registry.
const NPM: &str = "https://registry.npmjs.org/";

/// Every package of the lock file must offer a licence we accept.
pub fn check_licences(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages(repository) {
        let expression = package["license"].as_str().unwrap_or_default();
        if !is_allowed(expression) {
            let shown = if expression.is_empty() { "names no licence" } else { expression };
            let wrong = format!("{}: {shown}", label(package));
            let remedy =
                "choose another package, or add the licence to xtask/src/tidy/licences.rs by a decision";
            findings.push(Finding::new("Cargo.lock", 0, wrong, remedy));
        }
    }
    findings
}

/// Every package must come from crates.io, npm's registry, or this repository.
pub fn check_sources(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages(repository) {
        if let Some(source) = package["source"].as_str().filter(|source| *source != CRATES_IO) {
            let wrong = format!("{} comes from {source}", label(package));
            findings.push(Finding::new("Cargo.lock", 0, wrong, "take the published version from crates.io"));
        }
    }
    for file in repository.files().filter(|file| file.path.ends_with("package-lock.json")) {
        for (line, text) in file.lines() {
            let resolved = text.trim().strip_prefix("\"resolved\": \"");
            if resolved.is_some_and(|address| !address.starts_with(NPM)) {
                let wrong = "this package does not come from npm's registry";
                let remedy =
                    format!("let it begin with {NPM}; a mirror belongs in the machine's own npm settings");
                findings.push(Finding::new(&file.path, line, wrong, remedy));
            }
        }
    }
    findings
}

/// The packages that cargo resolved.
pub fn packages(repository: &Repository) -> impl Iterator<Item = &Value> {
    repository.resolved["packages"].as_array().into_iter().flatten()
}

fn label(package: &Value) -> String {
    let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
    format!("{} {}", text("name"), text("version"))
}

/// Whether an SPDX expression (also with the old `/` for OR) can be satisfied.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut words = words.as_slice();
    let allowed = any(&mut words);
    allowed && words.is_empty()
}

/// `a OR b OR …`
fn any(words: &mut &[&str]) -> bool {
    let mut good = all(words);
    while take(words, "OR") {
        good |= all(words);
    }
    good
}

/// `a AND b AND …`
fn all(words: &mut &[&str]) -> bool {
    let mut good = one(words);
    while take(words, "AND") {
        good &= one(words);
    }
    good
}

/// A licence, perhaps with an exception, or an expression in brackets.
fn one(words: &mut &[&str]) -> bool {
    if take(words, "(") {
        let good = any(words);
        return take(words, ")") && good;
    }
    let Some((licence, rest)) = words.split_first() else {
        return false;
    };
    *words = rest;
    let mut name = (*licence).to_owned();
    if take(words, "WITH") {
        let Some((exception, rest)) = words.split_first() else {
            return false;
        };
        *words = rest;
        name = format!("{name} WITH {exception}");
    }
    ALLOWED.contains(&name.as_str()) || name == ALLOWED_FOR_FONTS
}

fn take(words: &mut &[&str], wanted: &str) -> bool {
    match words.split_first() {
        Some((first, rest)) if *first == wanted => {
            *words = rest;
            true
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn expressions_are_read_with_brackets_and_exceptions() {
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR MIT",
            "MIT OR GPL-2.0 AND Zlib",
        ] {
            assert!(is_allowed(good), "{good}");
        }
        for bad in [
            "",
            "GPL-3.0",
            "MIT AND GPL-3.0",
            "(MIT",
            "MIT)",
            "GPL-2.0 WITH MIT",
            "MIT WITH",
            "AND",
            "MIT MIT",
        ] {
            assert!(!is_allowed(bad), "{bad}");
        }
    }

    #[test]
    fn a_package_without_a_licence_or_from_elsewhere_fails() {
        let mut repository = Repository::of(&[(
            "clients/package-lock.json",
            "{\n  \"resolved\": \"https://registry.npmjs.org/a/a.tgz\",\n  \"resolved\": \"https://mirror.invalid/b.tgz\",\n}",
        )]);
        repository.resolved = json!({"packages": [
            {"name": "ours", "version": "0.1.0", "license": "MIT", "source": null},
            {"name": "good", "version": "1.0.0", "license": "MIT", "source": CRATES_IO},
            {"name": "bare", "version": "1.0.0", "license": null, "source": CRATES_IO},
            {"name": "fork", "version": "1.0.0", "license": "MIT", "source": "git+https://example.org/fork"},
        ]});
        let wrong = |findings: Vec<Finding>| findings.into_iter().map(|one| one.wrong).collect::<Vec<_>>();
        assert_eq!(wrong(check_licences(&repository)), ["bare 1.0.0: names no licence"]);
        let sources = wrong(check_sources(&repository));
        assert_eq!(sources.len(), 2, "{sources:?}");
        assert!(sources[0].starts_with("fork 1.0.0 comes from git+"), "{sources:?}");
    }
}
