//! A certificate as a file: signed as a whole, checked as a whole.
use print::signed::{self, SignedPdfError};

use super::{IssuerKey, Payload, PublicKey, verify_token};

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every byte is as it was signed. Whether it was revoked since only the register knows.
    Genuine(Box<Payload>),
    /// It carries our kind of signature, and the bytes are not those that were signed.
    Altered,
    /// It carries no signature of ours.
    NotOurs,
}

/// The PDF with its signed trailer: it carries the token and is signed by the same key.
#[must_use]
pub fn sign_pdf(key: &IssuerKey, pdf: Vec<u8>, token: &str) -> Vec<u8> {
    signed::append(pdf, token.as_bytes(), |message| key.sign(message))
}

/// Checks a file against the keys of the issuer; needs nothing else.
#[must_use]
pub fn verify_pdf(bytes: &[u8], keys: &[PublicKey]) -> Verdict {
    let known =
        |message: &[u8], signature: &[u8; 64]| keys.iter().any(|key| key.verifies(message, signature));
    let file = match signed::check(bytes, known) {
        Ok(file) => file,
        Err(SignedPdfError::NotSigned) => return Verdict::NotOurs,
        Err(SignedPdfError::Altered | SignedPdfError::BytesAfterSignature) => return Verdict::Altered,
    };
    let token = String::from_utf8(file.token).unwrap_or_default();
    match verify_token(&token, keys) {
        Ok(payload) => Verdict::Genuine(Box::new(payload)),
        Err(_) => Verdict::Altered,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{payload::tests::specimen, sign_token},
        *,
    };

    fn signed_file() -> (IssuerKey, Vec<u8>) {
        let key = IssuerKey::generate([5; 32]);
        let payload = Payload { key: key.public().id().to_owned(), ..specimen() };
        let token = sign_token(&key, &payload);
        let pdf = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n".to_vec();
        let file = sign_pdf(&key, pdf, &token);
        (key, file)
    }

    #[test]
    fn a_file_says_what_was_signed() {
        let (key, file) = signed_file();
        let Verdict::Genuine(payload) = verify_pdf(&file, &[key.public()]) else { panic!("not genuine") };
        assert_eq!(payload.number.as_str(), "S000099000001213000001");
        let other = IssuerKey::generate([6; 32]).public();
        assert_eq!(verify_pdf(&file, &[other]), Verdict::Altered);
        assert_eq!(verify_pdf(b"%PDF-1.7\n%%EOF\n", &[key.public()]), Verdict::NotOurs);
        let update = [&file, &b"2 0 obj<<>>endobj\n%%EOF\n"[..]].concat();
        assert_eq!(verify_pdf(&update, &[key.public()]), Verdict::Altered);
    }

    #[test]
    fn a_file_whose_token_another_key_made_is_altered() {
        let (key, _) = signed_file();
        let other = IssuerKey::generate([6; 32]);
        let token = sign_token(&other, &Payload { key: other.public().id().to_owned(), ..specimen() });
        let file = sign_pdf(&key, b"%PDF-1.7\n%%EOF\n".to_vec(), &token);
        assert_eq!(verify_pdf(&file, &[key.public()]), Verdict::Altered);
    }

    #[test]
    fn every_byte_counts() {
        let (key, file) = signed_file();
        for at in 0..file.len() {
            let mut altered = file.clone();
            altered[at] ^= 1;
            assert!(!matches!(verify_pdf(&altered, &[key.public()]), Verdict::Genuine(_)), "byte {at}");
        }
    }

    proptest! {
        #[test]
        fn no_changed_byte_is_genuine(at: prop::sample::Index, with: u8) {
            let (key, mut file) = signed_file();
            let at = at.index(file.len());
            prop_assume!(file[at] != with);
            file[at] = with;
            prop_assert!(!matches!(verify_pdf(&file, &[key.public()]), Verdict::Genuine(_)));
        }
    }
}
