//! An application as stated, before it is written: one reading for rosters and for the form.
use kernel::{Day, DocumentNumber, LevelCode, OccupationCode, OrgPath, PersonName, Phone, Sex};
use person::{Detail, Person};
use scheme::{Facts, clause_named};

pub use super::scope::{Offer, Scope};
use super::{
    template::{Beside, Cell, Column, Field, Template, Value},
    trouble::Trouble,
};
use crate::{Application, ExamKind, Opened, Particulars};

/// Everything an applicant states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// 序号; the next of the book when nobody gave one.
    pub serial: i64,
    /// Name.
    pub name: PersonName,
    /// The document they prove themselves by.
    pub document: DocumentNumber,
    /// Mobile phone.
    pub phone: Phone,
    /// What else is kept of the person.
    pub detail: Detail,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Clause as the standard numbers it.
    pub clause_number: String,
    /// Clause as the form words it.
    pub clause_text: String,
    /// Registration point.
    pub point_path: OrgPath,
    /// First examination or retake.
    pub exam_kind: ExamKind,
    /// What clauses are held against.
    pub facts: Facts,
    /// 考生来源.
    pub source: String,
    /// What else is sealed in the application.
    pub particulars: Particulars,
}

/// A field that is wrong, and why.
pub type Wrong = (Field, Trouble);

/// Reads an application from cells, wherever they stand.
///
/// # Errors
/// Everything that is wrong, in the order of the template.
pub fn read<'c>(
    template: &'c Template,
    scope: &Scope,
    cell: impl Fn(Field) -> &'c Cell,
) -> Result<Draft, Vec<Wrong>> {
    let mut reader = Reader { values: Vec::new(), wrong: Vec::new() };
    for column in &template.columns {
        match column.read(cell(column.field), beside(template, scope, &cell, column)) {
            Ok(Some(value)) => reader.values.push((column.field, value)),
            Ok(None) => {}
            Err(trouble) => reader.wrong.push((column.field, trouble)),
        }
    }
    let draft = reader.draft(scope);
    match draft {
        Some(draft) if reader.wrong.is_empty() => Ok(draft),
        Some(_) | None => {
            let place = |wrong: &Wrong| template.columns.iter().position(|column| column.field == wrong.0);
            reader.wrong.sort_by_key(place);
            Err(reader.wrong)
        }
    }
}

/// What a cell is read beside.
fn beside<'c>(
    template: &'c Template,
    scope: &Scope,
    cell: &impl Fn(Field) -> &'c Cell,
    column: &Column,
) -> Beside<'c> {
    let word = |field| template.word(field, &cell(field).text);
    Beside {
        condition: column.only_if.as_ref().map_or("", |(field, _)| word(*field)),
        document_kind: word(Field::DocumentKind),
        latest: scope.latest,
    }
}

/// Fields clauses are held against.
const FACTS: [Field; 10] = [
    Field::Document,
    Field::BornOn,
    Field::PriorLevel,
    Field::PriorCertificate,
    Field::PriorIssuedOn,
    Field::WorkStartedOn,
    Field::WorkYears,
    Field::Education,
    Field::Major,
    Field::Diploma,
];

/// Reads only what clauses are held against, as far as it was given: for "may I apply?" before the
/// form is complete.
///
/// # Errors
/// What was given and cannot be read.
pub fn read_facts<'c>(
    template: &'c Template,
    scope: &Scope,
    cell: impl Fn(Field) -> &'c Cell,
) -> Result<Facts, Vec<Wrong>> {
    let mut reader = Reader { values: Vec::new(), wrong: Vec::new() };
    for column in template.columns.iter().filter(|column| FACTS.contains(&column.field)) {
        match column.read(cell(column.field), beside(template, scope, &cell, column)) {
            Ok(Some(value)) => reader.values.push((column.field, value)),
            Ok(None) | Err(Trouble::Empty) => {}
            Err(trouble) => reader.wrong.push((column.field, trouble)),
        }
    }
    let facts = reader.facts(scope);
    if reader.wrong.is_empty() { Ok(facts) } else { Err(reader.wrong) }
}

struct Reader {
    values: Vec<(Field, Value)>,
    wrong: Vec<Wrong>,
}

impl Reader {
    fn value(&self, field: Field) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, value)| value)
    }

    fn text(&self, field: Field) -> String {
        match self.value(field) {
            Some(Value::Text(text)) => text.clone(),
            Some(
                Value::Number(_)
                | Value::Day(_)
                | Value::Name(_)
                | Value::Document(_)
                | Value::Phone(_)
                | Value::Score(_),
            )
            | None => String::new(),
        }
    }

    fn day(&self, field: Field) -> Option<Day> {
        if let Some(Value::Day(day)) = self.value(field) { Some(*day) } else { None }
    }

    fn number(&self, field: Field) -> Option<i64> {
        if let Some(Value::Number(number)) = self.value(field) { Some(*number) } else { None }
    }

    fn refuse(&mut self, field: Field, trouble: Trouble) {
        // An empty or unreadable cell has its sentence already.
        if self.value(field).is_some() {
            self.wrong.push((field, trouble));
        }
    }

    /// Puts the values together; `None` when one that cannot be missing is.
    fn draft(&mut self, scope: &Scope) -> Option<Draft> {
        let document =
            if let Some(Value::Document(id)) = self.value(Field::Document) { Some(id.clone()) } else { None };
        let name =
            if let Some(Value::Name(name)) = self.value(Field::Name) { Some(name.clone()) } else { None };
        let phone =
            if let Some(Value::Phone(phone)) = self.value(Field::Phone) { Some(phone.clone()) } else { None };
        if let Some(document) = &document {
            self.compare_with_document(document);
        }
        let clause = self.clause(scope);
        let point_path = self.point(scope);
        let facts = self.facts(scope);
        let (offer, clause_number) = clause?;
        Some(Draft {
            serial: self.number(Field::Serial)?,
            name: name?,
            document: document?,
            phone: phone?,
            detail: self.detail(),
            occupation_code: offer.occupation_code.clone(),
            level_code: offer.level_code.clone(),
            clause_number,
            clause_text: self.text(Field::Clause),
            point_path: point_path?,
            exam_kind: if self.text(Field::ExamKind) == "补考" {
                ExamKind::Retake
            } else {
                ExamKind::First
            },
            facts,
            source: self.text(Field::Source),
            particulars: self.particulars(),
        })
    }

    fn compare_with_document(&mut self, document: &DocumentNumber) {
        let stated = self.day(Field::BornOn);
        match document.birth_day() {
            Some(born) if stated.is_some_and(|day| day != born) => {
                self.refuse(Field::BornOn, Trouble::BirthDisagrees(born));
            }
            // What the number does not tell has to be stated; a day that cannot be read has its sentence.
            None if stated.is_none() && !self.wrong.iter().any(|(field, _)| *field == Field::BornOn) => {
                self.wrong.push((Field::BornOn, Trouble::BirthNeeded));
            }
            Some(_) | None => {}
        }
        let sex = match document.sex() {
            Some(Sex::Male) => "男",
            Some(Sex::Female) => "女",
            None => return,
        };
        if self.value(Field::Sex).is_some() && self.text(Field::Sex) != sex {
            self.refuse(Field::Sex, Trouble::SexDisagrees(sex));
        }
    }

    /// Occupation, level and clause hang together: the first that is not offered is refused.
    fn clause<'s>(&mut self, scope: &'s Scope) -> Option<(&'s Offer, String)> {
        let occupation = self.text(Field::Occupation);
        let of_occupation: Vec<&Offer> =
            scope.offers.iter().filter(|o| o.occupation_zh == occupation).collect();
        if of_occupation.is_empty() {
            let mut offered: Vec<&str> =
                scope.offers.iter().map(|offer| offer.occupation_zh.as_str()).collect();
            offered.dedup();
            self.refuse(Field::Occupation, Trouble::OccupationNotOffered(offered.join("、")));
            return None;
        }
        let level = self.text(Field::Level);
        let Some(offer) = of_occupation.iter().find(|offer| offer.level_zh == level) else {
            let offered: Vec<&str> = of_occupation.iter().map(|offer| offer.level_zh.as_str()).collect();
            self.refuse(Field::Level, Trouble::LevelNotOffered(offered.join("、")));
            return None;
        };
        let Some(clause) = clause_named(&offer.clauses, &self.text(Field::Clause)) else {
            let known: Vec<&str> = offer.clauses.iter().map(|clause| clause.number.as_str()).collect();
            self.refuse(Field::Clause, Trouble::UnknownClause(known.join("、")));
            return None;
        };
        Some((offer, clause.number.clone()))
    }

    fn point(&mut self, scope: &Scope) -> Option<OrgPath> {
        let name = self.text(Field::Point);
        let Some((_, path)) = scope.points.iter().find(|(known, _)| *known == name) else {
            self.refuse(Field::Point, Trouble::UnknownPoint);
            return None;
        };
        if !scope.reaches(path) {
            self.refuse(Field::Point, Trouble::PointOfOthers);
        }
        Some(path.clone())
    }

    fn prior_level(&mut self, scope: &Scope) -> Option<LevelCode> {
        let name = self.text(Field::PriorLevel);
        let found = scope.levels.iter().find(|(known, _)| *known == name).map(|(_, code)| code.clone());
        if found.is_none() {
            let offered: Vec<&str> = scope.levels.iter().map(|(name, _)| name.as_str()).collect();
            self.refuse(Field::PriorLevel, Trouble::UnknownLevel(offered.join("、")));
        }
        found
    }

    fn facts(&mut self, scope: &Scope) -> Facts {
        let given = |text: String| Some(text).filter(|text| !text.is_empty());
        let document =
            if let Some(Value::Document(id)) = self.value(Field::Document) { Some(id) } else { None };
        Facts {
            birth_day: document.and_then(DocumentNumber::birth_day).or_else(|| self.day(Field::BornOn)),
            prior_level: self.prior_level(scope),
            prior_certificate_no: given(self.text(Field::PriorCertificate)),
            prior_issued_on: self.day(Field::PriorIssuedOn),
            work_started_on: self.day(Field::WorkStartedOn),
            work_years_stated: self.number(Field::WorkYears),
            education: given(self.text(Field::Education)),
            diploma_no: given(self.text(Field::Diploma)),
            major: given(self.text(Field::Major)),
            ..Facts::default()
        }
    }

    fn detail(&self) -> Detail {
        Detail {
            ethnicity: self.text(Field::Ethnicity),
            education: self.text(Field::Education),
            employer: self.text(Field::Employer),
            address: self.text(Field::Address),
            postcode: self.text(Field::Postcode),
            email: self.text(Field::Email),
            household: self.text(Field::Household),
            affiliation: self.text(Field::Affiliation),
        }
    }

    fn particulars(&self) -> Particulars {
        Particulars {
            region: self.text(Field::Region),
            category: self.text(Field::Category),
            experience: self.text(Field::Experience),
            collection: self.text(Field::Collection),
            mail_address: self.text(Field::MailAddress),
            born_on: match self.value(Field::Document) {
                Some(Value::Document(document)) if document.birth_day().is_none() => {
                    self.day(Field::BornOn).map(|day| day.to_string()).unwrap_or_default()
                }
                _ => String::new(),
            },
        }
    }
}

impl Draft {
    /// Whether phone or details differ from what is kept of the person.
    #[must_use]
    pub fn moves(&self, person: &Person) -> bool {
        self.phone.as_str() != person.phone || self.detail != person.detail
    }

    /// Names of what differs from the application as it stands, as the trail lists them.
    #[must_use]
    pub fn differences(&self, person: &Person, known: &Application, opened: &Opened) -> Vec<&'static str> {
        let facts = &self.facts;
        let text = |given: &Option<String>| given.clone().unwrap_or_default();
        let compared = [
            ("serial", self.serial == known.serial),
            ("contact", !self.moves(person)),
            ("clause", self.clause_number == known.clause_number && self.clause_text == known.clause_text),
            ("point", self.point_path == known.point_path),
            ("exam_kind", self.exam_kind == known.exam_kind),
            ("prior_level", facts.prior_level == known.prior_level),
            ("prior_issued_on", facts.prior_issued_on == known.prior_issued_on),
            ("prior_certificate", text(&facts.prior_certificate_no) == opened.prior_certificate),
            ("work_started_on", facts.work_started_on == known.work_started_on),
            ("work_years", facts.work_years_stated == known.work_years_stated),
            ("education", text(&facts.education) == known.education),
            ("major", text(&facts.major) == known.major),
            ("diploma", text(&facts.diploma_no) == opened.diploma),
            ("source", self.source == known.source),
            ("particulars", self.particulars == opened.particulars),
        ];
        compared.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect()
    }
}
