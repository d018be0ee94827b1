//! What is said of one candidate in one part.
use kernel::Score;
use serde::Serialize;
use web::Message;

/// What is said of one candidate in one part: a score, or that they did not come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub enum PartOutcome {
    /// They were there and have this score.
    Scored(Score),
    /// They did not come.
    Absent,
}

impl PartOutcome {
    /// The stored word.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Self::Scored(_) => "scored",
            Self::Absent => "absent",
        }
    }

    /// The score, if they were there.
    #[must_use]
    pub fn score(self) -> Option<Score> {
        match self {
            Self::Scored(score) => Some(score),
            Self::Absent => None,
        }
    }

    /// The text a digest is made of.
    #[must_use]
    pub fn text(self) -> String {
        self.score().map_or_else(|| "absent".to_owned(), |score| score.to_string())
    }
}

/// A row without a score says that the candidate was absent.
impl From<Option<Score>> for PartOutcome {
    fn from(score: Option<Score>) -> Self {
        score.map_or(Self::Absent, Self::Scored)
    }
}

/// Reads one cell of a score table: a score, a tick at "absent", or nothing yet.
///
/// # Errors
/// The sentence: no score of 0 to 100 with at most two decimals, or a score and a tick.
pub fn read_cell(score: &str, absent: bool) -> Result<Option<PartOutcome>, Message> {
    if score.is_empty() {
        return Ok(absent.then_some(PartOutcome::Absent));
    }
    if absent {
        return Err("assessment-score-and-absent".into());
    }
    Score::parse(score)
        .map(|score| Some(PartOutcome::Scored(score)))
        .map_err(|error| Message::new(error.key()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_a_score_a_tick_or_nothing_and_never_both() {
        assert_eq!(read_cell("84.5", false), Ok(Some(PartOutcome::Scored(Score(8450)))));
        assert_eq!(read_cell("0", false), Ok(Some(PartOutcome::Scored(Score(0)))));
        assert_eq!(read_cell("", true), Ok(Some(PartOutcome::Absent)));
        assert_eq!(read_cell("", false), Ok(None));
        assert_eq!(read_cell("84", true).map_err(|message| message.key), Err("assessment-score-and-absent"));
        for wrong in ["101", "-1", "8O", "84.555", "八十"] {
            assert_eq!(read_cell(wrong, false).map_err(|message| message.key), Err("value-score"), "{wrong}");
        }
    }
}
