//! The key that signs certificates, and its public half.
use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// First line of the key file.
const SECRET_MARK: &str = "kaogong-issuer-key-1";
/// Begins the text of a public key.
const PUBLIC_MARK: &str = "kaogong-issuer-1";
/// Bytes of the digest that name a key.
///
/// Source: C2SP signed-note, key id of 4 bytes.
const ID_BYTES: usize = 4;

/// Why a key text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the text of an issuer's secret key.
    #[error("this is no key file of an issuer: {SECRET_MARK} and 32 bytes in Base64 are expected")]
    Secret,
    /// Not the text of an issuer's public key.
    #[error("this is no public key of an issuer: {PUBLIC_MARK}+ID+KEY is expected")]
    Public,
}

/// The secret key of the issuing organisation (Ed25519). Source: RFC 8032.
#[derive(Clone)]
pub struct IssuerKey(SigningKey);

impl fmt::Debug for IssuerKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "IssuerKey({})", self.public().id())
    }
}

impl IssuerKey {
    /// A new key from 32 random bytes of the operating system.
    #[must_use]
    pub fn generate(random: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&random))
    }

    /// The text of the key file.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{SECRET_MARK}\n{}\n", BASE64.encode(self.0.to_bytes()))
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`KeyError::Secret`].
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        let mut lines = text.lines();
        let (mark, key) = (lines.next(), lines.next().unwrap_or_default());
        let bytes: Option<[u8; 32]> = BASE64.decode(key.trim()).ok().and_then(|bytes| bytes.try_into().ok());
        match bytes {
            Some(bytes) if mark == Some(SECRET_MARK) => Ok(Self::generate(bytes)),
            Some(_) | None => Err(KeyError::Secret),
        }
    }

    /// The half that everybody may know.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey::of(self.0.verifying_key())
    }

    /// The text of the public half, as published.
    #[must_use]
    pub fn public_text(&self) -> String {
        self.public().to_text()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// The public half of an issuer's key: whoever has it can check certificates without asking us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    key: VerifyingKey,
    id: String,
}

impl PublicKey {
    fn of(key: VerifyingKey) -> Self {
        let digest = Sha256::digest(key.as_bytes());
        let id = digest.iter().take(ID_BYTES).map(|byte| format!("{byte:02x}")).collect();
        Self { key, id }
    }

    /// Its short name, as certificates carry it: the first four bytes of its SHA-256 in hex.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its text: `kaogong-issuer-1+ID+KEY`, the key in Base64.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{PUBLIC_MARK}+{}+{}", self.id, BASE64.encode(self.key.as_bytes()))
    }

    /// Reads the text of a public key; the short name must belong to the key.
    ///
    /// # Errors
    /// [`KeyError::Public`].
    pub fn from_text(text: &str) -> Result<Self, KeyError> {
        // Base64 may hold a plus sign, so only the first two part the text.
        let mut parts = text.trim().splitn(3, '+');
        let (mark, id, key) = (parts.next(), parts.next(), parts.next().unwrap_or_default());
        let bytes: Option<[u8; 32]> = BASE64.decode(key).ok().and_then(|bytes| bytes.try_into().ok());
        let key = bytes.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()).map(Self::of);
        key.filter(|key| mark == Some(PUBLIC_MARK) && id == Some(key.id.as_str())).ok_or(KeyError::Public)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_survive_their_texts() {
        for seed in 0..40 {
            let key = IssuerKey::generate([seed; 32]);
            assert_eq!(IssuerKey::from_text(&key.to_text()).unwrap().public(), key.public());
            assert_eq!(PublicKey::from_text(&key.public_text()), Ok(key.public()));
            assert!(!format!("{key:?}").contains(&BASE64.encode([seed; 32])), "a secret in a log line");
        }
    }

    #[test]
    fn a_text_that_is_no_key_is_refused() {
        let key = IssuerKey::generate([1; 32]);
        let other = IssuerKey::generate([2; 32]);
        for text in ["", SECRET_MARK, "kaogong-issuer-key-1\nAAAA\n", &key.public_text()] {
            assert_eq!(IssuerKey::from_text(text).unwrap_err(), KeyError::Secret);
        }
        let swapped = key.public_text().replace(key.public().id(), other.public().id());
        for text in ["", PUBLIC_MARK, "kaogong-issuer-1+00000000+AAAA", &key.to_text(), &swapped] {
            assert_eq!(PublicKey::from_text(text), Err(KeyError::Public), "{text}");
        }
    }
}
