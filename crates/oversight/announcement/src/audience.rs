//! Reading who could be written to, and naming the audiences.
use std::collections::HashMap;

use ::store::Tx;
use kernel::BatchCode;
use venue::{Site, SiteId};
use web::Words;

use crate::rules::{Audience, People};

/// Everybody of a batch who could be written to, and the audiences there are.
pub(crate) struct Reach {
    pub people: People,
    pub sites: Vec<Site>,
}

impl Reach {
    /// Reads both. Sites can be told apart only when every one of them is confirmed: before, somebody may
    /// still be moved.
    pub async fn read(tx: &mut Tx, batch: &BatchCode) -> sqlx::Result<Self> {
        let mut seated: HashMap<String, Vec<SiteId>> = HashMap::new();
        let mut sites = Vec::new();
        if arrangement::is_confirmed(tx, batch).await? {
            for (application, site) in arrangement::seated_at(tx, batch).await? {
                seated.entry(application).or_default().push(site);
            }
            let known = venue::sites(tx).await?;
            let mut known: HashMap<SiteId, Site> =
                known.into_iter().map(|site| (site.id.clone(), site)).collect();
            let of_batch = arrangement::site_plans(tx, batch).await?;
            sites.extend(of_batch.iter().filter_map(|plan| known.remove(&plan.site_id)));
        }
        Ok(Self { people: People { applied: admission::applied(tx, batch).await?, seated }, sites })
    }

    /// The audiences there are, in the order of the form.
    pub fn audiences(&self) -> impl Iterator<Item = Audience> {
        let sites = self.sites.iter().map(|site| Audience::Site(site.id.clone()));
        Audience::OF_EVERY_BATCH.into_iter().chain(sites)
    }

    /// How many people an audience has now.
    pub fn count(&self, audience: &Audience) -> usize {
        self.people.of(audience).len()
    }
}

/// An audience in words; `sites` are those that may be named.
pub(crate) fn words(t: Words, audience: &Audience, sites: &[Site]) -> String {
    match audience.site() {
        None => t.s(&format!("announcement-to-{}", audience.code())),
        Some(id) => {
            let site = sites.iter().find(|site| site.id == *id);
            let name = site.map_or("", |site| t.pick(site.name_zh.as_str(), site.name_en.as_str()));
            t.a("announcement-to-site", name)
        }
    }
}
