//! A document that is cited is one that whoever cloned the repository has.

use super::Finding;
use super::repository::{File, Repository};

/// Kinds of file whose every line is looked at; of Rust only the comments are.
const TEXTS: [&str; 14] =
    ["md", "typ", "ts", "mts", "js", "mjs", "css", "html", "sql", "ftl", "toml", "csv", "sh", "txt"];

/// Generated from the migrations, whose comments it repeats.
const GENERATED: &str = "docs/schema/";

/// A migration that was released keeps its words, because its checksum is in every database.
/// Each line: path, cited word, since when, why.
const RELEASED: [(&str, &str, &str, &str); 1] =
    [("migrations/0003_person.sql", "trust.md", "2026-11-29", "a paper of the design, now decision 0004")];

/// Looks for words that end in `.md` and name no file, seen from the root or from the file's folder.
pub fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in repository.prose().filter(|file| !file.path.starts_with(GENERATED)) {
        for (line, text) in lines(file) {
            for word in documents(&text) {
                let released = RELEASED.iter().any(|(path, cited, ..)| *path == file.path && *cited == word);
                if !released && !exists(repository, file, word) {
                    let wrong = format!("`{word}` is no file of this repository");
                    findings.push(Finding::new(
                        &file.path,
                        line,
                        wrong,
                        "name the regulation, standard or page itself; write [own] and why for a value of ours",
                    ));
                }
            }
        }
    }
    findings
}

/// What is looked at, with the number of each line.
fn lines(file: &File) -> Vec<(usize, String)> {
    if file.is(&TEXTS) {
        return file.lines().map(|(line, text)| (line, text.to_owned())).collect();
    }
    if !file.is(&["rs"]) {
        return Vec::new();
    }
    let code = file.rust().code;
    let both = file.lines().zip(code.lines());
    both.filter_map(|((line, text), code)| Some((line, comment(text, code)?.to_owned()))).collect()
}

/// The comment at the end of a line: from the first `//` behind which no code stands.
fn comment<'a>(text: &'a str, code: &str) -> Option<&'a str> {
    let mut starts = text.match_indices("//").map(|(at, _)| text.split_at(at));
    let (_, comment) =
        starts.find(|(before, _)| code.chars().skip(before.chars().count()).all(char::is_whitespace))?;
    Some(comment)
}

/// The words that name a document, addresses on the web apart.
fn documents(text: &str) -> impl Iterator<Item = &str> {
    let part = |one: char| one.is_ascii_alphanumeric() || "_-./".contains(one);
    let words = text.split(move |one| !part(one)).filter(|word| !word.starts_with("//"));
    let words = words.map(|word| word.trim_start_matches('/').trim_end_matches('.'));
    words.filter(|word| word.strip_suffix(".md").is_some_and(|name| !name.is_empty()))
}

fn exists(repository: &Repository, file: &File, word: &str) -> bool {
    let mut folder: Vec<&str> = file.path.split('/').collect();
    folder.pop();
    for part in word.split('/') {
        match part {
            "." => {}
            ".." => {
                folder.pop();
            }
            part => folder.push(part),
        }
    }
    repository.file(word).is_some() || repository.file(&folder.join("/")).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(path: &str, text: &str) -> Vec<usize> {
        let known = [("STYLE.md", ""), ("docs/a/one.md", ""), ("docs/two.md", ""), (path, text)];
        check(&Repository::of(&known)).iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_comment_that_cites_a_paper_nobody_has_fails() {
        let text = "//! As STYLE.md says.\n/// Source: trust.md TS13.\nlet a = \"domain.md\"; // see docs/two.md.\n\
            let b = \"https://x/y.md\"; // stack.md, and `docs/none.md`\nlet c = 1;\n";
        assert_eq!(lines_of("crates/a/src/lib.rs", text), [2, 4, 4]);
        assert_eq!(lines_of("crates/a/b.typ", "// Contents: domain.md §5.3.\n"), [1]);
    }

    #[test]
    fn a_page_is_found_from_the_root_and_from_its_folder() {
        let text = "[a](one.md#x), [b](../two.md), [c](STYLE.md), https://example.org/b.md\n[d](two.md)\n";
        assert_eq!(lines_of("docs/a/three.md", text), [2]);
    }

    #[test]
    fn a_released_migration_keeps_the_words_it_was_released_with() {
        let text = "-- Source: trust.md design (d).\n-- domain.md\n";
        assert_eq!(lines_of("migrations/0003_person.sql", text), [2]);
    }
}
