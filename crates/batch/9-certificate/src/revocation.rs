//! Declaring a certificate void: proposed with a reason, decided by another.
use kernel::Digest;

use crate::{issuance::sha256, store::Certificate};

/// Kind of the approval; its object is the number.
pub(crate) const REVOCATION: &str = "certificate.revocation";

/// SHA-256 over what is declared void and why.
pub(crate) fn digest(certificate: &Certificate, reason: &str) -> Digest {
    let file = certificate.pdf_digest.as_ref().map_or("", Digest::as_str);
    sha256(format!("{}\n{}\n{file}\n{reason}\n", certificate.number, certificate.payload_digest).as_bytes())
}
