//! Totals by state, occupation, level and city, and the groups that are too small for a room of
//! their own.
use std::collections::{BTreeMap, BTreeSet};

use kernel::{LevelCode, OccupationCode, OrgPath};

use super::state::State;

/// Most people of a small group. Source: speech of 2021 (requirement S0-22): 「有些级别只有个位数的报名人数」,
/// one digit.
pub const SMALL_MAX: i64 = 9;

/// Applications of one registration point, occupation and level in one state.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Count {
    /// Registration point.
    pub point_path: OrgPath,
    /// Occupation.
    pub occupation_code: OccupationCode,
    /// Level.
    pub level_code: LevelCode,
    /// State.
    pub state: State,
    /// How many.
    pub count: i64,
}

/// How many stand in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally([i64; State::ALL.len()]);

impl Tally {
    /// In one state.
    #[must_use]
    pub fn of(&self, state: State) -> i64 {
        State::ALL.iter().zip(self.0).filter(|(known, _)| **known == state).map(|(_, count)| count).sum()
    }

    /// 报名人数: everybody but those who took it back.
    #[must_use]
    pub fn all(&self) -> i64 {
        self.0.iter().sum::<i64>() - self.of(State::Withdrawn)
    }

    /// 报名完成: accepted and paid, before and after the list is frozen.
    #[must_use]
    pub fn complete(&self) -> i64 {
        self.of(State::Paid) + self.of(State::Admitted)
    }

    /// Whoever may still sit the exam, or will.
    #[must_use]
    pub fn in_play(&self) -> i64 {
        self.all() - self.of(State::Refused) - self.of(State::LeftOut)
    }

    fn add(&mut self, state: State, count: i64) {
        for (known, slot) in State::ALL.iter().zip(&mut self.0) {
            *slot += if *known == state { count } else { 0 };
        }
    }

    fn sum<'a>(tallies: impl Iterator<Item = &'a Self>) -> Self {
        let mut sum = Self::default();
        for tally in tallies {
            for (slot, count) in sum.0.iter_mut().zip(tally.0) {
                *slot += count;
            }
        }
        sum
    }
}

/// An occupation at a level.
pub type Rung = (OccupationCode, LevelCode);

/// The totals of a batch: a tally for each city, occupation and level.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table(BTreeMap<(OrgPath, Rung), Tally>);

/// What can be done about a small group. Which it is, people decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cure {
    /// 混编考场: they sit in one room with another level of their city.
    MixRoom,
    /// They sit in another city, which has so many of the level.
    JoinCity(OrgPath, i64),
    /// So few in all cities together that the level may wait for the next batch.
    NextBatch,
}

/// A group of 1 to [`SMALL_MAX`] people of one city, occupation and level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmallGroup {
    /// City.
    pub city: OrgPath,
    /// Occupation and level.
    pub rung: Rung,
    /// How many may still sit the exam.
    pub count: i64,
    /// How many of the level in all cities that are counted here.
    pub everywhere: i64,
    /// What can be done.
    pub cures: Vec<Cure>,
}

impl Table {
    /// Adds the counts up. A city is the node directly below the batch's own.
    #[must_use]
    pub fn of(batch: &OrgPath, counts: &[Count]) -> Self {
        let mut table = Self::default();
        for row in counts {
            let rung = (row.occupation_code.clone(), row.level_code.clone());
            table.0.entry((city(batch, &row.point_path), rung)).or_default().add(row.state, row.count);
        }
        table
    }

    /// The cities, by path.
    #[must_use]
    pub fn cities(&self) -> Vec<OrgPath> {
        self.0.keys().map(|(city, _)| city).collect::<BTreeSet<_>>().into_iter().cloned().collect()
    }

    /// One city, occupation and level.
    #[must_use]
    pub fn cell(&self, city: &OrgPath, rung: &Rung) -> Tally {
        self.0.get(&(city.clone(), rung.clone())).copied().unwrap_or_default()
    }

    /// One city.
    #[must_use]
    pub fn city(&self, wanted: &OrgPath) -> Tally {
        Tally::sum(self.0.iter().filter(|((city, _), _)| city == wanted).map(|(_, tally)| tally))
    }

    /// One occupation and level.
    #[must_use]
    pub fn rung(&self, wanted: &Rung) -> Tally {
        Tally::sum(self.0.iter().filter(|((_, rung), _)| rung == wanted).map(|(_, tally)| tally))
    }

    /// One occupation.
    #[must_use]
    pub fn occupation(&self, wanted: &OccupationCode) -> Tally {
        Tally::sum(self.0.iter().filter(|((_, rung), _)| rung.0 == *wanted).map(|(_, tally)| tally))
    }

    /// Everything.
    #[must_use]
    pub fn total(&self) -> Tally {
        Tally::sum(self.0.values())
    }

    /// Each city, occupation and level that somebody applied for.
    pub fn cells(&self) -> impl Iterator<Item = (&OrgPath, &Rung, &Tally)> {
        self.0.iter().map(|((city, rung), tally)| (city, rung, tally))
    }

    /// The groups of 1 to [`SMALL_MAX`], by city and level.
    #[must_use]
    pub fn small_groups(&self) -> Vec<SmallGroup> {
        let small = self.cells().filter(|(_, _, tally)| (1..=SMALL_MAX).contains(&tally.in_play()));
        small
            .map(|(city, rung, tally)| SmallGroup {
                city: city.clone(),
                rung: rung.clone(),
                count: tally.in_play(),
                everywhere: self.rung(rung).in_play(),
                cures: self.cures(city, rung, tally.in_play()),
            })
            .collect()
    }

    fn cures(&self, home: &OrgPath, rung: &Rung, count: i64) -> Vec<Cure> {
        let mut cures = Vec::new();
        // A room is mixed with other levels of the same city.
        if self.city(home).in_play() > count {
            cures.push(Cure::MixRoom);
        }
        let others = self.cells().filter(|(city, other, _)| *city != home && *other == rung);
        let largest = others.map(|(city, _, tally)| (tally.in_play(), city)).max();
        if let Some((there, city)) = largest.filter(|(there, _)| *there > 0) {
            cures.push(Cure::JoinCity(city.clone(), there));
        }
        if self.rung(rung).in_play() <= SMALL_MAX {
            cures.push(Cure::NextBatch);
        }
        cures
    }
}

/// The node directly below the batch's own in which a point lies; the point itself when it lies
/// elsewhere or is the batch's own.
#[must_use]
pub fn city(batch: &OrgPath, point: &OrgPath) -> OrgPath {
    let below = point.as_str().strip_prefix(batch.as_str()).and_then(|rest| rest.strip_prefix('/'));
    let segment = below.and_then(|below| below.split('/').next());
    segment.and_then(|segment| batch.child(segment).ok()).unwrap_or_else(|| point.clone())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HR: &str = "4-07-03-04";

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    fn row(point: &str, level: &str, state: State, count: i64) -> Count {
        Count {
            point_path: path(point),
            occupation_code: OccupationCode::parse(HR).unwrap(),
            level_code: LevelCode::parse(level).unwrap(),
            state,
            count,
        }
    }

    fn rung(level: &str) -> Rung {
        (OccupationCode::parse(HR).unwrap(), LevelCode::parse(level).unwrap())
    }

    #[test]
    fn points_of_one_city_are_added_up_under_the_city() {
        let rows = [
            row("/demo/nancheng/point", "3", State::Pending, 4),
            row("/demo/nancheng/point-2", "3", State::Paid, 6),
            row("/demo/nancheng/point", "3", State::Withdrawn, 7),
            row("/demo/xicheng/point", "3", State::Refused, 2),
        ];
        let table = Table::of(&path("/demo"), &rows);
        assert_eq!(table.cities(), [path("/demo/nancheng"), path("/demo/xicheng")]);
        let south = table.city(&path("/demo/nancheng"));
        assert_eq!((south.all(), south.complete(), south.in_play()), (10, 6, 10));
        let all = table.total();
        assert_eq!((all.all(), all.complete(), all.in_play(), all.of(State::Withdrawn)), (12, 6, 10, 7));
        assert_eq!(city(&path("/demo"), &path("/demo")), path("/demo"));
        assert_eq!(city(&path("/demo"), &path("/demolition/a/b")), path("/demolition/a/b"));
    }

    #[test]
    fn a_small_group_has_one_digit_and_is_told_what_can_be_done() {
        let rows = [
            row("/demo/nancheng/point", "1", State::Accepted, 9),
            row("/demo/nancheng/point", "3", State::Accepted, 10),
            row("/demo/xicheng/point", "1", State::Pending, 30),
            row("/demo/yuntai/point", "2", State::Paid, 1),
            row("/demo/yuntai/point", "1", State::Refused, 3),
        ];
        let small = Table::of(&path("/demo"), &rows).small_groups();
        let said: Vec<_> = small
            .iter()
            .map(|one| (one.city.as_str(), one.rung.1.as_str(), one.count, one.everywhere))
            .collect();
        assert_eq!(said, [("/demo/nancheng", "1", 9, 39), ("/demo/yuntai", "2", 1, 1)]);
        assert_eq!(small[0].cures, [Cure::MixRoom, Cure::JoinCity(path("/demo/xicheng"), 30)]);
        assert_eq!(
            small[1].cures,
            [Cure::NextBatch],
            "nobody else in its city, nobody of its level elsewhere"
        );
    }

    proptest! {
        #[test]
        fn rows_columns_and_cells_come_to_the_same_sum(
            rows in prop::collection::vec((0usize..4, 1usize..4, 0usize..State::ALL.len(), 0i64..500), 0..60),
        ) {
            let rows: Vec<_> = rows
                .into_iter()
                .map(|(city, level, state, count)| {
                    row(&format!("/demo/city-{city}/point"), &level.to_string(), State::ALL[state], count)
                })
                .collect();
            let table = Table::of(&path("/demo"), &rows);
            let total = table.total();
            let cities: Vec<Tally> = table.cities().iter().map(|city| table.city(city)).collect();
            let rungs: Vec<Tally> = (1..4).map(|level| table.rung(&rung(&level.to_string()))).collect();
            let cells: Vec<Tally> = table.cells().map(|(_, _, tally)| *tally).collect();
            for parts in [&cities, &rungs, &cells] {
                prop_assert_eq!(Tally::sum(parts.iter()), total);
            }
            let expected: i64 = rows.iter().map(|row| row.count).sum();
            prop_assert_eq!(State::ALL.iter().map(|state| total.of(*state)).sum::<i64>(), expected);
            prop_assert_eq!(total.all() + total.of(State::Withdrawn), expected);
        }
    }
}
