//! The columns of a roster, as data: name, what may stand in it, whether it must be filled.
use std::sync::LazyLock;

use kernel::{Day, IdNumber, PersonName, Phone};
use serde::Deserialize;

use super::trouble::Trouble;

/// A spreadsheet keeps numbers to this many digits; what is longer has lost its end.
/// Source: IEEE 754 binary64, the only number a worksheet has.
const SAFE_DIGITS: usize = 15;

/// Longest text where the column does not say.
///
/// Source: [own] limit against nonsense; the longest column of the real rosters has 60 characters.
const TEXT_MOST: i64 = 200;

/// The template this installation reads. Its text is part of the binary and read by a test; an
/// unreadable one would have no columns and take no file.
pub static TEMPLATE: LazyLock<Template> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../../data/registration/template-33.json"))
        .unwrap_or_default()
});

/// A roster's columns, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Which template it is.
    pub id: String,
    /// Chinese title.
    pub title_zh: String,
    /// English title.
    pub title_en: String,
    /// Where it comes from.
    pub source: String,
    /// The columns.
    pub columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its heading.
    pub name: String,
    /// What it says of the applicant.
    pub field: Field,
    /// What may stand in it.
    pub kind: Kind,
    /// Whether it must be filled.
    #[serde(default)]
    pub required: bool,
    /// Only filled when another column holds this word; then `required` counts.
    #[serde(default)]
    pub only_if: Option<(Field, String)>,
    /// Whether the file may lack the column; only at the end.
    #[serde(default)]
    pub may_be_absent: bool,
    /// The words a choice offers.
    #[serde(default)]
    pub codes: Vec<String>,
    /// The same words in English, in the same order.
    #[serde(default)]
    pub codes_en: Vec<String>,
    /// Smallest number.
    #[serde(default)]
    pub least: i64,
    /// Largest number, or most characters of a text.
    #[serde(default = "text_most")]
    pub most: i64,
}

fn text_most() -> i64 {
    TEXT_MOST
}

/// What may stand in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Any words.
    Text,
    /// One of the column's words.
    Choice,
    /// A whole number.
    Number,
    /// A day that is not still to come.
    PastDay,
    /// A person's name.
    Name,
    /// A citizen ID number.
    Document,
    /// A mobile number.
    Phone,
    /// An e-mail address.
    Email,
}

/// What a column says of the applicant; also the name of the field in the applicant's own form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Serial,
    Occupation,
    Level,
    Clause,
    DocumentKind,
    Document,
    Name,
    Sex,
    BornOn,
    Phone,
    HasPrior,
    PriorLevel,
    PriorCertificate,
    Education,
    Region,
    Source,
    Employer,
    Point,
    Category,
    Major,
    ExamKind,
    Ethnicity,
    WorkStartedOn,
    Email,
    WorkYears,
    Household,
    Affiliation,
    Diploma,
    Experience,
    Address,
    Collection,
    Postcode,
    MailAddress,
    PriorIssuedOn,
}

impl Field {
    /// Its name in the form and in `template-33.json`.
    #[must_use]
    pub fn code(self) -> String {
        // A unit variant always serialises to its name.
        serde_json::to_value(self).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// How a cell was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// As text or as a date.
    #[default]
    Text,
    /// As a number.
    Number,
    /// As a formula.
    Formula,
}

/// One cell as text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, serde::Serialize)]
pub struct Cell {
    /// Its text without surrounding blanks.
    pub text: String,
    /// How it was written.
    pub written: Written,
}

/// What stands where nothing was written.
pub static NOTHING: Cell = Cell { text: String::new(), written: Written::Text };

/// A cell that holds what its column asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Words; also a choice and an address.
    Text(String),
    /// A number.
    Number(i64),
    /// A day.
    Day(Day),
    /// A name.
    Name(PersonName),
    /// An ID number.
    Document(IdNumber),
    /// A mobile number.
    Phone(Phone),
}

impl Template {
    /// The column of a field.
    #[must_use]
    pub fn column(&self, field: Field) -> Option<&Column> {
        self.columns.iter().find(|column| column.field == field)
    }

    /// The cell of a field in a row whose cells stand in the order of the template.
    #[must_use]
    pub fn cell<'c>(&self, cells: &'c [Cell], field: Field) -> &'c Cell {
        let place = self.columns.iter().position(|column| column.field == field);
        place.and_then(|place| cells.get(place)).unwrap_or(&NOTHING)
    }

    /// The words a choice offers.
    #[must_use]
    pub fn codes(&self, field: Field) -> &[String] {
        self.column(field).map_or(&[], |column| column.codes.as_slice())
    }

    /// The words a choice offers, each with its English.
    pub fn choices(&self, field: Field) -> impl Iterator<Item = (&str, &str)> {
        self.column(field)
            .into_iter()
            .flat_map(|column| column.codes.iter().zip(&column.codes_en))
            .map(|(zh, en)| (zh.as_str(), en.as_str()))
    }
}

impl Column {
    /// Reads a cell; `None` is an empty cell that may be empty. `condition` is what stands in the
    /// column that `only_if` names, `latest` the last day a fact may lie on.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(&self, cell: &Cell, condition: &str, latest: Day) -> Result<Option<Value>, Trouble> {
        let applies = self.only_if.as_ref().is_none_or(|(_, word)| condition == word);
        if cell.written == Written::Formula {
            return Err(Trouble::Formula);
        }
        if cell.text.is_empty() {
            return if self.required && applies { Err(Trouble::Empty) } else { Ok(None) };
        }
        if !applies {
            return Err(Trouble::NotApplicable);
        }
        if cell.written == Written::Number
            && cell.text.chars().filter(char::is_ascii_digit).count() > SAFE_DIGITS
        {
            return Err(Trouble::NumberTooLong);
        }
        self.value(&cell.text, latest).map(Some)
    }

    fn value(&self, text: &str, latest: Day) -> Result<Value, Trouble> {
        match self.kind {
            Kind::Text => self.words(text).map(Value::Text),
            Kind::Email => {
                let is_address = text.split_once('@').is_some_and(|(name, host)| {
                    !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
                });
                if is_address { self.words(text).map(Value::Text) } else { Err(Trouble::NotAnAddress) }
            }
            Kind::Choice if self.codes.iter().any(|code| code == text) => Ok(Value::Text(text.to_owned())),
            Kind::Choice => Err(Trouble::NotInList(self.codes.clone())),
            Kind::Number => match text.parse() {
                Ok(number) if (self.least..=self.most).contains(&number) => Ok(Value::Number(number)),
                Ok(_) | Err(_) => Err(Trouble::NotANumber { least: self.least, most: self.most }),
            },
            Kind::PastDay => match Day::parse(text) {
                Ok(day) if day <= latest => Ok(Value::Day(day)),
                Ok(_) => Err(Trouble::FutureDay(latest)),
                Err(_) => Err(Trouble::NotADay),
            },
            Kind::Name => PersonName::parse(text).map(Value::Name).map_err(Trouble::Value),
            Kind::Document => IdNumber::parse(text).map(Value::Document).map_err(Trouble::Value),
            Kind::Phone => Phone::parse(text).map(Value::Phone).map_err(Trouble::Value),
        }
    }

    /// Words that no spreadsheet would run as a formula when they are exported again.
    fn words(&self, text: &str) -> Result<String, Trouble> {
        if text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) {
            return Err(Trouble::LeadingSign);
        }
        if i64::try_from(text.chars().count()).is_ok_and(|length| length > self.most) {
            return Err(Trouble::TooLong(self.most));
        }
        if text.chars().any(|c| c.is_control() && c != '\n') {
            return Err(Trouble::LeadingSign);
        }
        Ok(text.to_owned())
    }
}
