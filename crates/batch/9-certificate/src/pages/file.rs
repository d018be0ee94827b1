//! The signed file of a certificate, out of the file store.
use identity::Env;
use web::{PageError, PageResult};

use crate::{
    issuance::sha256,
    store::{self, Certificate},
};

/// The bytes as they were signed; not found for a certificate that is only intended.
///
/// # Errors
/// Not found while it is not signed; a file that is missing or not the one that was signed.
pub fn signed_file(env: &Env, row: &Certificate) -> PageResult<Vec<u8>> {
    let (Some(name), Some(digest)) = (&row.pdf_file, &row.pdf_digest) else {
        return Err(PageError::NotFound);
    };
    let internal = |cause: String| PageError::Internal(format!("the file of {}: {cause}", row.number));
    let sealed = env.blobs.get(name).map_err(|error| internal(error.to_string()))?;
    let sealed = sealed.ok_or_else(|| internal("it is not in the file store".to_owned()))?;
    let file = env.vault.open_bytes(store::place(&row.number, "pdf_file"), &sealed)?;
    if sha256(&file) == *digest {
        Ok(file)
    } else {
        Err(internal("not the bytes that were signed".to_owned()))
    }
}
