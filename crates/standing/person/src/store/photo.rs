//! Photos of people: the rows that point to their sealed files.
use ::store::{Tx, on, queries};
use kernel::UnixMicros;
use sqlx::FromRow;

use super::{Person, PersonId, SealedPerson};
use crate::Vault;

#[derive(FromRow)]
struct WithPhoto {
    #[sqlx(flatten)]
    person: SealedPerson,
    digest: Option<String>,
}

queries! {
    LOAD_WITH_PHOTO = "SELECT p.id, p.document_kind, p.document_sealed, p.name_sealed, p.phone_sealed, p.detail_sealed,
                       f.digest FROM person p LEFT JOIN person_photo f ON f.person_id = p.id WHERE p.id = $1";
    PHOTO_OF = "SELECT digest FROM person_photo WHERE person_id = $1";
    SET_PHOTO = "INSERT INTO person_photo (person_id, digest, plain_digest, uploaded_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest,
                 plain_digest = excluded.plain_digest, uploaded_at = excluded.uploaded_at
                 WHERE person_photo.plain_digest <> excluded.plain_digest";
}

/// Reads one person with the digest of the sealed photo file, if there is one.
///
/// # Errors
/// As [`super::load`].
pub async fn load_with_photo(
    tx: &mut Tx,
    vault: &Vault,
    id: &PersonId,
) -> sqlx::Result<(Person, Option<String>)> {
    let row: WithPhoto = on!(tx, |conn| sqlx::query_as(LOAD_WITH_PHOTO).bind(id).fetch_one(conn).await)?;
    Ok((row.person.open(vault)?, row.digest))
}

/// Digest of the sealed photo file, if there is one.
///
/// # Errors
/// Storage.
pub async fn photo_digest(tx: &mut Tx, id: &PersonId) -> sqlx::Result<Option<String>> {
    on!(tx, |conn| sqlx::query_scalar(PHOTO_OF).bind(id).fetch_optional(conn).await)
}

/// Points to a new photo; `false` when it is the same picture as before.
pub(crate) async fn set_photo(
    tx: &mut Tx,
    id: &PersonId,
    digest: &kernel::Digest,
    plain_digest: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(SET_PHOTO)
        .bind(id)
        .bind(digest)
        .bind(plain_digest)
        .bind(now)
        .execute(conn)
        .await
        .map(|done| ::store::was_changed(done.rows_affected())))
}
