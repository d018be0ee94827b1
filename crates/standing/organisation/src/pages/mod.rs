//! The register of organisations in the browser: the tree, one organisation, and the public register of filings.
mod filing;
mod list;
mod show;
mod words;

use ::store::Tx;
use identity::Env;
use kernel::{Day, OrgPath};
use web::{Cell, Route, get};

use crate::store;

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![
        get("/organisations", list::show),
        get("/organisations/{id}", show::show),
        get("/filings", filing::list::show),
        get("/filings/{id}", filing::show::show),
    ]
}

/// Everybody who works here.
const STAFF: &[&str] = &[
    "administrator",
    "security-administrator",
    "province",
    "reviewer",
    "registrar",
    "exam-officer",
    "item-writer",
    "item-reviewer",
    "custodian",
    "invigilator",
    "examiner",
    "panel-member",
    "score-clerk",
    "auditor",
    "manager",
    "filing-officer",
    "assessor",
];

/// Who may use them, written by hand.
pub const PERMISSIONS: &[Cell] = &[
    Cell { method: "GET", path: "/organisations", who: STAFF },
    Cell { method: "GET", path: "/organisations/{id}", who: STAFF },
    Cell { method: "GET", path: "/filings", who: &["anyone"] },
    Cell { method: "GET", path: "/filings/{id}", who: &["anyone"] },
];

/// Whether a path belongs to a tree somebody works in: who holds a city sees the whole association,
/// and nothing of another.
fn is_visible(at: &[OrgPath], path: &OrgPath) -> bool {
    at.iter().any(|held| root_of(held).contains(path))
}

/// The bodies somebody sees: those of the trees in which they work, and those that their authority looks after.
#[derive(Debug, Clone)]
pub struct Seen {
    at: Vec<OrgPath>,
    supervised: Vec<OrgPath>,
}

impl Seen {
    /// From where somebody holds duties, on `day`.
    ///
    /// # Errors
    /// Storage.
    pub async fn from(tx: &mut Tx, at: &[OrgPath], day: Day) -> sqlx::Result<Self> {
        Ok(Self { at: at.to_vec(), supervised: store::supervision::supervised_by(tx, at, day).await? })
    }

    /// Whether the body at this place is among them: of a body that is looked after, it and what stands below.
    #[must_use]
    pub fn has(&self, path: &OrgPath) -> bool {
        is_visible(&self.at, path) || self.supervised.iter().any(|body| body.contains(path))
    }
}

fn root_of(path: &OrgPath) -> OrgPath {
    path.parent().map_or_else(|| path.clone(), |above| root_of(&above))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_works_in_a_tree_sees_that_tree_and_no_other() {
        let path = |text| OrgPath::parse(text).unwrap();
        let city = [path("/demo/nancheng")];
        assert!(is_visible(&city, &path("/demo")) && is_visible(&city, &path("/demo/xicheng/point")));
        assert!(!is_visible(&city, &path("/other")) && !is_visible(&city, &path("/demo2")));
        assert!(!is_visible(&[], &path("/demo")));
    }
}
