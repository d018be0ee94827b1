//! What a plan is drawn from, gathered from the stages before, and its refusal in words.
use std::collections::{BTreeMap, BTreeSet};

use ::store::Tx;
use kernel::{BatchCode, OrgPath};
use venue::{Room, RoomKind, Site, SiteId};
use web::{Message, PageError, PageResult, Words};

use super::names::Names;
use crate::rules::{
    need::{Need, PaperKey, Part, needs},
    seat_plan::{Candidate, Conflict, PlanImpossible},
};

/// Candidates, rooms and sittings of a batch.
pub(super) struct Ground {
    pub candidates: Vec<Candidate>,
    pub rooms: Vec<Room>,
    pub needs: Vec<Need>,
    sites: BTreeMap<SiteId, Site>,
}

impl Ground {
    /// Reads who is admitted, where their registration points send them, and what they sit.
    pub async fn load(tx: &mut Tx, batch: &BatchCode) -> PageResult<Self> {
        let points: BTreeMap<OrgPath, plan::BatchPoint> = plan::points(tx, batch)
            .await?
            .into_iter()
            .map(|point| (point.point_path.clone(), point))
            .collect();
        let parts: Vec<Part> = plan::components(tx, batch).await?.into_iter().map(Part::from).collect();
        let mut candidates = Vec::new();
        for one in admission::admitted(tx, batch).await? {
            let point = points.get(&one.point_path).ok_or_else(|| {
                PageError::Refused(Message::new("seat-plan-point-without-site").with("a", &one.point_path))
            })?;
            candidates.push(Candidate {
                application: one.application_id.to_string(),
                site: point.site_of(&one.occupation_code).clone(),
                paper: PaperKey { occupation: one.occupation_code, level: one.level_code },
            });
        }
        let (mut rooms, mut sites) = (Vec::new(), BTreeMap::new());
        let used: BTreeSet<SiteId> = points.values().flat_map(plan::BatchPoint::sites).cloned().collect();
        for id in used {
            rooms.extend(venue::rooms(tx, &id).await?);
            if let Some(site) = venue::site(tx, &id).await? {
                sites.insert(id, site);
            }
        }
        Ok(Self { candidates, rooms, needs: needs(&parts), sites })
    }

    /// Which organisation runs each site.
    pub fn paths(&self) -> BTreeMap<SiteId, OrgPath> {
        self.sites.iter().map(|(id, site)| (id.clone(), site.org_path.clone())).collect()
    }

    /// The demands that conflict, in words.
    pub fn explain(&self, refused: &PlanImpossible, names: &Names, t: Words) -> PageError {
        match refused {
            PlanImpossible::Nobody => PageError::refused("seat-plan-nobody"),
            PlanImpossible::NothingToSit(paper) => {
                PageError::Refused(Message::new("seat-plan-nothing-to-sit").with("a", names.paper(paper)))
            }
            PlanImpossible::Draw(error) => PageError::Internal(error.to_string()),
            PlanImpossible::Conflicts(conflicts) => {
                PageError::Mistakes(conflicts.iter().map(|conflict| self.conflict(conflict, t)).collect())
            }
        }
    }

    fn conflict(&self, conflict: &Conflict, t: Words) -> Message {
        match conflict {
            Conflict::Seats { site, kind, needs, candidates, seats } => {
                let sittings: Vec<String> = needs.iter().map(|place| self.sitting(*place, t)).collect();
                let key = if needs.len() == 1 { "seat-plan-too-few-seats" } else { "seat-plan-rooms-twice" };
                Message::new(key)
                    .with("site", self.site(site, t))
                    .with("kind", t.s(kind_key(*kind)))
                    .with("sittings", sittings.join(t.pick("、", ", ")))
                    .with("candidates", candidates)
                    .with("seats", seats)
            }
            Conflict::Overlap { first, second, candidates } => Message::new("seat-plan-times-overlap")
                .with("first", self.sitting(*first, t))
                .with("second", self.sitting(*second, t))
                .with("candidates", candidates),
        }
    }

    fn site(&self, id: &SiteId, t: Words) -> String {
        self.sites
            .get(id)
            .map_or_else(|| id.to_string(), |site| t.pick(&site.name_zh, &site.name_en).to_owned())
    }

    fn sitting(&self, place: usize, t: Words) -> String {
        self.needs.get(place).map_or_else(String::new, |need| {
            format!("{} {}", t.pick(&need.name_zh, &need.name_en), need.starts_at.text())
        })
    }
}

fn kind_key(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Paper => "seat-plan-kind-paper",
        RoomKind::Computer => "seat-plan-kind-computer",
        RoomKind::Practical => "seat-plan-kind-practical",
    }
}
