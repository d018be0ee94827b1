//! What a list is narrowed to; it stands in the address.
use kernel::{LevelCode, OccupationCode, OrgPath};
use registration::Application;
use serde::Deserialize;

use crate::State;

/// Rows on one page of a list.
pub(super) const PAGE_ROWS: usize = 50;

/// The query as it comes; what cannot be read narrows nothing.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct FilterQuery {
    state: String,
    occupation: String,
    level: String,
    point: String,
    page: String,
}

/// What a list is narrowed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Filter {
    /// None for every state.
    pub state: Option<State>,
    pub occupation: Option<OccupationCode>,
    pub level: Option<LevelCode>,
    pub point: Option<OrgPath>,
    /// From 0.
    pub page: usize,
}

impl FilterQuery {
    /// Without a state in the address, what waits for a decision is shown.
    pub fn read(&self) -> Filter {
        Filter {
            state: if self.state.is_empty() { Some(State::Pending) } else { State::from_code(&self.state) },
            occupation: OccupationCode::parse(&self.occupation).ok(),
            level: LevelCode::parse(&self.level).ok(),
            point: OrgPath::parse(&self.point).ok(),
            page: self.page.parse::<usize>().unwrap_or(1).saturating_sub(1),
        }
    }
}

impl Filter {
    /// Whether a row is left, whatever its state.
    pub fn takes(&self, row: &Application) -> bool {
        self.occupation.as_ref().is_none_or(|code| *code == row.occupation_code)
            && self.level.as_ref().is_none_or(|code| *code == row.level_code)
            && self.point.as_ref().is_none_or(|path| path.contains(&row.point_path))
    }

    /// The query of this filter for another state and page (from 0).
    pub fn query(&self, state: Option<State>, page: usize) -> String {
        let mut query = format!("state={}", state.map_or("all", State::code));
        let parts = [
            ("occupation", self.occupation.as_ref().map(OccupationCode::as_str)),
            ("level", self.level.as_ref().map(LevelCode::as_str)),
            ("point", self.point.as_ref().map(OrgPath::as_str)),
        ];
        // These values hold letters, digits, hyphens and slashes: nothing to escape in a query.
        for (name, value) in parts {
            if let Some(value) = value {
                query.push_str(&format!("&{name}={value}"));
            }
        }
        if page > 0 {
            query.push_str(&format!("&page={}", page + 1));
        }
        query
    }

    /// The query of the first page of one state.
    pub fn of_state(&self, state: &State) -> String {
        self.query(Some(*state), 0)
    }

    /// The query of the first page of all states.
    pub fn of_all(&self) -> String {
        self.query(None, 0)
    }

    /// The query of another page (from 0).
    pub fn turned(&self, page: usize) -> String {
        self.query(self.state, page)
    }

    /// The query of this page.
    pub fn here(&self) -> String {
        self.query(self.state, self.page)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_survives_the_address() {
        let sent = FilterQuery {
            state: "accepted".into(),
            occupation: "4-07-03-04".into(),
            level: "3".into(),
            point: "/demo/nancheng".into(),
            page: "3".into(),
        };
        let filter = sent.read();
        assert_eq!(filter.here(), "state=accepted&occupation=4-07-03-04&level=3&point=/demo/nancheng&page=3");
        assert_eq!(FilterQuery::default().read().here(), "state=pending");
        let broken =
            FilterQuery { state: "nonsense".into(), point: "nancheng".into(), ..FilterQuery::default() };
        assert_eq!(broken.read().here(), "state=all");
    }
}
