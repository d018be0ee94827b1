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
    /// A filed skilled-worker school or college (技工院校, 院校).
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

    /// Whether a body of this kind may hold a filing (备案), and so evaluate in its own name.
    ///
    /// Source: 「经人力资源社会保障部门备案的社评组织、技工院校以及企业」; 用人单位, 院校评价机构 and 社会培训评价组织 are also
    /// the three kinds of a provincial list (Qinghai, 2025-07-25,
    /// <http://www.qhosta.com/ncms/article_f4f85f493f51cf410ec8078d15a589a8.shtml>).
    #[must_use]
    pub fn may_be_filed(self) -> bool {
        match self {
            Self::Association | Self::Enterprise | Self::College => true,
            Self::CityCentre | Self::ExamSite | Self::RegistrationPoint => false,
        }
    }
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
    /// Whether its filing holds on `day`, so that it may evaluate and issue. A filing on a body that may
    /// hold none never does.
    #[must_use]
    pub fn is_filed(&self, day: Day) -> bool {
        self.kind.may_be_filed()
            && self.filed_from.is_some_and(|from| from <= day)
            && self.filed_to.is_none_or(|to| day < to)
    }

    /// Whether a filing stands on a body that may hold none.
    #[must_use]
    pub fn is_filed_wrongly(&self) -> bool {
        let is_filed = self.filed_from.is_some() || self.filed_to.is_some() || self.site_code.is_some();
        is_filed && !self.kind.may_be_filed()
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
    /// Only three kinds of body evaluate in their own name.
    #[error(
        "only a social evaluation organisation, a skilled-worker school or an enterprise may hold a filing \
         (备案的只能是社会培训评价组织、技工院校或企业)"
    )]
    NotAnEvaluator,
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
    if row.is_filed_wrongly() {
        return Err(OrganisationRefused::NotAnEvaluator);
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
    fn only_an_evaluator_holds_a_filing() {
        let from = Day::parse("2020-12-01").unwrap();
        let root = row("/demo", OrganisationKind::Association);
        let filed = |kind| Organisation { filed_from: Some(from), ..row("/demo/one", kind) };
        let checked = OrganisationKind::ALL.map(|kind| (kind, check(&filed(kind), Some(&root), None)));
        let refused = Err(OrganisationRefused::NotAnEvaluator);
        let expected = [
            (OrganisationKind::Association, Ok(())),
            (OrganisationKind::Enterprise, Ok(())),
            (OrganisationKind::College, Ok(())),
            (OrganisationKind::CityCentre, refused.clone()),
            (OrganisationKind::ExamSite, refused.clone()),
            (OrganisationKind::RegistrationPoint, refused.clone()),
        ];
        assert_eq!(checked, expected);
        let is_filed = OrganisationKind::ALL.map(|kind| filed(kind).is_filed(from));
        assert_eq!(is_filed, [true, true, true, false, false, false], "a wrong row does not evaluate either");
        let mut coded = row("/demo/one", OrganisationKind::ExamSite);
        coded.site_code = Some(SiteCode::parse("S000099000001").unwrap());
        assert_eq!(check(&coded, Some(&root), None), refused, "the code of certificates is part of a filing");
        testkit::proves!(
            "S2-28",
            "only a social evaluation organisation, a skilled-worker school or an enterprise may hold a filing; on \
             any other body it is refused and never holds"
        );
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
