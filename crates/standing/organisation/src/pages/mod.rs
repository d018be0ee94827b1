//! The register of organisations in the browser: the tree, and one organisation.
mod list;
mod show;

use identity::{Action, Duty, Env};
use kernel::OrgPath;
use web::{Cell, Route, get};

use crate::OrganisationKind;

/// Read the registers: organisations, sites.
#[derive(Debug, Clone, Copy)]
pub struct ReadRegisters;

impl Duty for ReadRegisters {
    const ACTION: Action = Action::ReadRegisters;
}

/// Routes of this crate.
#[must_use]
pub fn routes() -> Vec<Route<Env>> {
    vec![get("/organisations", list::show), get("/organisations/{id}", show::show)]
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

/// Key of the name of a kind.
fn kind_word(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Association => "organisation-kind-association",
        OrganisationKind::Enterprise => "organisation-kind-enterprise",
        OrganisationKind::College => "organisation-kind-college",
        OrganisationKind::CityCentre => "organisation-kind-city-centre",
        OrganisationKind::ExamSite => "organisation-kind-exam-site",
        OrganisationKind::RegistrationPoint => "organisation-kind-registration-point",
    }
}

/// Code of a kind in an address.
fn kind_code(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Association => "association",
        OrganisationKind::Enterprise => "enterprise",
        OrganisationKind::College => "college",
        OrganisationKind::CityCentre => "city_centre",
        OrganisationKind::ExamSite => "exam_site",
        OrganisationKind::RegistrationPoint => "registration_point",
    }
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
