//! The applicant's form, for a new application and for a correction.
use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use identity::Env;
use kernel::{Day, LevelCode};
use person::Person;
use plan::Batch;
use scheme::{Clause, Evaluation, Truth, evaluate};
use web::{Form, Message, PageResult, Visit};

use super::{apply::CONSENTS, mine::Candidate};
use crate::{
    Application, ExamKind, Opened,
    rules::{
        draft::{self, Draft, Offer, Scope, Wrong},
        template::{Cell, Field, NOTHING, TEMPLATE},
        trouble::Trouble,
    },
};

/// Fields the applicant fills that are choices of the template.
const CHOICES: [Field; 5] =
    [Field::DocumentKind, Field::Education, Field::Source, Field::ExamKind, Field::Collection];

/// Fields nobody must fill; they stand folded away until one of them is filled or wrong.
const OPTIONAL: [&str; 8] =
    ["address", "postcode", "email", "household", "affiliation", "collection", "mail_address", "experience"];

/// A clause to choose, and how the facts stand to it once they were checked.
struct ClauseChoice<'a> {
    value: String,
    clause: &'a Clause,
    evaluation: Option<Evaluation>,
}

impl ClauseChoice<'_> {
    fn tag(&self) -> (&'static str, &'static str) {
        match self.evaluation.as_ref().map(|evaluation| evaluation.met) {
            Some(Truth::Met) => ("tag done", "clause-met"),
            Some(Truth::Missing) => ("tag wait", "clause-missing"),
            Some(Truth::Unmet) => ("tag late", "clause-unmet"),
            None => ("", ""),
        }
    }
}

#[derive(Template)]
#[template(path = "mine/form.html")]
pub(super) struct FormPage<'a> {
    pub v: &'a Visit,
    pub batch: &'a Batch,
    pub form: Form,
    pub scope: &'a Scope,
    /// The application that is corrected.
    pub known: Option<&'a Application>,
    /// What the clauses are shown against.
    pub checked: Option<scheme::Facts>,
    /// Why the application was given back.
    pub reason: Option<Message>,
}

impl<'a> FormPage<'a> {
    pub fn new(
        v: &'a Visit,
        batch: &'a Batch,
        form: Form,
        scope: &'a Scope,
        known: Option<&'a Application>,
    ) -> Self {
        Self { v, batch, form: marked(form), scope, known, checked: None, reason: None }
    }

    /// The same form, saying why it was given back.
    pub fn because(self, reason: Option<Message>) -> Self {
        Self { reason, ..self }
    }

    pub fn title(&self) -> String {
        self.v.t.s(if self.known.is_some() { "resubmit-title" } else { "apply-title" })
    }

    pub fn show(&self) -> PageResult<Response> {
        web::narrow_page(self.v, &self.title(), self)
    }

    pub fn again(&self) -> PageResult<Response> {
        web::page_again(self.v, &self.title(), self, true)
    }

    fn choices(&self, offer: &'a Offer) -> Vec<ClauseChoice<'a>> {
        let choice = |clause: &'a Clause| ClauseChoice {
            value: value(offer, clause),
            evaluation: self.checked.as_ref().map(|facts| evaluate(clause, facts, self.batch.reference_date)),
            clause,
        };
        offer.clauses.iter().map(choice).collect()
    }

    /// A corrected application keeps its occupation and level.
    fn offers(&self) -> Vec<&'a Offer> {
        let same = |offer: &&'a Offer| {
            self.known.is_none_or(|known| {
                offer.occupation_code == known.occupation_code && offer.level_code == known.level_code
            })
        };
        self.scope.offers.iter().filter(same).collect()
    }

    fn select(&self, field: &str) -> Vec<(String, String)> {
        let named = |word: &String| {
            let english = self.scope.english.get(word).map_or("", String::as_str);
            (word.clone(), self.v.t.pick(word, english).to_owned())
        };
        let words: Vec<(String, String)> = match field {
            "point" => self.scope.points.iter().map(|(name, _)| named(name)).collect(),
            "prior_level" => self.scope.levels.iter().map(|(name, _)| named(name)).collect(),
            _ => CHOICES
                .iter()
                .filter(|choice| choice.code() == field)
                .flat_map(|choice| TEMPLATE.choices(*choice))
                .map(|(word, english)| (word.to_owned(), self.v.t.pick(word, english).to_owned()))
                .collect(),
        };
        // Nearly everybody has a resident card: it stands there without being chosen.
        if field == "document_kind" {
            return words;
        }
        let none = if field == "prior_level" { "choice-none" } else { "choice-please" };
        std::iter::once((String::new(), self.v.t.s(none))).chain(words).collect()
    }

    fn opens_optional(&self) -> bool {
        let is_wrong = |name: &str| !self.form.error(&self.v.t, name).0.is_empty();
        OPTIONAL.iter().any(|name| !self.form.value(name).is_empty() || is_wrong(name))
    }

    fn action(&self) -> String {
        self.known.map_or_else(
            || "/my/applications".to_owned(),
            |known| format!("/my/applications/{}/resubmission", known.id),
        )
    }
}

/// The form with what must be filled marked; what only holders of a certificate fill says so itself.
fn marked(form: Form) -> Form {
    let always = TEMPLATE.columns.iter().filter(|column| column.required && column.only_if.is_none());
    let names: Vec<String> = always.map(|column| column.field.code()).collect();
    let names = names.iter().map(String::as_str).chain(CONSENTS.map(|(kind, _)| kind));
    form.needs(&names.collect::<Vec<_>>())
}

/// What the choice of a clause sends: occupation, level and number at once.
fn value(offer: &Offer, clause: &Clause) -> String {
    format!("{}:{}:{}", offer.occupation_code, offer.level_code, clause.number)
}

/// The page again with every clause held against the facts given so far.
pub(super) fn check(mut page: FormPage<'_>) -> PageResult<Response> {
    let cells = cells(&page);
    let cell = |field: Field| cells.get(&field).unwrap_or(&NOTHING);
    match draft::read_facts(&TEMPLATE, page.scope, cell) {
        Ok(facts) => page.checked = Some(facts),
        Err(wrong) => refuse(&mut page.form, wrong),
    }
    if page.form.is_ok() { page.show() } else { page.again() }
}

/// The form as an application, or the page again with what is wrong.
pub(super) fn read<'a>(
    env: &Env,
    candidate: &Candidate,
    mut page: FormPage<'a>,
) -> PageResult<Result<(Draft, FormPage<'a>), Response>> {
    let cells = cells(&page);
    let cell = |field: Field| cells.get(&field).unwrap_or(&NOTHING);
    let wrong = match draft::read(&TEMPLATE, page.scope, cell) {
        Ok(draft) if env.vault.index("phone", draft.phone.as_str()) == candidate.phone_index => {
            return Ok(Ok((draft, page)));
        }
        Ok(_) => vec![(Field::Phone, Trouble::NotSignedInPhone)],
        Err(wrong) => wrong,
    };
    refuse(&mut page.form, wrong);
    Ok(Err(page.again()?))
}

fn refuse(form: &mut Form, wrong: Vec<Wrong>) {
    for (field, trouble) in wrong {
        // One choice names occupation, level and clause.
        let is_of_choice = matches!(field, Field::Occupation | Field::Level);
        let name = if is_of_choice { Field::Clause.code() } else { field.code() };
        form.refuse(&name, trouble.expected());
    }
}

/// The form as the cells of one row: what applicants do not fill follows from what they do.
fn cells(page: &FormPage<'_>) -> HashMap<Field, Cell> {
    let form = &page.form;
    let mut cells: HashMap<Field, Cell> = TEMPLATE
        .columns
        .iter()
        .map(|column| (column.field, cell(form.value(&column.field.code()))))
        .collect();
    let holds = !form.value("prior_level").is_empty() || !form.value("prior_certificate").is_empty();
    let chosen =
        page.scope.offers.iter().flat_map(|offer| offer.clauses.iter().map(move |clause| (offer, clause)));
    let chosen = chosen.into_iter().find(|(offer, clause)| value(offer, clause) == form.value("clause"));
    let (occupation, level, clause) = chosen.map_or(("", "", ""), |(offer, clause)| {
        (offer.occupation_zh.as_str(), offer.level_zh.as_str(), clause.label_zh.as_str())
    });
    let derived = [
        // The book gives the serial; a cell that must be filled is filled until then.
        (Field::Serial, "1"),
        (Field::DocumentKind, document_kind(form)),
        (Field::HasPrior, if holds { "是" } else { "否" }),
        (Field::Category, if holds { "晋级认定" } else { "初次认定" }),
        (Field::Occupation, occupation),
        (Field::Level, level),
        (Field::Clause, clause),
    ];
    for (field, text) in derived {
        cells.insert(field, cell(text));
    }
    cells
}

/// The kind of document, the first of the template's when none was sent.
fn document_kind(form: &Form) -> &str {
    match form.value("document_kind") {
        "" => TEMPLATE.codes(Field::DocumentKind).first().map_or("", String::as_str),
        chosen => chosen,
    }
}

fn cell(text: &str) -> Cell {
    // A text area sends \r\n, a pasted table cell a tab; neither is what the applicant meant to say.
    let text = text.replace("\r\n", "\n").replace(['\r', '\t'], " ");
    Cell { text: text.trim().to_owned(), ..Cell::default() }
}

/// The form as it was handed in.
pub(super) fn fill(known: &Application, person: &Person, opened: &Opened, scope: &Scope) -> Form {
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let level =
        |code: &LevelCode| scope.levels.iter().find(|(_, known)| known == code).map(|(name, _)| name.clone());
    let point = scope.points.iter().find(|(_, path)| *path == known.point_path).map(|(name, _)| name.clone());
    let clause = format!("{}:{}:{}", known.occupation_code, known.level_code, known.clause_number);
    let years = known.work_years_stated.map(|years| years.to_string()).unwrap_or_default();
    let values = [
        ("batch", known.batch_code.to_string()),
        ("seen_version", known.version.to_string()),
        ("clause", clause),
        ("name", person.name.clone()),
        ("document_kind", person.document_kind.clone()),
        ("document", person.document.clone()),
        ("born_on", opened.particulars.born_on.clone()),
        ("phone", person.phone.clone()),
        ("ethnicity", person.detail.ethnicity.clone()),
        ("education", known.education.clone()),
        ("major", known.major.clone()),
        ("diploma", opened.diploma.clone()),
        ("prior_level", known.prior_level.as_ref().and_then(level).unwrap_or_default()),
        ("prior_certificate", opened.prior_certificate.clone()),
        ("prior_issued_on", day(known.prior_issued_on)),
        ("work_started_on", day(known.work_started_on)),
        ("work_years", years),
        ("source", known.source.clone()),
        ("employer", person.detail.employer.clone()),
        ("region", opened.particulars.region.clone()),
        ("address", person.detail.address.clone()),
        ("postcode", person.detail.postcode.clone()),
        ("email", person.detail.email.clone()),
        ("household", person.detail.household.clone()),
        ("affiliation", person.detail.affiliation.clone()),
        ("experience", opened.particulars.experience.clone()),
        ("collection", opened.particulars.collection.clone()),
        ("mail_address", opened.particulars.mail_address.clone()),
        ("point", point.unwrap_or_default()),
        ("exam_kind", if known.exam_kind == ExamKind::Retake { "补考" } else { "正考" }.to_owned()),
    ];
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Form::filled(&values)
}
