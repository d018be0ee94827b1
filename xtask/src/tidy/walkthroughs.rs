//! The walkthroughs of ARCHITECTURE.md name code that exists.

use std::collections::BTreeMap;

use super::Finding;
use super::repository::Repository;
use super::rust_text::is_name;

const DOCUMENT: &str = "ARCHITECTURE.md";

/// Words before the name of something that a walkthrough may mention.
const KINDS: [&str; 7] = ["fn", "struct", "enum", "type", "trait", "const", "static"];

/// Looks for each `crate::name` or `crate::module::name` of the section "Walkthroughs".
pub fn check(repository: &Repository) -> Vec<Finding> {
    let names = names(repository);
    if names.is_empty() {
        let wrong = "there is no section \"Walkthroughs\" that names functions as `crate::function`";
        return vec![Finding::new(DOCUMENT, 0, wrong, "write it: ten numbered lines for each journey")];
    }
    let code = code_of_crates(repository);
    let mut findings = Vec::new();
    for (line, path) in names {
        let (first, _) = path.split_once("::").unwrap_or((path, ""));
        let (_, last) = path.rsplit_once("::").unwrap_or(("", path));
        let wrong = match code.get(first) {
            None => format!("`{path}`: there is no crate {first}"),
            Some(code) if !defines(code, last) => format!("`{path}`: {first} defines no {last}"),
            Some(_) => continue,
        };
        findings.push(Finding::new(DOCUMENT, line, wrong, "name what does this step now"));
    }
    findings
}

/// The names in backticks under the heading, with their lines.
fn names(repository: &Repository) -> Vec<(usize, &str)> {
    let Some(file) = repository.file(DOCUMENT) else {
        return Vec::new();
    };
    let mut depth = None;
    let mut names = Vec::new();
    for (line, text) in file.lines() {
        let hashes = text.chars().take_while(|one| *one == '#').count();
        if hashes > 0 {
            let goes_on = depth.is_some_and(|depth| hashes > depth);
            if !goes_on {
                depth = text.to_lowercase().contains("walkthroughs").then_some(hashes);
            }
        } else if depth.is_some() {
            let quoted = text.split('`').skip(1).step_by(2).map(|name| name.trim_end_matches("()"));
            names.extend(quoted.filter(|name| is_path(name)).map(|name| (line, name)));
        }
    }
    names
}

fn is_path(text: &str) -> bool {
    text.contains("::") && text.split("::").all(|part| !part.is_empty() && part.chars().all(is_name))
}

fn code_of_crates(repository: &Repository) -> BTreeMap<String, String> {
    let mut code = BTreeMap::new();
    for one in repository.crates() {
        let source = format!("{}src/", one.folder);
        let files = repository.files().filter(|file| file.is(&["rs"]) && file.path.starts_with(&source));
        code.insert(one.name.replace('-', "_"), files.map(|file| file.rust().code).collect());
    }
    code
}

fn defines(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let (before, rest) = code.split_at(at);
        let whole = !rest.strip_prefix(name).unwrap_or_default().starts_with(is_name);
        let word = before
            .strip_suffix(' ')
            .map(|before| before.rsplit(|one| !is_name(one)).next().unwrap_or_default());
        whole && word.is_some_and(|word| KINDS.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(document: &str) -> Vec<usize> {
        let code = "pub(crate) async fn open_window(a: u8) {}\n// fn gone() {}\npub struct Window;\n";
        let mut repository =
            Repository::of(&[("ARCHITECTURE.md", document), ("crates/batch/1-plan/src/rules.rs", code)]);
        repository.workspace = json!({"workspace_root": "/r", "packages": [
            {"name": "plan", "manifest_path": "/r/crates/batch/1-plan/Cargo.toml"},
        ]});
        check(&repository).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_name_that_does_not_exist_fails() {
        let document = "# Map\n`plan::elsewhere`\n## The Walkthroughs\n### One\n1. `plan::rules::open_window()` and `plan::Window`\n\
            2. `plan::gone`\n3. `seat::open_window`\n4. `plan::open`, `cargo xtask check`\n## After\n`plan::later`\n";
        assert_eq!(lines(document), [6, 7, 8]);
    }

    #[test]
    fn a_document_without_walkthroughs_fails() {
        assert_eq!(lines("# Map\n"), [0]);
    }
}
