//! One site: its rooms, what they are fitted for, and where their seats stand.
use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use identity::{Env, Holding};
use organisation::{Organisation, ReadRegisters};
use web::{PageError, PageResult, Visit, page};

use super::{kind_word, organisations};
use crate::{Room, Site, capacity, store};

/// One place of a room's sketch.
struct Place {
    number: i64,
    is_blocked: bool,
}

struct RoomLine {
    places: usize,
    /// Rows from the front, each from the door.
    sketch: Vec<Vec<Place>>,
    row: Room,
}

#[derive(Template)]
#[template(path = "site/show.html")]
struct SitePage<'a> {
    v: &'a Visit,
    site: Site,
    run_by: Organisation,
    serves: Vec<Organisation>,
    rooms: Vec<RoomLine>,
}

impl SitePage<'_> {
    fn name(&self, row: &Organisation) -> String {
        self.v.t.pick(&row.name_zh, &row.name_en).to_owned()
    }

    fn kind(&self, room: &Room) -> String {
        self.v.t.s(kind_word(room.kind))
    }

    fn places(&self) -> usize {
        self.rooms.iter().map(|room| room.places).sum()
    }
}

/// GET /sites/{code}
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadRegisters>,
    Path(code): Path<String>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let site = store::site_by_code(&mut tx, &code).await?.ok_or(PageError::NotFound)?;
    let mut all = organisations(&mut tx, &held.at).await?;
    let rooms = store::rooms(&mut tx, &site.id).await?;
    drop(tx);
    let at = all.iter().position(|row| row.path == site.org_path).ok_or(PageError::NotFound)?;
    let run_by = all.remove(at);
    all.retain(|row| row.served_by_id.as_ref() == Some(&run_by.id));
    let rooms = rooms.into_iter().map(line).collect();
    let shown = SitePage { v: &v, site, run_by, serves: all, rooms };
    let title = v.t.pick(&shown.site.name_zh, &shown.site.name_en).to_owned();
    page(&v, &title, &shown)
}

fn line(row: Room) -> RoomLine {
    let place = |at_row: i64, column: i64| {
        let number = (column - 1) * row.row_count + at_row;
        Place { number, is_blocked: row.blocked.contains(number) }
    };
    let sketch = (1..=row.row_count)
        .map(|at_row| (1..=row.column_count).map(|column| place(at_row, column)).collect())
        .collect();
    RoomLine { places: capacity(&row), sketch, row }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Blocked, RoomKind, seats};

    #[test]
    fn the_sketch_shows_every_seat_where_the_rule_puts_it() {
        let room = Room {
            id: "r".into(),
            site_id: "s".into(),
            code: "01".into(),
            name_zh: String::new(),
            name_en: String::new(),
            kind: RoomKind::Paper,
            row_count: 3,
            column_count: 2,
            blocked: Blocked::parse("5").unwrap(),
        };
        let seated = seats(&room);
        let line = line(room);
        assert_eq!((line.places, line.sketch.len(), line.sketch[0].len()), (5, 3, 2));
        for (at_row, places) in (1..).zip(&line.sketch) {
            for (column, place) in (1..).zip(places) {
                let seat = seated.iter().find(|seat| seat.number == place.number);
                assert_eq!(seat.is_none(), place.is_blocked, "place {}", place.number);
                assert!(seat.is_none_or(|seat| (seat.row, seat.column) == (at_row, column)));
            }
        }
    }
}
