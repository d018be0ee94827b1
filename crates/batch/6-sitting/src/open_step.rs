//! What is open at each site: rooms that have sat, and whose record is not closed.
use std::collections::{BTreeMap, HashSet};

use ::store::Tx;
use kernel::{OrgPath, UnixMicros};
use plan::{Batch, OpenStep};

use crate::store;

/// The rooms whose record is open, site by site, of the sittings that have begun by today.
///
/// # Errors
/// Storage.
pub async fn open_steps(tx: &mut Tx, batch: &Batch, now: UnixMicros) -> sqlx::Result<Vec<OpenStep>> {
    if batch.exam_date > now.day() || !arrangement::is_confirmed(tx, &batch.code).await? {
        return Ok(Vec::new());
    }
    let Some(due) = plan::due(tx, batch, 6).await? else { return Ok(Vec::new()) };
    let sittings = arrangement::sittings(tx, &batch.code).await?;
    let begun: HashSet<&str> =
        sittings.iter().filter(|one| one.starts_at.day() <= now.day()).map(|one| one.id.as_str()).collect();
    let closings = store::closings_of_batch(tx, &batch.code).await?;
    let closed: HashSet<&str> = closings.iter().map(|row| row.room_use_id.as_str()).collect();
    let mut counts: BTreeMap<OrgPath, i64> = BTreeMap::new();
    for room in arrangement::room_uses(tx, &batch.code).await? {
        if begun.contains(room.sitting_id.as_str()) && !closed.contains(room.id.as_str()) {
            *counts.entry(room.site_path).or_default() += 1;
        }
    }
    let page = format!("/batches/{}/sittings", batch.code);
    let row = |(place, count)| OpenStep { step: "open-step-rooms", place, count, due, page: page.clone() };
    Ok(counts.into_iter().map(row).collect())
}
