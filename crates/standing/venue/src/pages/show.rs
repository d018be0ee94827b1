//! One site: its rooms, what they are fitted for, and where their seats stand.
use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use identity::{Env, Holding, ReadRegisters};
use organisation::Organisation;
use serde::Deserialize;
use web::{PageError, PageResult, Visit, grouped, page};

use super::{kind_code, kind_word, organisations};
use crate::{Room, RoomKind, Site, capacity, store};

/// Rooms on one page.
const PAGE: usize = 50;
/// A site of so few rooms shows their sketches at once. Source: [own].
const FEW: usize = 6;

/// What the address says.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RoomQuery {
    q: String,
    kind: String,
    page: String,
}

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
    query: RoomQuery,
    /// Rooms and places of the site in all.
    room_count: usize,
    place_count: usize,
    /// Rooms the filter leaves, and those of them on this page.
    found: usize,
    rooms: Vec<RoomLine>,
    number: usize,
    last: usize,
}

impl SitePage<'_> {
    fn name(&self, row: &Organisation) -> String {
        self.v.t.pick(&row.name_zh, &row.name_en).to_owned()
    }

    fn kind(&self, room: &Room) -> String {
        self.v.t.s(kind_word(room.kind))
    }

    fn kinds(&self) -> Vec<(&'static str, String)> {
        RoomKind::ALL.into_iter().map(|kind| (kind_code(kind), self.v.t.s(kind_word(kind)))).collect()
    }

    fn places(&self) -> String {
        self.v.t.n("site-seats", grouped(self.place_count))
    }

    fn has_few(&self) -> bool {
        self.room_count <= FEW
    }

    fn before(&self) -> String {
        self.page(self.number.saturating_sub(1))
    }

    fn after(&self) -> String {
        self.page(self.number.saturating_add(1))
    }

    /// Another page with the same filter.
    fn page(&self, number: usize) -> String {
        let number = number.to_string();
        let asked =
            [("q", self.query.q.as_str()), ("kind", self.query.kind.as_str()), ("page", number.as_str())];
        web::address(&format!("/sites/{}", self.site.code), &asked)
    }
}

/// GET /sites/{code}
pub async fn show(
    State(env): State<Env>,
    v: Visit,
    held: Holding<ReadRegisters>,
    Path(code): Path<String>,
    Query(query): Query<RoomQuery>,
) -> PageResult<Response> {
    let mut tx = env.db.read().await?;
    let site = store::site_by_code(&mut tx, &code).await?.ok_or(PageError::NotFound)?;
    let mut all = organisations(&mut tx, &held.at, env.now().day()).await?;
    let rooms = store::rooms(&mut tx, &site.id).await?;
    drop(tx);
    let at = all.iter().position(|row| row.path == site.org_path).ok_or(PageError::NotFound)?;
    let run_by = all.remove(at);
    all.retain(|row| row.served_by_id.as_ref() == Some(&run_by.id));
    let (room_count, place_count) = (rooms.len(), rooms.iter().map(capacity).sum::<usize>());
    let wanted: Vec<Room> = rooms.into_iter().filter(|room| is_wanted(room, &query)).collect();
    let found = wanted.len();
    let last = found.div_ceil(PAGE).max(1);
    let number = query.page.parse().unwrap_or(1).clamp(1, last);
    let rooms = wanted.into_iter().skip((number - 1) * PAGE).take(PAGE).map(line).collect();
    let shown = SitePage {
        v: &v,
        site,
        run_by,
        serves: all,
        query,
        room_count,
        place_count,
        found,
        rooms,
        number,
        last,
    };
    let title = v.t.pick(&shown.site.name_zh, &shown.site.name_en).to_owned();
    page(&v, &title, &shown)
}

fn is_wanted(room: &Room, query: &RoomQuery) -> bool {
    let wanted = query.q.trim().to_lowercase();
    let has_kind = query.kind.is_empty() || kind_code(room.kind) == query.kind;
    let texts = [&room.name_zh, &room.name_en, &room.code];
    has_kind && texts.iter().any(|text| text.to_lowercase().contains(&wanted))
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
