//! What people type into a search field, as a pattern of `LIKE … ESCAPE '!'`.

/// The pattern of texts that hold these words, in lower case, without a meaning for `%` and `_`.
#[must_use]
pub fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for one in words.trim().to_lowercase().chars() {
        if matches!(one, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(one);
    }
    pattern + "%"
}
