//! What an organisation is and which rows make sense. Pure.
pub mod filing;
pub mod kind;
pub mod scope;

use kernel::OrgPath;
use serde::{Deserialize, Serialize};

use self::kind::OrganisationKind;
use crate::OrganisationId;

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
    /// The body that usually seats the people who register here.
    pub served_by_id: Option<OrganisationId>,
    /// Where the row comes from.
    pub source: String,
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
    /// A body of its kind does not stand there.
    #[error(
        "authorities stand under authorities, offices and places under a body that evaluates, and nothing under a \
         place (机构类型不能设在该上级之下)"
    )]
    OutOfPlace,
    /// Only where people register is served, and only by where people are examined.
    #[error("only where people register is served, and only by an exam site or a base")]
    NotServed,
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
    if !row.kind.may_stand_under(parent.map(|parent| parent.kind)) {
        return Err(OrganisationRefused::OutOfPlace);
    }
    if site.is_some_and(|site| !row.kind.registers_people() || !site.kind.examines_people()) {
        return Err(OrganisationRefused::NotServed);
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
            served_by_id: None,
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
        let under_point = row("/demo/nancheng/point/x", OrganisationKind::ExamSite);
        assert_eq!(check(&under_point, Some(&point), None), Err(OrganisationRefused::OutOfPlace));
    }

    #[test]
    fn only_where_people_register_is_served_and_only_by_where_they_are_examined() {
        let city = row("/demo/nancheng", OrganisationKind::CityCentre);
        let point = row("/demo/nancheng/point", OrganisationKind::RegistrationPoint);
        let site = row("/demo/nancheng/site", OrganisationKind::ExamSite);
        assert_eq!(check(&point, Some(&city), Some(&site)), Ok(()));
        let refused = Err(OrganisationRefused::NotServed);
        assert_eq!(check(&point, Some(&city), Some(&city)), refused);
        assert_eq!(check(&site, Some(&city), Some(&site)), refused);
        let root = row("/f", OrganisationKind::Association);
        let station = row("/f/s", OrganisationKind::HeadStation);
        let base = row("/f/b", OrganisationKind::Base);
        assert_eq!(check(&station, Some(&root), Some(&base)), Ok(()));
    }
}
