//! What a batch offers, and to whom: what an application may name, and when its parts are sat.
use std::collections::BTreeMap;

use kernel::{Day, LevelCode, OccupationCode, OrgPath, UnixMicros};
use scheme::Clause;

/// An occupation and level the batch certifies, with the clauses of its standard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Its Chinese name.
    pub occupation_zh: String,
    /// Its English name.
    pub occupation_en: String,
    /// Level.
    pub level_code: LevelCode,
    /// Its Chinese name.
    pub level_zh: String,
    /// Its English name.
    pub level_en: String,
    /// 申报条件.
    pub clauses: Vec<Clause>,
}

/// What an application may name, for whom, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// What the batch certifies.
    pub offers: Vec<Offer>,
    /// Every level by its Chinese name, for certificates already held.
    pub levels: Vec<(String, LevelCode)>,
    /// Registration points of the batch by their Chinese names.
    pub points: Vec<(String, OrgPath)>,
    /// English names of these levels and points, by the Chinese ones.
    pub english: BTreeMap<String, String>,
    /// Where the registering person may act.
    pub at: Vec<OrgPath>,
    /// Whether new applications are still taken.
    pub takes_new: bool,
    /// When the parts of each occupation and level are sat: beginning and end.
    pub sittings: Vec<(OccupationCode, LevelCode, UnixMicros, UnixMicros)>,
    /// Latest day a fact may lie on: today, or the reference date when that is still to come.
    pub latest: Day,
}

impl Scope {
    /// Whether a place is within reach of the registering person.
    #[must_use]
    pub fn reaches(&self, path: &OrgPath) -> bool {
        self.at.iter().any(|at| at.contains(path))
    }

    /// Whether nobody can sit both: a part of the one overlaps a part of the other.
    #[must_use]
    pub fn overlap(&self, one: (&OccupationCode, &LevelCode), other: (&OccupationCode, &LevelCode)) -> bool {
        let of = |who: (&OccupationCode, &LevelCode)| {
            let of_who = self.sittings.iter().filter(move |part| (&part.0, &part.1) == who);
            of_who.map(|(_, _, from, until)| (*from, *until)).collect::<Vec<_>>()
        };
        let others = of(other);
        of(one).iter().any(|(from, until)| others.iter().any(|(other, end)| from < end && other < until))
    }

    /// Name of an occupation and level, as rosters write it.
    #[must_use]
    pub fn name(&self, occupation: &OccupationCode, level: &LevelCode) -> String {
        let same = |offer: &&Offer| offer.occupation_code == *occupation && offer.level_code == *level;
        let named = self.offers.iter().find(same);
        named.map_or_else(String::new, |offer| format!("{} {}", offer.occupation_zh, offer.level_zh))
    }
}
