//! What a plan is drawn from, gathered from the stages before: who is admitted, where their registration
//! points send them, and what they sit.
use std::collections::{BTreeMap, BTreeSet};

use ::store::Tx;
use kernel::{BatchCode, OrgPath};
use plan::{BatchLevel, BatchPoint, Outline};
use venue::{Site, SiteId};
use web::{Message, PageError, PageResult, Words};

use crate::{
    rules::{
        need::{Need, PaperKey, Part, needs},
        seat_plan::Candidate,
    },
    store::SitePlan,
};

/// Candidates and sittings of a batch.
pub(crate) struct Ground {
    pub candidates: Vec<Candidate>,
    pub needs: Vec<Need>,
    pub sites: BTreeMap<SiteId, Site>,
}

impl Ground {
    /// Reads them; refused when somebody could not be seated whatever rooms there are.
    pub async fn load(tx: &mut Tx, batch: &BatchCode, t: Words) -> PageResult<Self> {
        let Outline { levels, components, points } = plan::outline(tx, batch).await?;
        let points: BTreeMap<&OrgPath, &BatchPoint> =
            points.iter().map(|point| (&point.point_path, point)).collect();
        let parts: Vec<Part> = components.into_iter().map(Part::from).collect();
        let needs = needs(&parts);
        let mut kept = registration::kept_kinds(tx, batch).await?;
        let mut candidates = Vec::new();
        for one in admission::admitted(tx, batch).await? {
            let point = points.get(&one.point_path).ok_or_else(|| {
                PageError::Refused(Message::new("seat-plan-point-without-site").with("a", &one.point_path))
            })?;
            candidates.push(Candidate {
                kept: kept.remove(&one.application_id).unwrap_or_default(),
                application: one.application_id.to_string(),
                person: one.person_id.to_string(),
                site: point.site_of(&one.occupation_code).clone(),
                paper: PaperKey { occupation: one.occupation_code, level: one.level_code },
            });
        }
        if candidates.is_empty() {
            return Err(PageError::refused("seat-plan-nobody"));
        }
        let sat: BTreeSet<&PaperKey> = needs.iter().flat_map(|need| &need.papers).collect();
        let papers: BTreeSet<&PaperKey> = candidates.iter().map(|one| &one.paper).collect();
        if let Some(paper) = papers.difference(&sat).next() {
            let name = paper_name(&levels, paper, t);
            return Err(PageError::Refused(Message::new("seat-plan-nothing-to-sit").with("a", name)));
        }
        let wanted: BTreeSet<&SiteId> = candidates.iter().map(|one| &one.site).collect();
        let all = venue::sites(tx).await?;
        let sites = all.into_iter().filter(|site| wanted.contains(&site.id));
        let sites = sites.map(|site| (site.id.clone(), site)).collect();
        Ok(Self { candidates, needs, sites })
    }

    /// Who sits at a site.
    pub fn at(&self, site: &SiteId) -> Vec<Candidate> {
        self.candidates.iter().filter(|one| one.site == *site).cloned().collect()
    }

    /// How many seats people take over all sittings.
    pub fn seats(&self, candidates: &[Candidate]) -> usize {
        let parts = |one: &Candidate| self.needs.iter().filter(|need| need.is_sat_by(one)).count();
        candidates.iter().map(parts).sum()
    }

    /// Every site as one that nobody has drawn, by its place.
    pub fn to_draw(&self, batch: &BatchCode) -> Vec<SitePlan> {
        let mut people: BTreeMap<&SiteId, i64> = BTreeMap::new();
        for one in &self.candidates {
            *people.entry(&one.site).or_default() += 1;
        }
        let sites = self.sites.values().zip(1..);
        sites
            .map(|(site, place)| {
                SitePlan::to_draw(batch, site, place, people.get(&site.id).copied().unwrap_or(0))
            })
            .collect()
    }
}

/// The sittings a batch needs, in order of time.
pub(crate) async fn load_needs(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Vec<Need>> {
    let parts: Vec<Part> = plan::components(tx, batch).await?.into_iter().map(Part::from).collect();
    Ok(needs(&parts))
}

fn paper_name(levels: &[BatchLevel], paper: &PaperKey, t: Words) -> String {
    let of_paper =
        levels.iter().find(|one| one.occupation_code == paper.occupation && one.level_code == paper.level);
    of_paper.map_or_else(
        || paper.stratum(),
        |one| {
            let occupation = t.pick(&one.occupation_zh, &one.occupation_en);
            format!("{occupation} {}", t.pick(&one.level_zh, &one.level_en))
        },
    )
}
