//! Keys of the sentences for kinds, standings and groups, and codes of kinds in an address.
use kernel::Day;
use web::{Message, Words};

use crate::{Filing, FilingKind, OrganisationKind, Standing};

/// Key of the name of a kind of body.
pub(super) fn kind(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Authority => "organisation-kind-authority",
        OrganisationKind::Association => "organisation-kind-association",
        OrganisationKind::Enterprise => "organisation-kind-enterprise",
        OrganisationKind::College => "organisation-kind-college",
        OrganisationKind::SpecialAbilityBody => "organisation-kind-special-ability-body",
        OrganisationKind::Subsidiary => "organisation-kind-subsidiary",
        OrganisationKind::LeadingCentre => "organisation-kind-leading-centre",
        OrganisationKind::ManagementCentre => "organisation-kind-management-centre",
        OrganisationKind::CertificationCentre => "organisation-kind-certification-centre",
        OrganisationKind::EvaluationCentre => "organisation-kind-evaluation-centre",
        OrganisationKind::HeadStation => "organisation-kind-head-station",
        OrganisationKind::Base => "organisation-kind-base",
        OrganisationKind::CityCentre => "organisation-kind-city-centre",
        OrganisationKind::ExamSite => "organisation-kind-exam-site",
        OrganisationKind::RegistrationPoint => "organisation-kind-registration-point",
    }
}

/// Code of a kind of body in an address.
pub(super) fn kind_code(kind: OrganisationKind) -> &'static str {
    match kind {
        OrganisationKind::Authority => "authority",
        OrganisationKind::Association => "association",
        OrganisationKind::Enterprise => "enterprise",
        OrganisationKind::College => "college",
        OrganisationKind::SpecialAbilityBody => "special_ability_body",
        OrganisationKind::Subsidiary => "subsidiary",
        OrganisationKind::LeadingCentre => "leading_centre",
        OrganisationKind::ManagementCentre => "management_centre",
        OrganisationKind::CertificationCentre => "certification_centre",
        OrganisationKind::EvaluationCentre => "evaluation_centre",
        OrganisationKind::HeadStation => "head_station",
        OrganisationKind::Base => "base",
        OrganisationKind::CityCentre => "city_centre",
        OrganisationKind::ExamSite => "exam_site",
        OrganisationKind::RegistrationPoint => "registration_point",
    }
}

/// Code of a kind of filing in an address.
pub(super) fn filing_kind_code(kind: FilingKind) -> &'static str {
    match kind {
        FilingKind::Employer => "employer",
        FilingKind::Social => "social",
        FilingKind::School => "school",
        FilingKind::SpecialAbility => "special_ability",
        FilingKind::Station => "station",
    }
}

/// Class of the tag and key of its words.
pub(super) fn standing(standing: Standing) -> (&'static str, &'static str) {
    match standing {
        Standing::NotYet => ("tag wait", "filing-standing-not-yet"),
        Standing::OnTrial => ("tag wait", "filing-standing-on-trial"),
        Standing::InForce => ("tag done", "filing-standing-in-force"),
        Standing::Suspended => ("tag late", "filing-standing-suspended"),
        Standing::Expired => ("tag late", "filing-standing-expired"),
        Standing::Ended => ("tag", "filing-standing-ended"),
    }
}

/// From when until when something holds; rows keep the first day after, people say the last day of it.
pub(super) fn span(from: Day, to: Option<Day>, t: Words) -> String {
    let message = match to {
        Some(to) => {
            Message::new("organisation-filed-between").with("from", from).with("to", to.plus_days(-1))
        }
        None => Message::new("organisation-filed-since").with("from", from),
    };
    t.message(&message)
}

/// When a filing holds.
pub(super) fn validity(filing: &Filing, t: Words) -> String {
    span(filing.valid_from, filing.valid_to, t)
}
