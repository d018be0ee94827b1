//! Statements about places of the tree.
use kernel::OrgPath;
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Appends `(…)`, the condition of rows whose `column` is at or below one of these places; without any it holds for none.
/// What begins with a path and a slash lies between `path/` and `path0`, because 0 follows / in ASCII: no pattern, and the
/// index serves.
pub fn push_within<'a, 'p, DB>(
    query: &mut QueryBuilder<DB>,
    column: &'static str,
    places: impl IntoIterator<Item = &'p OrgPath>,
) where
    DB: Database,
    String: Encode<'a, DB> + Type<DB>,
{
    query.push("(1 = 0");
    for place in places {
        query.push(" OR ").push(column).push(" = ").push_bind(place.to_string());
        query.push(" OR (").push(column).push(" >= ").push_bind(format!("{place}/"));
        query.push(" AND ").push(column).push(" < ").push_bind(format!("{place}0")).push(")");
    }
    query.push(")");
}
