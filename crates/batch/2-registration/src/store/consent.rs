//! What an applicant agreed to.
use ::store::{Tx, on, queries};
use kernel::UnixMicros;

use crate::ApplicationId;

queries! {
    GIVE_CONSENT = "INSERT INTO consent (application_id, kind, version, given_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (application_id, kind, version) DO UPDATE SET given_at = excluded.given_at";
}

/// Keeps that the applicant agreed to one text in one version.
pub(crate) async fn insert(
    tx: &mut Tx,
    application: &ApplicationId,
    kind: &str,
    version: &str,
    now: UnixMicros,
) -> sqlx::Result<()> {
    on!(tx, |conn| sqlx::query(GIVE_CONSENT)
        .bind(application)
        .bind(kind)
        .bind(version)
        .bind(now)
        .execute(conn)
        .await
        .map(|_| ()))
}
