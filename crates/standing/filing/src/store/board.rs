//! The cases somebody sees, page by page, and how many are late.
use kernel::{Day, OrgPath};
use sqlx::{Database, Encode, FromRow, QueryBuilder, Type};
use store::{Tx, on, push_within, queries};

use crate::store::case::FilingCase;

/// Cases to which somebody stands in a relation: as the authority at these places, as the applicant at those, or as an
/// expert.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// Where they handle cases.
    pub authority: &'a [OrgPath],
    /// Where they look at what was handed in, from either side.
    pub auditor: &'a [OrgPath],
    /// Where they apply.
    pub applicant: &'a [OrgPath],
    /// Their account, as an expert.
    pub account: &'a str,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// What is not over.
    #[default]
    Open,
    /// What the authority should have done by now.
    Late,
    /// What is over.
    Over,
    /// Everything.
    All,
}

/// How many there are of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Counts {
    /// Not over.
    pub open: i64,
    /// Late.
    pub late: i64,
    /// Over.
    pub finished: i64,
}

queries! {
    ANNOUNCED = "SELECT id, number, kind, filing_kind, organisation_id, org_path, filing_id, authority_path,
        procedure_id, mode, state, version, wish, correction, due_on, site_code, document, holds_from, holds_to, reason,
        announced_until, opened_by, opened_at, changed_at FROM filing_case
        WHERE state = 'announced' AND announced_until > $1 ORDER BY announced_until, id LIMIT $2";
}

/// One page of the cases somebody sees: those that are due first come first.
///
/// # Errors
/// When the database fails.
pub async fn cases(
    tx: &mut Tx,
    sides: Sides<'_>,
    (shown, today): (Shown, Day),
    (limit, offset): (i64, i64),
) -> sqlx::Result<Vec<FilingCase>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT id, number, kind, filing_kind, organisation_id, org_path, filing_id, authority_path, procedure_id,
             mode, state, version, wish, correction, due_on, site_code, document, holds_from, holds_to, reason,
             announced_until, opened_by, opened_at, changed_at FROM filing_case WHERE (",
        );
        push_sides(&mut query, sides);
        match shown {
            Shown::Open => {
                query.push(" AND state NOT IN ('granted', 'refused', 'withdrawn')");
            }
            Shown::Late => {
                query.push(" AND due_on < ").push_bind(today);
            }
            Shown::Over => {
                query.push(" AND state IN ('granted', 'refused', 'withdrawn')");
            }
            Shown::All => {}
        }
        query.push(" ORDER BY due_on NULLS LAST, changed_at DESC, id LIMIT ").push_bind(limit);
        query.push(" OFFSET ").push_bind(offset);
        query.build_query_as().fetch_all(conn).await
    })
}

/// How many cases somebody sees.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, sides: Sides<'_>, today: Day) -> sqlx::Result<Counts> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT CAST(COALESCE(SUM(CASE WHEN state IN ('granted', 'refused', 'withdrawn') THEN 0 ELSE 1 END), 0)
             AS BIGINT) AS open, CAST(COALESCE(SUM(CASE WHEN due_on < ",
        );
        query.push_bind(today);
        query.push(
            " THEN 1 ELSE 0 END), 0) AS BIGINT) AS late, CAST(COALESCE(SUM(CASE WHEN state IN
             ('granted', 'refused', 'withdrawn') THEN 1 ELSE 0 END), 0) AS BIGINT) AS finished FROM filing_case WHERE (",
        );
        push_sides(&mut query, sides);
        query.build_query_as().fetch_one(conn).await
    })
}

/// What is announced to the public today, the first to end first.
///
/// # Errors
/// When the database fails.
pub async fn announced(tx: &mut Tx, today: Day, limit: i64) -> sqlx::Result<Vec<FilingCase>> {
    on!(tx, |conn| sqlx::query_as(ANNOUNCED).bind(today).bind(limit).fetch_all(conn).await)
}

/// The condition of one side at least, and the bracket that ends it.
fn push_sides<'a, DB>(query: &mut QueryBuilder<DB>, sides: Sides<'a>)
where
    DB: Database,
    String: Encode<'a, DB> + Type<DB>,
    &'a str: Encode<'a, DB> + Type<DB>,
{
    query.push("id IN (SELECT case_id FROM filing_assessor WHERE account_id = ");
    query.push_bind(sides.account);
    query.push(")");
    // What an applicant only gathers is nobody else's yet.
    query.push(" OR ((state <> 'draft' OR mode NOT IN ('online', 'commitment')) AND (");
    push_within(query, "authority_path", sides.authority.iter().chain(sides.auditor));
    query.push(" OR ");
    push_within(query, "org_path", sides.auditor);
    query.push(")) OR ");
    push_within(query, "org_path", sides.applicant);
    query.push(")");
}

/// How many cases wait for the authority at these places today, those among them whose announcement is over, and the first
/// day by which one is to be done.
///
/// # Errors
/// When the database fails.
pub async fn waiting_at(tx: &mut Tx, at: &[OrgPath], today: Day) -> sqlx::Result<(i64, Option<Day>)> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT COUNT(*), MIN(due_on) FROM filing_case WHERE (state IN ('submitted', 'complete', 'assessed')
             OR (state = 'announced' AND announced_until <= ",
        );
        query.push_bind(today).push(")) AND ");
        push_within(&mut query, "authority_path", at);
        query.build_query_as().fetch_one(conn).await
    })
}

/// How many cases of the bodies at these places are to be corrected.
///
/// # Errors
/// When the database fails.
pub async fn to_correct(tx: &mut Tx, at: &[OrgPath]) -> sqlx::Result<i64> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new("SELECT COUNT(*) FROM filing_case WHERE state = 'returned' AND ");
        push_within(&mut query, "org_path", at);
        query.build_query_scalar().fetch_one(conn).await
    })
}
