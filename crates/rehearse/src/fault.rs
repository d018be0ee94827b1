//! What went wrong while somebody clicked, in a sentence that says where.

/// Longest part of a page that is quoted.
const QUOTED_CHARACTERS_MAX: usize = 600;

/// Something did not go as it should: on which page, what it said, and during which act.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{act}{page}: {said}")]
pub struct Fault {
    act: String,
    page: String,
    said: String,
}

/// What an act gives.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// What `page` said or lacked.
    #[must_use]
    pub fn at(page: &str, said: &str) -> Self {
        let mut short: String = said.chars().take(QUOTED_CHARACTERS_MAX).collect();
        if short.len() < said.len() {
            short.push('…');
        }
        Self { act: String::new(), page: page.to_owned(), said: short }
    }

    /// The same fault, with the act during which it happened.
    #[must_use]
    pub fn during(mut self, act: &str) -> Self {
        if self.act.is_empty() {
            self.act = format!("{act}: ");
        }
        self
    }
}
