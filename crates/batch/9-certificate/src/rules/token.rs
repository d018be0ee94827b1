//! The token of the QR code: payload and signature in one text that is checked without asking us.
//!
//! `K1.<payload>.<signature>`, both in base64url without padding; the signature (Ed25519) is over
//! the text before the second dot. There is one text only for the same payload and signature.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

use super::{IssuerKey, Payload, PublicKey};

/// Begins every token; the number is the version of this form.
const MARK: &str = "K1.";
/// A token longer than this is not read. Source: ISO/IEC 18004, capacity of version 40-M.
const BYTES_MAX: usize = 2331;

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not the form of a token.
    #[error("this is not a certificate token")]
    Malformed,
    /// No known key made this signature over this text.
    #[error("the token was altered, or somebody else made it")]
    NotSigned,
}

/// Signs a payload. The same payload and key give the same token.
#[must_use]
pub fn sign_token(key: &IssuerKey, payload: &Payload) -> String {
    let body = format!("{MARK}{}", BASE64URL.encode(payload.canonical()));
    let signature = key.sign(body.as_bytes());
    format!("{body}.{}", BASE64URL.encode(signature))
}

/// Checks a token against the keys of the issuer and gives what it says. Whether the certificate
/// was revoked since only the register knows.
///
/// # Errors
/// [`TokenError`].
pub fn verify_token(token: &str, keys: &[PublicKey]) -> Result<Payload, TokenError> {
    if token.len() > BYTES_MAX {
        return Err(TokenError::Malformed);
    }
    let (body, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
    let text = body.strip_prefix(MARK).ok_or(TokenError::Malformed)?;
    let payload = BASE64URL.decode(text).map_err(|_| TokenError::Malformed)?;
    let signature = BASE64URL.decode(signature).map_err(|_| TokenError::Malformed)?;
    let signature: [u8; 64] = signature.try_into().map_err(|_| TokenError::Malformed)?;
    let signer = keys.iter().find(|key| key.verifies(body.as_bytes(), &signature));
    let signer = signer.ok_or(TokenError::NotSigned)?;
    let payload = Payload::from_canonical(&payload).ok_or(TokenError::Malformed)?;
    if payload.key == signer.id() { Ok(payload) } else { Err(TokenError::NotSigned) }
}

/// The token inside what a QR code holds: the address of the query page, or the bare token.
#[must_use]
pub fn token_in(scanned: &str) -> &str {
    let scanned = scanned.trim();
    let after = scanned.split_once("?t=").map_or(scanned, |(_, token)| token);
    after.split('&').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::payload::tests::specimen, *};

    fn signed() -> (IssuerKey, String) {
        let key = IssuerKey::generate([3; 32]);
        let payload = Payload { key: key.public().id().to_owned(), ..specimen() };
        let token = sign_token(&key, &payload);
        (key, token)
    }

    #[test]
    fn a_token_says_what_was_signed() {
        let (key, token) = signed();
        let payload = verify_token(&token, &[key.public()]).unwrap();
        assert_eq!(payload.name, "龚𬱖");
        assert_eq!(sign_token(&key, &payload), token);
        assert_eq!(token_in(&format!(" https://kaogong.example/verify?t={token}&lang=en\n")), token);
        assert_eq!(token_in(&token), token);
    }

    /// 2,000 altered tokens: one bit, another key, another payload under the same signature, a part
    /// of another token, text before or after.
    #[test]
    fn two_thousand_altered_tokens_and_none_accepted() {
        let (key, token) = signed();
        let keys = [key.public()];
        let other = IssuerKey::generate([4; 32]);
        let foreign = sign_token(&other, &Payload { key: other.public().id().to_owned(), ..specimen() });
        let impostor = sign_token(&other, &Payload { key: key.public().id().to_owned(), ..specimen() });
        let (body, signature) = token.rsplit_once('.').unwrap();
        let mut altered =
            vec![foreign, impostor, body.to_owned(), format!("{body}."), format!(".{signature}")];
        altered.extend([format!("{token}."), format!("{token}="), format!(" {token}"), format!("{token}\n")]);
        altered.push(token.replace("K1.", "K2."));
        altered.push(token.replace("K1.", "k1."));
        for round in 0_u32..200 {
            let serial = 2 + round;
            let number = format!("S000099000001213{serial:06}").parse_number();
            let payload = Payload { number, key: key.public().id().to_owned(), ..specimen() };
            let next = sign_token(&key, &payload);
            let (next_body, next_signature) = next.rsplit_once('.').unwrap();
            altered.push(format!("{next_body}.{signature}"));
            altered.push(format!("{body}.{next_signature}"));
        }
        let bits = token.len() * 8;
        let mut bit = 0;
        while altered.len() < 2_000 {
            // A step without a common factor walks over all bits.
            bit = (bit + 1_009) % bits;
            let mut bytes = token.clone().into_bytes();
            bytes[bit / 8] ^= 1 << (bit % 8);
            altered.extend(String::from_utf8(bytes));
        }
        assert_eq!(altered.iter().filter(|text| verify_token(text, &keys).is_ok()).count(), 0);
        assert_eq!(altered.len(), 2_000);
        assert!(altered.iter().all(|text| *text != token));
        assert!(verify_token(&token, &keys).is_ok(), "and the true one still is");
    }

    trait ParseNumber {
        fn parse_number(&self) -> kernel::CertificateNumber;
    }

    impl ParseNumber for String {
        fn parse_number(&self) -> kernel::CertificateNumber {
            kernel::CertificateNumber::parse(self).unwrap()
        }
    }

    proptest! {
        #[test]
        fn another_character_anywhere_is_noticed(at: prop::sample::Index, with in "[A-Za-z0-9_.-]") {
            let (key, token) = signed();
            let at = at.index(token.len());
            let mut altered = token.clone();
            altered.replace_range(at..=at, &with);
            prop_assume!(altered != token);
            prop_assert!(verify_token(&altered, &[key.public()]).is_err());
        }

        #[test]
        fn no_text_makes_it_stumble(text in ".{0,300}") {
            let (key, _) = signed();
            prop_assert!(verify_token(&text, &[key.public()]).is_err());
            let token = format!("K1.{text}.{text}");
            prop_assert!(verify_token(&token, &[key.public()]).is_err());
        }
    }
}
