//! A number in a rules file was fixed by somebody: the comment above says by whom.

use super::Finding;
use super::repository::{File, Repository};
use super::roles::plays;

/// Looks at the constants of every rules file, its unit tests apart.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let rules = repository.files().filter(|file| file.path.starts_with("crates/") && file.is(&["rs"]));
    rules.filter(|file| plays(file, "rules")).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Finding> {
    let text = file.rust();
    let original: Vec<&str> = file.text.lines().collect();
    let mut findings = Vec::new();
    for (index, line) in text.code_without_tests().lines().enumerate() {
        let Some(name) = numbered_constant(line) else {
            continue;
        };
        let above = original.get(..index).unwrap_or_default().iter().rev().map(|line| line.trim_start());
        let mut comment = above.take_while(|line| line.starts_with("///") || line.starts_with("#["));
        if !comment.any(|line| line.contains("Source:")) {
            let wrong = format!("the number {name} has no source");
            findings.push(Finding::new(
                &file.path,
                index + 1,
                wrong,
                "add `/// Source: document, article`, or make it dated data if a regulation fixed it",
            ));
        }
    }
    findings
}

/// The name, if the line is `const NAME: … = NUMBER` with an integer of at least 2.
fn numbered_constant(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("const ").filter(|(before, _)| {
        let before = before.trim();
        before.is_empty() || before.starts_with("pub")
    })?;
    let (name, value) = rest.split_once('=')?;
    let digits: String = value.trim().chars().take_while(|one| one.is_ascii_digit() || *one == '_').collect();
    let number: u128 = digits.replace('_', "").parse().ok()?;
    (number >= 2).then(|| name.split(':').next().unwrap_or(name).trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_without_a_source_fails() {
        let text = "/// Working days.\n///\n/// Source: Notice 12, article 3.\n#[doc(hidden)]\nconst A: i64 = 60;\n\
            /// Half.\npub(crate) const B: i64 = 1_000;\nconst C: u32 = 1;\npub const D: u8 = 2u8;\n\
            const E: &str = \"5\";\n#[cfg(test)]\nmod tests { const F: i64 = 7; }\n";
        let lines = |path| {
            let found = check(&Repository::of(&[(path, text)]));
            found.iter().map(|finding| finding.line).collect::<Vec<_>>()
        };
        assert_eq!(lines("crates/plan/src/rules.rs"), [7, 9]);
        assert_eq!(lines("crates/plan/src/store.rs"), [0_usize; 0]);
    }
}
