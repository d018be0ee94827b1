//! Every dependency has its reason: what it saves, who maintains it, how to leave.

use super::Finding;
use super::repository::Repository;

/// Where the reasons stand.
const REASONS: &str = "docs/decisions/dependencies.md";

/// Compares `[workspace.dependencies]` with the reasons.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let Some(manifest) = repository.file("Cargo.toml") else {
        return vec![Finding::new("Cargo.toml", 0, "it is missing", "run this from the repository")];
    };
    let reasons = repository.file(REASONS).map(|file| file.text.as_str()).unwrap_or_default();
    let mut findings = Vec::new();
    let section = manifest.lines().skip_while(|(_, text)| text.trim() != "[workspace.dependencies]").skip(1);
    for (line, text) in section.take_while(|(_, text)| !text.starts_with('[')) {
        let Some((name, value)) = text.split_once('=').filter(|_| !text.starts_with('#')) else {
            continue;
        };
        let name = name.trim();
        if !value.contains("path =") && !mentions(reasons, name) {
            let wrong = format!("{name} has no line in {REASONS}");
            findings.push(Finding::new(
                "Cargo.toml",
                line,
                wrong,
                "write what it saves, who maintains it, how to leave",
            ));
        }
    }
    findings
}

/// Whether the name stands in the text, and not only inside a longer name.
fn mentions(text: &str, name: &str) -> bool {
    let part = |one: char| one.is_alphanumeric() || "-_".contains(one);
    text.match_indices(name).any(|(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(name).unwrap_or_default();
        !before.ends_with(part) && !after.starts_with(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_fails() {
        let manifest = "[workspace.dependencies]\nkernel = { path = \"crates/kernel\" }\n# why\nserde = \"1\"\n\
            tower = \"0.5\"\n[profile.dev]\ndebug = false\n";
        let reasons = "| `serde` | … |\n| tower-http | … |\n";
        let found = check(&Repository::of(&[("Cargo.toml", manifest), (REASONS, reasons)]));
        assert_eq!(found.iter().map(|one| one.line).collect::<Vec<_>>(), [5]);
    }
}
