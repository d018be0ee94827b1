//! The rows of the tree. One function per sentence.
pub(crate) mod change;
pub(crate) mod filing;
pub(crate) mod register;
pub(crate) mod supervision;

use kernel::OrgPath;
use sqlx::QueryBuilder;
use store::{Tx, on, push_keys, queries, was_changed};

use crate::{Organisation, OrganisationId};

/// Paths in one statement, within SQLite's 32 766 values.
const PATHS_MOST: usize = 10_000;

queries! {
    BY_ID = "SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source
        FROM organisation WHERE id = $1";
    BY_PATH = "SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source
        FROM organisation WHERE path = $1";
    CHILDREN = "SELECT child.id, child.path, child.parent_id, child.kind, child.name_zh,
        child.name_en, child.served_by_id, child.source
        FROM organisation child JOIN organisation parent ON parent.id = child.parent_id
        WHERE parent.path = $1 ORDER BY child.path";
    /// `$2` and `$3` bound what begins with the path and a slash; 0 follows / in ASCII, so no
    /// pattern is needed and the unique index serves.
    WITHIN = "SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source FROM organisation
        WHERE path = $1 OR (path >= $2 AND path < $3) ORDER BY path";
    EVERYTHING = "SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source
        FROM organisation ORDER BY path";
    SERVED_BY = "SELECT point.id, point.path, point.parent_id, point.kind, point.name_zh,
        point.name_en, point.served_by_id, point.source
        FROM organisation point JOIN organisation site ON site.id = point.served_by_id
        WHERE site.path = $1 ORDER BY point.path";
    ADD = "INSERT INTO organisation (id, path, parent_id, kind, name_zh, name_en, served_by_id, source)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
}

/// The organisation with this id.
///
/// # Errors
/// When the database fails.
pub async fn by_id(tx: &mut Tx, id: &OrganisationId) -> sqlx::Result<Option<Organisation>> {
    on!(tx, |conn| sqlx::query_as(BY_ID).bind(id).fetch_optional(conn).await)
}

/// The organisation at this place in the tree.
///
/// # Errors
/// When the database fails.
pub async fn by_path(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Option<Organisation>> {
    on!(tx, |conn| sqlx::query_as(BY_PATH).bind(path).fetch_optional(conn).await)
}

/// The organisations at these places in the tree, in its order; what stands nowhere is left out.
///
/// # Errors
/// When the database fails.
pub async fn by_paths(tx: &mut Tx, paths: &[&OrgPath]) -> sqlx::Result<Vec<Organisation>> {
    let paths: Vec<&str> = paths.iter().map(|path| path.as_str()).collect();
    let mut found: Vec<Organisation> = Vec::new();
    for paths in paths.chunks(PATHS_MOST) {
        let some: Vec<Organisation> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source FROM organisation WHERE path IN (",
            );
            push_keys(&mut query, paths);
            query.push("ORDER BY path");
            query.build_query_as().fetch_all(conn).await
        })?;
        found.extend(some);
    }
    Ok(found)
}

/// The organisations of these ids, in the order of the tree.
///
/// # Errors
/// When the database fails.
pub async fn by_ids(tx: &mut Tx, ids: &[&OrganisationId]) -> sqlx::Result<Vec<Organisation>> {
    let mut ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut found: Vec<Organisation> = Vec::new();
    for ids in ids.chunks(PATHS_MOST) {
        let some: Vec<Organisation> = on!(&mut *tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT id, path, parent_id, kind, name_zh, name_en, served_by_id, source FROM organisation WHERE id IN (",
            );
            push_keys(&mut query, ids);
            query.push("ORDER BY path");
            query.build_query_as().fetch_all(conn).await
        })?;
        found.extend(some);
    }
    Ok(found)
}

/// The organisations directly under a path.
///
/// # Errors
/// When the database fails.
pub async fn children(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Vec<Organisation>> {
    on!(tx, |conn| sqlx::query_as(CHILDREN).bind(path).fetch_all(conn).await)
}

/// The organisation at a path and everything below it.
///
/// # Errors
/// When the database fails.
pub async fn within(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Vec<Organisation>> {
    on!(tx, |conn| sqlx::query_as(WITHIN)
        .bind(path)
        .bind(format!("{path}/"))
        .bind(format!("{path}0"))
        .fetch_all(conn)
        .await)
}

/// Every organisation, in the order of the tree.
///
/// # Errors
/// When the database fails.
pub async fn everything(tx: &mut Tx) -> sqlx::Result<Vec<Organisation>> {
    on!(tx, |conn| sqlx::query_as(EVERYTHING).fetch_all(conn).await)
}

/// The registration points whose people an exam site usually seats.
///
/// # Errors
/// When the database fails.
pub async fn registration_points_served_by(tx: &mut Tx, site: &OrgPath) -> sqlx::Result<Vec<Organisation>> {
    on!(tx, |conn| sqlx::query_as(SERVED_BY).bind(site).fetch_all(conn).await)
}

/// Adds an organisation; false when its id or path is taken. Ask [`crate::check`] first.
///
/// # Errors
/// When the database fails, or the organisation above it or the site that serves it is not there.
pub async fn add(tx: &mut Tx, row: &Organisation) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD)
        .bind(&row.id)
        .bind(&row.path)
        .bind(&row.parent_id)
        .bind(row.kind)
        .bind(&row.name_zh)
        .bind(&row.name_en)
        .bind(&row.served_by_id)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// Every statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [ALL_QUERIES, filing::ALL_QUERIES, change::ALL_QUERIES, register::ALL_QUERIES, supervision::ALL_QUERIES]
        .concat()
}
