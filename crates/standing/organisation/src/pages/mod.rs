//! The register of organisations in the browser: the tree, one organisation, and the public register of filings.
mod filing;
mod list;
mod show;
mod words;

use identity::{Action, Duty, Env};
use kernel::OrgPath;
use web::{Cell, Route, get};

/// Read the registers: organisations, sites.
#[derive(Debug, Clone, Copy)]
pub struct ReadRegisters;

impl Duty for ReadRegisters {
    const ACTION: Action = Action::ReadRegisters;
}

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
#[must_use]
pub fn is_visible(at: &[OrgPath], path: &OrgPath) -> bool {
    at.iter().any(|held| root_of(held).contains(path))
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
