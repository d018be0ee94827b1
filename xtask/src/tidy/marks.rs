//! A remark about work left over carries the number of its issue, or it is forgotten.

use super::Finding;
use super::repository::Repository;
use super::rust_text::is_name;

/// Kinds of file in which a remark may stand.
const SOURCES: [&str; 11] = ["rs", "ts", "mts", "js", "mjs", "css", "html", "sql", "ftl", "toml", "sh"];

/// Looks for the two marks in every source file.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.prose().filter(|file| file.is(&SOURCES)) {
        for (line, text) in file.lines() {
            if marks(text, "FIXME").next().is_some() {
                findings.push(Finding::new(
                    &file.path,
                    line,
                    "FIXME",
                    "mend it now, or open an issue and write TODO(#number)",
                ));
            }
            if marks(text, "TODO").any(|after| !has_issue(after)) {
                findings.push(Finding::new(&file.path, line, "TODO without an issue", "write TODO(#number)"));
            }
        }
    }
    findings
}

/// What follows each place where `mark` stands as a word of its own.
fn marks<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(mark).filter_map(move |(at, _)| {
        let (before, rest) = text.split_at(at);
        let after = rest.strip_prefix(mark)?;
        (!before.ends_with(is_name) && !after.starts_with(is_name)).then_some(after)
    })
}

fn has_issue(after: &str) -> bool {
    let number = after.strip_prefix("(#").and_then(|rest| rest.split_once(')')).map(|(number, _)| number);
    number.is_some_and(|number| !number.is_empty() && number.chars().all(|one| one.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_without_an_issue_fails() {
        let text = "// TODO(#12): fine\n// TODO: not\n// TODO(#x)\n// FIXME\nlet TODOS = 1;\n";
        let lines: Vec<_> = check(&Repository::of(&[("a.rs", text)])).iter().map(|one| one.line).collect();
        assert_eq!(lines, [2, 3, 4]);
    }

    #[test]
    fn prose_may_speak_about_the_marks() {
        assert_eq!(check(&Repository::of(&[("STYLE.md", "No FIXME, no bare TODO.")])), []);
    }
}
