//! The signed trailer: one comment line after the end of a PDF.
//!
//! ```text
//! …the PDF…
//! %%EOF
//! %kaogong-1 <token> <signature>
//! ```
//!
//! `<token>` and `<signature>` (64 bytes) are base64url without padding; one line feed ends the file. The signature is
//! over **every byte of the file before the space that precedes it**: the PDF, the mark and the token as written. So no
//! byte is unsigned, and no byte can move between document and token. A reader of PDF skips the line as a comment;
//! an incremental update, the usual way to change a signed PDF, must append bytes and is refused.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Starts the trailer line; the number is the version of this format.
const MARK: &[u8] = b"%kaogong-1 ";

/// What a verified file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPdf {
    /// The token as given to [`append`].
    pub token: Vec<u8>,
    /// Length of the PDF before the trailer line, in bytes.
    pub body_len: usize,
}

/// Why a file is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignedPdfError {
    /// There is no trailer line.
    #[error("the file carries no signature line")]
    NotSigned,
    /// The trailer line is not well formed, or the signature does not fit the bytes.
    #[error("the file was altered after it was signed")]
    Altered,
    /// A good signature, and something after it.
    #[error("bytes were added after the signature")]
    BytesAfterSignature,
}

/// `pdf` with the trailer line. `sign` gets the message to sign and gives the 64 bytes of the signature.
#[must_use]
pub fn append(mut pdf: Vec<u8>, token: &[u8], sign: impl Fn(&[u8]) -> [u8; 64]) -> Vec<u8> {
    if pdf.last() != Some(&b'\n') {
        pdf.push(b'\n');
    }
    pdf.extend_from_slice(MARK);
    pdf.extend_from_slice(URL_SAFE_NO_PAD.encode(token).as_bytes());
    let signature = sign(&pdf);
    pdf.push(b' ');
    pdf.extend_from_slice(URL_SAFE_NO_PAD.encode(signature).as_bytes());
    pdf.push(b'\n');
    pdf
}

/// Checks a whole file. `verify` gets the message and the signature; which key is right is its business.
///
/// # Errors
/// [`SignedPdfError`]; a file is accepted only byte for byte as [`append`] made it.
pub fn check(bytes: &[u8], verify: impl Fn(&[u8], &[u8; 64]) -> bool) -> Result<SignedPdf, SignedPdfError> {
    let body_len = last_mark(bytes).ok_or(SignedPdfError::NotSigned)?;
    let fields_at = body_len + MARK.len();
    let rest = bytes.get(fields_at..).ok_or(SignedPdfError::Altered)?;
    let line_len = rest.iter().position(|&b| b == b'\n').ok_or(SignedPdfError::Altered)?;
    let (line, after) = rest.split_at(line_len);
    let token_len = line.iter().position(|&b| b == b' ').ok_or(SignedPdfError::Altered)?;
    let (token, signature) = line.split_at(token_len);

    let token = decode(token)?;
    let signature = signature.get(1..).ok_or(SignedPdfError::Altered)?;
    let signature: [u8; 64] = decode(signature)?.try_into().map_err(|_| SignedPdfError::Altered)?;
    let message = bytes.get(..fields_at + token_len).ok_or(SignedPdfError::Altered)?;
    if !verify(message, &signature) {
        return Err(SignedPdfError::Altered);
    }
    if after != b"\n" {
        return Err(SignedPdfError::BytesAfterSignature);
    }
    Ok(SignedPdf { token, body_len })
}

/// Where the last line starting with the mark begins.
fn last_mark(bytes: &[u8]) -> Option<usize> {
    let before =
        bytes.windows(MARK.len() + 1).rposition(|w| w.first() == Some(&b'\n') && w.ends_with(MARK))?;
    Some(before + 1)
}

/// Strict base64url: one text only for the same bytes, so that a changed character is never overlooked.
fn decode(text: &[u8]) -> Result<Vec<u8>, SignedPdfError> {
    URL_SAFE_NO_PAD.decode(text).map_err(|_| SignedPdfError::Altered)
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, Signer as _, SigningKey};
    use proptest::prelude::*;

    use super::*;
    use crate::Template;

    const TOKEN: &[u8] = b"certificate 127, log index 40962";

    fn sign(message: &[u8]) -> [u8; 64] {
        SigningKey::from_bytes(&[7; 32]).sign(message).to_bytes()
    }

    fn verify(message: &[u8], signature: &[u8; 64]) -> bool {
        let key = SigningKey::from_bytes(&[7; 32]).verifying_key();
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }

    /// A real PDF of one page with two glyphs, signed.
    fn signed() -> Vec<u8> {
        let template = Template { name: "small", source: "#set page(width: 3cm, height: 2cm)\n考工" };
        let pdf = template.pdf(&serde_json::json!({}), &[]).unwrap();
        append(pdf, TOKEN, sign)
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let file = signed();
        let accepted = check(&file, verify).unwrap();
        assert_eq!(accepted.token, TOKEN);
        assert!(file[..accepted.body_len].ends_with(b"%%EOF\n"));
        for at in 0..file.len() {
            for change in [file[at] ^ 1, file[at] ^ 0x80, file[at] ^ 0x20, b'\n', b' ', b'A'] {
                let mut altered = file.clone();
                altered[at] = change;
                if altered != file {
                    assert!(
                        check(&altered, verify).is_err(),
                        "byte {at} changed to {change:#04x} was accepted"
                    );
                }
            }
        }
        println!("{} positions, 6 changes each", file.len());
    }

    #[test]
    fn each_error_has_its_name() {
        let file = signed();
        let body_len = check(&file, verify).unwrap().body_len;
        let is = |bytes: &[u8]| check(bytes, verify).unwrap_err();
        assert_eq!(is(b""), SignedPdfError::NotSigned);
        assert_eq!(is(&file[..body_len]), SignedPdfError::NotSigned);
        assert_eq!(is(&file[..file.len() - 1]), SignedPdfError::Altered);
        for after in [&b"\n"[..], b"\0", b"1 0 obj<<>>endobj\n%%EOF\n"] {
            assert_eq!(is(&[&file, after].concat()), SignedPdfError::BytesAfterSignature);
        }
        let mut altered = file.clone();
        altered[20] ^= 1;
        assert_eq!(is(&altered), SignedPdfError::Altered);
        // The same line over an incremental update, and the line of another document.
        let line = &file[body_len..];
        assert_eq!(is(&[&file, &b"update\n%%EOF\n"[..], line].concat()), SignedPdfError::Altered);
        assert_eq!(is(&[b"%PDF-1.7\n%%EOF\n", line].concat()), SignedPdfError::Altered);
    }

    #[test]
    fn bytes_cannot_move_between_document_and_token() {
        let longer = append(b"%PDF\n%kaogong-1 QUFB\n".to_vec(), b"", sign);
        let shorter = append(b"%PDF\n".to_vec(), b"AAA", sign);
        assert_eq!(check(&shorter, verify).unwrap().token, b"AAA");
        assert_eq!(check(&longer, verify).unwrap().token, b"");
        // A base64 text that stands for the same bytes with other spare bits is another file, and refused.
        let other = append(b"%PDF\n".to_vec(), b"A", |_| [0; 64]);
        let text = String::from_utf8(other).unwrap().replace(" QQ ", " QR ");
        assert_eq!(check(text.as_bytes(), |_, _| true), Err(SignedPdfError::Altered));
    }

    proptest! {
        #[test]
        fn what_was_appended_is_read_back(pdf: Vec<u8>, token: Vec<u8>) {
            let file = append(pdf.clone(), &token, sign);
            let accepted = check(&file, verify).unwrap();
            prop_assert_eq!(&accepted.token, &token);
            prop_assert!(file[..accepted.body_len].starts_with(&pdf));
        }

        #[test]
        fn inserted_removed_or_exchanged_bytes_are_noticed(at: prop::sample::Index, extra: u8, with: prop::sample::Index) {
            let file = append(b"%PDF-1.7\nsmall\n%%EOF".to_vec(), TOKEN, sign);
            let mut longer = file.clone();
            longer.insert(at.index(file.len() + 1), extra);
            prop_assert!(check(&longer, verify).is_err());
            let mut shorter = file.clone();
            shorter.remove(at.index(file.len()));
            prop_assert!(check(&shorter, verify).is_err());
            let mut exchanged = file.clone();
            exchanged.swap(at.index(file.len()), with.index(file.len()));
            prop_assert!(exchanged == file || check(&exchanged, verify).is_err());
        }
    }
}
