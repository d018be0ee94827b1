//! Sealing and blind indexes. Source: docs/decisions/0004-sealed-personal-data.md; RFC 8452 (AES-GCM-SIV), RFC 2104 (HMAC).
use aes_gcm_siv::{
    Aes256GcmSiv, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use kernel::Entropy;
use sha2::Sha256;

/// Bytes of a nonce. Source: RFC 8452.
const NONCE_BYTES: usize = 12;
/// A blind index keeps 128 of the 256 bits, in hex digits.
const INDEX_HEX: usize = 32;

/// Why a sealed value could not be opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// Wrong key, moved ciphertext or changed bytes.
    #[error("a sealed value of {0} does not open: wrong key, or the row was tampered with")]
    DoesNotOpen(String),
    /// The key file is not one of ours.
    #[error("the key file for personal data is not readable: {0}")]
    BadKeyFile(&'static str),
}

impl From<SealError> for web::PageError {
    fn from(error: SealError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Where a sealed value stands; part of what is authenticated.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Table name.
    pub table: &'a str,
    /// Column name.
    pub column: &'a str,
    /// Primary key of the row.
    pub row: &'a str,
}

impl Place<'_> {
    fn aad(&self) -> String {
        format!("v1\u{1f}{}\u{1f}{}\u{1f}{}", self.table, self.column, self.row)
    }
}

/// The keys to everybody's personal data. Made by `kaogong init`, kept apart from the database.
#[derive(Clone)]
pub struct Vault {
    seal: [u8; 32],
    index: [u8; 32],
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// New keys.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        let mut vault = Self { seal: [0; 32], index: [0; 32] };
        entropy.fill(&mut vault.seal);
        entropy.fill(&mut vault.index);
        vault
    }

    /// The text of the key file.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("kaogong-person-keys-1\n{}\n{}\n", BASE64.encode(self.seal), BASE64.encode(self.index))
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`SealError::BadKeyFile`] naming what is wrong.
    pub fn from_text(text: &str) -> Result<Self, SealError> {
        let mut lines = text.lines();
        if lines.next() != Some("kaogong-person-keys-1") {
            return Err(SealError::BadKeyFile("its first line must be kaogong-person-keys-1"));
        }
        let mut key = || -> Option<[u8; 32]> { BASE64.decode(lines.next()?).ok()?.try_into().ok() };
        match (key(), key()) {
            (Some(seal), Some(index)) => Ok(Self { seal, index }),
            _ => Err(SealError::BadKeyFile("it must hold two keys of 32 bytes in Base64")),
        }
    }

    /// Seals a text for one place; the same text sealed twice looks different.
    #[must_use]
    pub fn seal(&self, entropy: &dyn Entropy, place: Place<'_>, plain: &str) -> String {
        BASE64.encode(self.seal_bytes(entropy, place, plain.as_bytes()))
    }

    /// Opens what [`Vault::seal`] made for the same place.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`].
    pub fn open(&self, place: Place<'_>, sealed: &str) -> Result<String, SealError> {
        let bytes = BASE64.decode(sealed).map_err(|_| SealError::DoesNotOpen(place.table.into()))?;
        let plain = self.open_bytes(place, &bytes)?;
        String::from_utf8(plain).map_err(|_| SealError::DoesNotOpen(place.table.into()))
    }

    /// Seals a file.
    #[must_use]
    pub fn seal_bytes(&self, entropy: &dyn Entropy, place: Place<'_>, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_BYTES];
        entropy.fill(&mut nonce);
        let aad = place.aad();
        let payload = Payload { msg: plain, aad: aad.as_bytes() };
        // The cipher refuses only messages above 64 GiB, which no upload limit lets in.
        let body = self.cipher().encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
        [nonce.as_slice(), &body].concat()
    }

    /// Opens a sealed file.
    ///
    /// # Errors
    /// [`SealError::DoesNotOpen`].
    pub fn open_bytes(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let refused = || SealError::DoesNotOpen(place.table.into());
        let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(refused)?;
        let aad = place.aad();
        let payload = Payload { msg: body, aad: aad.as_bytes() };
        self.cipher().decrypt(&Nonce::from(*nonce), payload).map_err(|_| refused())
    }

    /// A keyed hash of a normalised value, different for each purpose, 128 bits in hex.
    #[must_use]
    pub fn index(&self, purpose: &str, value: &str) -> String {
        // HMAC takes keys of any length; this one has 32 bytes.
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.index) else {
            return String::new();
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0x1f]);
        mac.update(value.as_bytes());
        let mut hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        hex.truncate(INDEX_HEX);
        hex
    }

    fn cipher(&self) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&self.seal.into())
    }
}
