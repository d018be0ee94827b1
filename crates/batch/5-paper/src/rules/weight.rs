//! What each item is worth: the weight of a range, shared out over its points.
use std::collections::BTreeMap;

use itembank::BlueprintPoint;
use kernel::Score;

use super::assembly::AssemblyRefused;

/// The whole paper in hundredths of a point, as the weights are hundredths of a percent.
///
/// Source: 国家职业技能标准, 「均实行百分制」 (http://m.qebk.com/jiaoyu/207944.html); that a column of its table of weights
/// (比重表) adds up to 100 is [own].
const WHOLE: i64 = 10_000;

/// The worth of every item of a form by its point: as many scores as the point has items in a form.
///
/// The weight of a third-level range (in hundredths of a percent of a paper of 100 points) is shared evenly over the
/// items of its points; the hundredths that are left go one each to the first items by code, so that a form is worth
/// exactly 100.00.
///
/// # Errors
/// [`AssemblyRefused::Weights`] when the ranges do not add up to 100, [`AssemblyRefused::Worthless`] when a range has
/// more items than hundredths.
pub fn item_points(points: &[BlueprintPoint]) -> Result<BTreeMap<String, Vec<Score>>, AssemblyRefused> {
    let mut ranges: BTreeMap<&str, (i64, BTreeMap<&str, i64>)> = BTreeMap::new();
    for point in points {
        let [_, _, range] = &point.ranges;
        let entry = ranges.entry(&range.code).or_insert((range.weight, BTreeMap::new()));
        entry.1.insert(&point.code, point.per_form);
    }
    let total: i64 = ranges.values().map(|(weight, _)| weight).sum();
    if total != WHOLE {
        return Err(AssemblyRefused::Weights(total));
    }
    let mut worth = BTreeMap::new();
    for (range, (weight, counts)) in ranges {
        let items: i64 = counts.values().sum();
        if items == 0 || weight < items {
            return Err(AssemblyRefused::Worthless(range.to_owned()));
        }
        let (share, mut left) = (weight / items, weight % items);
        for (code, count) in counts {
            let mut scores = Vec::new();
            for _ in 0..count {
                let extra = i64::from(left > 0);
                left -= extra;
                scores.push(Score(share + extra));
            }
            worth.insert(code.to_owned(), scores);
        }
    }
    Ok(worth)
}
