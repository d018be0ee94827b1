//! Names of people.

use serde::{Deserialize, Serialize};

use crate::ValueError;
use crate::text_value::text_value;

/// A person's name as the ID document spells it: 1 to 60 characters, inner `·` and blanks kept.
///
/// Look-alike and rare characters are not refused: a reviewer compares the name with the document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`ValueError::NameFormula`] when the first character (a tab or return counts) is one that
    /// spreadsheets run as a formula, half or full width; [`ValueError::NameControl`],
    /// [`ValueError::NameEmpty`], [`ValueError::NameLong`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        // A leading tab or return is looked for before trimming would hide it.
        if text.starts_with(['\t', '\r']) || text.trim().starts_with(starts_formula) {
            return Err(ValueError::NameFormula);
        }
        let name = text.trim();
        if name.is_empty() {
            return Err(ValueError::NameEmpty);
        }
        if name.chars().any(is_hidden) {
            return Err(ValueError::NameControl);
        }
        if name.chars().count() > 60 {
            return Err(ValueError::NameLong);
        }
        Ok(Self(name.to_owned()))
    }
}

text_value!(PersonName);

/// Signs a spreadsheet takes for the start of a formula, with their full-width and small forms and
/// the minus sign, which some programs fold to the plain ones.
/// Source: OWASP, CSV Injection (list of leading characters).
fn starts_formula(first: char) -> bool {
    matches!(
        first,
        '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫' | '\u{2212}'
    )
}

/// Control characters, and the invisible ones that join, hide or turn the text around them.
/// Variation selectors stay allowed: they choose the glyph of rare characters in names.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00AD}'
                | '\u{061C}'
                | '\u{180E}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
        )
}
