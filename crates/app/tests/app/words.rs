//! Whatever the trail may hold has a sentence in both languages.
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
