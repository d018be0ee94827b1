//! What a list is narrowed to and from where it is read; both stand in the address.
use ::store::Tx;
use kernel::{LevelCode, OccupationCode, OrgPath};
use serde::Deserialize;

use crate::{
    State,
    store::queue::{Filter, Part, Place, Queued, Turn, queued},
};

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
    serial: String,
    after: String,
    before: String,
    /// On the page of one application: the decision whose reason is to be written first.
    pub act: String,
}

/// What a list is narrowed to, and which part of it is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub filter: Filter,
    pub turn: Turn,
}

/// One page of a list.
#[derive(Default)]
pub(super) struct Paged {
    pub rows: Vec<Queued>,
    /// The first row, when there are rows before it.
    before: Option<Place>,
    /// The last row, when there are rows after it.
    after: Option<Place>,
}

impl FilterQuery {
    /// Without a state in the address, what waits for a decision is shown.
    pub fn read(&self) -> Asked {
        let filter = Filter {
            state: if self.state.is_empty() { Some(State::Pending) } else { State::from_code(&self.state) },
            occupation: OccupationCode::parse(&self.occupation).ok(),
            level: LevelCode::parse(&self.level).ok(),
            point: OrgPath::parse(&self.point).ok(),
            serial: self.serial.trim().parse().ok(),
        };
        let turn = match (read_place(&self.after), read_place(&self.before)) {
            (Some(place), _) => Turn::After(place),
            (None, Some(place)) => Turn::Before(place),
            (None, None) => Turn::Start,
        };
        Asked { filter, turn }
    }
}

/// A place in the address: serial, a point, id.
fn read_place(text: &str) -> Option<Place> {
    let (serial, id) = text.split_once('.')?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_id.then_some(())?;
    Some(Place { serial: serial.parse().ok()?, application_id: id.into() })
}

impl Asked {
    fn query(&self, state: Option<State>, turn: &Turn) -> String {
        let mut query = format!("state={}", state.map_or("all", State::code));
        let parts = [
            ("occupation", self.filter.occupation.as_ref().map(OccupationCode::as_str)),
            ("level", self.filter.level.as_ref().map(LevelCode::as_str)),
            ("point", self.filter.point.as_ref().map(OrgPath::as_str)),
        ];
        // These values hold letters, digits, hyphens and slashes: nothing to escape in a query.
        for (name, value) in parts {
            if let Some(value) = value {
                query.push_str(&format!("&{name}={value}"));
            }
        }
        if let Some(serial) = self.filter.serial {
            query.push_str(&format!("&serial={serial}"));
        }
        match turn {
            Turn::Start => {}
            Turn::After(place) => {
                query.push_str(&format!("&after={}.{}", place.serial, place.application_id))
            }
            Turn::Before(place) => {
                query.push_str(&format!("&before={}.{}", place.serial, place.application_id));
            }
        }
        query
    }

    /// The query of the first page of one state.
    pub fn of_state(&self, state: &State) -> String {
        self.query(Some(*state), &Turn::Start)
    }

    /// The query of the first page of all states.
    pub fn of_all(&self) -> String {
        self.query(None, &Turn::Start)
    }

    /// The query of the page after this one, if there is one.
    pub fn next(&self, page: &Paged) -> Option<String> {
        page.after.as_ref().map(|place| self.query(self.filter.state, &Turn::After(place.clone())))
    }

    /// The query of the page before this one, if there is one.
    pub fn previous(&self, page: &Paged) -> Option<String> {
        page.before.as_ref().map(|place| self.query(self.filter.state, &Turn::Before(place.clone())))
    }

    /// The query of this page.
    pub fn here(&self) -> String {
        self.query(self.filter.state, &self.turn)
    }
}

/// Reads the page that is asked for; the first one when nothing is left from there on.
pub(super) async fn read_page(tx: &mut Tx, part: Part<'_>, asked: &Asked) -> sqlx::Result<Paged> {
    // One row more than are shown says whether there is another page.
    let limit = i64::try_from(PAGE_ROWS + 1).unwrap_or(i64::MAX);
    let mut turn = &asked.turn;
    let mut rows = queued(tx, part, &asked.filter, turn, limit).await?;
    if rows.is_empty() && *turn != Turn::Start {
        turn = &Turn::Start;
        rows = queued(tx, part, &asked.filter, turn, limit).await?;
    }
    let is_more = rows.len() > PAGE_ROWS;
    let (has_before, has_after) = match turn {
        Turn::Start => (false, is_more),
        Turn::After(_) => (true, is_more),
        Turn::Before(_) => (is_more, true),
    };
    if is_more {
        match turn {
            Turn::Before(_) => drop(rows.remove(0)),
            Turn::Start | Turn::After(_) => rows.truncate(PAGE_ROWS),
        }
    }
    let place = |row: &Queued| Place { serial: row.serial, application_id: row.application_id.clone() };
    Ok(Paged {
        before: rows.first().filter(|_| has_before).map(place),
        after: rows.last().filter(|_| has_after).map(place),
        rows,
    })
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
            serial: " 120 ".into(),
            after: "120.0197-ab".into(),
            ..FilterQuery::default()
        };
        let asked = sent.read();
        let said =
            "state=accepted&occupation=4-07-03-04&level=3&point=/demo/nancheng&serial=120&after=120.0197-ab";
        assert_eq!(asked.here(), said);
        assert_eq!(FilterQuery::default().read().here(), "state=pending");
        let broken = FilterQuery {
            state: "nonsense".into(),
            point: "nancheng".into(),
            after: "12.'; --".into(),
            ..FilterQuery::default()
        };
        assert_eq!(broken.read().here(), "state=all");
    }
}
