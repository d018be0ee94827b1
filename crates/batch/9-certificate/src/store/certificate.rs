//! Certificates: the rows.
use std::collections::HashMap;

use ::store::{Tx, on, push_keys, queries, was_changed};
use kernel::{BatchCode, CertificateNumber, Day, Digest, LevelCode, OccupationCode, OrgPath, UnixMicros};
use person::{PersonId, Place, SealError, Vault};
use registration::ApplicationId;
use sqlx::{Database, FromRow, QueryBuilder};

use crate::rules::Payload;

/// Rows asked for in one statement.
const BULK: usize = 1000;

/// How a certificate stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum CertificateStatus {
    /// Its number is taken and its words are fixed; it is not signed yet and counts for nothing.
    Intended,
    /// Signed.
    Valid,
    /// Declared void by two people; it stays in the register.
    Revoked,
}

/// A certificate in the register. What is personal in it is sealed.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Certificate {
    /// The 22 characters.
    pub number: CertificateNumber,
    /// The application it was earned by.
    pub application_id: ApplicationId,
    /// Batch.
    pub batch_code: BatchCode,
    /// Holder.
    pub person_id: PersonId,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// The organisation that issued it and answers for it.
    pub issuer_path: OrgPath,
    /// Its filed name on the day of issue.
    pub issuer_name: String,
    /// Day of issue.
    pub issued_on: Day,
    /// SHA-256 of the signed facts.
    pub payload_digest: Digest,
    /// How it stands.
    pub status: CertificateStatus,
    /// When the number was taken.
    pub intended_at: UnixMicros,
    /// SHA-256 of the signed file.
    pub pdf_digest: Option<Digest>,
    /// Name of its sealed form in the file store.
    pub(crate) pdf_file: Option<Digest>,
    /// When it was signed.
    pub signed_at: Option<UnixMicros>,
    /// When it was revoked.
    pub revoked_at: Option<UnixMicros>,
    /// Why, in the words of who proposed it.
    pub revocation_reason: Option<String>,
    pub(crate) payload_sealed: String,
    pub(crate) salt_sealed: String,
    pub(crate) token_sealed: Option<String>,
}

impl Certificate {
    /// The facts that were (or are going to be) signed, opened.
    ///
    /// # Errors
    /// [`SealError`] when the row was changed.
    pub fn payload(&self, vault: &Vault) -> Result<Payload, SealError> {
        let text = vault.open(place(&self.number, "payload_sealed"), &self.payload_sealed)?;
        Payload::from_canonical(text.as_bytes()).ok_or_else(|| SealError::DoesNotOpen("certificate".into()))
    }

    /// The token of the QR code; empty until it is signed.
    ///
    /// # Errors
    /// [`SealError`] when the row was changed.
    pub fn token(&self, vault: &Vault) -> Result<String, SealError> {
        match &self.token_sealed {
            Some(sealed) => vault.open(place(&self.number, "token_sealed"), sealed),
            None => Ok(String::new()),
        }
    }

    /// The salt of the commitment, in hex: with it the holder shows that a document number is theirs.
    ///
    /// # Errors
    /// [`SealError`] when the row was changed.
    pub fn salt(&self, vault: &Vault) -> Result<String, SealError> {
        vault.open(place(&self.number, "salt_sealed"), &self.salt_sealed)
    }

    /// Since when it no longer counts.
    #[must_use]
    pub fn revoked_on(&self) -> Option<Day> {
        self.revoked_at.map(UnixMicros::day)
    }
}

/// Where a sealed value of a certificate stands.
pub(crate) fn place<'a>(number: &'a CertificateNumber, column: &'a str) -> Place<'a> {
    Place { table: "certificate", column, row: number.as_str() }
}

/// A number taken and the words fixed, to be written.
#[derive(Debug, Clone)]
pub(crate) struct NewIntent<'a> {
    pub order: &'a super::Order,
    pub number: &'a CertificateNumber,
    pub issuer_path: &'a OrgPath,
    pub issuer_name: &'a str,
    pub issued_on: Day,
    pub payload_sealed: String,
    pub payload_digest: &'a Digest,
    pub salt_sealed: String,
    pub intended_at: UnixMicros,
}

/// What signing made.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub token_sealed: String,
    pub token_digest: Digest,
    pub pdf_digest: Digest,
    pub pdf_file: Digest,
    pub signed_at: UnixMicros,
}

/// How many certificates of a batch stand how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Counts {
    pub ordered: i64,
    pub refused: i64,
    pub intended: i64,
    pub signed: i64,
    pub revoked: i64,
}

#[derive(FromRow)]
struct BatchCounts {
    batch_code: String,
    #[sqlx(flatten)]
    counts: Counts,
}

impl Counts {
    /// Decided on and neither signed nor refused.
    pub fn unfinished(self) -> i64 {
        self.ordered - self.refused - self.signed
    }
}

const COLUMNS: &str = "SELECT number, application_id, batch_code, person_id, occupation_code, level_code, issuer_path,
    issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed, pdf_digest,
    pdf_file, signed_at, revoked_at, revocation_reason FROM certificate WHERE ";

queries! {
    BY_NUMBER = "SELECT number, application_id, batch_code, person_id, occupation_code, level_code, issuer_path,
        issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed,
        pdf_digest, pdf_file, signed_at, revoked_at, revocation_reason FROM certificate WHERE number = $1";
    OF_APPLICATION = "SELECT number, application_id, batch_code, person_id, occupation_code, level_code, issuer_path,
        issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed,
        pdf_digest, pdf_file, signed_at, revoked_at, revocation_reason FROM certificate WHERE application_id = $1";
    OF_BATCH = "SELECT number, application_id, batch_code, person_id, occupation_code, level_code, issuer_path,
        issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed,
        pdf_digest, pdf_file, signed_at, revoked_at, revocation_reason FROM certificate WHERE batch_code = $1
        ORDER BY number";
    INTENDED = "SELECT number, application_id, batch_code, person_id, occupation_code, level_code, issuer_path,
        issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status, intended_at, token_sealed,
        pdf_digest, pdf_file, signed_at, revoked_at, revocation_reason FROM certificate WHERE status = 'intended'
        AND (CAST($1 AS TEXT) IS NULL OR batch_code = $1) ORDER BY intended_at, number LIMIT $2";
    INSERT_INTENT = "INSERT INTO certificate (number, application_id, batch_code, person_id, occupation_code,
        level_code, issuer_path, issuer_name, issued_on, payload_sealed, payload_digest, salt_sealed, status,
        intended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'intended', $13)
        ON CONFLICT DO NOTHING";
    FINISH = "UPDATE certificate SET status = 'valid', token_sealed = $2, token_digest = $3, pdf_digest = $4,
        pdf_file = $5, signed_at = $6 WHERE number = $1 AND status = 'intended'";
    REVOKE = "UPDATE certificate SET status = 'revoked', revoked_at = $2, revocation_reason = $3
        WHERE number = $1 AND status = 'valid'";
    CERTIFIED = "SELECT application_id FROM certificate WHERE batch_code = $1 AND status = 'valid'
        ORDER BY application_id";
    COUNTS = "SELECT (SELECT COUNT(*) FROM standing_order WHERE batch_code = $1) AS ordered,
        (SELECT COUNT(*) FROM standing_order WHERE batch_code = $1 AND refusal <> '') AS refused,
        (SELECT COUNT(*) FROM certificate WHERE batch_code = $1 AND status = 'intended') AS intended,
        (SELECT COUNT(*) FROM certificate WHERE batch_code = $1 AND status <> 'intended') AS signed,
        (SELECT COUNT(*) FROM certificate WHERE batch_code = $1 AND status = 'revoked') AS revoked";
}

/// The certificate of an application; also one that is only intended.
///
/// # Errors
/// Storage.
pub async fn certificate_of(tx: &mut Tx, application: &ApplicationId) -> sqlx::Result<Option<Certificate>> {
    on!(tx, |conn| sqlx::query_as(OF_APPLICATION).bind(application).fetch_optional(conn).await)
}

/// Every certificate of a batch, by number; also those only intended.
///
/// # Errors
/// Storage.
pub async fn certificates(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Certificate>> {
    on!(tx, |conn| sqlx::query_as(OF_BATCH).bind(batch).fetch_all(conn).await)
}

/// Who holds a valid certificate of a batch.
///
/// # Errors
/// Storage.
pub async fn certified(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| sqlx::query_scalar(CERTIFIED).bind(batch).fetch_all(conn).await)
}

/// The certificate with this number.
pub(crate) async fn by_number(tx: &mut Tx, number: &CertificateNumber) -> sqlx::Result<Option<Certificate>> {
    on!(tx, |conn| sqlx::query_as(BY_NUMBER).bind(number).fetch_optional(conn).await)
}

/// Numbers taken and not signed, the oldest first; of one batch or of all.
pub(crate) async fn intended(
    tx: &mut Tx,
    batch: Option<&BatchCode>,
    at_most: i64,
) -> sqlx::Result<Vec<Certificate>> {
    on!(tx, |conn| sqlx::query_as(INTENDED).bind(batch).bind(at_most).fetch_all(conn).await)
}

/// The certificates of some applications.
pub(crate) async fn of_applications(tx: &mut Tx, ids: &[ApplicationId]) -> sqlx::Result<Vec<Certificate>> {
    let mut found = Vec::new();
    for chunk in ids.chunks(BULK) {
        let rows: Vec<Certificate> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(COLUMNS);
            push_ids(&mut query, chunk);
            query.build_query_as().fetch_all(conn).await
        })?;
        found.extend(rows);
    }
    Ok(found)
}

fn push_ids<'a, DB: Database>(query: &mut QueryBuilder<DB>, ids: &'a [ApplicationId])
where
    &'a ApplicationId: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    query.push("application_id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id);
    }
    query.push(")");
}

/// How many certificates of a batch stand how.
pub(crate) async fn counts(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Counts> {
    on!(tx, |conn| sqlx::query_as(COUNTS).bind(batch).fetch_one(conn).await)
}

/// The same of several batches; a batch without any is not in the answer.
pub(crate) async fn counts_of(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<HashMap<String, Counts>> {
    let mut all: HashMap<String, Counts> = HashMap::new();
    if batches.is_empty() {
        return Ok(all);
    }
    let rows: Vec<BatchCounts> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, COUNT(*) AS ordered,
             CAST(SUM(CASE WHEN refusal <> '' THEN 1 ELSE 0 END) AS BIGINT) AS refused,
             0 AS intended, 0 AS signed, 0 AS revoked FROM standing_order WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push(
            "GROUP BY batch_code UNION ALL SELECT batch_code, 0, 0,
             CAST(SUM(CASE WHEN status = 'intended' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN status <> 'intended' THEN 1 ELSE 0 END) AS BIGINT),
             CAST(SUM(CASE WHEN status = 'revoked' THEN 1 ELSE 0 END) AS BIGINT)
             FROM certificate WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("GROUP BY batch_code ORDER BY batch_code");
        query.build_query_as().fetch_all(conn).await
    })?;
    for BatchCounts { batch_code, counts } in rows {
        let known = all.entry(batch_code).or_default();
        known.ordered += counts.ordered;
        known.refused += counts.refused;
        known.intended += counts.intended;
        known.signed += counts.signed;
        known.revoked += counts.revoked;
    }
    Ok(all)
}

/// Writes what is going to be signed; `false` when the application has its number already.
pub(crate) async fn insert_intent(tx: &mut Tx, new: &NewIntent<'_>) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(INSERT_INTENT)
        .bind(new.number)
        .bind(&new.order.application_id)
        .bind(&new.order.batch_code)
        .bind(&new.order.person_id)
        .bind(&new.order.occupation_code)
        .bind(&new.order.level_code)
        .bind(new.issuer_path)
        .bind(new.issuer_name)
        .bind(new.issued_on)
        .bind(&new.payload_sealed)
        .bind(new.payload_digest)
        .bind(&new.salt_sealed)
        .bind(new.intended_at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Keeps the signature; `false` when it was kept before.
pub(crate) async fn finish(tx: &mut Tx, number: &CertificateNumber, signed: &Signed) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(FINISH)
        .bind(number)
        .bind(&signed.token_sealed)
        .bind(&signed.token_digest)
        .bind(&signed.pdf_digest)
        .bind(&signed.pdf_file)
        .bind(signed.signed_at)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Declares a certificate void; `false` when it is not valid.
pub(crate) async fn revoke(
    tx: &mut Tx,
    number: &CertificateNumber,
    reason: &str,
    now: UnixMicros,
) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(REVOKE)
        .bind(number)
        .bind(now)
        .bind(reason)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// How many hold a valid certificate, by batch.
///
/// # Errors
/// Storage.
pub async fn certified_by_batch(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<(String, i64)>> {
    let start = "SELECT batch_code, COUNT(*) FROM certificate WHERE status = 'valid' AND batch_code";
    ::store::counts_in(tx, (start, "GROUP BY batch_code"), batches).await
}
