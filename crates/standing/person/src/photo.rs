//! A person's photo: a sealed file, bound to the person.
use ::store::{BlobError, Blobs, Tx};
use kernel::{Entropy, UnixMicros};
use sha2::{Digest as _, Sha256};

use crate::{PersonId, Place, SealError, Vault, store};

/// Why a photo could not be kept or shown.
#[derive(Debug, thiserror::Error)]
pub enum PhotoError {
    /// The row.
    #[error(transparent)]
    Row(#[from] sqlx::Error),
    /// The file.
    #[error(transparent)]
    File(#[from] BlobError),
    /// The seal.
    #[error(transparent)]
    Seal(#[from] SealError),
}

impl From<PhotoError> for web::PageError {
    fn from(error: PhotoError) -> Self {
        match error {
            PhotoError::Row(error) => error.into(),
            PhotoError::File(error) => ::store::Error::from(error).into(),
            PhotoError::Seal(error) => error.into(),
        }
    }
}

fn place(id: &PersonId) -> Place<'_> {
    Place { table: "person_photo", column: "digest", row: id.as_str() }
}

/// Keeps a JPEG that was decoded and encoded again and gives the digest of its sealed file; the same
/// picture twice changes nothing (returns `None`). Earlier pictures of a person stay in the file
/// store: what was decided on one of them keeps its digest.
///
/// # Errors
/// Disk or storage.
pub async fn keep_photo(
    tx: &mut Tx,
    vault: &Vault,
    entropy: &dyn Entropy,
    blobs: &Blobs,
    id: &PersonId,
    jpeg: &[u8],
    now: UnixMicros,
) -> Result<Option<kernel::Digest>, PhotoError> {
    let plain = vault.index("photo", kernel::Digest::from_bytes(&Sha256::digest(jpeg).into()).as_str());
    let digest = blobs.put(&vault.seal_bytes(entropy, place(id), jpeg))?;
    let is_new = store::photo::set_photo(tx, id, &digest, &plain, now).await?;
    Ok(Some(digest).filter(|_| is_new))
}

/// One certain JPEG of a person, by the digest of its sealed file; none when there is no such file.
///
/// # Errors
/// [`PhotoError::Seal`] when the file is another person's or was changed.
pub fn photo_file(
    vault: &Vault,
    blobs: &Blobs,
    id: &PersonId,
    digest: &str,
) -> Result<Option<Vec<u8>>, PhotoError> {
    let Ok(digest) = kernel::Digest::parse(digest) else { return Ok(None) };
    let Some(sealed) = blobs.get(&digest)? else { return Ok(None) };
    Ok(Some(vault.open_bytes(place(id), &sealed)?))
}
