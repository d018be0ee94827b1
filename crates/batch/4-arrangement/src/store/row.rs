//! What the tables hold, and the rows of a new plan.
use kernel::{BatchCode, LevelCode, OccupationCode, OrgPath, UnixMicros};
use scheme::{ComponentKind, Delivery};
use sqlx::FromRow;
use venue::{Blocked, RoomId, SiteId};

use crate::rules::{PlanStatus, need::PaperKey, planned::PlannedSitting};

/// How the seat plan of a batch stands.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SeatPlan {
    /// Drafted or confirmed.
    #[sqlx(try_from = "String")]
    pub status: PlanStatus,
    /// When the last site was confirmed.
    pub confirmed_at: Option<UnixMicros>,
}

/// A time slot (场次).
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Sitting {
    /// Key.
    pub id: String,
    /// Its batch.
    pub batch_code: BatchCode,
    /// What it examines.
    pub component_kind: ComponentKind,
    /// How it is sat.
    pub delivery: Delivery,
    /// When it begins.
    pub starts_at: UnixMicros,
    /// When its last group ends.
    pub ends_at: UnixMicros,
    /// Minutes of one group; before a panel, of one person.
    pub minutes: i64,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Whose candidates take part.
    #[sqlx(skip)]
    pub papers: Vec<PaperKey>,
}

impl Sitting {
    /// When group `turn` (1 first) begins and ends.
    #[must_use]
    pub fn turn(&self, turn: i64) -> (UnixMicros, UnixMicros) {
        let from = self.starts_at.plus_minutes(self.minutes * (turn - 1));
        (from, from.plus_minutes(self.minutes))
    }
}

/// One site of a sitting, and what its plan is measured against.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SittingSite {
    /// The sitting.
    pub sitting_id: String,
    /// The site.
    pub site_id: SiteId,
    /// How many sit there.
    pub candidates: i64,
    /// Groups one after another.
    pub turns: i64,
    /// No plan needs fewer rooms.
    pub rooms_least: i64,
    /// At least so many if papers never shared a room; none when the site has not so many.
    pub rooms_unmixed: Option<i64>,
}

/// One room in one sitting (考场), as it was when the plan was drawn.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RoomUse {
    /// Key.
    pub id: String,
    /// The sitting.
    pub sitting_id: String,
    /// The room.
    pub room_id: RoomId,
    /// Its site.
    pub site_id: SiteId,
    /// Organisation that runs the site.
    pub site_path: OrgPath,
    /// Number of the exam room at its site (第 N 考场).
    pub ordinal: i64,
    /// Code on the door.
    pub room_code: String,
    /// Chinese name on the door.
    pub room_name: String,
    /// English name.
    pub room_name_en: String,
    /// Places in a column, front to back.
    pub row_count: i64,
    /// Columns, counted from the door.
    pub column_count: i64,
    /// Places nobody can sit at.
    #[sqlx(try_from = "String")]
    pub blocked: Blocked,
    /// How many it takes at a time.
    pub places: i64,
}

/// One person's place in one sitting.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Seat {
    /// Key.
    pub id: String,
    /// The sitting.
    pub sitting_id: String,
    /// The exam room.
    pub room_use_id: String,
    /// Its site.
    pub site_id: SiteId,
    /// Code on the door.
    pub room_code: String,
    /// Chinese name on the door.
    pub room_name: String,
    /// Number of the exam room at its site.
    pub ordinal: i64,
    /// Seat number in writing; the order of entry otherwise.
    pub number: i64,
    /// Which group, 1 first; always 1 in writing.
    pub turn: i64,
    /// Whose seat.
    pub application_id: String,
    /// Occupation of the paper.
    pub occupation_code: OccupationCode,
    /// Level of the paper.
    pub level_code: LevelCode,
    /// `A`, `B` or empty.
    pub form_letter: String,
}

/// How many sit one form of one paper in an exam room.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct RoomPaper {
    /// The exam room.
    pub room_use_id: String,
    /// Occupation of the paper.
    pub occupation_code: OccupationCode,
    /// Level of the paper.
    pub level_code: LevelCode,
    /// `A`, `B` or empty.
    pub form_letter: String,
    /// How many.
    pub count: i64,
}

/// What a site takes of a batch, counted.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SiteFigures {
    /// The site.
    pub site_id: SiteId,
    /// Exam rooms, over all sittings.
    pub rooms: i64,
    /// No plan needs fewer.
    pub rooms_least: i64,
    /// Rooms with more than one paper.
    pub rooms_mixed: i64,
}

/// The rows of a plan that was just drawn.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewPlan {
    pub sittings: Vec<Sitting>,
    pub sites: Vec<SittingSite>,
    pub rooms: Vec<RoomUse>,
    pub seats: Vec<Seat>,
}

/// Makes the rows of a drawn plan of one site. `known` are the sittings of the batch that stand already;
/// `path` says which organisation runs the site.
pub(crate) fn new_plan(
    batch: &BatchCode,
    planned: &[PlannedSitting],
    (path, known): (&OrgPath, &[Sitting]),
    new_id: &dyn Fn() -> String,
) -> NewPlan {
    let mut rows = NewPlan::default();
    for one in planned {
        let need = &one.need;
        let is_same = |sitting: &&Sitting| {
            (sitting.component_kind, sitting.delivery, sitting.starts_at, sitting.minutes)
                == (need.kind, need.delivery, need.starts_at, need.minutes)
        };
        let sitting_id = known.iter().find(is_same).map_or_else(new_id, |sitting| sitting.id.clone());
        let turns = one.sites.iter().map(|site| site.turns).max().unwrap_or(1);
        rows.sittings.push(Sitting {
            id: sitting_id.clone(),
            batch_code: batch.clone(),
            component_kind: need.kind,
            delivery: need.delivery,
            starts_at: need.starts_at,
            ends_at: need.end(turns),
            minutes: need.minutes,
            name_zh: need.name_zh.clone(),
            name_en: need.name_en.clone(),
            papers: need.papers.iter().cloned().collect(),
        });
        for site in &one.sites {
            rows.sites.push(SittingSite {
                sitting_id: sitting_id.clone(),
                site_id: site.site.clone(),
                candidates: number(site.candidates),
                turns: site.turns,
                rooms_least: number(site.rooms_least),
                rooms_unmixed: site.rooms_unmixed.map(number),
            });
            for planned in &site.rooms {
                let room = RoomUse {
                    id: new_id(),
                    sitting_id: sitting_id.clone(),
                    room_id: planned.room.id.clone(),
                    site_id: site.site.clone(),
                    site_path: path.clone(),
                    ordinal: planned.ordinal,
                    room_code: planned.room.code.clone(),
                    room_name: planned.room.name_zh.clone(),
                    room_name_en: planned.room.name_en.clone(),
                    row_count: planned.room.row_count,
                    column_count: planned.room.column_count,
                    blocked: planned.room.blocked.clone(),
                    places: number(planned.places),
                };
                rows.seats.extend(planned.seats.iter().map(|seat| Seat {
                    id: new_id(),
                    sitting_id: sitting_id.clone(),
                    room_use_id: room.id.clone(),
                    site_id: room.site_id.clone(),
                    room_code: room.room_code.clone(),
                    room_name: room.room_name.clone(),
                    ordinal: room.ordinal,
                    number: seat.number,
                    turn: seat.turn,
                    application_id: seat.application.clone(),
                    occupation_code: seat.paper.occupation.clone(),
                    level_code: seat.paper.level.clone(),
                    form_letter: seat.letter.text().to_owned(),
                }));
                rows.rooms.push(room);
            }
        }
    }
    rows
}

/// A count of people or rooms; more than fit cannot be.
fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
