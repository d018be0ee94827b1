//! What is not done in time, city by city and step by step (时序进度). Each stage says what is open at
//! which place in its steps ([`OpenStep`]); here the places are gathered into cities. Pure.
use std::collections::BTreeMap;

use kernel::{Day, OrgPath};

/// What is open at one place in one step of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStep {
    /// Key of the step's name.
    pub step: &'static str,
    /// Registration point or site.
    pub place: OrgPath,
    /// How much.
    pub count: i64,
    /// Last day on which it is in time.
    pub due: Day,
    /// Where one sees what is open; `{place}` stands for the place, if the page can be narrowed to one.
    pub page: String,
}

/// One step of the table: a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CityStep {
    /// Key of the name.
    pub step: &'static str,
    /// Last day.
    pub due: Day,
    /// Where one sees what is open, as in [`OpenStep`].
    pub page: String,
    /// How much is open in all cities.
    pub total: i64,
}

impl CityStep {
    /// Where one sees what is open in one city.
    #[must_use]
    pub fn page_of(&self, city: &OrgPath) -> String {
        self.page.replace("{place}", city.as_str())
    }
}

/// Cities and steps in which something is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CityTable {
    /// The steps, the earliest last day first.
    pub steps: Vec<CityStep>,
    /// Each city with what is open in each of the steps, the most first.
    pub cities: Vec<(OrgPath, Vec<i64>)>,
}

/// The table of what is open, for the batch of the organisation at `root`. Nothing open, no row and no column.
#[must_use]
pub fn city_table(root: &OrgPath, open: &[OpenStep]) -> CityTable {
    let mut steps: Vec<CityStep> = Vec::new();
    let mut counts: BTreeMap<OrgPath, BTreeMap<&str, i64>> = BTreeMap::new();
    for one in open.iter().filter(|one| one.count > 0) {
        let city = city_of(root, &one.place);
        *counts.entry(city).or_default().entry(one.step).or_default() += one.count;
        match steps.iter_mut().find(|known| known.step == one.step) {
            Some(known) => known.total += one.count,
            None => {
                steps.push(CityStep {
                    step: one.step,
                    due: one.due,
                    page: one.page.clone(),
                    total: one.count,
                });
            }
        }
    }
    steps.sort_by_key(|step| (step.due, step.step));
    let row = |(city, counts): (OrgPath, BTreeMap<&str, i64>)| {
        let cells = steps.iter().map(|step| counts.get(step.step).copied().unwrap_or(0)).collect();
        (city, cells)
    };
    let mut cities: Vec<(OrgPath, Vec<i64>)> = counts.into_iter().map(row).collect();
    // Stable: what is equal stays in the order of the paths.
    cities.sort_by_key(|(_, cells)| std::cmp::Reverse(cells.iter().sum::<i64>()));
    CityTable { steps, cities }
}

/// The organisation one step below `root` to which a place belongs; the place itself outside of it.
fn city_of(root: &OrgPath, place: &OrgPath) -> OrgPath {
    let mut city = place.clone();
    while let Some(above) = city.parent() {
        if above == *root {
            return city;
        }
        city = above;
    }
    place.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    fn open(step: &'static str, place: &str, count: i64, due: &str) -> OpenStep {
        let page = "/queue?point={place}".to_owned();
        OpenStep { step, place: path(place), count, due: Day::parse(due).unwrap(), page }
    }

    #[test]
    fn each_city_stands_once_with_every_step_in_which_something_is_open() {
        testkit::proves!("S0-11", "what is late is counted for each city and each step");
        let rows = [
            open("pay", "/p/nancheng/point", 3, "2021-05-06"),
            open("review", "/p/nancheng/point", 5, "2021-05-04"),
            open("review", "/p/nancheng/college", 1, "2021-05-04"),
            open("review", "/p/jiangcheng/point", 2, "2021-05-04"),
            open("rooms", "/p/xicheng/site", 0, "2021-05-22"),
        ];
        let table = city_table(&path("/p"), &rows);
        let steps: Vec<_> = table.steps.iter().map(|step| (step.step, step.total)).collect();
        assert_eq!(
            steps,
            [("review", 8), ("pay", 3)],
            "the earliest last day first; nothing open, no column"
        );
        assert_eq!(table.cities, [(path("/p/nancheng"), vec![6, 3]), (path("/p/jiangcheng"), vec![2, 0])]);
        assert_eq!(table.steps[0].page_of(&table.cities[0].0), "/queue?point=/p/nancheng");
        assert!(city_table(&path("/p"), &[]).cities.is_empty());
    }

    #[test]
    fn a_place_is_its_own_city_when_no_city_stands_between() {
        assert_eq!(city_of(&path("/p"), &path("/p/nancheng/a/b")), path("/p/nancheng"));
        assert_eq!(city_of(&path("/p"), &path("/p")), path("/p"));
        assert_eq!(city_of(&path("/p/nancheng"), &path("/other/point")), path("/other/point"));
    }
}
