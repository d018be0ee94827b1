//! How every exam room stands for one person who writes figures down: counted, without a row of a candidate.
use std::collections::{HashMap, HashSet};

use ::store::Tx;
use arrangement::{RoomUse, Sitting};
use kernel::{OrgPath, UnixMicros};
use plan::Batch;
use scheme::{ComponentKind, Delivery};

use crate::store::{self, RoomCount, RoomSealed};

/// One exam room as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomState {
    pub room: RoomUse,
    pub starts_at: UnixMicros,
    /// Whether figures may be written down by now.
    pub is_ripe: bool,
    /// Seats taken.
    pub seats: i64,
    /// Who did not come, as far as it was recorded.
    pub absent: i64,
    /// Sealed scores that somebody wrote down or that answers gave.
    pub written: i64,
    /// Sealed scores, with those of the absent.
    pub sealed: i64,
    /// Figures this person has written down and others have not.
    pub mine: i64,
    /// Scripts whose two figures differ.
    pub differ: i64,
}

impl RoomState {
    /// Candidates who wait for this person's figure.
    pub(crate) fn waiting(&self) -> i64 {
        let open = self.seats - self.sealed.max(self.absent + self.written) - self.mine;
        if self.is_ripe { open.max(0) } else { 0 }
    }

    /// Whether every seat has its score.
    pub(crate) fn is_done(&self) -> bool {
        self.seats > 0 && self.sealed >= self.seats
    }

    /// Class of the tag and key of its words.
    pub(crate) fn tag(&self) -> (&'static str, &'static str) {
        match self {
            room if room.is_done() => ("done", "assessment-room-done"),
            room if !room.is_ripe => ("wait", "assessment-room-later"),
            room if room.differ > 0 => ("late", "assessment-room-differs"),
            room if room.waiting() > 0 => ("now", "assessment-room-open"),
            _ => ("wait", "assessment-room-others"),
        }
    }
}

/// Every room of a batch in which this kind of part is sat, at sites within `at`, as `who` sees it.
pub(crate) async fn states(
    tx: &mut Tx,
    batch: &Batch,
    kind: ComponentKind,
    (who, at): (&str, &[OrgPath]),
    now: UnixMicros,
) -> sqlx::Result<Vec<RoomState>> {
    let sittings: HashMap<String, Sitting> = arrangement::sittings(tx, &batch.code)
        .await?
        .into_iter()
        .filter(|sitting| sitting.component_kind == kind)
        .map(|sitting| (sitting.id.clone(), sitting))
        .collect();
    let rooms = arrangement::room_uses(tx, &batch.code).await?;
    let mut seats: HashMap<String, i64> = HashMap::new();
    for paper in arrangement::room_papers(tx, &batch.code, None).await? {
        *seats.entry(paper.room_use_id).or_default() += paper.count;
    }
    let closings = sitting::closings(tx, &batch.code).await?;
    let absent: HashMap<String, i64> =
        closings.into_iter().map(|closing| (closing.room_use_id, closing.absent)).collect();
    let sealed = store::sealed_by_room(tx, &batch.code).await?;
    let sealed: HashMap<String, RoomSealed> =
        sealed.into_iter().map(|row| (row.room_use_id.clone(), row)).collect();
    let is_run = store::run(tx, &batch.code).await?.is_some();
    let (mine, differ) = match kind {
        ComponentKind::Theory => {
            (store::mine_waiting(tx, &batch.code, who).await?, store::differ_by_room(tx, &batch.code).await?)
        }
        ComponentKind::Practical | ComponentKind::Panel | ComponentKind::Other => {
            (store::mine_sealed(tx, &batch.code, who).await?, Vec::new())
        }
    };
    let (mine, differ) = (by_room(mine), by_room(differ));
    let state = |room: RoomUse| {
        let sitting = sittings.get(&room.sitting_id)?;
        let known = sealed.get(&room.id);
        Some(RoomState {
            starts_at: sitting.starts_at,
            is_ripe: is_ripe(sitting, is_run, now),
            seats: seats.get(&room.id).copied().unwrap_or_default(),
            absent: absent.get(&room.id).copied().unwrap_or_default(),
            written: known.map_or(0, |row| row.written),
            sealed: known.map_or(0, |row| row.sealed),
            mine: mine.get(&room.id).copied().unwrap_or_default(),
            differ: differ.get(&room.id).copied().unwrap_or_default(),
            room,
        })
    };
    let reach = |room: &RoomUse| at.iter().any(|path| path.contains(&room.site_path));
    Ok(rooms.into_iter().filter(reach).filter_map(state).collect())
}

fn by_room(counts: Vec<RoomCount>) -> HashMap<String, i64> {
    counts.into_iter().map(|row| (row.room_use_id, row.count)).collect()
}

/// Whether figures of a sitting may be written down. Scripts are read when the sitting has ended; on a
/// computer only those without an attempt are entered, so the answers are scored first. On site a score
/// is given as soon as somebody was examined.
pub(crate) fn is_ripe(sitting: &Sitting, is_run: bool, now: UnixMicros) -> bool {
    match (sitting.component_kind, sitting.delivery) {
        (ComponentKind::Theory, Delivery::Paper) => sitting.ends_at <= now,
        (ComponentKind::Theory, Delivery::Computer | Delivery::OnSite) => is_run,
        (ComponentKind::Practical | ComponentKind::Panel | ComponentKind::Other, _) => {
            sitting.starts_at <= now
        }
    }
}

/// What waits in some rooms: figures of this person, and scripts whose figures differ.
pub(crate) fn waiting(rooms: &[RoomState]) -> (i64, i64) {
    let differ: i64 = rooms.iter().map(|room| room.differ.min(room.waiting())).sum();
    (rooms.iter().map(RoomState::waiting).sum(), differ)
}

/// The sites of these rooms, each once, in their order.
pub(crate) fn sites(rooms: &[RoomState]) -> Vec<venue::SiteId> {
    let mut seen = HashSet::new();
    rooms.iter().map(|room| room.room.site_id.clone()).filter(|site| seen.insert(site.clone())).collect()
}
