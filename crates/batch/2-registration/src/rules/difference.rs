//! What a roster would change in applications that stand, field by field, and the fingerprint of what
//! a row would write: whoever confirms confirms what they saw.
use kernel::{Day, LevelCode, OrgPath};
use person::Person;

use super::{
    draft::{Draft, Scope},
    roster::{Known, Register, RowOutcome},
    template::{Cell, Field},
};
use crate::{Application, ExamKind, Opened};

/// One field that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Row of the sheet.
    pub row: usize,
    /// Name of the person.
    pub name: String,
    /// Which field.
    pub field: Field,
    /// What is kept; none where the reader may not see it.
    pub before: Option<String>,
    /// What would stand there.
    pub after: String,
}

/// What is kept of a person beside one application may have been given elsewhere: that it changes is
/// said, what it was is not. The page of an application does not show it either.
const NOT_SHOWN: [Field; 6] =
    [Field::Ethnicity, Field::Address, Field::Postcode, Field::Email, Field::Household, Field::Affiliation];

/// Every field that would change, in the order of the sheet.
#[must_use]
pub fn changes(outcomes: &[(usize, RowOutcome)], known: &Register, scope: &Scope) -> Vec<Change> {
    let mut changes = Vec::new();
    for (row, outcome) in outcomes {
        let RowOutcome::Changed(draft, application, _) = outcome else { continue };
        let Some(known) = known.people.get(&draft.document) else { continue };
        let Some((_, opened)) = known.applications.iter().find(|(one, _)| one.id == application.id) else {
            continue;
        };
        let person = &known.person;
        let fields =
            of_application(draft, application, opened, scope).into_iter().chain(of_person(draft, person));
        let change = |(field, before, after): (Field, String, String)| Change {
            row: *row,
            name: person.name.clone(),
            field,
            before: Some(before).filter(|before| before.is_empty() || !NOT_SHOWN.contains(&field)),
            after,
        };
        changes.extend(fields.filter(|(_, before, after)| before != after).map(change));
    }
    changes
}

type Compared = (Field, String, String);

fn of_application(draft: &Draft, known: &Application, opened: &Opened, scope: &Scope) -> Vec<Compared> {
    let facts = &draft.facts;
    let given = |text: &Option<String>| text.clone().unwrap_or_default();
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let years = |years: Option<i64>| years.map(|years| years.to_string()).unwrap_or_default();
    let level = |code: &Option<LevelCode>| {
        let named = scope.levels.iter().find(|(_, known)| Some(known) == code.as_ref());
        named.map(|(name, _)| name.clone()).unwrap_or_default()
    };
    let point = |path: &OrgPath| {
        let named = scope.points.iter().find(|(_, known)| known == path);
        named.map_or_else(|| path.to_string(), |(name, _)| name.clone())
    };
    let kind = |kind: ExamKind| if kind == ExamKind::Retake { "补考" } else { "正考" }.to_owned();
    let (was, will) = (&opened.particulars, &draft.particulars);
    vec![
        (Field::Serial, known.serial.to_string(), draft.serial.to_string()),
        (Field::Clause, known.clause_text.clone(), draft.clause_text.clone()),
        (Field::Point, point(&known.point_path), point(&draft.point_path)),
        (Field::ExamKind, kind(known.exam_kind), kind(draft.exam_kind)),
        (Field::PriorLevel, level(&known.prior_level), level(&facts.prior_level)),
        (Field::PriorCertificate, opened.prior_certificate.clone(), given(&facts.prior_certificate_no)),
        (Field::PriorIssuedOn, day(known.prior_issued_on), day(facts.prior_issued_on)),
        (Field::WorkStartedOn, day(known.work_started_on), day(facts.work_started_on)),
        (Field::WorkYears, years(known.work_years_stated), years(facts.work_years_stated)),
        (Field::Education, known.education.clone(), given(&facts.education)),
        (Field::Major, known.major.clone(), given(&facts.major)),
        (Field::Diploma, opened.diploma.clone(), given(&facts.diploma_no)),
        (Field::Source, known.source.clone(), draft.source.clone()),
        (Field::Region, was.region.clone(), will.region.clone()),
        (Field::Category, was.category.clone(), will.category.clone()),
        (Field::Experience, was.experience.clone(), will.experience.clone()),
        (Field::Collection, was.collection.clone(), will.collection.clone()),
        (Field::MailAddress, was.mail_address.clone(), will.mail_address.clone()),
    ]
}

fn of_person(draft: &Draft, person: &Person) -> Vec<Compared> {
    let (was, will) = (&person.detail, &draft.detail);
    vec![
        (Field::Phone, person.phone.clone(), draft.phone.to_string()),
        (Field::Employer, was.employer.clone(), will.employer.clone()),
        (Field::Ethnicity, was.ethnicity.clone(), will.ethnicity.clone()),
        (Field::Address, was.address.clone(), will.address.clone()),
        (Field::Postcode, was.postcode.clone(), will.postcode.clone()),
        (Field::Email, was.email.clone(), will.email.clone()),
        (Field::Household, was.household.clone(), will.household.clone()),
        (Field::Affiliation, was.affiliation.clone(), will.affiliation.clone()),
    ]
}

/// All that taking one row in would write and what it was worked out from: the version of the
/// application it changes and the person as kept. It holds personal data; a keyed digest of it is kept.
#[must_use]
pub fn fingerprint(cells: &[Cell], outcome: &RowOutcome, known: &Register) -> String {
    let mut text: String = cells.iter().map(|cell| format!("{}\u{1f}", cell.text)).collect();
    let of = |draft: &Draft| kept(known.people.get(&draft.document));
    text.push_str(&match outcome {
        RowOutcome::New(draft) => format!("new {}", of(draft)),
        RowOutcome::Unchanged => "unchanged".to_owned(),
        RowOutcome::Changed(draft, application, fields) => {
            format!("changed {} {} {} {}", application.id, application.version, fields.join(","), of(draft))
        }
        RowOutcome::Refused(mistakes) => format!("refused {}", mistakes.len()),
    });
    text
}

fn kept(known: Option<&Known>) -> String {
    known.map_or_else(
        || "nobody".to_owned(),
        |Known { person, .. }| format!("{} {} {} {:?}", person.id, person.name, person.phone, person.detail),
    )
}
