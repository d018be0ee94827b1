//! The rail: nine stages of a batch, the navigation of everything inside it.
use askama::Template;

use crate::{Markup, PageResult, Words};

/// How a stage stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopState {
    /// Not begun.
    Ahead,
    /// Under way.
    Now,
    /// Past its deadline and not done.
    Late,
    /// Done.
    Done,
}

impl StopState {
    /// Class of the stylesheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Ahead => "ahead",
            Self::Now => "now",
            Self::Late => "late",
            Self::Done => "done",
        }
    }

    /// Whether the deadline has passed: said in words too, because colour alone says it to some only.
    #[must_use]
    pub fn is_late(self) -> bool {
        self == Self::Late
    }
}

/// One of the nine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// 1 to 9.
    pub number: usize,
    /// Name in the visitor's language.
    pub name: String,
    /// Where it leads.
    pub href: String,
    /// How it stands.
    pub state: StopState,
    /// A count or a date in words.
    pub note: String,
}

#[derive(Template)]
#[template(path = "rail.html")]
struct RailTemplate<'a> {
    t: Words,
    stops: &'a [Stop],
    current: usize,
}

/// Renders the rail; `current` is the stage of this page (0 for none).
///
/// # Errors
/// When the template cannot be rendered.
pub fn rail(t: Words, stops: &[Stop], current: usize) -> PageResult<Markup> {
    crate::fragment(&RailTemplate { t, stops, current })
}
