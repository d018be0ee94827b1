//! What is signed: the facts of one certificate, in one form of bytes only.
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use kernel::{BatchCode, CertificateNumber, Day};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Version of this form. Source: docs/formats/certificate.md.
const VERSION: u8 = 1;

/// The facts of one certificate. The fields stand in the order of their names, so that what serde
/// writes is the canonical form of RFC 8785.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payload {
    /// Batch it was earned in.
    pub batch: BatchCode,
    /// Salted hash of the full document number, from [`commitment`].
    pub commitment: String,
    /// Document number as everybody may see it: first four and last four characters.
    pub document: String,
    /// Kind of document, 居民身份证.
    pub document_kind: String,
    /// Day of issue.
    pub issued_on: Day,
    /// Filed name of the issuing organisation.
    pub issuer: String,
    /// Short name of the key that signs.
    pub key: String,
    /// Level as printed, 三级/高级工.
    pub level: String,
    /// Name of the trail's log in which the issue is recorded.
    pub log: String,
    /// Name of the holder.
    pub name: String,
    /// The 22 characters.
    pub number: CertificateNumber,
    /// Name of the occupation.
    pub occupation: String,
    /// Version of this form: 1.
    pub v: u8,
}

impl Payload {
    /// The version this program writes and reads.
    pub const VERSION: u8 = VERSION;

    /// The bytes that are signed.
    #[must_use]
    pub fn canonical(&self) -> Vec<u8> {
        // A struct of texts and one number always serialises.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Reads the bytes; `None` unless they are the canonical form of this version.
    #[must_use]
    pub fn from_canonical(bytes: &[u8]) -> Option<Self> {
        let payload: Self = serde_json::from_slice(bytes).ok()?;
        (payload.v == VERSION && payload.canonical() == bytes).then_some(payload)
    }

    /// Whether this salt and document number are those the certificate was issued for.
    #[must_use]
    pub fn is_opened_by(&self, salt: &[u8; 32], document: &str) -> bool {
        self.commitment == commitment(salt, document)
    }
}

/// SHA-256(salt ‖ number) in base64url: binds the certificate to the full number without showing
/// it. The salt is the holder's to show.
#[must_use]
pub fn commitment(salt: &[u8; 32], document: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(document.as_bytes());
    BASE64URL.encode(hash.finalize())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn specimen() -> Payload {
        Payload {
            batch: BatchCode::parse("2021-01").unwrap(),
            commitment: commitment(&[9; 32], "999824199607135423"),
            document: "9998**********5423".to_owned(),
            document_kind: "居民身份证".to_owned(),
            issued_on: Day::parse("2021-06-03").unwrap(),
            issuer: "示范省人力资源协会".to_owned(),
            key: "00000000".to_owned(),
            level: "三级/高级工".to_owned(),
            log: "kaogong/1a2b3c4d".to_owned(),
            name: "龚𬱖".to_owned(),
            number: CertificateNumber::parse("S000099000001213000001").unwrap(),
            occupation: "企业人力资源管理师".to_owned(),
            v: 1,
        }
    }

    #[test]
    fn the_bytes_are_sorted_dense_json() {
        let expected = "{\"batch\":\"2021-01\",\"commitment\":\"DRiZFscsptsJYyIyuTAiJz2H3LLT423G1_FJXYsMDps\",\
            \"document\":\"9998**********5423\",\"document_kind\":\"居民身份证\",\"issued_on\":\"2021-06-03\",\
            \"issuer\":\"示范省人力资源协会\",\"key\":\"00000000\",\"level\":\"三级/高级工\",\
            \"log\":\"kaogong/1a2b3c4d\",\"name\":\"龚𬱖\",\"number\":\"S000099000001213000001\",\
            \"occupation\":\"企业人力资源管理师\",\"v\":1}";
        assert_eq!(String::from_utf8(specimen().canonical()).unwrap(), expected);
        assert_eq!(Payload::from_canonical(expected.as_bytes()), Some(specimen()));
    }

    #[test]
    fn another_spelling_of_the_same_facts_is_not_read() {
        let text = String::from_utf8(specimen().canonical()).unwrap();
        let spaced = text.replace("\"v\":1", "\"v\": 1");
        let version = text.replace("\"v\":1", "\"v\":2");
        let more = text.replace("\"v\":1", "\"v\":1,\"x\":1");
        let fewer = text.replace("\"name\":\"龚𬱖\",", "");
        for other in [spaced, version, more, fewer, String::new()] {
            assert_ne!(other, text);
            assert_eq!(Payload::from_canonical(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn only_salt_and_number_together_open_the_commitment() {
        let payload = specimen();
        assert!(payload.is_opened_by(&[9; 32], "999824199607135423"));
        assert!(!payload.is_opened_by(&[8; 32], "999824199607135423"));
        assert!(!payload.is_opened_by(&[9; 32], "999824199607135424"));
    }
}
