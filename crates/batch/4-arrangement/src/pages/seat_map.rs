//! A room drawn as a map or a list, and what moving somebody there would do.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::store::Tx;
use identity::Env;
use plan::{Arrange, InBatch};
use venue::Room;
use web::{PageError, PageResult, Visit};

use crate::{
    RoomUse, Seat, Sitting,
    document::two_digits,
    moving::{Scene, need_of},
    people::people,
    rules::moving::{MoveReason, MoveRefused, Moved, Remark},
    store,
};

/// Room plans the style sheet can draw as a map; other rooms are shown as a list.
const MAP_COLUMNS: std::ops::RangeInclusive<i64> = 4..=10;
/// Most free places listed where there is no map.
const FREE_MOST: usize = 12;

/// One seat on the page.
pub(super) struct Place {
    pub number: String,
    pub name: String,
    pub level: String,
    pub hue: usize,
    pub letter: String,
    pub time: String,
    pub ticket: String,
    /// Where choosing this seat leads; empty where nobody may be moved.
    pub pick: String,
    pub is_chosen: bool,
    pub is_needed: bool,
}

/// A place nobody has.
pub(super) struct Free {
    pub number: String,
    pub pick: String,
}

/// One cell of the map.
pub(super) enum Cell {
    Taken(Place),
    Free(Free),
    Blocked(String),
}

/// Somebody who is to be moved, and what the place looked at would mean.
pub(super) struct Chosen {
    /// Their seat.
    pub seat: String,
    /// The page of the room that is looked at.
    pub here: String,
    pub name: String,
    pub from: String,
    pub verdict: Option<Verdict>,
}

/// What a move to one place would do.
pub(super) struct Verdict {
    pub number: i64,
    pub place: String,
    /// Who sits there.
    pub partner: Option<String>,
    pub refused: Vec<String>,
    pub remarks: Vec<&'static str>,
    pub checks: Vec<&'static str>,
}

impl Verdict {
    pub fn is_allowed(&self) -> bool {
        self.refused.is_empty()
    }

    pub fn reasons(&self) -> [(&'static str, &'static str); 4] {
        MoveReason::ALL.map(|reason| (reason.code(), reason.key()))
    }
}

/// Reads whom to move and tries the place out.
pub(super) async fn choose(
    tx: &mut Tx,
    env: &Env,
    entry: &InBatch<Arrange>,
    (seat, target, to): (&str, &RoomUse, Option<i64>),
    v: &Visit,
) -> PageResult<Chosen> {
    let scene = Scene::load(tx, &entry.batch, seat, (target, to)).await?;
    if !entry.reaches(&scene.site.site_path) {
        return Err(PageError::NotFound);
    }
    let mut seats = vec![scene.seat.clone()];
    let there = store::seats_of_room(tx, &target.id).await?;
    seats.extend(there.into_iter().filter(|one| Some(one.number) == to));
    let people = people(tx, env, &seats).await?;
    let name = |seat: Option<&Seat>| {
        seat.and_then(|seat| people.get(&seat.application_id)).map(|person| person.name.clone())
    };
    let verdict = to.map(|number| verdict(&scene, number, name(seats.get(1)), target, v));
    Ok(Chosen {
        seat: scene.seat.id.clone(),
        here: format!("/batches/{}/seat-plan/rooms/{}", entry.batch.code, target.id),
        name: name(Some(&scene.seat)).unwrap_or_default(),
        from: format!("{}-{}", two_digits(scene.seat.ordinal), two_digits(scene.seat.number)),
        verdict,
    })
}

fn verdict(scene: &Scene, number: i64, partner: Option<String>, target: &RoomUse, v: &Visit) -> Verdict {
    let planned: Result<Moved, Vec<MoveRefused>> = scene.plan(number);
    let is_free = partner.is_none();
    let (refused, remarks) = match planned {
        Ok(moved) => (Vec::new(), moved.remarks.into_iter().map(Remark::key).collect()),
        Err(refused) => (refused.iter().map(|one| v.t.message(&one.message())).collect(), Vec::new()),
    };
    let mut checks = vec!["move-check-sitting", "move-check-kind", "move-check-time"];
    checks.push(if is_free { "move-check-free" } else { "move-check-swap" });
    if scene.need.has_letters() {
        checks.push("move-check-forms");
    }
    if scene.site.confirmed_at.is_some() {
        checks.push("move-check-number-stays");
    }
    let place = format!("{}-{}", two_digits(target.ordinal), two_digits(number));
    Verdict { number, place, partner, refused, remarks, checks }
}

/// Hue, word and count of every paper of a room.
pub(super) fn legend(places: &[Place]) -> Vec<(usize, String, usize)> {
    let mut legend: Vec<(usize, String, usize)> = Vec::new();
    for place in places {
        match legend.iter_mut().find(|(hue, level, _)| *hue == place.hue && *level == place.level) {
            Some((_, _, count)) => *count += 1,
            None => legend.push((place.hue, place.level.clone(), 1)),
        }
    }
    legend
}

/// Moves the places into a map: row by row from the front, column 1 at the door. Empty for a room that
/// is shown as a list.
pub(super) fn map(
    sitting: &Sitting,
    layout: &Room,
    places: &mut Vec<Place>,
    chosen: Option<&Chosen>,
) -> Vec<Cell> {
    if !need_of(sitting).is_in_writing() || !MAP_COLUMNS.contains(&layout.column_count) {
        return Vec::new();
    }
    let seats: BTreeMap<(i64, i64), i64> =
        venue::seats(layout).into_iter().map(|seat| ((seat.row, seat.column), seat.number)).collect();
    let mut taken: HashMap<String, Place> =
        places.drain(..).map(|place| (place.number.clone(), place)).collect();
    let mut cells = Vec::new();
    for row in 1..=layout.row_count {
        for column in 1..=layout.column_count {
            let place = (column - 1) * layout.row_count + row;
            let number = two_digits(place);
            cells.push(match (seats.contains_key(&(row, column)), taken.remove(&number)) {
                (_, Some(place)) => Cell::Taken(place),
                (true, None) => Cell::Free(free(place, chosen)),
                (false, None) => Cell::Blocked(number),
            });
        }
    }
    cells
}

fn free(number: i64, chosen: Option<&Chosen>) -> Free {
    let pick = chosen.map(|chosen| format!("{}?seat={}&to={number}#move", chosen.here, chosen.seat));
    Free { number: two_digits(number), pick: pick.unwrap_or_default() }
}

/// Places somebody may be moved to in a room that is shown as a list.
pub(super) fn free_numbers(sitting: &Sitting, layout: &Room, seats: &[Seat], chosen: &Chosen) -> Vec<Free> {
    let need = need_of(sitting);
    let taken: BTreeSet<i64> = seats.iter().map(|seat| seat.number).collect();
    let all: Vec<i64> = if need.is_in_writing() {
        venue::seats(layout).into_iter().map(|seat| seat.number).collect()
    } else {
        let turns = seats.iter().map(|seat| seat.turn).max().unwrap_or(1).min(need.turns_most());
        let places = i64::try_from(need.places(layout)).unwrap_or(i64::MAX);
        (1..=places.saturating_mul(turns)).collect()
    };
    let open = all.into_iter().filter(|number| !taken.contains(number));
    open.take(FREE_MOST).map(|number| free(number, Some(chosen))).collect()
}
