//! Lists of entries: narrowed, and read page by page.
use kernel::UnixMicros;
use sqlx::QueryBuilder;
use store::{Tx, on};

use super::LISTED;
use crate::entry::HistoryRow;

/// What a list of entries is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Not before this instant.
    pub from: Option<UnixMicros>,
    /// Before this instant.
    pub until: Option<UnixMicros>,
    /// By one of these accounts; an empty list lets nobody through.
    pub actors: Option<Vec<String>>,
    /// Of this action.
    pub action: Option<String>,
    /// What may be read; everything without.
    pub reach: Option<Reach>,
}

/// Which entries somebody may read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reach {
    /// Entries of these batches.
    pub batches: Vec<String>,
    /// Whether also those that belong to no batch.
    pub without_batch: bool,
    /// Not those that these accounts left outside the batches: they work for another body.
    pub not_by: Vec<String>,
}

impl Reach {
    /// Whether this entry may be read.
    #[must_use]
    pub fn holds(&self, row: &HistoryRow) -> bool {
        match &row.batch {
            Some(code) => self.batches.contains(code),
            None => self.without_batch && !self.not_by.contains(&row.actor),
        }
    }
}

/// Where an entry stands in a list by time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// When it happened.
    pub at: UnixMicros,
    /// The entry's id.
    pub id: String,
}

/// Which page of a list is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The newest entries.
    Start,
    /// Those older than this one.
    Older(Place),
    /// Those newer than this one.
    Newer(Place),
}

/// One page of the entries that are wanted, newest first: read from a place, not by counting rows, so
/// that the last page of a province costs no more than the first.
///
/// # Errors
/// When the database fails.
pub async fn listed(tx: &mut Tx, wanted: &Wanted, turn: &Turn, limit: i64) -> sqlx::Result<Vec<HistoryRow>> {
    let from = wanted.from.map_or(i64::MIN, UnixMicros::get);
    let until = wanted.until.map_or(i64::MAX, UnixMicros::get);
    let mut rows: Vec<HistoryRow> = on!(tx, |conn| {
        let mut query = QueryBuilder::new(LISTED);
        query.push(" WHERE e.at >= ").push_bind(from).push(" AND e.at < ").push_bind(until);
        if let Some(action) = &wanted.action {
            query.push(" AND e.action = ").push_bind(action);
        }
        if let Some(actors) = &wanted.actors {
            query.push(" AND e.actor IN (");
            let mut list = query.separated(", ");
            for actor in actors {
                list.push_bind(actor);
            }
            // A list may be empty; nobody has an empty id.
            list.push_bind("");
            query.push(")");
        }
        // The condition of Reach::holds. A list may be empty; no batch and nobody has an empty name.
        if let Some(reach) = &wanted.reach {
            query.push(" AND (e.batch IN (");
            let mut list = query.separated(", ");
            for code in &reach.batches {
                list.push_bind(code);
            }
            list.push_bind("");
            query.push(") OR (e.batch IS NULL AND ").push_bind(reach.without_batch);
            query.push(" AND e.actor NOT IN (");
            let mut list = query.separated(", ");
            for actor in &reach.not_by {
                list.push_bind(actor);
            }
            list.push_bind("");
            query.push(")))");
        }
        match turn {
            Turn::Start => query.push(" ORDER BY e.at DESC, e.id DESC LIMIT "),
            Turn::Older(place) => query
                .push(" AND (e.at, e.id) < (")
                .push_bind(place.at.get())
                .push(", ")
                .push_bind(&place.id)
                .push(") ORDER BY e.at DESC, e.id DESC LIMIT "),
            Turn::Newer(place) => query
                .push(" AND (e.at, e.id) > (")
                .push_bind(place.at.get())
                .push(", ")
                .push_bind(&place.id)
                .push(") ORDER BY e.at, e.id LIMIT "),
        };
        query.push_bind(limit);
        query.build_query_as().fetch_all(conn).await
    })?;
    match turn {
        Turn::Start | Turn::Older(_) => {}
        Turn::Newer(_) => rows.reverse(),
    }
    Ok(rows)
}
