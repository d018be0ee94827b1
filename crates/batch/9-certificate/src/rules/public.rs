//! What the public may read of a certificate.
use kernel::{CertificateNumber, Day};

use super::Payload;

/// The answer of the public query: enough to check a certificate one holds, nothing to collect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAnswer {
    /// First character of the name and a star; the full name for who brought the token.
    pub name: String,
    /// The 22 characters.
    pub number: CertificateNumber,
    /// Occupation.
    pub occupation: String,
    /// Level.
    pub level: String,
    /// Day of issue.
    pub issued_on: Day,
    /// Filed name of the organisation that issued it.
    pub issuer: String,
    /// Since when it no longer counts.
    pub revoked_on: Option<Day>,
}

impl PublicAnswer {
    /// The answer to somebody who knows number and name. Never the document number, not even
    /// masked.
    #[must_use]
    pub fn masked(payload: &Payload, revoked_on: Option<Day>) -> Self {
        let surname = payload.name.chars().next();
        Self { name: surname.into_iter().chain(['*']).collect(), ..Self::full(payload, revoked_on) }
    }

    /// The answer to somebody who holds the token, in which the name stands already.
    #[must_use]
    pub fn full(payload: &Payload, revoked_on: Option<Day>) -> Self {
        Self {
            name: payload.name.clone(),
            number: payload.number.clone(),
            occupation: payload.occupation.clone(),
            level: payload.level.clone(),
            issued_on: payload.issued_on,
            issuer: payload.issuer.clone(),
            revoked_on,
        }
    }
}

/// Whether two spellings are the same name: blanks and the shape of the middle dot do not count.
#[must_use]
pub fn is_same_name(left: &str, right: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| if "•・‧∙.．".contains(c) { '·' } else { c })
            .collect()
    };
    plain(left) == plain(right)
}

#[cfg(test)]
mod tests {
    use super::{super::payload::tests::specimen, *};

    #[test]
    fn the_masked_answer_holds_neither_name_nor_document() {
        let payload = specimen();
        let answer = PublicAnswer::masked(&payload, None);
        assert_eq!(answer.name, "龚*");
        let text = format!("{answer:?}");
        assert!(
            !text.contains(&payload.name) && !text.contains("9998") && !text.contains(&payload.commitment)
        );
        assert_eq!(PublicAnswer::full(&payload, None).name, payload.name);
    }

    #[test]
    fn spelling_of_dots_and_blanks_does_not_matter_but_characters_do() {
        assert!(is_same_name("阿依古丽 · 买买提", "阿依古丽•买买提"));
        assert!(!is_same_name("王慧敏", "王慧"));
        assert!(!is_same_name("龚𬱖", "龚頔"));
        assert!(!is_same_name("", "王"));
    }
}
