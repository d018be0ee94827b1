//! The page of a certificate, typeset.
use identity::Env;
use print::PrintRefused;

use crate::{
    IssueError, Issuer,
    rules::{CERTIFICATE, IssueRefused, PHOTO, Payload, QR, check_words, document_data},
};

/// What stands on a page.
pub(crate) struct Page<'a> {
    pub payload: &'a Payload,
    /// The full number.
    pub document: &'a str,
    /// Content of the QR code.
    pub qr: &'a str,
}

/// The page with its QR code, off the async threads.
pub(crate) async fn typeset(
    env: &Env,
    issuer: &Issuer,
    page: Page<'_>,
    photo: Vec<u8>,
) -> Result<Vec<u8>, IssueError> {
    let Page { payload, document, qr } = page;
    let query = query(env);
    let data = document_data(payload, document, &query, env.demo);
    let (labels, text) = (data["labels"].to_string(), data["text"].to_string());
    check_words(&[&payload.issuer, &labels, &text], &issuer.entitled_words)?;
    let qr = qr.to_owned();
    let printed = tokio::task::spawn_blocking(move || {
        let qr = print::qr_svg(&qr).map_err(too_long)?;
        let page = CERTIFICATE.pdf(&data, &[(PHOTO, photo), (QR, qr.into_bytes())]);
        page.map_err(|error| IssueError::from(IssueRefused::Print { detail: print_detail(&error) }))
    });
    printed.await.map_err(|error| IssueError::Internal(error.to_string()))?
}

/// The refusal of the typesetter without the text it was about, which may be somebody's name.
fn print_detail(error: &PrintRefused) -> String {
    match error {
        PrintRefused::MissingGlyph { character, field, .. } => {
            format!("{field}: U+{:04X}", u32::from(*character))
        }
        PrintRefused::Layout { problems, .. } => problems.join("; "),
        PrintRefused::BadImage { name, reason } => format!("{name}: {reason}"),
    }
}

/// Where anybody checks a certificate.
fn query(env: &Env) -> String {
    format!("{}/verify", env.public_url)
}

/// What the QR code of a token says.
pub(crate) fn qr_content(env: &Env, token: &str) -> String {
    format!("{}?t={token}", query(env))
}

/// Whether it fits a code.
///
/// # Errors
/// [`IssueRefused::Print`].
pub(crate) fn check_qr(content: &str) -> Result<(), IssueError> {
    print::check_qr(content.as_bytes()).map_err(too_long)
}

fn too_long(error: print::TooLongForQr) -> IssueError {
    IssueRefused::Print { detail: error.to_string() }.into()
}
