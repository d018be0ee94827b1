//! How the seats of a room look at this moment, and the room as a map.
use std::collections::{BTreeMap, HashMap};

use ::store::Tx;
use arrangement::{RoomUse, Seat};
use identity::Env;
use kernel::{BatchCode, LevelCode, OccupationCode, UnixMicros};
use scheme::Delivery;
use venue::RoomKind;
use web::{PageResult, Visit};

use super::desk::{Room, label};
use crate::{
    Ledger,
    rules::{EventSort, RoomCount, SeatState, offline_since},
    store::{NamedEvent, RoomStanding, SeatAttempt},
};

/// Columns the style sheet can draw as a map; other rooms flow.
const MAP_COLUMNS: std::ops::RangeInclusive<i64> = 4..=10;
/// Hues of papers in the style sheet.
const HUES: usize = 4;

/// One seat as it is shown.
#[derive(Clone)]
pub struct SeatLook {
    pub id: String,
    pub number: i64,
    pub label: String,
    pub name: String,
    pub admission_number: String,
    pub level: String,
    pub hue: usize,
    pub form_letter: String,
    pub state: SeatState,
    /// Since when the machine of somebody at work is silent.
    pub offline_since: Option<UnixMicros>,
    pub violations: usize,
    pub incidents: usize,
}

impl SeatLook {
    /// Whether a person should look at it.
    pub fn is_flagged(&self) -> bool {
        self.offline_since.is_some() || self.violations > 0
    }
}

/// One cell of the map.
pub enum Cell {
    Taken(SeatLook),
    Free(String),
    Blocked(String),
}

/// Everybody in a room.
pub struct RoomLook {
    pub seats: Vec<SeatLook>,
    pub count: RoomCount,
    pub offline: usize,
    pub violations: usize,
    /// Level, hue and how many.
    pub legend: Vec<(usize, String, usize)>,
}

impl RoomLook {
    /// What each seat of the room is called.
    pub fn labels(&self) -> HashMap<&str, &str> {
        self.seats.iter().map(|seat| (seat.id.as_str(), seat.label.as_str())).collect()
    }
}

/// Reads a room: as many statements for a hundred seats as for one.
pub async fn room_look(
    tx: &mut Tx,
    env: &Env,
    ledger: &Ledger,
    (at, standing, events): (&Room, &RoomStanding, &[NamedEvent]),
    v: &Visit,
) -> PageResult<RoomLook> {
    let numbered = arrangement::numbered_seats(tx, &at.room.id).await?;
    let RoomStanding { marks, attempts, .. } = standing;
    let silent = silent(ledger, attempts, env.now());
    let work: HashMap<&str, &SeatAttempt> = attempts.iter().map(|row| (row.seat_id.as_str(), row)).collect();
    let lines = |seat: &str, sort| {
        let of_seat =
            events.iter().map(|event| &event.row).filter(|row| row.seat_id.as_deref() == Some(seat));
        of_seat.filter(|row| row.sort() == Some(sort) && row.withdrawn_at.is_none()).count()
    };
    let (seats, numbers): (Vec<Seat>, Vec<_>) =
        numbered.into_iter().map(|one| (one.seat, one.admission_number)).unzip();
    let people = names(tx, env, &seats).await?;
    let papers = Papers::load(tx, &at.sitting.batch_code, &seats, v).await?;
    let seats: Vec<SeatLook> = seats
        .into_iter()
        .zip(numbers)
        .map(|(seat, admission_number)| {
            let attempt = work.get(seat.id.as_str());
            let (hue, level) = papers.of(&seat);
            SeatLook {
                number: seat.number,
                label: label(seat.ordinal, seat.number),
                name: people.get(&seat.application_id).cloned().unwrap_or_default(),
                admission_number: admission_number.map(|number| number.to_string()).unwrap_or_default(),
                level,
                hue,
                state: SeatState::of(marks.get(&seat.id).copied(), attempt.map(|row| row.state.as_str())),
                offline_since: attempt.and_then(|row| silent.get(row.id.as_ref()).copied()),
                violations: lines(&seat.id, EventSort::Violation),
                incidents: lines(&seat.id, EventSort::Incident),
                form_letter: seat.form_letter,
                id: seat.id,
            }
        })
        .collect();
    Ok(RoomLook {
        count: RoomCount::of(seats.iter().map(|seat| seat.state)),
        offline: seats.iter().filter(|seat| seat.offline_since.is_some()).count(),
        violations: seats.iter().map(|seat| seat.violations).sum(),
        legend: legend(&seats),
        seats,
    })
}

/// The attempts at work whose machine is silent, and since when.
pub fn silent<'a>(
    ledger: &Ledger,
    attempts: &'a [SeatAttempt],
    now: UnixMicros,
) -> HashMap<&'a str, UnixMicros> {
    let at_work: Vec<&SeatAttempt> = attempts.iter().filter(|row| row.state == "open").collect();
    let heard = ledger.pulse().of(at_work.iter().map(|row| &row.id));
    at_work
        .into_iter()
        .filter_map(|row| {
            let noted = row.seen_at.or(row.started_at)?;
            let since = offline_since(heard.get(&row.id).copied(), noted, now)?;
            Some((row.id.as_ref(), since))
        })
        .collect()
}

/// The names on these seats, by application.
pub async fn names(tx: &mut Tx, env: &Env, seats: &[Seat]) -> PageResult<HashMap<String, String>> {
    let applications: Vec<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
    let people = registration::holders(tx, &env.vault, &applications).await?;
    Ok(people.into_iter().map(|(application, person)| (application, person.name)).collect())
}

/// The papers of a room: each with its hue and name.
struct Papers(Vec<(OccupationCode, LevelCode, String)>);

impl Papers {
    async fn load(tx: &mut Tx, batch: &BatchCode, seats: &[Seat], v: &Visit) -> PageResult<Self> {
        let levels = plan::levels(tx, batch).await?;
        let mut papers: Vec<(OccupationCode, LevelCode, String)> = Vec::new();
        for seat in seats {
            let paper = (&seat.occupation_code, &seat.level_code);
            if papers.iter().any(|known| (&known.0, &known.1) == paper) {
                continue;
            }
            let level = levels.iter().find(|one| (&one.occupation_code, &one.level_code) == paper);
            let name = level.map(|one| v.t.pick(&one.level_zh, &one.level_en).to_owned());
            papers.push((paper.0.clone(), paper.1.clone(), name.unwrap_or_default()));
        }
        Ok(Self(papers))
    }

    fn of(&self, seat: &Seat) -> (usize, String) {
        let paper = (&seat.occupation_code, &seat.level_code);
        let found = self.0.iter().position(|known| (&known.0, &known.1) == paper).unwrap_or(0);
        (found % HUES + 1, self.0.get(found).map(|known| known.2.clone()).unwrap_or_default())
    }
}

fn legend(seats: &[SeatLook]) -> Vec<(usize, String, usize)> {
    let mut legend: Vec<(usize, String, usize)> = Vec::new();
    for seat in seats {
        match legend.iter_mut().find(|(hue, level, _)| *hue == seat.hue && *level == seat.level) {
            Some((_, _, count)) => *count += 1,
            None => legend.push((seat.hue, seat.level.clone(), 1)),
        }
    }
    legend
}

/// The seats as they stand in the room, from the front, column 1 at the door; in the order of their
/// numbers where the room is too wide or narrow to be drawn, or where people come one after another.
pub fn cells(room: &RoomUse, delivery: Delivery, seats: Vec<SeatLook>) -> Vec<Cell> {
    if delivery == Delivery::OnSite || !MAP_COLUMNS.contains(&room.column_count) {
        return seats.into_iter().map(Cell::Taken).collect();
    }
    let layout = venue::Room {
        id: room.room_id.clone(),
        site_id: room.site_id.clone(),
        code: room.room_code.clone(),
        name_zh: room.room_name.clone(),
        name_en: room.room_name_en.clone(),
        kind: RoomKind::Paper,
        row_count: room.row_count,
        column_count: room.column_count,
        blocked: room.blocked.clone(),
    };
    let places: BTreeMap<(i64, i64), i64> =
        venue::seats(&layout).into_iter().map(|seat| ((seat.row, seat.column), seat.number)).collect();
    let mut taken: HashMap<i64, SeatLook> = seats.into_iter().map(|seat| (seat.number, seat)).collect();
    let mut cells = Vec::new();
    for row in 1..=room.row_count {
        for column in 1..=room.column_count {
            let number = (column - 1) * room.row_count + row;
            cells.push(match (places.contains_key(&(row, column)), taken.remove(&number)) {
                (_, Some(seat)) => Cell::Taken(seat),
                (true, None) => Cell::Free(format!("{number:02}")),
                (false, None) => Cell::Blocked(format!("{number:02}")),
            });
        }
    }
    cells
}

/// Class of the map: its columns, or flowing.
pub fn columns(room: &RoomUse, delivery: Delivery) -> String {
    if delivery == Delivery::OnSite || !MAP_COLUMNS.contains(&room.column_count) {
        return "flow".to_owned();
    }
    format!("cols-{}", room.column_count)
}
