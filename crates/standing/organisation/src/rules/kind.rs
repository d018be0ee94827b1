//! What a body is, and what may stand under it.
use serde::{Deserialize, Serialize};

/// What a body of the tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrganisationKind {
    /// A department or a guidance centre (人社部门、职业技能鉴定中心): supervises, and stands in no evaluator's tree.
    Authority,
    /// A social evaluation organisation (社会培训评价组织), as a province's association.
    Association,
    /// An enterprise that evaluates its own people (用人单位).
    Enterprise,
    /// A skilled-worker school or college (技工院校, 院校).
    College,
    /// A body that assesses special abilities (专项职业能力考核机构).
    SpecialAbilityBody,
    /// An enterprise under another (子公司).
    Subsidiary,
    /// The office that leads a body's evaluation (领导中心).
    LeadingCentre,
    /// The office that manages it (管理中心).
    ManagementCentre,
    /// The office that carries it out for its occupations (认定中心).
    CertificationCentre,
    /// The head office of a network of stations (评价中心).
    EvaluationCentre,
    /// A head station of such a network (评价总站).
    HeadStation,
    /// A base of such a network (评价基地), on trial or confirmed.
    Base,
    /// The office of a city (认定中心).
    CityCentre,
    /// A site where people are examined (考点).
    ExamSite,
    /// A point where people register (报名点).
    RegistrationPoint,
}

/// What kinds have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Nature {
    Authority,
    Evaluator,
    Office,
    Place,
}

impl OrganisationKind {
    /// Every kind, in the order in which people choose.
    pub const ALL: [Self; 15] = [
        Self::Authority,
        Self::Association,
        Self::Enterprise,
        Self::College,
        Self::SpecialAbilityBody,
        Self::Subsidiary,
        Self::LeadingCentre,
        Self::ManagementCentre,
        Self::CertificationCentre,
        Self::EvaluationCentre,
        Self::HeadStation,
        Self::Base,
        Self::CityCentre,
        Self::ExamSite,
        Self::RegistrationPoint,
    ];

    fn nature(self) -> Nature {
        match self {
            Self::Authority => Nature::Authority,
            Self::Association | Self::Enterprise | Self::College | Self::SpecialAbilityBody => {
                Nature::Evaluator
            }
            Self::Subsidiary
            | Self::LeadingCentre
            | Self::ManagementCentre
            | Self::CertificationCentre
            | Self::EvaluationCentre
            | Self::HeadStation
            | Self::Base
            | Self::CityCentre => Nature::Office,
            Self::ExamSite | Self::RegistrationPoint => Nature::Place,
        }
    }

    /// Whether a body of this kind may stand under one of kind `above`, or at the root where that is none:
    /// authorities have a tree of their own, an office or a place belongs to a body that evaluates, and nothing
    /// stands under a place. How deep a tree goes is nobody's business.
    #[must_use]
    pub fn may_stand_under(self, above: Option<Self>) -> bool {
        match (self.nature(), above.map(Self::nature)) {
            (Nature::Authority, above) => matches!(above, None | Some(Nature::Authority)),
            (Nature::Evaluator, above) => {
                matches!(above, None | Some(Nature::Evaluator | Nature::Office))
            }
            (Nature::Office | Nature::Place, above) => {
                matches!(above, Some(Nature::Evaluator | Nature::Office))
            }
        }
    }

    /// Whether people register there, so that a plan may name it as a point.
    #[must_use]
    pub fn registers_people(self) -> bool {
        matches!(self, Self::RegistrationPoint | Self::HeadStation)
    }

    /// Whether people are examined there, so that it may serve a point.
    #[must_use]
    pub fn examines_people(self) -> bool {
        matches!(self, Self::ExamSite | Self::Base)
    }

    /// Whether it evaluates only within an authorisation of the network it belongs to (授权范围).
    ///
    /// Source: 「在授权范围内履行职责」, of the stations and bases of a federation.
    #[must_use]
    pub fn is_of_a_network(self) -> bool {
        matches!(self, Self::HeadStation | Self::Base)
    }
}

#[cfg(test)]
mod tests {
    use super::OrganisationKind::{
        Association, Authority, Base, CertificationCentre, College, Enterprise, EvaluationCentre, ExamSite,
        HeadStation, RegistrationPoint, Subsidiary,
    };

    #[test]
    fn a_tree_of_any_depth_and_the_authorities_beside_it() {
        let network = [None, Some(Association), Some(EvaluationCentre), Some(HeadStation), Some(Base)];
        let kinds = [Association, EvaluationCentre, HeadStation, Base, ExamSite];
        for (kind, above) in kinds.into_iter().zip(network) {
            assert!(kind.may_stand_under(above), "{kind:?} under {above:?}");
        }
        let group = [
            (Subsidiary, Some(Enterprise)),
            (Subsidiary, Some(Subsidiary)),
            (RegistrationPoint, Some(Subsidiary)),
        ];
        assert!(group.iter().all(|(kind, above)| kind.may_stand_under(*above)));
        assert!(CertificationCentre.may_stand_under(Some(College)));
        assert!(Authority.may_stand_under(None) && Authority.may_stand_under(Some(Authority)));
        for (kind, above) in [
            (Authority, Some(Association)),
            (Association, Some(Authority)),
            (HeadStation, None),
            (ExamSite, None),
            (Base, Some(ExamSite)),
            (ExamSite, Some(Authority)),
            (Enterprise, Some(RegistrationPoint)),
        ] {
            assert!(!kind.may_stand_under(above), "{kind:?} under {above:?}");
        }
        testkit::proves!("S0-02", "authorities have a tree of their own and stand in no evaluator's");
        testkit::proves!("S1-01", "centre, head station, base and site stand under one another to any depth");
        testkit::proves!("S2-09", "a college's centres stand under it");
    }
}
