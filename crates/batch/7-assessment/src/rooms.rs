//! How every exam room stands for one person who writes figures down: counted, without a row of a candidate.
use std::collections::{HashMap, HashSet};

use ::store::Tx;
use arrangement::{RoomInUse, RoomUse};
use kernel::{BatchCode, OrgPath, UnixMicros};
use plan::Batch;
use scheme::{ComponentKind, Delivery};

use crate::store::{self, Marks};

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

/// The rooms of some batches with everything that is counted in them, as one person sees it.
pub(crate) struct Ground {
    rooms: Vec<RoomInUse>,
    /// Who did not come, by room whose record is closed.
    absent: HashMap<String, i64>,
    marks: Marks,
}

impl Ground {
    /// Reads it for `who`.
    pub(crate) async fn load(tx: &mut Tx, batches: &[&str], who: &str) -> sqlx::Result<Self> {
        let rooms = arrangement::rooms_in_use(tx, batches).await?;
        let closings = sitting::closings_of(tx, batches).await?;
        let absent = closings.into_iter().map(|closing| (closing.room_use_id, closing.absent)).collect();
        Ok(Self { rooms, absent, marks: store::marks(tx, batches, who).await? })
    }

    /// Every room of a batch in which this kind of part is sat, at sites within `at`.
    pub(crate) fn states(
        &self,
        batch: &BatchCode,
        kind: ComponentKind,
        at: &[OrgPath],
        now: UnixMicros,
    ) -> Vec<RoomState> {
        let is_meant = |one: &&RoomInUse| {
            one.batch_code == *batch
                && one.component_kind == kind
                && at.iter().any(|path| path.contains(&one.room.site_path))
        };
        self.rooms.iter().filter(is_meant).map(|one| self.state(one, now)).collect()
    }

    fn state(&self, one: &RoomInUse, now: UnixMicros) -> RoomState {
        let marks = self.marks.by_room.get(&one.room.id).copied().unwrap_or_default();
        let (how, when) = ((one.component_kind, one.delivery), (one.starts_at, one.ends_at));
        RoomState {
            room: one.room.clone(),
            starts_at: one.starts_at,
            is_ripe: is_ripe(how, when, self.is_run(&one.batch_code), now),
            seats: one.seats,
            absent: self.absent.get(&one.room.id).copied().unwrap_or_default(),
            written: marks.written,
            sealed: marks.sealed,
            mine: marks.mine,
            differ: marks.differ,
        }
    }

    /// Whether the objective scoring of a batch came to its end.
    pub(crate) fn is_run(&self, batch: &BatchCode) -> bool {
        self.marks.run.contains(batch.as_str())
    }

    /// Whether the record of every room of a batch is closed.
    pub(crate) fn is_closed(&self, batch: &BatchCode) -> bool {
        let mut of = self.rooms.iter().filter(|one| one.batch_code == *batch).peekable();
        of.peek().is_some() && of.all(|one| self.absent.contains_key(&one.room.id))
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
    let ground = Ground::load(tx, &[batch.code.as_str()], who).await?;
    Ok(ground.states(&batch.code, kind, at, now))
}

/// Whether figures of a sitting may be written down. Scripts are read when the sitting has ended; on a
/// computer only those without an attempt are entered, so the answers are scored first. On site a score
/// is given as soon as somebody was examined.
pub(crate) fn is_ripe(
    how: (ComponentKind, Delivery),
    (starts_at, ends_at): (UnixMicros, UnixMicros),
    is_run: bool,
    now: UnixMicros,
) -> bool {
    match how {
        (ComponentKind::Theory, Delivery::Paper) => ends_at <= now,
        (ComponentKind::Theory, Delivery::Computer | Delivery::OnSite) => is_run,
        (ComponentKind::Practical | ComponentKind::Panel | ComponentKind::Other, _) => starts_at <= now,
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
