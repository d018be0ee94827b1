//! What an organisation is and which rows make sense. Pure.
use kernel::{Day, OrgPath, SiteCode};
use serde::{Deserialize, Serialize};

use crate::OrganisationId;

/// What an organisation does in an evaluation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganisationKind {
    /// A filed social evaluation organisation (社会培训评价组织), as a province's association.
    Association,
    /// A filed enterprise that evaluates its own people (用人单位).
    Enterprise,
    /// A filed college.
    College,
    /// The office of a city (认定中心).
    CityCentre,
    /// A site where people are examined (考点).
    ExamSite,
    /// A point where people register (报名点).
    RegistrationPoint,
}

impl OrganisationKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [
        Self::Association,
        Self::Enterprise,
        Self::College,
        Self::CityCentre,
        Self::ExamSite,
        Self::RegistrationPoint,
    ];
}

/// One node of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its place in the tree.
    pub path: OrgPath,
    /// The organisation above it; none for a root.
    pub parent_id: Option<OrganisationId>,
    /// What it does.
    pub kind: OrganisationKind,
    /// Chinese name, as filed.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The first 13 characters of the certificate numbers it issues; none when it issues none.
    pub site_code: Option<SiteCode>,
    /// The exam site that usually seats the people of this registration point.
    pub served_by_id: Option<OrganisationId>,
    /// First day its filing (备案) holds.
    pub filed_from: Option<Day>,
    /// First day its filing no longer holds; none while it stands.
    pub filed_to: Option<Day>,
    /// The paper the filing stands on.
    pub filing_document: String,
    /// Where the row comes from.
    pub source: String,
}

impl Organisation {
    /// Whether its filing holds on `day`, so that it may evaluate and issue.
    #[must_use]
    pub fn is_filed(&self, day: Day) -> bool {
        self.filed_from.is_some_and(|from| from <= day) && self.filed_to.is_none_or(|to| day < to)
    }
}

/// Why an organisation cannot stand where it is put.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrganisationRefused {
    /// The path says one place and the parent another.
    #[error("{path} does not lie directly under {parent}")]
    NotUnderParent {
        /// Its path.
        path: OrgPath,
        /// The path of its parent, or `nothing`.
        parent: String,
    },
    /// Only registration points are served by a site, and only by a site.
    #[error("only a registration point is served, and only by an exam site")]
    NotServed,
    /// Certificate numbers are only for filed organisations.
    #[error("a site code belongs to a filed organisation")]
    NotFiled,
}

/// Whether `row` may stand under `parent` and be served by `site`.
///
/// # Errors
/// [`OrganisationRefused`].
pub fn check(
    row: &Organisation,
    parent: Option<&Organisation>,
    site: Option<&Organisation>,
) -> Result<(), OrganisationRefused> {
    let above = parent.map(|parent| &parent.path);
    if row.path.parent().as_ref() != above {
        return Err(OrganisationRefused::NotUnderParent {
            path: row.path.clone(),
            parent: above.map_or_else(|| "nothing".to_owned(), ToString::to_string),
        });
    }
    let point = row.kind == OrganisationKind::RegistrationPoint;
    if site.is_some_and(|site| !point || site.kind != OrganisationKind::ExamSite) {
        return Err(OrganisationRefused::NotServed);
    }
    if row.site_code.is_some() && row.filed_from.is_none() {
        return Err(OrganisationRefused::NotFiled);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(path: &str, kind: OrganisationKind) -> Organisation {
        Organisation {
            id: path.into(),
            path: OrgPath::parse(path).unwrap(),
            parent_id: None,
            kind,
            name_zh: String::new(),
            name_en: String::new(),
            site_code: None,
            served_by_id: None,
            filed_from: None,
            filed_to: None,
            filing_document: String::new(),
            source: String::new(),
        }
    }

    #[test]
    fn an_organisation_stands_directly_under_its_parent() {
        let root = row("/demo", OrganisationKind::Association);
        let city = row("/demo/nancheng", OrganisationKind::CityCentre);
        let point = row("/demo/nancheng/point", OrganisationKind::RegistrationPoint);
        assert_eq!(check(&root, None, None), Ok(()));
        assert_eq!(check(&city, Some(&root), None), Ok(()));
        let refused = |path: &Organisation, parent: &str| OrganisationRefused::NotUnderParent {
            path: path.path.clone(),
            parent: parent.to_owned(),
        };
        assert_eq!(check(&point, Some(&root), None), Err(refused(&point, "/demo")));
        assert_eq!(check(&city, None, None), Err(refused(&city, "nothing")));
        assert_eq!(check(&root, Some(&city), None), Err(refused(&root, "/demo/nancheng")));
    }

    #[test]
    fn only_registration_points_are_served_and_only_by_sites() {
        let city = row("/demo/nancheng", OrganisationKind::CityCentre);
        let point = row("/demo/nancheng/point", OrganisationKind::RegistrationPoint);
        let site = row("/demo/nancheng/site", OrganisationKind::ExamSite);
        assert_eq!(check(&point, Some(&city), Some(&site)), Ok(()));
        let refused = Err(OrganisationRefused::NotServed);
        assert_eq!(check(&point, Some(&city), Some(&city)), refused);
        assert_eq!(check(&site, Some(&city), Some(&site)), refused);
    }

    #[test]
    fn a_site_code_needs_a_filing_and_a_filing_has_days() {
        let day = |text| Day::parse(text).unwrap();
        let code = SiteCode::parse("S000099000001").unwrap();
        let mut filed = row("/demo", OrganisationKind::Association);
        filed.site_code = Some(code);
        assert_eq!(check(&filed, None, None), Err(OrganisationRefused::NotFiled));
        filed.filed_from = Some(day("2020-12-01"));
        assert_eq!(check(&filed, None, None), Ok(()));
        filed.filed_to = Some(day("2023-12-01"));
        let days = ["2020-11-30", "2020-12-01", "2023-11-30", "2023-12-01"];
        assert_eq!(days.map(|text| filed.is_filed(day(text))), [false, true, true, false]);
    }
}
