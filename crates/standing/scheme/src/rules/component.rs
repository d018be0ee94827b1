//! The parts of an examination and how the scores of several examiners become one.
use kernel::{LevelCode, Score};
use serde::{Deserialize, Serialize};

use super::dated::Validity;
use crate::{ComponentId, StandardId};

/// What a component examines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ComponentKind {
    /// 理论知识.
    Theory,
    /// 操作技能.
    Practical,
    /// 综合评审.
    Panel,
    /// Another method of an organisation's own.
    Other,
}

impl ComponentKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Theory, Self::Practical, Self::Panel, Self::Other];

    /// Stored code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Theory => "theory",
            Self::Practical => "practical",
            Self::Panel => "panel",
            Self::Other => "other",
        }
    }
}

/// How a component is sat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Delivery {
    /// On paper in an exam room.
    Paper,
    /// On a computer.
    Computer,
    /// At a workplace or before a panel.
    OnSite,
}

impl Delivery {
    /// Every delivery.
    pub const ALL: [Self; 3] = [Self::Paper, Self::Computer, Self::OnSite];
}

/// How a component gets its score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Scoring {
    /// Answers against a key.
    Objective,
    /// Each examiner's score, sealed until all are in.
    SealedScores,
}

impl Scoring {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Objective, Self::SealedScores];
}

/// How several scores become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Combination {
    /// There is only one.
    Single,
    /// The mean of all.
    Mean,
    /// The mean without one highest and one lowest.
    TrimmedMean,
}

impl Combination {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Single, Self::Mean, Self::TrimmedMean];
}

/// To what the combined score is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Rounding {
    /// To the hundredth of a point, halves up.
    HundredthHalfUp,
    /// To the whole point, halves up.
    WholeHalfUp,
}

impl Rounding {
    /// Every rounding.
    pub const ALL: [Self; 2] = [Self::HundredthHalfUp, Self::WholeHalfUp];

    /// The mean of the scores, rounded once; none of no scores.
    fn mean(self, scores: &[Score]) -> Option<Score> {
        match self {
            Self::HundredthHalfUp => Score::mean(scores),
            Self::WholeHalfUp => {
                let count = i64::try_from(scores.len()).ok().filter(|count| *count > 0)?;
                let sum: i64 = scores.iter().map(|score| score.0).sum();
                Some(Score((2 * sum + 100 * count).div_euclid(200 * count) * 100))
            }
        }
    }
}

/// One part of the examination of a standard at one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Component {
    /// Its id.
    pub id: ComponentId,
    /// The standard it belongs to.
    pub standard_id: StandardId,
    /// The level it examines.
    pub level_code: LevelCode,
    /// What it examines.
    pub kind: ComponentKind,
    /// Its place among the parts, 1 first.
    pub position: i64,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// How it is usually sat; a batch may choose otherwise.
    pub delivery: Delivery,
    /// Length in minutes, for a panel per person.
    pub minutes: i64,
    /// Percent in the figure of an organisation that adds the parts up. It never lets one part make
    /// up for another.
    pub weight_percent: i64,
    /// The score that passes this part.
    pub pass_mark: Score,
    /// How it gets its score.
    pub scoring: Scoring,
    /// How many examiners score each candidate; 0 where answers meet a key.
    pub examiners: i64,
    /// How several scores become one.
    pub combination: Combination,
    /// To what the combined score is rounded.
    pub rounding: Rounding,
    /// Two scores this far apart call for another examiner; none where that is not done.
    pub third_on_difference: Option<Score>,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

/// Why a component's row cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ComponentRefused {
    /// A panel is odd, so that a vote cannot be tied, and has at least three members; a standard may
    /// ask for more. Source: https://ks.shangxueba.com/zn/3FjtIxpI.html (综合评审委员不少于3人且为单数).
    #[error("a panel has an odd number of members, at least 3, not {0}")]
    PanelSize(i64),
    /// Sealed scores need somebody who gives them.
    #[error("sealed scores need at least one examiner")]
    NoExaminer,
    /// A trimmed mean of two scores would be a mean of none.
    #[error("a mean without the highest and the lowest needs at least 3 examiners, not {0}")]
    TooFewToTrim(i64),
    /// One score is only enough where one examiner gives it.
    #[error("{0} scores must be combined")]
    NotCombined(i64),
    /// A length is positive.
    #[error("a component lasts at least a minute")]
    NoTime,
    /// The scale ends at 100.
    #[error("a pass mark is from 0 to 100")]
    PassMark,
}

impl Component {
    /// Whether the row makes sense.
    ///
    /// # Errors
    /// The first thing that does not.
    pub fn check(&self) -> Result<(), ComponentRefused> {
        if self.minutes < 1 {
            return Err(ComponentRefused::NoTime);
        }
        if !(0..=10_000).contains(&self.pass_mark.0) {
            return Err(ComponentRefused::PassMark);
        }
        if self.kind == ComponentKind::Panel && (self.examiners < 3 || self.examiners % 2 == 0) {
            return Err(ComponentRefused::PanelSize(self.examiners));
        }
        if self.scoring == Scoring::SealedScores && self.examiners < 1 {
            return Err(ComponentRefused::NoExaminer);
        }
        match self.combination {
            Combination::TrimmedMean if self.examiners < 3 => {
                Err(ComponentRefused::TooFewToTrim(self.examiners))
            }
            Combination::Single if self.examiners > 1 => Err(ComponentRefused::NotCombined(self.examiners)),
            Combination::TrimmedMean | Combination::Single | Combination::Mean => Ok(()),
        }
    }

    /// One score out of several, rounded once at the end; none when there are too few for the way
    /// they are combined, or, where there is to be only one, too many.
    #[must_use]
    pub fn combine(&self, scores: &[Score]) -> Option<Score> {
        let mut sorted = scores.to_vec();
        sorted.sort_unstable();
        let counted = match self.combination {
            Combination::Single => (sorted.len() == 1).then_some(sorted.as_slice()),
            Combination::Mean => Some(sorted.as_slice()),
            Combination::TrimmedMean => sorted.get(1..sorted.len().saturating_sub(1)),
        }?;
        self.rounding.mean(counted)
    }

    /// Whether the scores lie so far apart that another examiner is called.
    #[must_use]
    pub fn needs_another(&self, scores: &[Score]) -> bool {
        let spread = scores.iter().max().zip(scores.iter().min()).map(|(high, low)| high.0 - low.0);
        self.third_on_difference.zip(spread).is_some_and(|(limit, spread)| spread >= limit.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Confidence;

    fn panel() -> Component {
        Component {
            id: "panel".into(),
            standard_id: "s".into(),
            level_code: LevelCode::parse("2").unwrap(),
            kind: ComponentKind::Panel,
            position: 3,
            name_zh: String::new(),
            name_en: String::new(),
            delivery: Delivery::OnSite,
            minutes: 30,
            weight_percent: 100,
            pass_mark: Score(6000),
            scoring: Scoring::SealedScores,
            examiners: 5,
            combination: Combination::Mean,
            rounding: Rounding::HundredthHalfUp,
            third_on_difference: None,
            validity: Validity {
                valid_from: kernel::Day::EPOCH,
                valid_to: None,
                source: String::new(),
                confidence: Confidence::D,
            },
        }
    }

    fn points(all: &[&str]) -> Vec<Score> {
        all.iter().map(|text| Score::parse(text).unwrap()).collect()
    }

    #[test]
    fn scores_become_one_by_the_row_and_are_rounded_once() {
        let five = points(&["58", "57", "61", "55", "59"]);
        assert_eq!(panel().combine(&five), Some(Score(5800)));
        let thirds = points(&["60", "60", "59"]);
        assert_eq!(panel().combine(&thirds), Some(Score(5967)));
        let whole = Component { rounding: Rounding::WholeHalfUp, ..panel() };
        assert_eq!(whole.combine(&points(&["59", "60"])), Some(Score(6000)));
        assert_eq!(whole.combine(&points(&["59", "59.98"])), Some(Score(5900)));
        let trimmed = Component { combination: Combination::TrimmedMean, ..panel() };
        assert_eq!(trimmed.combine(&points(&["0", "70", "71", "72", "100"])), Some(Score(7100)));
        assert_eq!(trimmed.combine(&points(&["70", "71"])), None);
        let single = Component { combination: Combination::Single, ..panel() };
        assert_eq!(single.combine(&five), None);
        assert_eq!(single.combine(&[Score(6000)]), Some(Score(6000)));
        assert_eq!(panel().combine(&[]), None);
    }

    #[test]
    fn two_scores_far_apart_call_for_another_examiner_only_where_the_row_says_so() {
        let far = points(&["60", "75"]);
        assert!(!panel().needs_another(&far));
        let strict = |limit| Component { third_on_difference: Some(Score(limit)), ..panel() };
        assert!(strict(1500).needs_another(&far));
        assert!(!strict(1501).needs_another(&far));
        assert!(!strict(1).needs_another(&[]));
    }

    #[test]
    fn rows_that_make_no_sense_are_refused() {
        assert_eq!(panel().check(), Ok(()));
        for size in [1, 2, 4] {
            let even = Component { examiners: size, ..panel() };
            assert_eq!(even.check(), Err(ComponentRefused::PanelSize(size)));
        }
        let practical = Component { kind: ComponentKind::Practical, examiners: 2, ..panel() };
        assert_eq!(practical.check(), Ok(()));
        let trimmed = Component { combination: Combination::TrimmedMean, ..practical.clone() };
        assert_eq!(trimmed.check(), Err(ComponentRefused::TooFewToTrim(2)));
        let single = Component { combination: Combination::Single, ..practical.clone() };
        assert_eq!(single.check(), Err(ComponentRefused::NotCombined(2)));
        let nobody = Component { examiners: 0, ..practical.clone() };
        assert_eq!(nobody.check(), Err(ComponentRefused::NoExaminer));
        let short = Component { minutes: 0, ..practical.clone() };
        assert_eq!(short.check(), Err(ComponentRefused::NoTime));
        let steep = Component { pass_mark: Score(10_001), ..practical };
        assert_eq!(steep.check(), Err(ComponentRefused::PassMark));
    }
}
