//! Where an organisation stands in the tree.

use serde::{Deserialize, Serialize};

use crate::ValueError;
use crate::text_value::text_value;

/// The place of an organisation in the tree of organisations, as `/province/nancheng`. A path
/// contains itself and everything below it; grants are given over paths.
///
/// Segments are small ASCII letters, digits and hyphens; at most 200 characters in all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(try_from = "String", into = "String")]
#[sqlx(transparent)]
pub struct OrgPath(String);

impl OrgPath {
    /// Reads a path.
    ///
    /// # Errors
    /// [`ValueError::OrgPath`].
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let segments = text.strip_prefix('/').ok_or(ValueError::OrgPath)?;
        let fits = text.len() <= 200 && segments.split('/').all(is_segment);
        if fits { Ok(Self(text.to_owned())) } else { Err(ValueError::OrgPath) }
    }

    /// Whether `other` is this organisation or one below it. Whole segments are compared:
    /// `/province/nan` does not contain `/province/nancheng`.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The organisation one step up; none above the root.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (above, _) = self.0.rsplit_once('/')?;
        (!above.is_empty()).then(|| Self(above.to_owned()))
    }

    /// The path of the child with this segment.
    ///
    /// # Errors
    /// [`ValueError::OrgPath`] if the segment is not one.
    pub fn child(&self, segment: &str) -> Result<Self, ValueError> {
        Self::parse(&format!("{}/{segment}", self.0))
    }
}

text_value!(OrgPath);

fn is_segment(segment: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !segment.is_empty() && segment.bytes().all(allowed)
}
