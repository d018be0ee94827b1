//! How scores are spread, and how results differ between places. All figures are counted from the rows of
//! one batch; a share is in tenths of a percent, rounded half up, so that no figure is a float.
use std::collections::BTreeMap;

use assessment::PartOutcome;
use kernel::{LevelCode, OccupationCode, OrgPath, Score};
use scheme::ComponentKind;

use super::Outcome;

/// Width of a bar, in hundredths of a point. Source: [own]; ten bars are read at a glance.
const WIDTH: i64 = 1000;
/// Bars of a chart. Source: [own]; as many as fill the scale.
pub const BARS: i64 = 10;

/// The results of one occupation, level and registration point in figures.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Tally {
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Who was admitted.
    pub admitted: i64,
    /// Who has a score in at least one part.
    pub present: i64,
    /// Who passed.
    pub pass: i64,
    /// Who did not.
    pub fail: i64,
    /// Who was absent from a part.
    pub absent: i64,
}

/// How many scores lie in one tenth of the scale.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Band {
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// Registration point.
    pub point_path: OrgPath,
    /// Kind of part.
    pub kind: ComponentKind,
    /// 0 for 0 to 9.99, 9 for 90 to 100.
    pub band: i64,
    /// How many.
    pub scores: i64,
    /// Their sum, in hundredths of a point.
    pub sum_centi: i64,
}

/// One bar: how many scores lie in `[from, to)`; the last one takes the full score as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// First score inside.
    pub from: Score,
    /// First score above; in the last bar the full score, which is inside.
    pub to: Score,
    /// How many.
    pub count: i64,
}

impl Bar {
    /// The bar's range as people write it.
    #[must_use]
    pub fn label(&self) -> String {
        let last = if self.to.0 == BARS * WIDTH { self.to } else { Score(self.to.0 - 1) };
        format!("{}–{}", self.from.short(), last.short())
    }
}

/// In which bar a score lies.
#[must_use]
pub fn band(score: Score) -> i64 {
    (score.0 / WIDTH).clamp(0, BARS - 1)
}

/// The bars of some bands, and the mean of their scores.
#[must_use]
pub fn bars<'a>(bands: impl Iterator<Item = &'a Band>) -> (Vec<Bar>, Option<Score>) {
    let mut counts: BTreeMap<i64, i64> = BTreeMap::new();
    let (mut scores, mut sum) = (0, 0);
    for one in bands {
        *counts.entry(one.band).or_default() += one.scores;
        scores += one.scores;
        sum += one.sum_centi;
    }
    let bar = |step: i64| Bar {
        from: Score(step * WIDTH),
        to: Score((step + 1) * WIDTH),
        count: counts.get(&step).copied().unwrap_or_default(),
    };
    let mean = (scores > 0).then(|| Score((2 * sum + scores).div_euclid(2 * scores)));
    ((0..BARS).map(bar).collect(), mean)
}

/// A part of a whole in tenths of a percent; none of nothing.
#[must_use]
pub fn share(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (2000 * part + whole).div_euclid(2 * whole))
}

/// Tenths of a percent as people write them.
#[must_use]
pub fn percent(tenths: i64) -> String {
    let sign = if tenths < 0 { "−" } else { "" };
    format!("{sign}{}.{}", tenths.abs() / 10, tenths.abs() % 10)
}

/// What is counted of one candidate.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// Occupation.
    pub occupation: &'a OccupationCode,
    /// Level.
    pub level: &'a LevelCode,
    /// Registration point.
    pub point: &'a OrgPath,
    /// Decision.
    pub outcome: Outcome,
    /// Kind and score of each part.
    pub parts: &'a [(ComponentKind, PartOutcome)],
}

/// Counts everybody: by occupation, level and point, and by tenth of the scale.
#[must_use]
pub fn count<'a>(all: impl Iterator<Item = Counted<'a>>) -> (Vec<Tally>, Vec<Band>) {
    type Place<'a> = (&'a OccupationCode, &'a LevelCode, &'a OrgPath);
    let mut tallies: BTreeMap<Place<'a>, Tally> = BTreeMap::new();
    let mut bands: BTreeMap<(Place<'a>, ComponentKind, i64), Band> = BTreeMap::new();
    for one in all {
        let place = (one.occupation, one.level, one.point);
        let tally = tallies.entry(place).or_insert_with(|| Tally {
            occupation_code: one.occupation.clone(),
            level_code: one.level.clone(),
            point_path: one.point.clone(),
            admitted: 0,
            present: 0,
            pass: 0,
            fail: 0,
            absent: 0,
        });
        tally.admitted += 1;
        tally.present += i64::from(one.parts.iter().any(|(_, outcome)| outcome.score().is_some()));
        match one.outcome {
            Outcome::Pass => tally.pass += 1,
            Outcome::Fail => tally.fail += 1,
            Outcome::Absent => tally.absent += 1,
        }
        for (kind, score) in one.parts.iter().filter_map(|(kind, outcome)| Some((*kind, outcome.score()?))) {
            let band = band(score);
            let counted = bands.entry((place, kind, band)).or_insert_with(|| Band {
                occupation_code: one.occupation.clone(),
                level_code: one.level.clone(),
                point_path: one.point.clone(),
                kind,
                band,
                scores: 0,
                sum_centi: 0,
            });
            counted.scores += 1;
            counted.sum_centi += score.0;
        }
    }
    (tallies.into_values().collect(), bands.into_values().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_is_in_exactly_one_bar() {
        let scores = [0, 999, 1000, 5999, 6000, 9999, 10_000].map(Score);
        let point = OrgPath::parse("/a/b").unwrap();
        let (occupation, level) =
            (OccupationCode::parse("4-07-03-04").unwrap(), LevelCode::parse("3").unwrap());
        let parts = scores.map(|score| [(ComponentKind::Theory, PartOutcome::Scored(score))]);
        let all = parts.iter().map(|parts| Counted {
            occupation: &occupation,
            level: &level,
            point: &point,
            outcome: Outcome::Pass,
            parts,
        });
        let (tallies, bands) = count(all);
        assert_eq!((tallies.len(), tallies[0].admitted, tallies[0].present), (1, 7, 7));
        let (bars, mean) = bars(bands.iter());
        let counts: Vec<i64> = bars.iter().map(|bar| bar.count).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0, 1, 1, 0, 0, 2]);
        assert_eq!(bars[5].label(), "50–59.99");
        assert_eq!(bars[9].label(), "90–100");
        // 33,997 hundredths by seven: 4,856.71.
        assert_eq!(mean, Some(Score(4857)));
        assert_eq!(super::bars([].iter()).1, None);
    }

    #[test]
    fn who_missed_one_part_was_present_and_did_not_pass() {
        let point = OrgPath::parse("/a/b").unwrap();
        let (occupation, level) =
            (OccupationCode::parse("4-07-03-04").unwrap(), LevelCode::parse("3").unwrap());
        let one = |outcome, parts| Counted {
            occupation: &occupation,
            level: &level,
            point: &point,
            outcome,
            parts,
        };
        let came = [
            (ComponentKind::Theory, PartOutcome::Scored(Score(9000))),
            (ComponentKind::Practical, PartOutcome::Absent),
        ];
        let stayed =
            [(ComponentKind::Theory, PartOutcome::Absent), (ComponentKind::Practical, PartOutcome::Absent)];
        let (tallies, _) =
            count([one(Outcome::Absent, &came[..]), one(Outcome::Absent, &stayed[..])].into_iter());
        assert_eq!((tallies[0].admitted, tallies[0].present, tallies[0].absent), (2, 1, 2));
    }

    #[test]
    fn a_share_is_rounded_once_and_nothing_has_none() {
        assert_eq!(share(1, 3), Some(333));
        assert_eq!(share(2, 3), Some(667));
        assert_eq!(share(0, 5), Some(0));
        assert_eq!(share(5, 5), Some(1000));
        assert_eq!(share(0, 0), None);
        assert_eq!((percent(1000), percent(5), percent(-33)), ("100.0".into(), "0.5".into(), "−3.3".into()));
    }
}
