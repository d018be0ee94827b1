//! The photo of an application: the one it was accepted with, or else the person's as it is now.
//!
//! The photo belongs to the person and may change through another batch. What was decided on one
//! picture keeps it: tickets, the hall and certificates show the face the reviewer saw.
use ::store::{Blobs, Tx};
use person::{PhotoError, Vault};

use crate::{Application, ApplicationStatus};

/// The digest of the sealed file of an application's photo; none when there is no photo.
///
/// # Errors
/// Storage.
pub async fn photo_digest(tx: &mut Tx, application: &Application) -> sqlx::Result<Option<String>> {
    match accepted_with(application) {
        Some(digest) => Ok(Some(digest.to_owned())),
        None => person::photo_digest(tx, &application.person_id).await,
    }
}

/// The digest of an application's photo, given that of the person as it is now.
#[must_use]
pub fn photo_chosen(application: &Application, of_person: Option<String>) -> Option<String> {
    accepted_with(application).map(str::to_owned).or(of_person)
}

/// The JPEG of an application's photo; none when there is no photo.
///
/// # Errors
/// [`PhotoError`].
pub async fn photo(
    tx: &mut Tx,
    vault: &Vault,
    blobs: &Blobs,
    application: &Application,
) -> Result<Option<Vec<u8>>, PhotoError> {
    let Some(digest) = photo_digest(tx, application).await? else { return Ok(None) };
    person::photo_file(vault, blobs, &application.person_id, &digest)
}

/// The photo an application stands accepted with, if it does and there was one.
fn accepted_with(application: &Application) -> Option<&str> {
    let reviewed = application.reviewed_photo.as_deref().filter(|digest| !digest.is_empty());
    reviewed.filter(|_| application.status == ApplicationStatus::Submitted)
}
