//! A cell that cannot be taken over: where, what was found, what was expected.

/// One wrong cell of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Row as the spreadsheet numbers it.
    pub row: usize,
    /// Heading of the column, or its letter where the heading itself is wrong.
    pub field: String,
    /// What stands there, cut to a length that can be shown.
    pub found: String,
    /// What is wrong.
    pub fault: Fault,
}

/// Longest piece of a cell that is shown back.
///
/// Source: [own], one line of a table.
const SHOWN_MAX: usize = 40;

impl Mistake {
    /// A mistake; a long text is cut.
    #[must_use]
    pub fn new(row: usize, field: &str, found: &str, fault: Fault) -> Self {
        let mut shown: String = found.chars().take(SHOWN_MAX).collect();
        if shown.len() < found.len() {
            shown.push('…');
        }
        Self { row, field: field.to_owned(), found: shown, fault }
    }
}

/// What is wrong with a cell. [`Fault::code`] is the tail of two keys in `locales/`: `item-expected-…` says what should
/// stand there, `item-cure-…` what to do; both may name [`Fault::value`] as `a`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A heading is not the one of the template.
    #[error("the heading should be {0}")]
    Heading(&'static str),
    /// A column the template does not have.
    #[error("the template has no such column")]
    SurplusColumn,
    /// A formula instead of a value.
    #[error("a formula stands here")]
    Formula,
    /// Nothing stands where something must.
    #[error("nothing stands here")]
    Empty,
    /// Something stands where nothing may.
    #[error("this must be empty")]
    NotEmpty,
    /// Longer than this many characters.
    #[error("longer than {0} characters")]
    TooLong(usize),
    /// Not a whole number from 1 on.
    #[error("not a whole number from 1 on")]
    Number,
    /// The same number, code or stem stands in an earlier row.
    #[error("the same stands in row {0}")]
    Twice(usize),
    /// Belongs to another bank than the chosen one.
    #[error("the chosen bank is of {0}")]
    OtherBank(String),
    /// None of the words allowed here.
    #[error("not one of {0}")]
    NotOneOf(&'static str),
    /// No such point in the blueprint.
    #[error("no such assessment point")]
    UnknownPoint,
    /// Not a share from 0 to 1 with at most two decimals.
    #[error("not a share from 0 to 1")]
    Share,
    /// Not a percentage from 0 to 100 with at most two decimals.
    #[error("not a percentage")]
    Percent,
    /// The key is not one of the letters of the options.
    #[error("not one of the letters {0}")]
    KeySingle(String),
    /// The key is not two or more letters in order, and not all of them.
    #[error("not some of the letters {0} in order")]
    KeyMultiple(String),
    /// The same text stands in another option.
    #[error("the same text as option {0}")]
    SameOption(char),
    /// A code that does not begin with the code of the range above it.
    #[error("does not begin with {0}-")]
    NotBelow(String),
    /// One code with two names or weights.
    #[error("row {0} says otherwise for the same code")]
    Differs(usize),
    /// The weights below do not add up to this, in percent.
    #[error("the weights below add up to {0}")]
    Sum(String),
}

impl Fault {
    /// Tail of its keys in `locales/`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Heading(_) => "heading",
            Self::SurplusColumn => "surplus-column",
            Self::Formula => "formula",
            Self::Empty => "empty",
            Self::NotEmpty => "not-empty",
            Self::TooLong(_) => "too-long",
            Self::Number => "number",
            Self::Twice(_) => "twice",
            Self::OtherBank(_) => "other-bank",
            Self::NotOneOf(_) => "not-one-of",
            Self::UnknownPoint => "unknown-point",
            Self::Share => "share",
            Self::Percent => "percent",
            Self::KeySingle(_) => "key-single",
            Self::KeyMultiple(_) => "key-multiple",
            Self::SameOption(_) => "same-option",
            Self::NotBelow(_) => "not-below",
            Self::Differs(_) => "differs",
            Self::Sum(_) => "sum",
        }
    }

    /// What its sentences name; empty when they name nothing.
    #[must_use]
    pub fn value(&self) -> String {
        match self {
            Self::Heading(text) | Self::NotOneOf(text) => (*text).to_owned(),
            Self::TooLong(number) | Self::Twice(number) | Self::Differs(number) => number.to_string(),
            Self::OtherBank(text)
            | Self::KeySingle(text)
            | Self::KeyMultiple(text)
            | Self::NotBelow(text)
            | Self::Sum(text) => text.clone(),
            Self::SameOption(letter) => letter.to_string(),
            Self::SurplusColumn
            | Self::Formula
            | Self::Empty
            | Self::NotEmpty
            | Self::Number
            | Self::UnknownPoint
            | Self::Share
            | Self::Percent => String::new(),
        }
    }
}
