//! The queue: which applications of a batch stand how, in figures and page by page.
//!
//! Pages go on from a place (serial, then id), not from a number of rows: whoever decides the first
//! ten of a page misses nobody on the next, and the last page costs what the first one does.
use ::store::{Tx, on, push_keys, push_within};
use kernel::{BatchCode, LevelCode, OccupationCode, OrgPath};
use registration::ApplicationId;
use sqlx::{Database, FromRow, QueryBuilder};

use crate::rules::{state::State, totals::Count};

/// What a list is narrowed to; none narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub state: Option<State>,
    pub occupation: Option<OccupationCode>,
    pub level: Option<LevelCode>,
    /// A registration point, or a node above some.
    pub point: Option<OrgPath>,
    /// The number in the book; two rosters may use the same.
    pub serial: Option<i64>,
}

/// A batch, and the nodes in it whose applications are meant; none for all of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub batch: &'a BatchCode,
    pub at: Option<&'a [OrgPath]>,
}

impl<'a> Part<'a> {
    /// What somebody reaches who holds these nodes. Who holds the batch's own node reaches all of
    /// it: no path is compared then, and the order of serials serves.
    pub fn held(batch: &'a plan::Batch, at: &'a [OrgPath]) -> Self {
        let is_whole = at.iter().any(|path| path.contains(&batch.org_path));
        Self { batch: &batch.code, at: (!is_whole).then_some(at) }
    }
}

/// A place in the queue's order: serial, then id.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Place {
    pub serial: i64,
    pub application_id: ApplicationId,
}

/// From where a page is read, and which way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Turn {
    Start,
    After(Place),
    Before(Place),
}

/// One line of the queue.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Queued {
    pub serial: i64,
    pub application_id: ApplicationId,
    pub state: State,
}

/// Live counts of what the filter leaves, each state apart.
pub(crate) async fn counts(tx: &mut Tx, part: Part<'_>, filter: &Filter) -> sqlx::Result<Vec<Count>> {
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT point_path, occupation_code, level_code, state, COUNT(*) AS count FROM standing_admission
             WHERE batch_code = ",
        );
        push_part(&mut query, part);
        push_filter(&mut query, filter);
        query.push(
            " GROUP BY point_path, occupation_code, level_code, state
              ORDER BY point_path, occupation_code DESC, level_code DESC, state",
        );
        query.build_query_as().fetch_all(conn).await
    })
}

/// Applications of one registration point in one state.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Waiting {
    /// Batch.
    pub batch_code: BatchCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// State.
    pub state: State,
    /// How many.
    pub count: i64,
}

/// Live counts of several batches, point by point, each state apart.
pub(crate) async fn waiting(tx: &mut Tx, batches: &[&str]) -> sqlx::Result<Vec<Waiting>> {
    if batches.is_empty() {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT batch_code, point_path, state, COUNT(*) AS count FROM standing_admission
             WHERE batch_code IN (",
        );
        push_keys(&mut query, batches);
        query.push("GROUP BY batch_code, point_path, state ORDER BY batch_code, point_path, state");
        query.build_query_as().fetch_all(conn).await
    })
}

/// A count, and how those stood who were left out.
#[derive(FromRow)]
struct LeftCount {
    #[sqlx(flatten)]
    count: Count,
    left_from: Option<State>,
}

/// Both counts: how applications stand, and how those stood who were left out when the list was frozen. Of
/// one group there may be several rows.
pub(crate) async fn counts_with_left(tx: &mut Tx, part: Part<'_>) -> sqlx::Result<(Vec<Count>, Vec<Count>)> {
    let rows: Vec<LeftCount> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT point_path, occupation_code, level_code, state, left_from, COUNT(*) AS count
             FROM standing_admission WHERE batch_code = ",
        );
        push_part(&mut query, part);
        query.push(
            " GROUP BY point_path, occupation_code, level_code, state, left_from
              ORDER BY point_path, occupation_code DESC, level_code DESC, state, left_from NULLS LAST",
        );
        query.build_query_as().fetch_all(conn).await
    })?;
    let left = |row: &LeftCount| Some(Count { state: row.left_from?, ..row.count.clone() });
    let left_out = rows.iter().filter_map(left).collect();
    Ok((rows.into_iter().map(|row| row.count).collect(), left_out))
}

/// At most `limit` lines of what the filter leaves, in the order of serials, from a place on.
pub(crate) async fn queued(
    tx: &mut Tx,
    part: Part<'_>,
    filter: &Filter,
    turn: &Turn,
    limit: i64,
) -> sqlx::Result<Vec<Queued>> {
    let mut rows: Vec<Queued> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT serial, application_id, state FROM standing_admission WHERE batch_code = ",
        );
        push_part(&mut query, part);
        push_filter(&mut query, filter);
        match turn {
            Turn::Start => query.push(" ORDER BY serial, application_id LIMIT "),
            Turn::After(place) => {
                push_place(
                    &mut query,
                    place,
                    [" AND serial >= ", " AND (serial > ", " OR application_id > "],
                );
                query.push(" ORDER BY serial, application_id LIMIT ")
            }
            Turn::Before(place) => {
                push_place(
                    &mut query,
                    place,
                    [" AND serial <= ", " AND (serial < ", " OR application_id < "],
                );
                query.push(" ORDER BY serial DESC, application_id DESC LIMIT ")
            }
        };
        query.push_bind(limit);
        query.build_query_as().fetch_all(conn).await
    })?;
    if matches!(turn, Turn::Before(_)) {
        rows.reverse();
    }
    Ok(rows)
}

#[derive(FromRow)]
struct Neighbour {
    is_after: i64,
    application_id: ApplicationId,
}

/// The applications before and after a place in what the filter leaves.
pub(crate) async fn beside(
    tx: &mut Tx,
    part: Part<'_>,
    filter: &Filter,
    place: &Place,
) -> sqlx::Result<[Option<ApplicationId>; 2]> {
    let rows: Vec<Neighbour> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(
            "SELECT is_after, application_id FROM (SELECT CAST(0 AS BIGINT) AS is_after, application_id FROM standing_admission
             WHERE batch_code = ",
        );
        push_part(&mut query, part);
        push_filter(&mut query, filter);
        push_place(&mut query, place, [" AND serial <= ", " AND (serial < ", " OR application_id < "]);
        query.push(
            " ORDER BY serial DESC, application_id DESC LIMIT 1) AS before_it
             UNION ALL SELECT is_after, application_id FROM (SELECT CAST(1 AS BIGINT) AS is_after, application_id
             FROM standing_admission WHERE batch_code = ",
        );
        push_part(&mut query, part);
        push_filter(&mut query, filter);
        push_place(&mut query, place, [" AND serial >= ", " AND (serial > ", " OR application_id > "]);
        query.push(" ORDER BY serial, application_id LIMIT 1) AS after_it");
        query.build_query_as().fetch_all(conn).await
    })?;
    let at = |side| rows.iter().find(|row| row.is_after == side).map(|row| row.application_id.clone());
    Ok([at(0), at(1)])
}

/// Binds the batch and, unless the whole of it is meant, the nodes.
fn push_part<'a, DB>(query: &mut QueryBuilder<DB>, part: Part<'a>)
where
    DB: Database,
    String: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    query.push_bind(part.batch.as_str().to_owned());
    let Some(at) = part.at else { return };
    query.push(" AND ");
    push_within(query, "point_path", at);
}

fn push_filter<'a, DB>(query: &mut QueryBuilder<DB>, filter: &'a Filter)
where
    DB: Database,
    String: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
    i64: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    if let Some(serial) = filter.serial {
        query.push(" AND serial = ").push_bind(serial);
    }
    let texts = [
        (" AND state = ", filter.state.map(State::code)),
        (" AND occupation_code = ", filter.occupation.as_ref().map(OccupationCode::as_str)),
        (" AND level_code = ", filter.level.as_ref().map(LevelCode::as_str)),
    ];
    for (clause, value) in texts {
        if let Some(value) = value {
            query.push(clause).push_bind(value.to_owned());
        }
    }
    if let Some(serial) = filter.serial {
        query.push(" AND serial = ").push_bind(serial);
    }
    if let Some(point) = &filter.point {
        query.push(" AND ");
        push_within(query, "point_path", [point]);
    }
}

/// The first comparison lets the index of serials serve, the others decide among equal serials.
fn push_place<'a, DB>(query: &mut QueryBuilder<DB>, place: &'a Place, [from, beyond, or]: [&str; 3])
where
    DB: Database,
    String: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
    i64: sqlx::Encode<'a, DB> + sqlx::Type<DB>,
{
    query.push(from).push_bind(place.serial);
    query.push(beyond).push_bind(place.serial);
    query.push(or).push_bind(place.application_id.as_str().to_owned()).push(")");
}
