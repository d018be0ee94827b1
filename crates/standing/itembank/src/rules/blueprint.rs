//! The blueprint (鉴定要素细目表): assessment points in three levels of ranges, with weights.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{
    mistake::{Fault, Mistake},
    sheet::{RowReader, Sheet, SheetRow, hundredths, whole},
};

/// Headings of the blueprint template, in order; the last may be missing and then counts as 1.
pub const HEADINGS: &[&str] = &[
    "鉴定范围一级代码",
    "鉴定范围一级名称",
    "一级比重",
    "鉴定范围二级代码",
    "二级名称",
    "二级比重",
    "鉴定范围三级代码",
    "三级名称",
    "三级比重",
    "鉴定点代码",
    "鉴定点名称",
    "重要程度(X/Y/Z)",
    "每卷题数",
];

/// Headings of code, name and weight of the three levels of ranges, widest first.
const RANGES: [[&str; 3]; 3] = [
    ["鉴定范围一级代码", "鉴定范围一级名称", "一级比重"],
    ["鉴定范围二级代码", "二级名称", "二级比重"],
    ["鉴定范围三级代码", "三级名称", "三级比重"],
];

/// The whole paper, in hundredths of a percent.
///
/// Source: the weights are those of the standard's 比重表 (https://360docs.net/doc/7a18633908.html); that each of its
/// columns adds up to 100 is [own].
const WHOLE: i64 = 10_000;
/// Longest code and longest name, in characters.
///
/// Source: [own].
const CODE_MAX: usize = 32;
/// Longest name, in characters.
///
/// Source: [own].
const NAME_MAX: usize = 100;

/// A range of the blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueprintRange {
    /// Its code, the path of the ranges above included: `B-F-A`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its share of the whole paper, in hundredths of a percent.
    pub weight: i64,
}

impl BlueprintRange {
    /// Its share as people write it: `12.5`.
    #[must_use]
    pub fn weight_text(&self) -> String {
        percent(self.weight)
    }
}

/// An assessment point (鉴定点): the smallest thing an item can be about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlueprintPoint {
    /// Its code, the path of its ranges included: `B-F-A-003`.
    pub code: String,
    /// Its name.
    pub name: String,
    /// 重要程度: X (core), Y (general) or Z (supporting).
    pub importance: String,
    /// How many items of it stand in each form.
    pub per_form: i64,
    /// The three ranges it lies in, widest first.
    pub ranges: [BlueprintRange; 3],
}

/// Reads the points of a sheet, in its order.
///
/// # Errors
/// Every mistake of every row, by row.
pub fn read_blueprint(sheet: &Sheet) -> Result<Vec<BlueprintPoint>, Vec<Mistake>> {
    let body = sheet.body(HEADINGS, 1)?;
    let mut mistakes = Vec::new();
    let mut points: Vec<(usize, BlueprintPoint)> = Vec::with_capacity(body.len());
    let mut codes = HashMap::new();
    for row in body {
        let Some(point) = read_point(row, &mut mistakes) else { continue };
        if let Some(first) = codes.insert(point.code.clone(), row.row) {
            RowReader::new(HEADINGS, row, &mut mistakes).refuse("鉴定点代码", Fault::Twice(first));
        }
        points.push((row.row, point));
    }
    if body.is_empty() {
        mistakes.push(Mistake::new(2, "鉴定点代码", "", Fault::Empty));
    }
    if mistakes.is_empty() {
        check_ranges(&points, &mut mistakes);
    }
    if mistakes.is_empty() { Ok(points.into_iter().map(|(_, point)| point).collect()) } else { Err(mistakes) }
}

fn read_point(row: &SheetRow, mistakes: &mut Vec<Mistake>) -> Option<BlueprintPoint> {
    let before = mistakes.len();
    let mut reader = RowReader::new(HEADINGS, row, mistakes);
    let mut above: Option<String> = None;
    let ranges = RANGES.map(|[code_heading, name_heading, weight_heading]| {
        let code = read_code(&mut reader, code_heading, above.as_deref());
        let name = reader.required(name_heading, NAME_MAX).to_owned();
        let weight = reader.value(weight_heading, Fault::Percent, |text| {
            hundredths(text).filter(|weight| (1..=WHOLE).contains(weight))
        });
        above = Some(code.clone());
        BlueprintRange { code, name, weight: weight.unwrap_or_default() }
    });
    let code = read_code(&mut reader, "鉴定点代码", above.as_deref());
    let name = reader.required("鉴定点名称", NAME_MAX).to_owned();
    let importance = reader.value("重要程度(X/Y/Z)", Fault::NotOneOf("X / Y / Z"), |text| {
        ["X", "Y", "Z"].contains(&text).then(|| text.to_owned())
    });
    let per_form = match reader.text("每卷题数") {
        "" => Some(1),
        _ => reader.value("每卷题数", Fault::Number, |text| whole(text).filter(|count| *count <= 100)),
    };
    let point = BlueprintPoint { code, name, importance: importance?, per_form: per_form?, ranges };
    (mistakes.len() == before).then_some(point)
}

fn read_code(reader: &mut RowReader<'_>, heading: &str, above: Option<&str>) -> String {
    let code = reader.required(heading, CODE_MAX);
    let below =
        |above: &str| code.strip_prefix(above).is_some_and(|rest| rest.len() > 1 && rest.starts_with('-'));
    if let Some(above) = above.filter(|above| !code.is_empty() && !below(above)) {
        reader.refuse(heading, Fault::NotBelow(above.to_owned()));
    }
    code.to_owned()
}

/// A range says the same wherever it stands, and the weights below it add up to its own.
fn check_ranges(points: &[(usize, BlueprintPoint)], mistakes: &mut Vec<Mistake>) {
    let mut known: BTreeMap<&str, (usize, usize, &BlueprintRange)> = BTreeMap::new();
    for (row, point) in points {
        for (level, range) in point.ranges.iter().enumerate() {
            let (first, _, seen) = *known.entry(&range.code).or_insert((*row, level, range));
            let Some([_, name_heading, weight_heading]) = RANGES.get(level) else { continue };
            if seen.name != range.name {
                mistakes.push(Mistake::new(*row, name_heading, &range.name, Fault::Differs(first)));
            }
            if seen.weight != range.weight {
                mistakes.push(Mistake::new(
                    *row,
                    weight_heading,
                    &percent(range.weight),
                    Fault::Differs(first),
                ));
            }
        }
    }
    let sum_of = |level: usize, above: &str| {
        let below = known.values().filter(|(_, other, range)| {
            *other == level && (above.is_empty() || range.code.starts_with(&format!("{above}-")))
        });
        below.map(|(_, _, range)| range.weight).sum::<i64>()
    };
    for (row, level, range) in known.values() {
        let sum = sum_of(level + 1, &range.code);
        if *level + 1 < RANGES.len() && sum != range.weight {
            let heading = RANGES.get(*level).map_or("", |[_, _, weight]| weight);
            mistakes.push(Mistake::new(*row, heading, &percent(range.weight), Fault::Sum(percent(sum))));
        }
    }
    let total = sum_of(0, "");
    if total != WHOLE {
        let first = points.first().map_or(2, |(row, _)| *row);
        mistakes.push(Mistake::new(first, "一级比重", &percent(WHOLE), Fault::Sum(percent(total))));
    }
    mistakes.sort_by(|one, other| one.row.cmp(&other.row).then_with(|| one.field.cmp(&other.field)));
}

/// A weight as people write it: `12.5`.
fn percent(weight: i64) -> String {
    let text = format!("{}.{:02}", weight / 100, weight % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The codes of the points.
#[must_use]
pub fn codes(points: &[BlueprintPoint]) -> BTreeSet<String> {
    points.iter().map(|point| point.code.clone()).collect()
}
