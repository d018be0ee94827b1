//! One word for one thing: docs/glossary.md.

use super::Finding;
use super::repository::{File, Repository};

/// The word we do not use, and the right one.
const WORDS: [(&str, &str); 4] = [
    ("examinee", "candidate"),
    ("proctor", "invigilator"),
    ("tenant", "organisation"),
    ("signup", "application"),
];

/// Looks through names in code, tables, templates and English messages.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.prose() {
        let Some(text) = looked_through(file) else {
            continue;
        };
        for (index, line) in text.lines().enumerate() {
            for (word, right) in WORDS.into_iter().filter(|(word, _)| names(line, word)) {
                let wrong = format!("`{word}` is not our word");
                findings.push(Finding::new(&file.path, index + 1, wrong, format!("write `{right}`")));
            }
        }
    }
    findings
}

/// Of Rust only the code: a comment or a text may quote a foreign word.
fn looked_through(file: &File) -> Option<String> {
    if file.is(&["rs"]) {
        Some(file.rust().code)
    } else if file.is(&["html", "sql", "ts"]) || file.path.starts_with("locales/en/") {
        Some(file.text.clone())
    } else {
        None
    }
}

/// Whether a word of the line, or a part of a name (`tenant_id`, `TenantRow`, `newTenant`), is `word`.
fn names(line: &str, word: &str) -> bool {
    let lower = line.to_ascii_lowercase();
    lower.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let capital =
            line.get(at..).is_some_and(|rest| rest.starts_with(|one: char| one.is_ascii_uppercase()));
        capital || !before.is_some_and(char::is_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_not_ours_fails_with_the_right_one() {
        let rust = "struct Examinee;\nlet tenant_id = 1; // proctor\nfn newSignup() {}\nlet lieutenant = \"tenant\";\n";
        let found =
            check(&Repository::of(&[("a.rs", rust), ("crates/a/templates/b.html", "<p>the proctor</p>")]));
        let lines: Vec<_> = found.iter().map(|one| (one.line, one.remedy.as_str())).collect();
        assert_eq!(
            lines,
            [
                (1, "write `candidate`"),
                (2, "write `organisation`"),
                (3, "write `application`"),
                (1, "write `invigilator`")
            ]
        );
    }
}
