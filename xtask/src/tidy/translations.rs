//! Two languages, one set of keys, and no page that asks for a message nobody wrote.

use std::collections::BTreeMap;

use super::Finding;
use super::repository::{File, Repository};
use super::rust_text::{ends_in_call, is_name};

const CHINESE: &str = "locales/zh-CN/";
const ENGLISH: &str = "locales/en/";

/// Calls in a template whose first argument is a key.
const TEMPLATE_CALLS: [&str; 2] = ["t.s(", "t.s_with("];

/// Calls in Rust whose first argument is a key.
const RUST_CALLS: [&str; 3] = ["key", "t.s", "t.s_with"];

/// Each key exists once in both languages, and the English texts are English.
pub fn check_languages(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    let chinese = keys(repository, CHINESE, &mut findings);
    let english = keys(repository, ENGLISH, &mut findings);
    for (here, there, folder) in [(&chinese, &english, ENGLISH), (&english, &chinese, CHINESE)] {
        for (key, (path, line)) in here.iter().filter(|(key, _)| !there.contains_key(*key)) {
            let wrong = format!("`{key}` has no text in {folder}");
            findings.push(Finding::new(path, *line, wrong, "write it in the file of the same name"));
        }
    }
    for file in messages(repository, ENGLISH) {
        for (line, _) in file.lines().filter(|(_, text)| text.chars().any(is_han)) {
            findings.push(Finding::new(&file.path, line, "Chinese in an English text", "translate it"));
        }
    }
    findings
}

/// Each key that a template or a Rust file asks for exists.
pub fn check_uses(repository: &Repository) -> Vec<Finding> {
    let known = keys(repository, CHINESE, &mut Vec::new());
    let mut findings = Vec::new();
    for file in repository.prose().filter(|file| file.path.starts_with("crates/")) {
        let used = if file.path.contains("/templates/") {
            used_in_template(file)
        } else if file.is(&["rs"]) {
            used_in_rust(file)
        } else {
            continue;
        };
        for (line, key) in used.into_iter().filter(|(_, key)| !known.contains_key(key)) {
            let wrong = format!("the key `{key}` does not exist");
            let remedy = format!("write it in {CHINESE} and {ENGLISH}");
            findings.push(Finding::new(&file.path, line, wrong, remedy));
        }
    }
    findings
}

fn messages<'a>(repository: &'a Repository, folder: &'static str) -> impl Iterator<Item = &'a File> {
    repository.files().filter(move |file| file.path.starts_with(folder) && file.is(&["ftl"]))
}

/// Where each key of a language stands; a key written twice is a finding.
fn keys<'a>(
    repository: &'a Repository,
    folder: &'static str,
    findings: &mut Vec<Finding>,
) -> BTreeMap<String, (&'a str, usize)> {
    let mut keys = BTreeMap::new();
    for file in messages(repository, folder) {
        for (line, text) in file.lines() {
            let Some((key, _)) = text.split_once('=') else {
                continue;
            };
            let key = key.trim_end();
            let first = key.trim_start_matches('-').chars().next();
            let is_key = first.is_some_and(|one| one.is_ascii_alphabetic())
                && key.chars().all(|one| one.is_ascii_alphanumeric() || "-_".contains(one));
            if is_key && keys.insert(key.to_owned(), (file.path.as_str(), line)).is_some() {
                let wrong = format!("`{key}` is written twice in {folder}");
                findings.push(Finding::new(&file.path, line, wrong, "keep one of them"));
            }
        }
    }
    keys
}

fn used_in_template(file: &File) -> Vec<(usize, String)> {
    let mut used = Vec::new();
    for call in TEMPLATE_CALLS {
        for (at, _) in file.text.match_indices(call) {
            let (before, rest) = file.text.split_at(at);
            let argument = rest.strip_prefix(call).unwrap_or_default().trim_start();
            let key = argument.strip_prefix('"').and_then(|text| text.split_once('"')).map(|(key, _)| key);
            if let Some(key) = key.filter(|_| !before.ends_with(is_name)) {
                used.push((before.lines().count().max(1), key.to_owned()));
            }
        }
    }
    used
}

fn used_in_rust(file: &File) -> Vec<(usize, String)> {
    let text = file.rust();
    let keys = text.literals.iter().filter(|literal| {
        let before = text.before(literal);
        RUST_CALLS.iter().any(|call| ends_in_call(before, call))
    });
    keys.map(|literal| (literal.line, literal.text.clone())).collect()
}

fn is_han(one: char) -> bool {
    matches!(one, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(findings: &[Finding]) -> Vec<(&str, usize)> {
        findings.iter().map(|finding| (finding.path.as_str(), finding.line)).collect()
    }

    #[test]
    fn a_key_in_one_language_only_and_chinese_in_english_fail() {
        let repository = Repository::of(&[
            ("locales/zh-CN/plan.ftl", "# 计划 = x\nplan-title = 计划\n    .hint = 提示\nplan-new = 新建\n"),
            ("locales/en/plan.ftl", "plan-title = Plan 计划\nplan-old = Old\n"),
        ]);
        let found = check_languages(&repository);
        assert_eq!(
            places(&found),
            [("locales/zh-CN/plan.ftl", 4), ("locales/en/plan.ftl", 2), ("locales/en/plan.ftl", 1)]
        );
    }

    #[test]
    fn a_key_written_twice_fails() {
        let repository = Repository::of(&[
            ("locales/zh-CN/a.ftl", "one = 一\n"),
            ("locales/zh-CN/b.ftl", "one = 壹\n"),
            ("locales/en/a.ftl", "one = one\n"),
        ]);
        assert_eq!(places(&check_languages(&repository)), [("locales/zh-CN/b.ftl", 1)]);
    }

    #[test]
    fn a_key_that_nobody_wrote_fails() {
        let repository = Repository::of(&[
            ("locales/zh-CN/a.ftl", "one = 一\n"),
            (
                "crates/plan/templates/a.html",
                "{{ t.s(\"one\") }}\n{{ t.s(\"two\") }} {{ cat.s(\"no\") }}\n{{ t.s_with( \"three\", x) }}",
            ),
            (
                "crates/plan/src/pages.rs",
                "let a = key(\"one\");\nlet b = Message::key(\n\"four\"); monkey(\"no\");\n",
            ),
        ]);
        let found = check_uses(&repository);
        assert_eq!(
            places(&found),
            [
                ("crates/plan/templates/a.html", 2),
                ("crates/plan/templates/a.html", 3),
                ("crates/plan/src/pages.rs", 3)
            ]
        );
    }
}
