//! Which sittings a batch needs: parts that begin together, are sat the same way and last as long.
use std::collections::{BTreeMap, BTreeSet};

use kernel::{LevelCode, OccupationCode, UnixMicros};
use scheme::{ComponentKind, Delivery};
use venue::{Room, RoomKind};

use super::seat_plan::Candidate;

/// What decides which paper somebody sits: occupation and level.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaperKey {
    /// Occupation.
    pub occupation: OccupationCode,
    /// Level.
    pub level: LevelCode,
}

impl PaperKey {
    /// The stratum of the draw: candidates of one paper are drawn among themselves.
    #[must_use]
    pub fn stratum(&self) -> String {
        format!("{}/{}", self.occupation, self.level)
    }
}

/// One component of one paper, as the plan sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Whose it is.
    pub paper: PaperKey,
    /// What it examines.
    pub kind: ComponentKind,
    /// How it is sat.
    pub delivery: Delivery,
    /// When it begins.
    pub starts_at: UnixMicros,
    /// How long it lasts; a panel review: for each person.
    pub minutes: i64,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
}

impl From<plan::BatchComponent> for Part {
    fn from(component: plan::BatchComponent) -> Self {
        Self {
            paper: PaperKey { occupation: component.occupation_code, level: component.level_code },
            kind: component.kind,
            delivery: component.delivery,
            starts_at: component.starts_at,
            minutes: component.minutes,
            name_zh: component.name_zh,
            name_en: component.name_en,
        }
    }
}

/// A sitting that is needed: what begins together is sat in the same way and lasts as long, so that
/// a mixed room has one beginning and one end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// What it examines.
    pub kind: ComponentKind,
    /// How it is sat.
    pub delivery: Delivery,
    /// When it begins.
    pub starts_at: UnixMicros,
    /// Minutes of one turn.
    pub minutes: i64,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Whose candidates take part.
    pub papers: BTreeSet<PaperKey>,
}

impl Need {
    /// Whether somebody takes part: it is one of the parts of their paper, and they did not pass it before.
    #[must_use]
    pub fn is_sat_by(&self, candidate: &Candidate) -> bool {
        self.papers.contains(&candidate.paper) && !candidate.kept.contains(&self.kind)
    }

    /// The kind of room it is held in.
    #[must_use]
    pub fn room_kind(&self) -> RoomKind {
        match self.delivery {
            Delivery::Paper => RoomKind::Paper,
            Delivery::Computer => RoomKind::Computer,
            Delivery::OnSite => RoomKind::Practical,
        }
    }

    /// How many people a room takes at a time: its seats; before a panel, one.
    #[must_use]
    pub fn places(&self, room: &Room) -> usize {
        match self.kind {
            ComponentKind::Panel => 1,
            ComponentKind::Theory | ComponentKind::Practical | ComponentKind::Other => venue::capacity(room),
        }
    }

    /// Most groups one after another: one in writing; at a workplace or before a panel, as many as end
    /// on the day they begin.
    #[must_use]
    pub fn turns_most(&self) -> i64 {
        match self.delivery {
            Delivery::Paper | Delivery::Computer => 1,
            Delivery::OnSite => {
                let midnight = self.starts_at.day().plus_days(1).at(0, 0);
                let turn = UnixMicros::new(0).plus_minutes(self.minutes.max(1)).get();
                midnight.minus(self.starts_at).div_euclid(turn)
            }
        }
    }

    /// Whether everybody sits at the same time: in writing, on paper or at a computer.
    #[must_use]
    pub fn is_in_writing(&self) -> bool {
        match self.delivery {
            Delivery::Paper | Delivery::Computer => true,
            Delivery::OnSite => false,
        }
    }

    /// When the last of `turns` groups ends.
    #[must_use]
    pub fn end(&self, turns: i64) -> UnixMicros {
        self.starts_at.plus_minutes(self.minutes.saturating_mul(turns))
    }

    /// Whether neighbours get different forms: only where questions are answered in writing.
    #[must_use]
    pub fn has_letters(&self) -> bool {
        match (self.kind, self.delivery) {
            (ComponentKind::Theory, Delivery::Paper | Delivery::Computer) => true,
            (ComponentKind::Theory, Delivery::OnSite)
            | (ComponentKind::Practical | ComponentKind::Panel | ComponentKind::Other, _) => false,
        }
    }
}

/// The sittings that `parts` need, in order of time.
#[must_use]
pub fn needs(parts: &[Part]) -> Vec<Need> {
    let mut found: BTreeMap<(UnixMicros, ComponentKind, Delivery, i64), Need> = BTreeMap::new();
    for part in parts {
        let key = (part.starts_at, part.kind, part.delivery, part.minutes);
        let need = found.entry(key).or_insert_with(|| Need {
            kind: part.kind,
            delivery: part.delivery,
            starts_at: part.starts_at,
            minutes: part.minutes,
            name_zh: part.name_zh.clone(),
            name_en: part.name_en.clone(),
            papers: BTreeSet::new(),
        });
        // One name, whichever part is read first.
        if (&part.name_zh, &part.name_en) < (&need.name_zh, &need.name_en) {
            need.name_zh.clone_from(&part.name_zh);
            need.name_en.clone_from(&part.name_en);
        }
        need.papers.insert(part.paper.clone());
    }
    found.into_values().collect()
}
