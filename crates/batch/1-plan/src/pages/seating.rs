//! The part of the plan's form that says which points take part and at which site their people sit.
use ::store::Tx;
use kernel::{OccupationCode, OrgPath};
use organisation::Organisation;
use venue::{Site, SiteId};
use web::{Form, Words};

use crate::{
    BatchPoint, PlanRefused,
    store::{Elsewhere, Plan},
};

/// A registration point that may take part.
pub(super) struct PointChoice {
    pub point: Organisation,
    /// The site that usually seats its people, or else the first of its city.
    usual: Option<SiteId>,
}

/// What may be chosen.
pub(super) struct Seating {
    pub points: Vec<PointChoice>,
    pub sites: Vec<Site>,
}

impl Seating {
    /// All points and sites at or below `home`.
    pub async fn load(tx: &mut Tx, home: &OrgPath) -> sqlx::Result<Self> {
        let sites = venue::sites_within(tx, home).await?;
        let known = organisation::within(tx, home).await?;
        let usual = |point: &Organisation| {
            let served_by = known.iter().find(|one| Some(&one.id) == point.served_by_id.as_ref());
            let city = point.path.parent();
            let served = sites.iter().find(|site| served_by.is_some_and(|one| one.path == site.org_path));
            let near = || sites.iter().find(|site| site.org_path.parent() == city);
            served.or_else(near).map(|site| site.id.clone())
        };
        let points = known.iter().filter(|one| one.kind.registers_people());
        let points =
            points.map(|point| PointChoice { usual: usual(point), point: point.clone() }).collect::<Vec<_>>();
        Ok(Self { points, sites })
    }

    /// The options of the select for everybody of a point: value, words, whether it is chosen.
    pub fn options(&self, form: &Form, choice: &PointChoice, t: Words) -> Vec<(String, String, bool)> {
        let sent = form.value(&site_field(&choice.point.path));
        let chosen = if sent.is_empty() { choice.usual.as_ref().map_or("", SiteId::as_str) } else { sent };
        self.listed(t.s("plan-site-none"), chosen, t)
    }

    /// The options of the select for one occupation of a point.
    pub fn elsewhere(
        &self,
        form: &Form,
        choice: &PointChoice,
        occupation: &scheme::Occupation,
        t: Words,
    ) -> Vec<(String, String, bool)> {
        let field = self.elsewhere_field(choice, occupation);
        self.listed(t.s("plan-site-same"), form.value(&field), t)
    }

    fn listed(&self, nothing: String, chosen: &str, t: Words) -> Vec<(String, String, bool)> {
        let site = |site: &Site| {
            let name = t.pick(&site.name_zh, &site.name_en).to_owned();
            (site.id.to_string(), name, site.id.as_str() == chosen)
        };
        let nothing = (String::new(), nothing, chosen.is_empty());
        std::iter::once(nothing).chain(self.sites.iter().map(site)).collect()
    }

    /// Name of the field of [`Self::options`].
    pub fn field(&self, choice: &PointChoice) -> String {
        site_field(&choice.point.path)
    }

    /// Name of the field of [`Self::elsewhere`].
    pub fn elsewhere_field(&self, choice: &PointChoice, occupation: &scheme::Occupation) -> String {
        occupation.code.as_ref().map_or_else(String::new, |code| elsewhere_field(&choice.point.path, code))
    }

    /// The chosen points with their sites; what cannot be is marked in the form.
    pub fn read(&self, form: &mut Form, occupations: &[OccupationCode]) -> Vec<BatchPoint> {
        let chosen: Vec<String> = form.all("points").to_vec();
        let mut points = Vec::new();
        for choice in
            self.points.iter().filter(|one| chosen.iter().any(|sent| sent == one.point.path.as_str()))
        {
            let field = site_field(&choice.point.path);
            let Some(site_id) = self.named(form.value(&field)) else {
                form.refuse(&field, PlanRefused::NoSite(choice.point.name_zh.clone()).message());
                continue;
            };
            let other = |code: &OccupationCode| {
                let other = self.named(form.value(&elsewhere_field(&choice.point.path, code)))?;
                (other != site_id).then(|| Elsewhere { occupation_code: code.clone(), site_id: other })
            };
            points.push(BatchPoint {
                elsewhere: occupations.iter().filter_map(other).collect(),
                point_path: choice.point.path.clone(),
                point_zh: choice.point.name_zh.clone(),
                point_en: choice.point.name_en.clone(),
                site_id,
            });
        }
        if chosen.is_empty() {
            form.refuse("points", PlanRefused::NoPoint.message());
        }
        points
    }

    fn named(&self, sent: &str) -> Option<SiteId> {
        self.sites.iter().find(|site| site.id.as_str() == sent).map(|site| site.id.clone())
    }
}

fn site_field(point: &OrgPath) -> String {
    format!("site-{point}")
}

fn elsewhere_field(point: &OrgPath, occupation: &OccupationCode) -> String {
    format!("site-{occupation}-{point}")
}

/// The fields as the draft would have been sent.
pub(super) fn fill(plan: &Plan) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for point in &plan.points {
        pairs.push(("points".to_owned(), point.point_path.to_string()));
        pairs.push((site_field(&point.point_path), point.site_id.to_string()));
        for other in &point.elsewhere {
            let field = elsewhere_field(&point.point_path, &other.occupation_code);
            pairs.push((field, other.site_id.to_string()));
        }
    }
    pairs
}

/// Where the people of a point sit, in words: the site, and which occupations sit at another.
pub(super) fn words(plan: &Plan, sites: &[Site], point: &BatchPoint, t: Words) -> String {
    let name = |id: &SiteId| {
        let site = sites.iter().find(|site| site.id == *id);
        site.map_or_else(|| id.to_string(), |site| t.pick(&site.name_zh, &site.name_en).to_owned())
    };
    let other = |one: &Elsewhere| {
        let level = plan.levels.iter().find(|level| level.occupation_code == one.occupation_code);
        let occupation = level.map_or_else(
            || one.occupation_code.to_string(),
            |level| t.pick(&level.occupation_zh, &level.occupation_en).to_owned(),
        );
        format!("{}{}{}", occupation, t.pick("：", ": "), name(&one.site_id))
    };
    let parts = std::iter::once(name(&point.site_id)).chain(point.elsewhere.iter().map(other));
    parts.collect::<Vec<_>>().join(t.pick("；", "; "))
}
