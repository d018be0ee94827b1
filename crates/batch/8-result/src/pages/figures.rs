//! The results of a batch in figures: by level, by registration point, and how the scores are spread.
use std::collections::BTreeMap;

use plan::{BatchComponent, BatchLevel, BatchPoint};
use scheme::ComponentKind;
use web::Words;

use super::list::{self, ListQuery};
use crate::rules::{Band, Bar, Tally, bars, percent, share};

/// Height of the highest bar of a chart, in the units of its drawing.
const HEIGHT: i64 = 100;
/// Where the bars stand.
const BASE: i64 = 114;
/// Width of a bar with its gap.
const STEP: i64 = 30;
/// Space beside the bars.
const EDGE: i64 = 10;

/// A row of figures.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    pub name: String,
    /// What the filter calls it.
    pub value: String,
    pub admitted: i64,
    pub present: i64,
    pub pass: i64,
    pub fail: i64,
    pub absent: i64,
    /// How much larger its share of passes is than that of all rows together, in tenths of a percent.
    pub apart: Option<i64>,
}

impl Figures {
    fn add(&mut self, tally: &Tally) {
        self.admitted += tally.admitted;
        self.present += tally.present;
        self.pass += tally.pass;
        self.fail += tally.fail;
        self.absent += tally.absent;
    }

    fn pass_tenths(&self) -> Option<i64> {
        share(self.pass, self.present)
    }

    /// Who came, of those admitted.
    pub fn present_share(&self) -> String {
        share(self.present, self.admitted)
            .map_or_else(|| "—".to_owned(), |tenths| format!("{} %", percent(tenths)))
    }

    /// Who passed, of those who came.
    pub fn pass_share(&self) -> String {
        self.pass_tenths().map_or_else(|| "—".to_owned(), |tenths| format!("{} %", percent(tenths)))
    }

    /// The difference with its sign.
    pub fn apart_text(&self) -> String {
        match self.apart {
            None => "—".to_owned(),
            Some(tenths) if tenths > 0 => format!("+{}", percent(tenths)),
            Some(tenths) => percent(tenths),
        }
    }
}

/// All tallies of a list together.
pub fn all<'a>(tallies: impl Iterator<Item = &'a Tally>) -> Figures {
    let mut all = Figures::default();
    tallies.for_each(|tally| all.add(tally));
    all
}

fn group<'a>(
    tallies: impl Iterator<Item = &'a Tally>,
    place: impl Fn(&Tally) -> (String, String),
) -> Vec<Figures> {
    let mut rows: BTreeMap<String, Figures> = BTreeMap::new();
    let mut whole = Figures::default();
    for tally in tallies {
        let (value, name) = place(tally);
        let row = rows.entry(value.clone()).or_insert_with(|| Figures { name, value, ..Figures::default() });
        row.add(tally);
        whole.add(tally);
    }
    let mean = whole.pass_tenths();
    let mut rows: Vec<Figures> = rows.into_values().collect();
    for row in &mut rows {
        row.apart = row.pass_tenths().zip(mean).map(|(own, mean)| own - mean);
    }
    rows
}

/// By occupation and level.
pub fn by_level<'a>(
    tallies: impl Iterator<Item = &'a Tally>,
    levels: &[BatchLevel],
    t: Words,
) -> Vec<Figures> {
    group(tallies, |tally| {
        let value = format!("{}/{}", tally.occupation_code, tally.level_code);
        (value, list::level_name(levels, &tally.occupation_code, &tally.level_code, t))
    })
}

/// By registration point: each stands for a city.
pub fn by_point<'a>(
    tallies: impl Iterator<Item = &'a Tally>,
    points: &[BatchPoint],
    t: Words,
) -> Vec<Figures> {
    group(tallies, |tally| (tally.point_path.to_string(), list::point_name(points, &tally.point_path, t)))
}

/// One bar of a chart, drawn.
pub struct Drawn {
    pub label: String,
    pub count: i64,
    pub share: String,
    pub left: i64,
    pub top: i64,
    pub height: i64,
    pub middle: i64,
    pub above: i64,
}

/// How the scores of one kind of part are spread.
pub struct Chart {
    pub name_key: &'static str,
    pub bars: Vec<Drawn>,
    pub scores: i64,
    pub mean: String,
    /// Where the axis is marked, and with what.
    pub ticks: Vec<(i64, i64)>,
    /// The pass mark and where it stands, where all parts of the kind have the same.
    pub mark: Option<(i64, i64)>,
}

/// Where a score of whole points lies on the axis.
fn at(points: i64) -> i64 {
    points * STEP / 10 + EDGE
}

fn draw(bars: Vec<Bar>) -> Vec<Drawn> {
    let scores: i64 = bars.iter().map(|bar| bar.count).sum();
    let most = bars.iter().map(|bar| bar.count).max().unwrap_or_default().max(1);
    let drawn = |(place, bar): (i64, Bar)| {
        // A bar that counts something is seen.
        let height = if bar.count == 0 { 0 } else { (bar.count * HEIGHT / most).max(1) };
        let (left, top) = (place * STEP + EDGE + 2, BASE - height);
        Drawn {
            label: bar.label(),
            count: bar.count,
            share: share(bar.count, scores)
                .map_or_else(|| "—".to_owned(), |part| format!("{} %", percent(part))),
            left,
            top,
            height,
            middle: left + STEP / 2 - 2,
            above: top - 3,
        }
    };
    (0..).zip(bars).map(drawn).collect()
}

/// The charts of what is asked for: one a kind of part.
pub fn charts(bands: &[Band], parts: &[BatchComponent], query: &ListQuery) -> Vec<Chart> {
    let kinds = [
        (ComponentKind::Theory, "result-kind-theory"),
        (ComponentKind::Practical, "result-kind-practical"),
        (ComponentKind::Panel, "result-kind-panel"),
        (ComponentKind::Other, "result-kind-other"),
    ];
    let chart = |(kind, name_key): (ComponentKind, &'static str)| {
        let of = bands.iter().filter(|band| {
            band.kind == kind
                && query.is_level(&band.occupation_code, &band.level_code)
                && query.is_point(&band.point_path)
        });
        let (bars, mean) = bars(of);
        let mut marks = parts
            .iter()
            .filter(|part| part.kind == kind && query.is_level(&part.occupation_code, &part.level_code))
            .map(|part| part.pass_mark.0 / 100);
        let first = marks.next();
        Some(Chart {
            name_key,
            mean: mean?.short(),
            scores: bars.iter().map(|bar| bar.count).sum(),
            bars: draw(bars),
            ticks: (0..=5).map(|step| (at(20 * step), 20 * step)).collect(),
            mark: first.filter(|mark| marks.all(|other| other == *mark)).map(|mark| (at(mark), mark)),
        })
    };
    kinds.into_iter().filter_map(chart).collect()
}
