//! Which authority looks after which body (属地管理).
use std::collections::BTreeSet;

use kernel::{Day, OrgPath};
use sqlx::{FromRow, QueryBuilder};
use store::{Tx, on, push_keys, push_within, queries, was_changed};

use crate::{Organisation, OrganisationId};

/// One authority of one body.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Supervision {
    /// The body.
    pub organisation_id: OrganisationId,
    /// The authority.
    pub authority_id: OrganisationId,
    /// First day.
    pub valid_from: Day,
    /// First day it no longer does.
    pub valid_to: Option<Day>,
    /// Where it is written.
    pub source: String,
}

#[derive(FromRow)]
struct Row {
    /// Where the body stands.
    body_path: OrgPath,
    #[sqlx(flatten)]
    authority: Organisation,
}

queries! {
    EVERYTHING = "SELECT organisation_id, authority_id, valid_from, valid_to, source FROM organisation_supervision
        ORDER BY organisation_id, authority_id, valid_from";
    ADD = "INSERT INTO organisation_supervision (organisation_id, authority_id, valid_from, valid_to, source)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
}

/// Which authority looks after which body, whenever.
///
/// # Errors
/// When the database fails.
pub async fn supervisions(tx: &mut Tx) -> sqlx::Result<Vec<Supervision>> {
    on!(tx, |conn| sqlx::query_as(EVERYTHING).fetch_all(conn).await)
}

/// Adds that an authority looks after a body; false when it is there.
///
/// # Errors
/// When the database fails, or one of the two is not there.
pub async fn add_supervision(tx: &mut Tx, row: &Supervision) -> sqlx::Result<bool> {
    on!(tx, |conn| sqlx::query(ADD)
        .bind(&row.organisation_id)
        .bind(&row.authority_id)
        .bind(row.valid_from)
        .bind(row.valid_to)
        .bind(&row.source)
        .execute(conn)
        .await
        .map(|done| was_changed(done.rows_affected())))
}

/// The authorities that look after the body at `path` on `day`: its own, or those of the nearest body above that has
/// some.
///
/// # Errors
/// When the database fails.
pub async fn authorities_of(tx: &mut Tx, path: &OrgPath, day: Day) -> sqlx::Result<Vec<Organisation>> {
    let way: Vec<OrgPath> = std::iter::successors(Some(path.clone()), OrgPath::parent).collect();
    let way: Vec<&str> = way.iter().map(OrgPath::as_str).collect();
    let rows: Vec<Row> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT body.path AS body_path, a.id, a.path, a.parent_id, a.kind, a.name_zh, a.name_en, a.served_by_id,
             a.source FROM organisation_supervision s JOIN organisation body ON body.id = s.organisation_id
             JOIN organisation a ON a.id = s.authority_id WHERE s.valid_from <= ",
        );
        query.push_bind(day).push(" AND (s.valid_to IS NULL OR s.valid_to > ").push_bind(day);
        query.push(") AND body.path IN (");
        push_keys(&mut query, &way);
        query.push("ORDER BY a.path, a.id");
        query.build_query_as().fetch_all(conn).await
    })?;
    let nearest = rows.iter().map(|row| row.body_path.as_str().len()).max();
    let is_nearest = |row: &Row| Some(row.body_path.as_str().len()) == nearest;
    Ok(rows.into_iter().filter(is_nearest).map(|row| row.authority).collect())
}

/// Where the bodies stand that one of these authorities, or one below them, looks after on `day`; nothing is asked where
/// there is none.
///
/// # Errors
/// When the database fails.
pub async fn supervised_by(tx: &mut Tx, authorities: &[OrgPath], day: Day) -> sqlx::Result<Vec<OrgPath>> {
    let places: BTreeSet<&OrgPath> = authorities.iter().collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT DISTINCT body.path FROM organisation_supervision s
             JOIN organisation body ON body.id = s.organisation_id JOIN organisation a ON a.id = s.authority_id
             WHERE s.valid_from <= ",
        );
        query.push_bind(day).push(" AND (s.valid_to IS NULL OR s.valid_to > ").push_bind(day).push(") AND ");
        push_within(&mut query, "a.path", places.iter().copied());
        query.push(" ORDER BY body.path");
        query.build_query_scalar().fetch_all(conn).await
    })
}
