//! The columns of a roster, as data: name, what may stand in it, whether it must be filled.
use std::{collections::BTreeMap, sync::LazyLock};

use kernel::{Day, DocumentKind, DocumentNumber, PersonName, Phone, Score, narrow};
use serde::Deserialize;

pub use super::field::Field;
use super::trouble::Trouble;

/// A spreadsheet keeps numbers to this many digits; what is longer has lost its end.
/// Source: IEEE 754 binary64, the only number a worksheet has.
const SAFE_DIGITS: usize = 15;

/// Longest text where the column does not say.
///
/// Source: [own] limit against nonsense; the longest column of the real rosters has 60 characters.
const TEXT_MOST: i64 = 200;

/// First and last day that a bare number of a spreadsheet is read as, counted from 1899-12-30: what lies
/// before is a year or a serial, not a day. Source: [own]; nobody began to work before 1930.
const DAY_NUMBERS: std::ops::RangeInclusive<i64> = 10_959..=73_050;

/// The templates this installation reads and writes, the one of the applicant's own form first. Their
/// texts are part of the binary and read by a test; an unreadable one would have no columns and take no
/// file.
pub static TEMPLATES: LazyLock<Vec<Template>> = LazyLock::new(|| {
    [
        include_str!("../../../../../data/registration/template-33.json"),
        include_str!("../../../../../data/registration/template-coded.json"),
    ]
    .into_iter()
    .map(|text| serde_json::from_str(text).unwrap_or_default())
    .collect()
});

/// The columns of a register of passed parts.
pub static PASSED: LazyLock<Template> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../../../data/registration/passed-parts.json"))
        .unwrap_or_default()
});

/// The first of [`TEMPLATES`].
pub static TEMPLATE: LazyLock<Template> = LazyLock::new(|| TEMPLATES.first().cloned().unwrap_or_default());

/// The template of this id; the first for one that is no longer kept.
#[must_use]
pub fn template(id: &str) -> &'static Template {
    let every = TEMPLATES.iter().chain(std::iter::once(&*PASSED));
    every.into_iter().find(|template| template.id == id).unwrap_or(&TEMPLATE)
}

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
    /// Where the file writes a code for a word: every word by its code.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
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
    /// The number of the document that the column of its kind names.
    Document,
    /// A mobile number.
    Phone,
    /// An e-mail address.
    Email,
    /// A score of 0 to 100.
    Score,
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
    /// The number of a document.
    Document(DocumentNumber),
    /// A mobile number.
    Phone(Phone),
    /// A score.
    Score(Score),
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

    /// The word that a text in the column of a field stands for.
    #[must_use]
    pub fn word<'c>(&'c self, field: Field, text: &'c str) -> &'c str {
        self.column(field).map_or(text, |column| column.word(text))
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

/// What a cell is read beside.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'c> {
    /// The word in the column that `only_if` names.
    pub condition: &'c str,
    /// The word in the column of the kind of document.
    pub document_kind: &'c str,
    /// The last day a fact may lie on.
    pub latest: Day,
}

impl Column {
    /// The word a text of this column stands for: the text itself, unless the template writes codes.
    #[must_use]
    pub fn word<'c>(&'c self, text: &'c str) -> &'c str {
        self.words.get(text).map_or(text, String::as_str)
    }

    /// What this column of a file writes for a word.
    #[must_use]
    pub fn written<'c>(&'c self, word: &'c str) -> &'c str {
        let code = self.words.iter().find(|(_, known)| *known == word);
        code.map_or(word, |(code, _)| code.as_str())
    }

    /// The words of a choice as they may stand in a file: codes with their meaning, or the words.
    #[must_use]
    pub fn allowed(&self) -> Vec<String> {
        if self.words.is_empty() {
            return self.codes.clone();
        }
        self.words.iter().map(|(code, word)| format!("{code} {word}")).collect()
    }

    /// Reads a cell; `None` is an empty cell that may be empty.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn read(&self, cell: &Cell, beside: Beside<'_>) -> Result<Option<Value>, Trouble> {
        let applies = self.only_if.as_ref().is_none_or(|(_, word)| beside.condition == word);
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
        self.value(cell, beside).map(Some)
    }

    fn value(&self, cell: &Cell, beside: Beside<'_>) -> Result<Value, Trouble> {
        let text = cell.text.as_str();
        match self.kind {
            Kind::Text => self.coded(text).and_then(|word| self.words(word)).map(Value::Text),
            Kind::Email => {
                let is_address = text.split_once('@').is_some_and(|(name, host)| {
                    !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
                });
                if is_address { self.words(text).map(Value::Text) } else { Err(Trouble::NotAnAddress) }
            }
            Kind::Choice => {
                let word = self.coded(text)?;
                let is_known = self.codes.is_empty() || self.codes.iter().any(|code| code == word);
                if is_known {
                    Ok(Value::Text(word.to_owned()))
                } else {
                    Err(Trouble::NotInList(self.allowed()))
                }
            }
            Kind::Number => match plain(text).parse() {
                Ok(number) if (self.least..=self.most).contains(&number) => Ok(Value::Number(number)),
                Ok(_) | Err(_) => Err(Trouble::NotANumber { least: self.least, most: self.most }),
            },
            Kind::PastDay => match day(cell) {
                Some(day) if day <= beside.latest => Ok(Value::Day(day)),
                Some(_) => Err(Trouble::FutureDay(beside.latest)),
                None => Err(Trouble::NotADay),
            },
            Kind::Name => PersonName::parse(text).map(Value::Name).map_err(Trouble::Value),
            Kind::Document if is_rounded(text) => Err(Trouble::NumberTooLong),
            Kind::Document => {
                // Another kind has its sentence already; its number is still looked at.
                let kind = DocumentKind::named(beside.document_kind).unwrap_or(DocumentKind::ResidentCard);
                DocumentNumber::parse(kind, text).map(Value::Document).map_err(Trouble::Value)
            }
            Kind::Score => Score::parse(&plain(text)).map(Value::Score).map_err(Trouble::Value),
            Kind::Phone if is_rounded(text) => Err(Trouble::NumberTooLong),
            Kind::Phone => Phone::parse(&plain(text)).map(Value::Phone).map_err(Trouble::Value),
        }
    }

    /// The word a code stands for. A column of codes takes nothing else.
    fn coded<'c>(&'c self, text: &'c str) -> Result<&'c str, Trouble> {
        if self.words.is_empty() {
            return Ok(text);
        }
        let code: String = text.chars().map(narrow).collect();
        let word = self.words.get(code.trim()).map(String::as_str);
        word.ok_or_else(|| Trouble::NotInList(self.allowed()))
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

/// Digits and signs as a keyboard writes them, without blanks around them.
fn plain(text: &str) -> String {
    text.chars().map(narrow).collect::<String>().trim().to_owned()
}

/// A long number as a table in text shows it when a spreadsheet took it for a quantity: `9.99824E+17`.
fn is_rounded(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain(text).split_once("E+").is_some_and(|(front, power)| digits(front) && digits(power))
}

/// A day as written, or as the number by which a spreadsheet keeps it.
fn day(cell: &Cell) -> Option<Day> {
    let text = plain(&cell.text);
    if cell.written == Written::Number {
        let count = text.parse().ok().filter(|count| DAY_NUMBERS.contains(count))?;
        return Day::parse("1899-12-30").ok().map(|first| first.plus_days(count));
    }
    Day::parse(&text).ok()
}
