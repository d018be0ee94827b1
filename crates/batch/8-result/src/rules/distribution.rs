//! How scores are spread.
use kernel::Score;

/// Width of a bar, in hundredths of a point. Source: [own]; ten bars are read at a glance.
const WIDTH: i64 = 1000;

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
        let last = if self.to.0 == 10_000 { self.to } else { Score(self.to.0 - 1) };
        format!("{}–{}", self.from.short(), last.short())
    }
}

/// Ten bars from 0 to 100.
#[must_use]
pub fn distribution(scores: &[Score]) -> Vec<Bar> {
    (0..10)
        .map(|step| {
            let (from, to) = (Score(step * WIDTH), Score((step + 1) * WIDTH));
            let is_last = to.0 == 10_000;
            let inside = |score: &&Score| **score >= from && (**score < to || (is_last && **score == to));
            let count = i64::try_from(scores.iter().filter(inside).count()).unwrap_or(i64::MAX);
            Bar { from, to, count }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_score_is_in_exactly_one_bar() {
        let scores = [0, 999, 1000, 5999, 6000, 9999, 10_000].map(Score);
        let bars = distribution(&scores);
        let counts: Vec<i64> = bars.iter().map(|bar| bar.count).collect();
        assert_eq!(counts, [2, 1, 0, 0, 0, 1, 1, 0, 0, 2]);
        assert_eq!(bars[5].label(), "50–59.99");
        assert_eq!(bars[9].label(), "90–100");
    }
}
