//! In whose right a body evaluates: it loads what stands above, and asks the rule.
use ::store::Tx;
use kernel::{Day, LevelCode, OccupationCode, OrgPath};

use crate::{
    FilingKind, Held, Organisation, OutOfScope,
    rules::scope::{Step, filing_for},
    store,
};

/// A body with everything above it, and what all of them hold; asked about as often as needed.
#[derive(Debug, Clone)]
pub struct Evaluator {
    /// The body first, its root last.
    above: Vec<Organisation>,
    held: Vec<Held>,
}

impl Evaluator {
    /// Loads the body at `path`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load(tx: &mut Tx, path: &OrgPath) -> sqlx::Result<Self> {
        Ok(Self::load_all(tx, &[path]).await?.pop().unwrap_or(Self { above: vec![], held: vec![] }))
    }

    /// Loads the bodies at these places, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn load_all(tx: &mut Tx, paths: &[&OrgPath]) -> sqlx::Result<Vec<Self>> {
        let ways: Vec<Vec<OrgPath>> = paths.iter().map(|path| way_up(path)).collect();
        let mut places: Vec<OrgPath> = ways.iter().flatten().cloned().collect();
        places.sort_unstable();
        places.dedup();
        let bodies = store::by_paths(tx, &places.iter().collect::<Vec<_>>()).await?;
        let held = store::filing::held_at(tx, &places).await?;
        let body = |path: &OrgPath| bodies.iter().find(|one| one.path == *path).cloned();
        let of = |way: &Vec<OrgPath>| Self {
            above: way.iter().filter_map(body).collect(),
            held: held.iter().filter(|one| way.contains(&one.path)).cloned().collect(),
        };
        Ok(ways.iter().map(of).collect())
    }

    /// The filing under which it evaluates this occupation at this level on `day`.
    ///
    /// # Errors
    /// [`OutOfScope`].
    pub fn filing_for(
        &self,
        occupation: &OccupationCode,
        level: &LevelCode,
        day: Day,
    ) -> Result<&Held, OutOfScope> {
        let way: Vec<Step> =
            self.above.iter().map(|one| Step { path: one.path.clone(), kind: one.kind }).collect();
        filing_for(&way, &self.held, (occupation, level), day)
    }

    /// The body of this path among it and those above.
    #[must_use]
    pub fn body(&self, path: &OrgPath) -> Option<&Organisation> {
        self.above.iter().find(|one| one.path == *path)
    }

    /// What the body at this place holds itself.
    #[must_use]
    pub fn held_by(&self, path: &OrgPath) -> Vec<Held> {
        self.held.iter().filter(|one| one.path == *path).cloned().collect()
    }

    /// The nearest body, from itself up, whose filing stands on `day` and gives certificates their numbers.
    #[must_use]
    pub fn issuer(&self, day: Day) -> Option<(&Organisation, &Held)> {
        self.above.iter().find_map(|body| {
            let issues = |one: &&Held| {
                one.path == body.path
                    && one.filing.kind != FilingKind::Station
                    && one.filing.site_code.is_some()
                    && one.filing.standing(&one.suspensions, day).may_evaluate()
            };
            self.held.iter().find(issues).map(|held| (body, held))
        })
    }
}

/// A place and every place above it.
fn way_up(path: &OrgPath) -> Vec<OrgPath> {
    std::iter::successors(Some(path.clone()), OrgPath::parent).collect()
}
