//! One application with whoever handed it in: everything a page of it begins with, in one statement.
use ::store::{Tx, on, queries};
use kernel::UnixMicros;
use person::{Person, SealedParts, Vault};
use sqlx::FromRow;

use crate::Application;

/// See the module.
#[derive(Debug, Clone)]
pub struct Filed {
    /// The application.
    pub application: Application,
    /// Who handed it in.
    pub person: Person,
    /// Digest of the sealed photo file of the person, if there is one.
    pub photo: Option<String>,
    /// Whether the book of its batch is closed.
    pub is_closed: bool,
    /// Kind, version and time of everything the applicant agreed to.
    pub consents: Vec<(String, String, UnixMicros)>,
}

/// The application beside one of the consents; nothing there when none was given.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    application: Application,
    #[sqlx(flatten)]
    person: SealedParts,
    photo: Option<String>,
    closed_books: i64,
    consent_kind: Option<String>,
    consent_version: Option<String>,
    given_at: Option<UnixMicros>,
}

impl Row {
    fn consent(&self) -> Option<(String, String, UnixMicros)> {
        Some((self.consent_kind.clone()?, self.consent_version.clone()?, self.given_at?))
    }
}

queries! {
    FILED = "SELECT a.id, a.batch_code, a.serial, a.person_id, a.occupation_code, a.level_code, a.clause_number,
        a.clause_text, a.point_path, a.exam_kind, a.prior_level, a.prior_certificate_sealed, a.prior_issued_on,
        a.work_started_on, a.work_years_stated, a.education, a.major, a.diploma_sealed, a.source,
        a.particulars_sealed, a.status, a.origin, a.submitted_at, a.version, a.reviewed_photo,
        p.document_kind, p.document_sealed, p.name_sealed, p.phone_sealed, p.detail_sealed, f.digest AS photo,
        (SELECT COUNT(*) FROM registration_book b WHERE b.batch_code = a.batch_code AND b.closed_at IS NOT NULL)
        AS closed_books, c.kind AS consent_kind, c.version AS consent_version, c.given_at
        FROM standing_application a JOIN person p ON p.id = a.person_id
        LEFT JOIN person_photo f ON f.person_id = p.id LEFT JOIN consent c ON c.application_id = a.id
        WHERE a.id = $1 AND (CAST($2 AS TEXT) IS NULL OR p.phone_index = $2)
        ORDER BY c.kind NULLS LAST, c.version NULLS LAST";
}

/// The application with this id, with whoever handed it in.
///
/// # Errors
/// Storage; a decode error when a sealed value does not open.
pub async fn filed(tx: &mut Tx, vault: &Vault, id: &str) -> sqlx::Result<Option<Filed>> {
    read(tx, vault, id, None).await
}

/// The same, if whoever handed it in gave this phone.
///
/// # Errors
/// As [`filed`].
pub(crate) async fn filed_by(
    tx: &mut Tx,
    vault: &Vault,
    id: &str,
    phone_index: &str,
) -> sqlx::Result<Option<Filed>> {
    read(tx, vault, id, Some(phone_index)).await
}

async fn read(
    tx: &mut Tx,
    vault: &Vault,
    id: &str,
    phone_index: Option<&str>,
) -> sqlx::Result<Option<Filed>> {
    let rows: Vec<Row> =
        on!(tx, |conn| sqlx::query_as(FILED).bind(id).bind(phone_index).fetch_all(conn).await)?;
    let consents = rows.iter().filter_map(Row::consent).collect();
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    Ok(Some(Filed {
        person: row.person.open(vault, &row.application.person_id)?,
        photo: row.photo,
        is_closed: row.closed_books > 0,
        consents,
        application: row.application,
    }))
}
