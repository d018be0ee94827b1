//! What a batch certifies: its levels beside their parts, in one statement.
use std::collections::HashMap;

use ::store::{Tx, on, push_keys, queries};
use kernel::{BatchCode, Score, UnixMicros};
use scheme::{ComponentId, ComponentKind, Delivery};
use sqlx::{FromRow, QueryBuilder};

use super::{BatchComponent, BatchLevel};

/// A part of a level; empty where the level has none.
#[derive(FromRow)]
pub(super) struct PartRow {
    id: Option<String>,
    component_id: Option<ComponentId>,
    kind: Option<ComponentKind>,
    position: Option<i64>,
    name_zh: Option<String>,
    name_en: Option<String>,
    delivery: Option<Delivery>,
    minutes: Option<i64>,
    pass_mark: Option<Score>,
    starts_at: Option<UnixMicros>,
}

impl PartRow {
    /// The part, of the level it stands beside.
    pub fn of(&self, level: &BatchLevel) -> Option<BatchComponent> {
        Some(BatchComponent {
            id: self.id.clone()?,
            occupation_code: level.occupation_code.clone(),
            level_code: level.level_code.clone(),
            component_id: self.component_id.clone()?,
            kind: self.kind?,
            position: self.position?,
            name_zh: self.name_zh.clone()?,
            name_en: self.name_en.clone()?,
            delivery: self.delivery?,
            minutes: self.minutes?,
            pass_mark: self.pass_mark?,
            starts_at: self.starts_at?,
        })
    }
}

/// A level beside one of its parts.
#[derive(FromRow)]
struct Row {
    #[sqlx(flatten)]
    level: BatchLevel,
    #[sqlx(flatten)]
    part: PartRow,
}

#[derive(FromRow)]
struct OfBatch {
    batch_code: String,
    #[sqlx(flatten)]
    row: Row,
}

queries! {
    OFFER = "SELECT l.occupation_code, l.level_code, l.standard_id, l.occupation_zh, l.occupation_en, l.level_zh,
             l.level_en, l.fee, c.id, c.component_id, c.kind, c.position, c.name_zh, c.name_en, c.delivery, c.minutes,
             c.pass_mark, c.starts_at FROM batch_level l LEFT JOIN batch_component c ON c.batch_code = l.batch_code
             AND c.occupation_code = l.occupation_code AND c.level_code = l.level_code WHERE l.batch_code = $1
             ORDER BY l.occupation_code DESC, l.level_code DESC, c.position NULLS LAST, c.id NULLS LAST";
}

/// The same of several batches, by code; a batch that certifies nothing is not in it.
///
/// # Errors
/// Storage.
pub async fn offers_of(
    tx: &mut Tx,
    codes: &[&str],
) -> sqlx::Result<HashMap<String, (Vec<BatchLevel>, Vec<BatchComponent>)>> {
    let mut rows_of: HashMap<String, Vec<Row>> = HashMap::new();
    if !codes.is_empty() {
        let rows: Vec<OfBatch> = on!(tx, |conn| {
            let mut query = QueryBuilder::new(
                "SELECT l.batch_code, l.occupation_code, l.level_code, l.standard_id, l.occupation_zh, l.occupation_en,
                 l.level_zh, l.level_en, l.fee, c.id, c.component_id, c.kind, c.position, c.name_zh, c.name_en,
                 c.delivery, c.minutes, c.pass_mark, c.starts_at FROM batch_level l LEFT JOIN batch_component c
                 ON c.batch_code = l.batch_code AND c.occupation_code = l.occupation_code
                 AND c.level_code = l.level_code WHERE l.batch_code IN (",
            );
            push_keys(&mut query, codes);
            query.push(
                "ORDER BY l.batch_code, l.occupation_code DESC, l.level_code DESC, c.position NULLS LAST,
                 c.id NULLS LAST",
            );
            query.build_query_as().fetch_all(conn).await
        })?;
        for OfBatch { batch_code, row } in rows {
            rows_of.entry(batch_code).or_default().push(row);
        }
    }
    Ok(rows_of.into_iter().map(|(code, rows)| (code, offer(rows))).collect())
}

/// What is certified in a batch, and the parts of every level, in the order of the levels.
///
/// # Errors
/// Storage.
pub async fn levels_and_components(
    tx: &mut Tx,
    code: &BatchCode,
) -> sqlx::Result<(Vec<BatchLevel>, Vec<BatchComponent>)> {
    let rows: Vec<Row> = on!(tx, |conn| sqlx::query_as(OFFER).bind(code).fetch_all(conn).await)?;
    Ok(offer(rows))
}

fn offer(rows: Vec<Row>) -> (Vec<BatchLevel>, Vec<BatchComponent>) {
    let parts = rows.iter().filter_map(|row| row.part.of(&row.level)).collect();
    let mut levels: Vec<BatchLevel> = rows.into_iter().map(|row| row.level).collect();
    levels.dedup();
    (levels, parts)
}
