//! A value of a row, whichever engine it goes to.
use std::borrow::Cow;

use kernel::UnixMicros;

/// What a column may hold in the house dialect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'a> {
    /// A whole number, or none.
    Number(Option<i64>),
    /// A text, or none.
    Text(Option<Cow<'a, str>>),
    /// Yes or no.
    Truth(bool),
}

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value<'_> {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<UnixMicros> for Value<'_> {
    fn from(at: UnixMicros) -> Self {
        Self::Number(Some(at.get()))
    }
}

impl From<Option<UnixMicros>> for Value<'_> {
    fn from(at: Option<UnixMicros>) -> Self {
        Self::Number(at.map(UnixMicros::get))
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Some(Cow::Borrowed(text)))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Some(Cow::Owned(text)))
    }
}

impl From<Option<String>> for Value<'_> {
    fn from(text: Option<String>) -> Self {
        Self::Text(text.map(Cow::Owned))
    }
}

impl<'a> From<Option<&'a str>> for Value<'a> {
    fn from(text: Option<&'a str>) -> Self {
        Self::Text(text.map(Cow::Borrowed))
    }
}

impl From<bool> for Value<'_> {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}
