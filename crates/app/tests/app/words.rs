//! Whatever the trail may hold has a sentence in both languages.
use std::{collections::BTreeSet, fs, path::Path};

use web::{Lang, Words};

#[test]
fn every_word_of_the_trail_has_a_sentence_in_both_languages() {
    for action in app::trail_actions() {
        let key = format!("trail-{}", action.replace('.', "-"));
        for lang in [Lang::Zh, Lang::En] {
            assert_ne!(Words(lang).s(&key), key, "{key} in {}", lang.tag());
        }
    }
}

/// Buttons, links and headings that the manual names in italics are what the pages say.
#[test]
fn what_the_manual_quotes_stands_on_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut sentences = BTreeSet::new();
    for file in fs::read_dir(root.join("locales/en")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        sentences.extend(text.lines().filter_map(sentence));
    }
    let manual = fs::read_to_string(root.join("docs/manual/README.md")).unwrap();
    let quoted: BTreeSet<&str> = manual.lines().flat_map(quotes).collect();
    assert!(quoted.len() > 30, "{quoted:?}");
    let missing: Vec<_> =
        quoted.into_iter().filter(|words| !sentences.contains(&words.to_lowercase())).collect();
    assert!(missing.is_empty(), "the manual quotes what no page says: {missing:?}");
}

/// The sentence of a line of a message file, in small letters and without its full stop.
fn sentence(line: &str) -> Option<String> {
    let is_message = line.starts_with(|first: char| first.is_ascii_lowercase());
    let (_, text) = if is_message { line.split_once('=')? } else { line.split_once(']')? };
    Some(text.trim().trim_end_matches('.').to_lowercase())
}

/// What stands between two single asterisks.
fn quotes(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let plain = line.split("**").step_by(2);
    for part in plain {
        found.extend(part.split('*').skip(1).step_by(2));
    }
    found
}
