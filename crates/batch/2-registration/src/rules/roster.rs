//! A roster: rows of cells become applications, or sentences that say what is wrong.
use std::collections::HashMap;

use kernel::{DocumentKind, DocumentNumber, OrgPath, narrow};
use person::{Person, PersonId};

pub use super::heading::{Heading, REMARKS};
use super::{
    draft::{self, Draft, Scope},
    template::{Cell, Field, Template},
    trouble::{Mistake, Trouble},
};
use crate::{Application, ApplicationStatus, Opened, Origin};

/// Numbers this long are masked when a page quotes them.
///
/// Source: [own]; phone numbers have 11 digits and are quoted, document numbers have 15 or 18.
const MASKED_FROM: usize = 12;

/// One row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SheetRow {
    /// Its number in the sheet, from 1.
    pub row: usize,
    /// Its cells from the first column on.
    pub cells: Vec<Cell>,
}

/// How a row of a roster stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum RowState {
    /// Not checked since it was read or mended.
    Waiting,
    /// A new application.
    New,
    /// Everything is known already.
    Unchanged,
    /// An application changes.
    Changed,
    /// It cannot be taken in.
    Refused,
}

impl RowState {
    /// Every state, in the order of a page.
    pub const ALL: [Self; 5] = [Self::Refused, Self::Changed, Self::New, Self::Unchanged, Self::Waiting];

    /// Stored code; also the tail of its key in `locales/` (`roster-…`).
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::New => "new",
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Refused => "refused",
        }
    }
}

/// One row as read by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowDraft {
    /// Row of the sheet.
    pub row: usize,
    /// What it states, or what is wrong with it.
    pub draft: Result<Draft, Vec<Mistake>>,
}

/// What is known of a person who stands in a roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub person: Person,
    /// Their applications in this batch, opened.
    pub applications: Vec<(Application, Opened)>,
    /// Whether they have applied in another batch; told only of people whose phone would change.
    pub is_elsewhere: bool,
}

/// What a roster is held against.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Register {
    /// Its people who are known, by document number.
    pub people: HashMap<DocumentNumber, Known>,
    /// Who stands under which serial at which registration point.
    pub serials: HashMap<(OrgPath, i64), PersonId>,
}

/// What a row does when the roster is taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowOutcome {
    /// A new application.
    New(Box<Draft>),
    /// Everything is known already.
    Unchanged,
    /// An application changes in these points.
    Changed(Box<Draft>, Box<Application>, Vec<&'static str>),
    /// It cannot be taken in.
    Refused(Vec<Mistake>),
}

/// How many rows do what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// New applications.
    pub new: usize,
    /// Rows that say what is known.
    pub unchanged: usize,
    /// Applications that change.
    pub changed: usize,
    /// Rows that cannot be taken in.
    pub refused: usize,
    /// Rows that were not checked since they were read or mended.
    pub waiting: usize,
}

impl Tally {
    /// Rows in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.new + self.unchanged + self.changed + self.refused + self.waiting
    }
}

impl RowOutcome {
    /// How a row of this outcome stands.
    #[must_use]
    pub fn state(&self) -> RowState {
        match self {
            Self::New(_) => RowState::New,
            Self::Unchanged => RowState::Unchanged,
            Self::Changed(..) => RowState::Changed,
            Self::Refused(_) => RowState::Refused,
        }
    }

    /// What is wrong with it.
    #[must_use]
    pub fn mistakes(&self) -> &[Mistake] {
        match self {
            Self::Refused(mistakes) => mistakes,
            Self::New(_) | Self::Unchanged | Self::Changed(..) => &[],
        }
    }
}

/// Earlier rows in which the serial and the person of a row stand already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Twice {
    /// Row with the same serial.
    pub serial: Option<usize>,
    /// Row with the same person.
    pub document: Option<usize>,
}

/// Reads the cells of one row, which stand in the order of the template.
#[must_use]
pub fn read_row(row: usize, cells: &[Cell], twice: Twice, template: &Template, scope: &Scope) -> RowDraft {
    let cell = |field| template.cell(cells, field);
    let mut wrong = Vec::new();
    if let Some(first) = twice.serial {
        wrong.push((Field::Serial, Trouble::SerialTwice(first)));
    }
    if let Some(first) = twice.document {
        wrong.push((Field::Document, Trouble::PersonTwice(first)));
    }
    let draft = match draft::read(template, scope, cell) {
        Ok(draft) if wrong.is_empty() => Ok(draft),
        Ok(_) => Err(wrong),
        Err(others) => Err([wrong, others].concat()),
    };
    let quoted = |(field, trouble)| mistake(template, row, field, cell(field), trouble);
    RowDraft { row, draft: draft.map_err(|wrong| wrong.into_iter().map(quoted).collect()) }
}

/// Which serials and documents stood in which row, whatever else is wrong with it. Rows are noted in
/// the order of the sheet.
#[derive(Debug, Default)]
pub struct Seen {
    serials: HashMap<String, usize>,
    documents: HashMap<String, usize>,
}

impl Seen {
    /// Notes a row, and says where its serial and its person stood before.
    pub fn note(&mut self, row: usize, cells: &[Cell], template: &Template) -> Twice {
        let text = |field| template.word(field, &template.cell(cells, field).text);
        // `1`, `01`, `+1` and a full-width `１` are one serial.
        let serial: String = text(Field::Serial).chars().map(narrow).collect();
        let serial = serial.trim_start_matches(['+', '0']).to_owned();
        // A number of 15 digits and what has become of it are one person.
        let kind = DocumentKind::named(text(Field::DocumentKind)).unwrap_or(DocumentKind::ResidentCard);
        let document = DocumentNumber::parse(kind, text(Field::Document))
            .map_or_else(|_| text(Field::Document).to_uppercase(), |number| number.key());
        let first = |known: &mut HashMap<String, usize>, value: String| {
            if value.is_empty() {
                return None;
            }
            let first = *known.entry(value).or_insert(row);
            (first != row).then_some(first)
        };
        Twice { serial: first(&mut self.serials, serial), document: first(&mut self.documents, document) }
    }
}

/// What is wrong with a cell, as a page quotes it.
pub fn mistake(template: &Template, row: usize, field: Field, cell: &Cell, trouble: Trouble) -> Mistake {
    let column = template.column(field).map(|column| column.name.clone()).unwrap_or_default();
    Mistake { row, field: Some(field), column, found: quote(&cell.text), trouble }
}

/// What stands in a cell, as a page may show it: long numbers, also badly written ones, keep four
/// characters at each end.
fn quote(text: &str) -> String {
    let length = text.chars().count();
    let is_number = text.chars().all(|c| c.is_ascii_alphanumeric())
        || text.chars().filter(|c| c.is_numeric()).count() >= MASKED_FROM;
    if length < MASKED_FROM || !is_number {
        return text.to_owned();
    }
    text.chars().enumerate().map(|(at, c)| if at < 4 || at + 4 >= length { c } else { '*' }).collect()
}

/// Holds the rows against what is known: which are new, which change something, which cannot be.
#[must_use]
pub fn decide(
    rows: Vec<RowDraft>,
    known: &Register,
    template: &Template,
    scope: &Scope,
) -> Vec<(usize, RowOutcome)> {
    let outcome = |row: usize, draft: Draft| match decide_row(draft, known, scope) {
        Ok(outcome) => outcome,
        Err((field, trouble, found)) => {
            let cell = Cell { text: found, ..Cell::default() };
            RowOutcome::Refused(vec![mistake(template, row, field, &cell, trouble)])
        }
    };
    rows.into_iter()
        .map(|read| match read.draft {
            Ok(draft) => (read.row, outcome(read.row, draft)),
            Err(mistakes) => (read.row, RowOutcome::Refused(mistakes)),
        })
        .collect()
}

fn decide_row(draft: Draft, known: &Register, scope: &Scope) -> Result<RowOutcome, (Field, Trouble, String)> {
    let new = |draft: Draft| {
        if scope.takes_new {
            return Ok(RowOutcome::New(Box::new(draft)));
        }
        Err((Field::Serial, Trouble::TooLate, draft.serial.to_string()))
    };
    let Some(Known { person, applications, is_elsewhere }) = known.people.get(&draft.document) else {
        if known.serials.contains_key(&(draft.point_path.clone(), draft.serial)) {
            return Err((Field::Serial, Trouble::SerialTaken, draft.serial.to_string()));
        }
        return new(draft);
    };
    if person.name != draft.name.as_str() {
        return Err((Field::Name, Trouble::OtherName, draft.name.to_string()));
    }
    // The phone is how the person signs in: whoever changes it takes all their applications over.
    let is_ours = |(known, _): &(Application, Opened)| {
        known.origin == Origin::Roster && scope.reaches(&known.point_path)
    };
    if person.phone != draft.phone.as_str() && (*is_elsewhere || !applications.iter().all(is_ours)) {
        return Err((Field::Phone, Trouble::OtherPhone, draft.phone.to_string()));
    }
    let holder = known.serials.get(&(draft.point_path.clone(), draft.serial));
    if holder.is_some_and(|holder| *holder != person.id) {
        return Err((Field::Serial, Trouble::SerialTaken, draft.serial.to_string()));
    }
    let same = |known: &&(Application, Opened)| {
        known.0.occupation_code == draft.occupation_code && known.0.level_code == draft.level_code
    };
    let Some((application, opened)) = applications.iter().find(same) else {
        let this = (&draft.occupation_code, &draft.level_code);
        let at_once = applications.iter().find(|(known, _)| {
            known.status != ApplicationStatus::Withdrawn
                && scope.overlap(this, (&known.occupation_code, &known.level_code))
        });
        return match at_once {
            Some((known, _)) => {
                let other = scope.name(&known.occupation_code, &known.level_code);
                Err((Field::Document, Trouble::SameSitting(other), draft.document.as_str().to_owned()))
            }
            None => new(draft),
        };
    };
    if application.status == ApplicationStatus::Withdrawn {
        return Err((Field::Document, Trouble::WithdrawnByApplicant, draft.document.as_str().to_owned()));
    }
    if application.origin == Origin::Applicant || !scope.reaches(&application.point_path) {
        return Err((Field::Document, Trouble::AppliedElsewhere, draft.document.as_str().to_owned()));
    }
    let differences = draft.differences(person, application, opened);
    if differences.is_empty() {
        return Ok(RowOutcome::Unchanged);
    }
    Ok(RowOutcome::Changed(Box::new(draft), Box::new(application.clone()), differences))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_documents_are_masked_however_they_were_written() {
        for text in [
            "999824199607135423",
            "９９９８２４１９９６０７１３５４２３",
            "999824-19960713-5423",
            "9998 2419 9607 1354 23",
        ] {
            let shown = quote(text);
            assert!(shown.contains("*****") && !shown.contains("1996"), "{shown}");
        }
        assert_eq!(quote("2014-02-30"), "2014-02-30");
        assert_eq!(quote("19900000001"), "19900000001");
        assert_eq!(quote("企业人力资源管理师"), "企业人力资源管理师");
    }
}
