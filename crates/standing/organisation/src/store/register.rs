//! The register of filings, page by page, as its list shows it.
use kernel::{Day, OrgPath};
use sqlx::FromRow;
use store::{Tx, on, pattern, queries};

use super::filing::complete_all;
use crate::{Filing, Held, OrganisationKind};

/// What a list of filings is narrowed to; an empty text narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FilingFilter {
    /// A part of the holder's name, of the code or of the plaque's number.
    pub words: String,
    /// Code of a kind.
    pub kind: String,
    /// Code of an occupation that it covers.
    pub occupation: String,
    /// `valid` or `void`: whether its holder may evaluate.
    pub standing: String,
}

/// A filing beside whoever holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilingLine {
    /// Chinese name of the holder.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// What the holder is.
    pub holder: OrganisationKind,
    /// The filing with its scope and suspensions.
    pub held: Held,
}

#[derive(FromRow)]
struct Row {
    name_zh: String,
    name_en: String,
    holder: OrganisationKind,
    path: OrgPath,
    #[sqlx(flatten)]
    filing: Filing,
}

queries! {
    FILINGS = "SELECT o.name_zh, o.name_en, o.kind AS holder, o.path, f.id, f.organisation_id, f.kind, f.site_code,
        f.granted_by, f.document, f.granted_on, f.valid_from, f.valid_to, f.confirmed_on, f.ended_on, f.plaque_number,
        f.plaque_on, f.source FROM filing f JOIN organisation o ON o.id = f.organisation_id
        WHERE (LOWER(o.name_zh) LIKE $1 ESCAPE '!' OR LOWER(o.name_en) LIKE $1 ESCAPE '!'
            OR LOWER(f.site_code) LIKE $1 ESCAPE '!' OR LOWER(f.plaque_number) LIKE $1 ESCAPE '!')
        AND (CAST($2 AS TEXT) = '' OR f.kind = $2)
        AND (CAST($3 AS TEXT) = '' OR EXISTS (SELECT 1 FROM filing_scope s WHERE s.filing_id = f.id
            AND s.occupation_code = $3 AND s.valid_from <= $5 AND (s.valid_to IS NULL OR s.valid_to > $5)))
        AND (CAST($4 AS TEXT) = '' OR ($4 = 'valid') = (f.valid_from <= $5 AND (f.valid_to IS NULL OR f.valid_to > $5)
            AND (f.ended_on IS NULL OR f.ended_on > $5) AND NOT EXISTS (SELECT 1 FROM filing_suspension x
            WHERE x.filing_id = f.id AND x.from_day <= $5 AND (x.to_day IS NULL OR x.to_day > $5))))
        ORDER BY o.path, f.granted_on, f.id LIMIT $6 OFFSET $7";
    COUNT_FILINGS = "SELECT COUNT(*) FROM filing f JOIN organisation o ON o.id = f.organisation_id
        WHERE (LOWER(o.name_zh) LIKE $1 ESCAPE '!' OR LOWER(o.name_en) LIKE $1 ESCAPE '!'
            OR LOWER(f.site_code) LIKE $1 ESCAPE '!' OR LOWER(f.plaque_number) LIKE $1 ESCAPE '!')
        AND (CAST($2 AS TEXT) = '' OR f.kind = $2)
        AND (CAST($3 AS TEXT) = '' OR EXISTS (SELECT 1 FROM filing_scope s WHERE s.filing_id = f.id
            AND s.occupation_code = $3 AND s.valid_from <= $5 AND (s.valid_to IS NULL OR s.valid_to > $5)))
        AND (CAST($4 AS TEXT) = '' OR ($4 = 'valid') = (f.valid_from <= $5 AND (f.valid_to IS NULL OR f.valid_to > $5)
            AND (f.ended_on IS NULL OR f.ended_on > $5) AND NOT EXISTS (SELECT 1 FROM filing_suspension x
            WHERE x.filing_id = f.id AND x.from_day <= $5 AND (x.to_day IS NULL OR x.to_day > $5))))";
    /// `$1` and `$2` bound what lies below a path: 0 follows / in ASCII.
    STATIONS = "SELECT o.name_zh, o.name_en, o.kind AS holder, o.path, f.id, f.organisation_id, f.kind, f.site_code,
        f.granted_by, f.document, f.granted_on, f.valid_from, f.valid_to, f.confirmed_on, f.ended_on, f.plaque_number,
        f.plaque_on, f.source FROM filing f JOIN organisation o ON o.id = f.organisation_id
        WHERE o.path >= $1 AND o.path < $2 AND f.kind = 'station' ORDER BY o.path, f.granted_on, f.id";
}

/// Filings by their holders' places: `limit` of them after the first `offset`, as they stand on `day`.
///
/// # Errors
/// When the database fails.
pub async fn filings(
    tx: &mut Tx,
    filter: &FilingFilter,
    day: Day,
    (limit, offset): (i64, i64),
) -> sqlx::Result<Vec<FilingLine>> {
    let rows: Vec<Row> = on!(&mut *tx, |conn| sqlx::query_as(FILINGS)
        .bind(pattern(&filter.words))
        .bind(&filter.kind)
        .bind(&filter.occupation)
        .bind(&filter.standing)
        .bind(day)
        .bind(limit)
        .bind(offset)
        .fetch_all(conn)
        .await)?;
    lines(tx, rows).await
}

/// How many filings a filter lets through.
///
/// # Errors
/// When the database fails.
pub async fn count_filings(tx: &mut Tx, filter: &FilingFilter, day: Day) -> sqlx::Result<i64> {
    on!(tx, |conn| sqlx::query_scalar(COUNT_FILINGS)
        .bind(pattern(&filter.words))
        .bind(&filter.kind)
        .bind(&filter.occupation)
        .bind(&filter.standing)
        .bind(day)
        .fetch_one(conn)
        .await)
}

/// The stations and bases below a place, in the order of the tree.
///
/// # Errors
/// When the database fails.
pub async fn stations_below(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Vec<FilingLine>> {
    let rows: Vec<Row> = on!(&mut *tx, |conn| sqlx::query_as(STATIONS)
        .bind(format!("{path}/"))
        .bind(format!("{path}0"))
        .fetch_all(conn)
        .await)?;
    lines(tx, rows).await
}

async fn lines(tx: &mut Tx, rows: Vec<Row>) -> sqlx::Result<Vec<FilingLine>> {
    let (names, filed): (Vec<_>, Vec<_>) =
        rows.into_iter().map(|row| ((row.name_zh, row.name_en, row.holder), (row.path, row.filing))).unzip();
    let held = complete_all(tx, filed).await?;
    let line = |((name_zh, name_en, holder), held)| FilingLine { name_zh, name_en, holder, held };
    Ok(names.into_iter().zip(held).map(line).collect())
}
