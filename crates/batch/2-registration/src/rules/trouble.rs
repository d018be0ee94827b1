//! What can be wrong with a cell of a roster or a field of the form, and what to do about it.
use kernel::{Day, ValueError};
use web::{Message, Refusal};

use super::template::Field;

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// A heading is another column's: the sheet is shifted, or of another template.
    #[error("the heading should be {0}")]
    Heading(String),
    /// A column the template does not have.
    #[error("the template has no such column")]
    ExtraColumn,
    /// The heading stands in a lower row: something stands above it.
    #[error("the heading stands in row {0}")]
    HeadingBelow(usize),
    /// The heading begins after empty columns.
    #[error("{0} empty columns stand before the heading")]
    HeadingAside(usize),
    /// A required cell is empty.
    #[error("must not be empty")]
    Empty,
    /// Filled although another column says that it does not apply.
    #[error("must be empty here")]
    NotApplicable,
    /// A formula.
    #[error("is a formula")]
    Formula,
    /// Begins with a sign that spreadsheets run, or holds a control character.
    #[error("begins with a sign that spreadsheets run as a formula")]
    LeadingSign,
    /// A number longer than a spreadsheet keeps: its last digits are lost.
    #[error("was written as a number, its last digits are lost")]
    NumberTooLong,
    /// More characters than the column takes.
    #[error("longer than {0} characters")]
    TooLong(i64),
    /// None of the words offered.
    #[error("none of the words offered")]
    NotInList(Vec<String>),
    /// No whole number, or out of bounds.
    #[error("no whole number from {least} to {most}")]
    NotANumber {
        /// Smallest.
        least: i64,
        /// Largest.
        most: i64,
    },
    /// No day.
    #[error("no day")]
    NotADay,
    /// A day still to come.
    #[error("after {0}")]
    FutureDay(Day),
    /// No e-mail address.
    #[error("no e-mail address")]
    NotAnAddress,
    /// A name, number or phone that breaks a rule of its own.
    #[error(transparent)]
    Value(ValueError),
    /// The ID number was given to somebody born on another day.
    #[error("the ID number says {0}")]
    BirthDisagrees(Day),
    /// The document does not tell the day of birth.
    #[error("the document does not tell the day of birth")]
    BirthNeeded,
    /// The ID number was given to somebody of the other sex.
    #[error("the ID number says {0}")]
    SexDisagrees(&'static str),
    /// The batch does not certify this occupation.
    #[error("not offered in this batch")]
    OccupationNotOffered(String),
    /// The batch does not certify the occupation at this level.
    #[error("not offered in this batch")]
    LevelNotOffered(String),
    /// No level of this name.
    #[error("no level of this name")]
    UnknownLevel(String),
    /// The standard has no clause of this number at this level.
    #[error("the standard has no such clause at this level")]
    UnknownClause(String),
    /// No registration point of the batch has this name.
    #[error("no registration point of this batch")]
    UnknownPoint,
    /// Somebody else's registration point.
    #[error("not one of your registration points")]
    PointOfOthers,
    /// The same person stands in an earlier row.
    #[error("the same person stands in row {0}")]
    PersonTwice(usize),
    /// The same serial stands in an earlier row.
    #[error("the same serial stands in row {0}")]
    SerialTwice(usize),
    /// Applied for this level on their own, or at another registration point.
    #[error("has applied for this level already")]
    AppliedElsewhere,
    /// Applied for another level whose parts are sat at the same time.
    #[error("has applied for {0}, which is sat at the same time")]
    SameSitting(String),
    /// The applicant has withdrawn; only they can come back.
    #[error("the applicant has withdrawn")]
    WithdrawnByApplicant,
    /// Somebody else stands under this serial at this registration point.
    #[error("the serial is taken at this registration point")]
    SerialTaken,
    /// The document is registered under another name.
    #[error("the document is registered under another name")]
    OtherName,
    /// The document is registered under another phone.
    #[error("the document is registered under another phone")]
    OtherPhone,
    /// The phone is not the one the applicant signed in with.
    #[error("not the phone of this session")]
    NotSignedInPhone,
    /// Registration is over: only corrections are taken.
    #[error("registration is over")]
    TooLate,
}

impl Trouble {
    /// What should stand there.
    #[must_use]
    pub fn expected(&self) -> Message {
        match self {
            Self::Heading(name) => Message::new("roster-expect-heading").with("name", name),
            Self::ExtraColumn => "roster-expect-no-column".into(),
            Self::HeadingBelow(row) => Message::new("roster-expect-heading-first").with("row", row),
            Self::HeadingAside(n) => Message::new("roster-expect-heading-left").with("n", n),
            Self::BirthNeeded => "roster-expect-birth-day".into(),
            Self::SameSitting(other) => Message::new("roster-expect-other-time").with("other", other),
            Self::Empty => "roster-expect-filled".into(),
            Self::NotApplicable => "roster-expect-empty".into(),
            Self::Formula | Self::LeadingSign => "roster-expect-plain".into(),
            Self::NumberTooLong => "roster-expect-text-cell".into(),
            Self::TooLong(most) => Message::new("roster-expect-short").with("most", most),
            Self::NotInList(codes) => Message::new("roster-expect-listed").with("codes", codes.join("、")),
            Self::NotANumber { least, most } => {
                Message::new("roster-expect-number").with("least", least).with("most", most)
            }
            Self::NotADay => "roster-expect-day".into(),
            Self::FutureDay(latest) => Message::new("roster-expect-past-day").with("latest", latest),
            Self::NotAnAddress => "roster-expect-email".into(),
            Self::Value(error) => Refusal::message(error),
            Self::BirthDisagrees(day) => Message::new("roster-expect-birth").with("day", day),
            Self::SexDisagrees(sex) => Message::new("roster-expect-sex").with("sex", sex),
            Self::OccupationNotOffered(offered)
            | Self::LevelNotOffered(offered)
            | Self::UnknownLevel(offered) => Message::new("roster-expect-offered").with("offered", offered),
            Self::UnknownClause(known) => Message::new("roster-expect-clause").with("known", known),
            Self::UnknownPoint => "roster-expect-point".into(),
            Self::PointOfOthers => "roster-expect-own-point".into(),
            Self::PersonTwice(row) => Message::new("roster-expect-person-once").with("row", row),
            Self::SerialTwice(row) => Message::new("roster-expect-serial-once").with("row", row),
            Self::AppliedElsewhere => "roster-expect-one-application".into(),
            Self::WithdrawnByApplicant => "roster-expect-not-withdrawn".into(),
            Self::SerialTaken => "roster-expect-free-serial".into(),
            Self::OtherName => "roster-expect-same-name".into(),
            Self::OtherPhone => "roster-expect-same-phone".into(),
            Self::NotSignedInPhone => "roster-expect-signed-in-phone".into(),
            Self::TooLate => "roster-expect-in-time".into(),
        }
    }

    /// What to do.
    #[must_use]
    pub fn cure(&self) -> Message {
        match self {
            Self::Heading(_) | Self::ExtraColumn => "roster-cure-template",
            Self::HeadingBelow(_) => "roster-cure-rows-above",
            Self::HeadingAside(_) => "roster-cure-columns-before",
            Self::BirthNeeded => "roster-cure-birth-day",
            Self::SameSitting(_) => "roster-cure-other-time",
            Self::Empty => "roster-cure-fill",
            Self::NotApplicable => "roster-cure-clear",
            Self::Formula => "roster-cure-paste-values",
            Self::LeadingSign => "roster-cure-remove-sign",
            Self::NumberTooLong => "roster-cure-text-cell",
            Self::TooLong(_) => "roster-cure-shorten",
            Self::NotInList(_)
            | Self::OccupationNotOffered(_)
            | Self::LevelNotOffered(_)
            | Self::UnknownLevel(_) => "roster-cure-choose",
            Self::NotANumber { .. } | Self::NotADay | Self::FutureDay(_) | Self::NotAnAddress => {
                "roster-cure-correct"
            }
            Self::Value(ValueError::Phone) => "roster-cure-phone",
            Self::Value(
                ValueError::NameEmpty
                | ValueError::NameLong
                | ValueError::NameControl
                | ValueError::NameFormula,
            ) => "roster-cure-name",
            Self::Value(_) | Self::BirthDisagrees(_) | Self::SexDisagrees(_) => {
                "roster-cure-compare-document"
            }
            Self::UnknownClause(_) => "roster-cure-clause",
            Self::UnknownPoint => "roster-cure-point",
            Self::PointOfOthers => "roster-cure-own-point",
            Self::PersonTwice(_) => "roster-cure-remove-row",
            Self::SerialTwice(_) | Self::SerialTaken => "roster-cure-serial",
            Self::WithdrawnByApplicant => "roster-cure-withdrawn",
            Self::AppliedElsewhere => "roster-cure-applied",
            Self::OtherName => "roster-cure-ask-person",
            Self::OtherPhone => "roster-cure-known-phone",
            Self::NotSignedInPhone => "roster-cure-sign-in",
            Self::TooLate => "roster-cure-next-batch",
        }
        .into()
    }
}

/// One wrong cell: where, what stands there, what should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Row of the sheet, the heading being 1.
    pub row: usize,
    /// What the column says of the applicant; none for a column of no template.
    pub field: Option<Field>,
    /// Heading of the column, or its letter number when it has none.
    pub column: String,
    /// What stands there; long numbers are masked.
    pub found: String,
    /// What is wrong.
    pub trouble: Trouble,
}
