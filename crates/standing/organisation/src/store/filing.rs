//! Filings with their scopes and suspensions.
use kernel::{OrgPath, SiteCode};
use sqlx::{FromRow, QueryBuilder};
use store::{Tx, on, push_keys, queries, was_changed};

use crate::{Filing, FilingId, FilingScope, Held, Suspension};

/// A filing beside the place of its holder.
#[derive(FromRow)]
struct Row {
    path: OrgPath,
    #[sqlx(flatten)]
    filing: Filing,
}

queries! {
    FILING = "SELECT organisation.path, filing.id, filing.organisation_id, filing.kind, filing.site_code,
        filing.granted_by, filing.document, filing.granted_on, filing.valid_from, filing.valid_to,
        filing.confirmed_on, filing.ended_on, filing.plaque_number, filing.plaque_on, filing.source
        FROM filing JOIN organisation ON organisation.id = filing.organisation_id WHERE filing.id = $1";
    CODE_TAKEN = "SELECT COUNT(*) FROM filing WHERE site_code = $1";
    EVERY_FILING = "SELECT organisation.path, filing.id, filing.organisation_id, filing.kind, filing.site_code,
        filing.granted_by, filing.document, filing.granted_on, filing.valid_from, filing.valid_to,
        filing.confirmed_on, filing.ended_on, filing.plaque_number, filing.plaque_on, filing.source
        FROM filing JOIN organisation ON organisation.id = filing.organisation_id
        ORDER BY organisation.path, filing.granted_on, filing.id";
    EVERY_SCOPE = "SELECT id, filing_id, occupation_code, trade_zh, trade_en, level_code, object_group, valid_from,
        valid_to, source FROM filing_scope ORDER BY id";
    ADD_FILING = "INSERT INTO filing (id, organisation_id, kind, site_code, granted_by, document, granted_on,
        valid_from, valid_to, confirmed_on, ended_on, plaque_number, plaque_on, source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING";
    ADD_SCOPE = "INSERT INTO filing_scope (id, filing_id, occupation_code, trade_zh, trade_en, level_code,
        object_group, valid_from, valid_to, source) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT DO NOTHING";
    ADD_SUSPENSION = "INSERT INTO filing_suspension (filing_id, from_day, to_day, document) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
}

/// What the bodies at these places hold, in the order of the tree; each filing with its scope and suspensions.
///
/// # Errors
/// When the database fails.
pub async fn held_at(tx: &mut Tx, paths: &[OrgPath]) -> sqlx::Result<Vec<Held>> {
    let paths: Vec<&str> = paths.iter().map(OrgPath::as_str).collect();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<Row> = on!(&mut *tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT organisation.path, filing.id, filing.organisation_id, filing.kind, filing.site_code,
             filing.granted_by, filing.document, filing.granted_on, filing.valid_from, filing.valid_to,
             filing.confirmed_on, filing.ended_on, filing.plaque_number, filing.plaque_on, filing.source
             FROM filing JOIN organisation ON organisation.id = filing.organisation_id
             WHERE organisation.path IN (",
        );
        push_keys(&mut query, &paths);
        query.push("ORDER BY organisation.path, filing.granted_on, filing.id");
        query.build_query_as().fetch_all(conn).await
    })?;
    complete_all(tx, rows.into_iter().map(|row| (row.path, row.filing)).collect()).await
}

/// One filing with its scope and suspensions.
///
/// # Errors
/// When the database fails.
pub async fn held(tx: &mut Tx, id: &FilingId) -> sqlx::Result<Option<Held>> {
    let row: Option<Row> = on!(&mut *tx, |conn| sqlx::query_as(FILING).bind(id).fetch_optional(conn).await)?;
    Ok(complete_all(tx, row.into_iter().map(|row| (row.path, row.filing)).collect()).await?.pop())
}

/// Whether a filing has this code.
///
/// # Errors
/// When the database fails.
pub async fn is_code_taken(tx: &mut Tx, code: &SiteCode) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| sqlx::query_scalar(CODE_TAKEN).bind(code).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// One filing without its scope.
///
/// # Errors
/// When the database fails.
pub async fn one_filing(tx: &mut Tx, id: &FilingId) -> sqlx::Result<Option<Filing>> {
    let row: Option<Row> = on!(tx, |conn| sqlx::query_as(FILING).bind(id).fetch_optional(conn).await)?;
    Ok(row.map(|row| row.filing))
}

/// Every filing beside the place of its holder, in the order of the tree.
///
/// # Errors
/// When the database fails.
pub async fn every_filing(tx: &mut Tx) -> sqlx::Result<Vec<(OrgPath, Filing)>> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(EVERY_FILING).fetch_all(conn).await)?;
    Ok(rows.into_iter().map(|row| (row.path, row.filing)).collect())
}

/// Every line of every scope.
///
/// # Errors
/// When the database fails.
pub async fn every_scope(tx: &mut Tx) -> sqlx::Result<Vec<FilingScope>> {
    on!(tx, |conn| sqlx::query_as(EVERY_SCOPE).fetch_all(conn).await)
}

/// Filings with their scopes and suspensions, in the same order.
pub(super) async fn complete_all(tx: &mut Tx, rows: Vec<(OrgPath, Filing)>) -> sqlx::Result<Vec<Held>> {
    let ids: Vec<&str> = rows.iter().map(|(_, filing)| filing.id.as_str()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let scope: Vec<FilingScope> = on!(&mut *tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT id, filing_id, occupation_code, trade_zh, trade_en, level_code, object_group, valid_from,
             valid_to, source FROM filing_scope WHERE filing_id IN (",
        );
        push_keys(&mut query, &ids);
        query.push("ORDER BY occupation_code, trade_zh, level_code DESC, object_group, valid_from, id");
        query.build_query_as().fetch_all(conn).await
    })?;
    let suspensions: Vec<Suspension> = on!(&mut *tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT filing_id, from_day, to_day, document FROM filing_suspension WHERE filing_id IN (",
        );
        push_keys(&mut query, &ids);
        query.push("ORDER BY filing_id, from_day");
        query.build_query_as().fetch_all(conn).await
    })?;
    let of = |(path, filing): (OrgPath, Filing)| Held {
        scope: scope.iter().filter(|line| line.filing_id == filing.id).cloned().collect(),
        suspensions: suspensions.iter().filter(|one| one.filing_id == filing.id).cloned().collect(),
        path,
        filing,
    };
    Ok(rows.into_iter().map(of).collect())
}

/// Adds a filing; false when its id or its code is taken. Ask [`crate::check_filing`] first.
///
/// # Errors
/// When the database fails, or its holder is not there.
pub async fn add_filing(tx: &mut Tx, row: &Filing) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_FILING)
        .bind(&row.id)
        .bind(&row.organisation_id)
        .bind(row.kind)
        .bind(&row.site_code)
        .bind(&row.granted_by)
        .bind(&row.document)
        .bind(row.granted_on)
        .bind(row.valid_from)
        .bind(row.valid_to)
        .bind(row.confirmed_on)
        .bind(row.ended_on)
        .bind(&row.plaque_number)
        .bind(row.plaque_on)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds a line of a scope; false when its id is taken.
///
/// # Errors
/// When the database fails, or its filing is not there.
pub async fn add_scope(tx: &mut Tx, row: &FilingScope) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_SCOPE)
        .bind(&row.id)
        .bind(&row.filing_id)
        .bind(&row.occupation_code)
        .bind(&row.trade_zh)
        .bind(&row.trade_en)
        .bind(&row.level_code)
        .bind(row.object_group)
        .bind(row.valid_from)
        .bind(row.valid_to)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Adds days on which a filing does not count; false when it is suspended from that day already.
///
/// # Errors
/// When the database fails, or the filing is not there.
pub async fn add_suspension(tx: &mut Tx, row: &Suspension) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD_SUSPENSION)
        .bind(&row.filing_id)
        .bind(row.from_day)
        .bind(row.to_day)
        .bind(&row.document)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}
