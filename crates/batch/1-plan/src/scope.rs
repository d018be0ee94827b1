//! Whether a plan stays within what its body, its points and its sites may evaluate.
use std::collections::BTreeSet;

use ::store::Tx;
use kernel::{Day, OccupationCode, OrgPath};
use organisation::{Evaluator, OutOfScope};
use venue::{Site, SiteId};

use crate::{BatchLevel, BatchPoint, PlanRefused, store::Plan};

/// What of the plan is beyond somebody's scope on one of `days`: levels that no filing of the body covers, and points and
/// sites that are not authorised for them.
pub(crate) async fn out_of_scope(tx: &mut Tx, plan: &Plan, days: &[Day]) -> sqlx::Result<Vec<PlanRefused>> {
    let sites = venue::sites_within(tx, &plan.batch.org_path).await?;
    let places = places(plan, &sites);
    let paths: Vec<&OrgPath> =
        std::iter::once(&plan.batch.org_path).chain(places.iter().map(|(path, _)| path)).collect();
    let bodies = Evaluator::load_all(tx, &paths).await?;
    let Some((own, parts)) = bodies.split_first() else { return Ok(Vec::new()) };
    let mut refused = Vec::new();
    for level in &plan.levels {
        let what = format!("{} {}", level.occupation_zh, level.level_zh);
        if days.iter().any(|day| judge(own, level, *day) == Some(OutOfScope::NotFiled)) {
            refused.push(PlanRefused::OutOfScope(what));
            continue;
        }
        let of_level = |(_, occupation): &&(OrgPath, OccupationCode)| *occupation == level.occupation_code;
        let mut named = BTreeSet::new();
        for (_, body) in places.iter().zip(parts).filter(|(place, _)| of_level(place)) {
            for day in days {
                let Some(OutOfScope::NotAuthorised(path)) = judge(body, level, *day) else { continue };
                if named.insert(path.clone()) {
                    let name = body.body(&path).map_or_else(|| path.to_string(), |one| one.name_zh.clone());
                    refused.push(PlanRefused::NotAuthorised { body: name, what: what.clone() });
                }
            }
        }
    }
    Ok(refused)
}

fn judge(body: &Evaluator, level: &BatchLevel, day: Day) -> Option<OutOfScope> {
    body.filing_for(&level.occupation_code, &level.level_code, day).err()
}

/// Every point of the plan and every site at which its people sit, with the occupation of which they do.
fn places(plan: &Plan, sites: &[Site]) -> Vec<(OrgPath, OccupationCode)> {
    let occupations: BTreeSet<&OccupationCode> =
        plan.levels.iter().map(|level| &level.occupation_code).collect();
    let site = |id: &SiteId| sites.iter().find(|site| site.id == *id).map(|site| site.org_path.clone());
    let mut places = BTreeSet::new();
    for occupation in occupations {
        for point in &plan.points {
            places.insert((point.point_path.clone(), occupation.clone()));
            places.extend(site(seat_of(point, occupation)).map(|path| (path, occupation.clone())));
        }
    }
    places.into_iter().collect()
}

fn seat_of<'p>(point: &'p BatchPoint, occupation: &OccupationCode) -> &'p SiteId {
    let other = point.elsewhere.iter().find(|other| other.occupation_code == *occupation);
    other.map_or(&point.site_id, |other| &other.site_id)
}
