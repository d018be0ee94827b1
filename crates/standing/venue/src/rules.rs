//! Rooms and the seats that follow from their layout. Pure.
use std::collections::BTreeSet;

use kernel::OrgPath;
use serde::{Deserialize, Serialize};

use crate::{RoomId, SiteId};

/// What a room is fitted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum RoomKind {
    /// Desks.
    Paper,
    /// Computers.
    Computer,
    /// Workplaces with tools.
    Practical,
}

impl RoomKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Paper, Self::Computer, Self::Practical];
}

/// The grounds of an exam site (考点).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// The organisation that runs it.
    pub org_path: OrgPath,
    /// Its code on tickets, unique over all sites.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Where it is.
    pub address: String,
}

/// The places of a room nobody can sit at, by number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Blocked(BTreeSet<i64>);

/// A list of blocked places is numbers from 1 separated by commas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("blocked places are numbers from 1 separated by commas, as 3,7")]
pub struct BlockedError;

impl Blocked {
    /// Reads `3,7`; empty text blocks nothing.
    ///
    /// # Errors
    /// [`BlockedError`].
    pub fn parse(text: &str) -> Result<Self, BlockedError> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let place = |cell: &str| match cell.trim().parse() {
            Ok(place) if place > 0 => Ok(place),
            Ok(_) | Err(_) => Err(BlockedError),
        };
        text.split(',').map(place).collect::<Result<_, _>>().map(Self)
    }

    /// As the database keeps them: in order, separated by commas.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    }

    /// Whether the place is blocked.
    #[must_use]
    pub fn contains(&self, place: i64) -> bool {
        self.0.contains(&place)
    }
}

impl TryFrom<String> for Blocked {
    type Error = BlockedError;

    fn try_from(text: String) -> Result<Self, BlockedError> {
        Self::parse(&text)
    }
}

impl From<Blocked> for String {
    fn from(blocked: Blocked) -> Self {
        blocked.text()
    }
}

/// One room (考场).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// The site it belongs to.
    pub site_id: SiteId,
    /// Its code on tickets, unique at the site.
    pub code: String,
    /// Chinese name, as on the door.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// What it is fitted for.
    pub kind: RoomKind,
    /// Places in a column, front to back.
    pub row_count: i64,
    /// Columns, counted from the door.
    pub column_count: i64,
    /// Places nobody can sit at.
    #[sqlx(try_from = "String")]
    pub blocked: Blocked,
}

/// A place somebody can sit at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Seat {
    /// Its number in the room: 1 at the door, down the first column, then the next.
    pub number: i64,
    /// Row, 1 at the front.
    pub row: i64,
    /// Column, 1 at the door.
    pub column: i64,
}

/// Why a room's layout cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RoomRefused {
    /// A room has at least one place, and no room has more than this many in a line.
    #[error("a room has 1 to {LINE_MAX} rows and 1 to {LINE_MAX} columns")]
    Size,
    /// A place that is not there cannot be blocked.
    #[error("place {0} is not in the room")]
    NoSuchPlace(i64),
    /// Nobody could sit.
    #[error("every place is blocked")]
    NoSeat,
}

/// Most places in a row or a column. Source: none; a bound against slips of the keyboard.
const LINE_MAX: i64 = 100;

/// Whether the layout makes sense.
///
/// # Errors
/// [`RoomRefused`].
pub fn check(room: &Room) -> Result<(), RoomRefused> {
    let fits = |count: i64| (1..=LINE_MAX).contains(&count);
    if !fits(room.row_count) || !fits(room.column_count) {
        return Err(RoomRefused::Size);
    }
    let places = room.row_count * room.column_count;
    if let Some(place) = room.blocked.0.iter().find(|place| **place > places) {
        return Err(RoomRefused::NoSuchPlace(*place));
    }
    if seats(room).is_empty() {
        return Err(RoomRefused::NoSeat);
    }
    Ok(())
}

/// The seats of a room by number, blocked places left out.
///
/// Source: seat 1 at the door, numbered column by column
/// (https://whuxiang.j1293.cn/298791.html).
#[must_use]
pub fn seats(room: &Room) -> Vec<Seat> {
    (1..=room.column_count)
        .flat_map(|column| (1..=room.row_count).map(move |row| (row, column)))
        .map(|(row, column)| Seat { number: (column - 1) * room.row_count + row, row, column })
        .filter(|seat| !room.blocked.contains(seat.number))
        .collect()
}

/// How many people the room seats.
#[must_use]
pub fn capacity(room: &Room) -> usize {
    seats(room).len()
}

/// The numbers of the seats directly in front of, behind and beside a seat, in order; none for a
/// number that is no seat. From these a paper can be read; a blocked place is nobody's neighbour.
#[must_use]
pub fn neighbours(room: &Room, number: i64) -> Vec<i64> {
    let all = seats(room);
    let Some(own) = all.iter().find(|seat| seat.number == number) else {
        return Vec::new();
    };
    all.iter()
        .filter(|seat| (seat.row - own.row).abs() + (seat.column - own.column).abs() == 1)
        .map(|seat| seat.number)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(rows: i64, columns: i64, blocked: &str) -> Room {
        Room {
            id: "r".into(),
            site_id: "s".into(),
            code: "01".into(),
            name_zh: String::new(),
            name_en: String::new(),
            kind: RoomKind::Paper,
            row_count: rows,
            column_count: columns,
            blocked: Blocked::parse(blocked).unwrap(),
        }
    }

    #[test]
    fn seats_run_down_each_column_from_the_door_and_skip_blocked_places() {
        let numbers: Vec<i64> = seats(&room(3, 2, "2,6")).iter().map(|seat| seat.number).collect();
        assert_eq!(numbers, [1, 3, 4, 5]);
        let fourth = seats(&room(3, 2, "2,6"))[2];
        assert_eq!((fourth.row, fourth.column), (1, 2));
        assert_eq!(capacity(&room(6, 4, "")), 24);
    }

    #[test]
    fn neighbours_are_in_front_behind_and_beside() {
        // 1 4 7
        // 2 5 8
        // 3 6 9
        assert_eq!(neighbours(&room(3, 3, ""), 5), [2, 4, 6, 8]);
        assert_eq!(neighbours(&room(3, 3, ""), 1), [2, 4]);
        assert_eq!(neighbours(&room(3, 3, "4,5"), 1), [2]);
        assert!(neighbours(&room(3, 3, "5"), 5).is_empty());
        assert!(neighbours(&room(3, 3, ""), 10).is_empty());
    }

    #[test]
    fn blocked_places_are_numbers_in_order() {
        assert_eq!(Blocked::parse(" 7, 3,7 ").unwrap().text(), "3,7");
        assert_eq!(Blocked::parse("").unwrap().text(), "");
        for wrong in ["0", "-1", "a", "3,", "3;7"] {
            assert_eq!(Blocked::parse(wrong), Err(BlockedError), "{wrong}");
        }
    }

    #[test]
    fn a_layout_without_a_seat_is_refused() {
        assert_eq!(check(&room(3, 2, "6")), Ok(()));
        assert_eq!(check(&room(3, 2, "7")), Err(RoomRefused::NoSuchPlace(7)));
        assert_eq!(check(&room(1, 2, "1,2")), Err(RoomRefused::NoSeat));
        for (rows, columns) in [(0, 2), (2, 0), (101, 1), (1, 101), (i64::MAX, i64::MAX)] {
            assert_eq!(check(&room(rows, columns, "")), Err(RoomRefused::Size));
        }
    }
}
