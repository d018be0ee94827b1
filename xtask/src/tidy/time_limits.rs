//! A time limit that the product keeps in its register is one that it keeps to.

use super::Finding;
use super::repository::{File, Repository};

const LIMITS: &str = "data/scheme/time-limits.csv";

/// Crates outside of the product: what only they read is read by nobody.
const OUTSIDE: [&str; 2] = ["crates/rehearse/", "crates/testkit/"];

/// Looks for the code of each row as a text in the product's own code.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let Some(limits) = repository.file(LIMITS) else {
        return vec![Finding::new(LIMITS, 0, "it is missing", "put the rows back, or drop this check")];
    };
    let known: Vec<String> = repository.files().filter(|file| is_product(file)).flat_map(texts).collect();
    let mut findings = Vec::new();
    for (line, row) in limits.lines().skip(1).filter(|(_, row)| !row.trim().is_empty()) {
        let code = row.split(',').next().unwrap_or_default();
        if !known.iter().any(|text| text == code) {
            let wrong = format!("nothing reads the time limit {code}");
            let remedy = "show it as a deadline (plan/src/deadline.rs) or hold something against it, or remove the row";
            findings.push(Finding::new(LIMITS, line, wrong, remedy));
        }
    }
    findings
}

fn is_product(file: &File) -> bool {
    let is_source = file.path.starts_with("crates/") && file.path.contains("/src/") && file.is(&["rs"]);
    is_source && !OUTSIDE.iter().any(|folder| file.path.starts_with(folder))
}

/// The texts of a file, those of its unit tests apart.
fn texts(file: &File) -> Vec<String> {
    let text = file.rust();
    let end = text.code_without_tests().len();
    text.literals.into_iter().filter(|literal| literal.at < end).map(|literal| literal.text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_nothing_reads_fails() {
        let rows = "code,working_days\nread_here,5\nread_in_a_test,3\nin_a_comment,1\nrehearsed,1\n";
        let code = "const A: &str = \"read_here\"; // \"in_a_comment\"\n#[cfg(test)]\nmod tests { const B: &str = \"read_in_a_test\"; }\n";
        let found = check(&Repository::of(&[
            (LIMITS, rows),
            ("crates/batch/1-plan/src/deadline.rs", code),
            ("crates/batch/1-plan/tests/a.rs", "const A: &str = \"read_in_a_test\";\n"),
            ("crates/rehearse/src/calendar.rs", "const A: &str = \"rehearsed\";\n"),
        ]));
        assert_eq!(found.iter().map(|finding| finding.line).collect::<Vec<_>>(), [3, 4, 5]);
    }

    #[test]
    fn a_missing_register_fails() {
        assert_eq!(check(&Repository::of(&[])).len(), 1);
    }
}
