//! The seat plan of a batch, drawn. Pure: the same candidates, rooms, sittings and seed give the same
//! plan, in whatever order they come.
//!
//! At each site every sitting gets the fewest rooms that seat its candidates (the lower bound: the
//! largest rooms first), papers share a room only where that saves one, and each paper stands together.
//! Who sits where is a verifiable draw (crate `draw`, one stratum a paper). What cannot be done is
//! refused with the demands that conflict, and no others.
use std::collections::{BTreeMap, BTreeSet};

use kernel::UnixMicros;
use scheme::ComponentKind;
use venue::{Room, RoomId, RoomKind, SiteId};

use super::{
    allocation::{Piece, divide, fewest_rooms, fewest_rooms_unmixed, take_rooms},
    conflict::{Conflict, PlanImpossible},
    need::{Need, PaperKey},
    overlap::overlaps,
    planned::{Letter, PlannedRoom, PlannedSeat, PlannedSite, PlannedSitting},
};

/// Somebody to be seated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Their application.
    pub application: String,
    /// Who they are: somebody may have applied twice.
    pub person: String,
    /// Their paper.
    pub paper: PaperKey,
    /// Parts of it that they passed before and need not sit again.
    pub kept: BTreeSet<ComponentKind>,
    /// Where they sit.
    pub site: SiteId,
}

/// Everything a plan follows from.
#[derive(Debug, Clone)]
pub struct Demand<'a> {
    /// Who sits.
    pub candidates: &'a [Candidate],
    /// Where one can sit.
    pub rooms: &'a [Room],
    /// When and how.
    pub needs: &'a [Need],
    /// Seed of the draw.
    pub seed: [u8; 32],
}

/// Draws the plan.
///
/// # Errors
/// [`PlanImpossible`], with every conflict there is.
pub fn plan(demand: &Demand<'_>) -> Result<Vec<PlannedSitting>, PlanImpossible> {
    let drawn = draw_order(demand)?;
    let sites: BTreeSet<&SiteId> = demand.candidates.iter().map(|candidate| &candidate.site).collect();
    let mut sittings: Vec<PlannedSitting> =
        demand.needs.iter().map(|need| PlannedSitting { need: need.clone(), sites: Vec::new() }).collect();
    let mut conflicts = Vec::new();
    for site in sites {
        let planned = plan_site(demand, site, &drawn, &mut conflicts);
        for (sitting, part) in sittings.iter_mut().zip(planned) {
            sitting.sites.extend(part);
        }
    }
    conflicts.extend(overlaps(&sittings, demand.candidates));
    if !conflicts.is_empty() {
        return Err(PlanImpossible::Conflicts(conflicts));
    }
    sittings.retain(|sitting| !sitting.sites.is_empty());
    Ok(sittings)
}

/// The people of each paper at each site, in the order of the draw.
type Drawn<'a> = BTreeMap<&'a PaperKey, BTreeMap<&'a SiteId, Vec<&'a Candidate>>>;

/// Draws everybody of each paper.
fn draw_order<'a>(demand: &Demand<'a>) -> Result<Drawn<'a>, PlanImpossible> {
    if demand.candidates.is_empty() {
        return Err(PlanImpossible::Nobody);
    }
    let everybody: Vec<&str> =
        demand.candidates.iter().map(|candidate| candidate.application.as_str()).collect();
    draw::check("", &everybody)?;
    let mut papers: BTreeMap<&PaperKey, Vec<&Candidate>> = BTreeMap::new();
    for candidate in demand.candidates {
        papers.entry(&candidate.paper).or_default().push(candidate);
    }
    let mut drawn = Drawn::new();
    for (paper, people) in papers {
        if !demand.needs.iter().any(|need| need.papers.contains(paper)) {
            return Err(PlanImpossible::NothingToSit(paper.clone()));
        }
        let ids: Vec<&str> = people.iter().map(|candidate| candidate.application.as_str()).collect();
        let order = draw::order(&demand.seed, &paper.stratum(), &ids);
        let sites = drawn.entry(paper).or_default();
        for one in order.into_iter().filter_map(|place| people.get(place).copied()) {
            sites.entry(&one.site).or_default().push(one);
        }
    }
    Ok(drawn)
}

/// One sitting at one site before the rooms are chosen.
struct Ask<'a> {
    place: usize,
    need: &'a Need,
    groups: Vec<(&'a PaperKey, Vec<&'a Candidate>)>,
    people: usize,
}

/// A room taken for a time.
struct Taken {
    place: usize,
    room: RoomId,
    from: UnixMicros,
    until: UnixMicros,
}

fn plan_site(
    demand: &Demand<'_>,
    site: &SiteId,
    drawn: &Drawn<'_>,
    conflicts: &mut Vec<Conflict>,
) -> Vec<Option<PlannedSite>> {
    let mut rooms: Vec<&Room> = demand.rooms.iter().filter(|room| room.site_id == *site).collect();
    rooms.sort_by_key(|room| (std::cmp::Reverse(venue::capacity(room)), &room.code, &room.id));
    let mut asks: Vec<Ask<'_>> =
        demand.needs.iter().enumerate().filter_map(|one| ask(one, site, drawn)).collect();
    // The largest sitting chooses first; of rooms free at the same time the others need less.
    asks.sort_by_key(|ask| (std::cmp::Reverse(ask.people), ask.place));
    let (mut taken, mut planned): (Vec<Taken>, Vec<Option<PlannedSite>>) =
        (Vec::new(), demand.needs.iter().map(|_| None).collect());
    for ask in &asks {
        let Some(found) = choose(ask, &rooms, &taken) else {
            conflicts.push(short_of_seats(ask, site, &rooms, &asks, &taken));
            continue;
        };
        taken.extend(found.rooms.iter().map(|chosen| Taken {
            place: ask.place,
            room: chosen.room.id.clone(),
            from: ask.need.starts_at,
            until: ask.need.end(found.turns),
        }));
        if let Some(place) = planned.get_mut(ask.place) {
            *place = Some(found);
        }
    }
    number_rooms(demand.needs, &mut planned);
    planned
}

fn ask<'a>((place, need): (usize, &'a Need), site: &SiteId, drawn: &Drawn<'a>) -> Option<Ask<'a>> {
    let sitting = |people: &Vec<&'a Candidate>| -> Vec<&'a Candidate> {
        people.iter().copied().filter(|one| need.is_sat_by(one)).collect()
    };
    let groups: Vec<(&PaperKey, Vec<&Candidate>)> = drawn
        .iter()
        .filter_map(|(paper, sites)| Some((*paper, sitting(sites.get(site)?))))
        .filter(|(_, people)| !people.is_empty())
        .collect();
    let people = groups.iter().map(|(_, people)| people.len()).sum();
    (people > 0).then_some(Ask { place, need, groups, people })
}

/// The fewest turns that seat everybody; before a panel the fewest panels, because each has its members,
/// and then the fewest turns.
fn choose(ask: &Ask<'_>, rooms: &[&Room], taken: &[Taken]) -> Option<PlannedSite> {
    let most = ask.need.turns_most();
    let rooms_most = match ask.need.kind {
        ComponentKind::Panel => choose_in(ask, rooms, taken, most)?.rooms.len(),
        ComponentKind::Theory | ComponentKind::Practical | ComponentKind::Other => usize::MAX,
    };
    (1..=most)
        .find_map(|turns| choose_in(ask, rooms, taken, turns).filter(|site| site.rooms.len() <= rooms_most))
}

fn choose_in(ask: &Ask<'_>, rooms: &[&Room], taken: &[Taken], turns: i64) -> Option<PlannedSite> {
    let is_held = |one: &&Taken| one.from < ask.need.end(turns) && ask.need.starts_at < one.until;
    let held: BTreeSet<&RoomId> = taken.iter().filter(is_held).map(|one| &one.room).collect();
    let is_free = |room: &&Room| room.kind == ask.need.room_kind() && !held.contains(&room.id);
    let free: Vec<&Room> = rooms.iter().copied().filter(is_free).collect();
    let places: Vec<usize> = free.iter().map(|room| places(ask.need, room, turns)).collect();
    let taking = take_rooms(ask.people, &places)?;
    let sizes: Vec<usize> = ask.groups.iter().map(|(_, people)| people.len()).collect();
    let chosen: Vec<&Room> = taking.iter().filter_map(|at| free.get(*at).copied()).collect();
    let places: Vec<usize> = taking.iter().filter_map(|at| places.get(*at).copied()).collect();
    let all_places: Vec<usize> = rooms
        .iter()
        .filter(|room| room.kind == ask.need.room_kind())
        .map(|room| self::places(ask.need, room, turns))
        .collect();
    Some(PlannedSite {
        site: chosen.first()?.site_id.clone(),
        candidates: ask.people,
        turns,
        rooms_least: fewest_rooms(ask.people, &all_places).unwrap_or(taking.len()),
        rooms_unmixed: fewest_rooms_unmixed(&sizes, &all_places),
        rooms: seat_everybody(ask, &chosen, &divide(&sizes, &places)),
    })
}

fn places(need: &Need, room: &Room, turns: i64) -> usize {
    need.places(room).saturating_mul(usize::try_from(turns).unwrap_or(0))
}

fn seat_everybody(ask: &Ask<'_>, rooms: &[&Room], pieces: &[Vec<Piece>]) -> Vec<PlannedRoom> {
    let mut queues: Vec<_> = ask.groups.iter().map(|(_, people)| people.iter()).collect();
    let mut planned = Vec::with_capacity(rooms.len());
    for (room, pieces) in rooms.iter().zip(pieces) {
        let mut people: Vec<&Candidate> = Vec::new();
        for piece in pieces {
            if let Some(queue) = queues.get_mut(piece.group) {
                people.extend(queue.by_ref().take(piece.count).copied());
            }
        }
        planned.push(PlannedRoom {
            room: (*room).clone(),
            ordinal: 0,
            places: ask.need.places(room),
            seats: seat_room(ask.need, room, &people),
        });
    }
    planned
}

fn seat_room(need: &Need, room: &Room, people: &[&Candidate]) -> Vec<PlannedSeat> {
    let seat = |candidate: &Candidate, number, turn, letter| PlannedSeat {
        number,
        turn,
        application: candidate.application.clone(),
        paper: candidate.paper.clone(),
        letter,
    };
    if need.room_kind() != RoomKind::Practical {
        let letter = |at| if need.has_letters() { Letter::at(at) } else { Letter::Neither };
        let seats = venue::seats(room);
        return people.iter().zip(seats).map(|(who, at)| seat(who, at.number, 1, letter(at))).collect();
    }
    let places = i64::try_from(need.places(room)).unwrap_or(i64::MAX).max(1);
    people
        .iter()
        .zip(1..)
        .map(|(who, number)| seat(who, number, (number - 1).div_euclid(places) + 1, Letter::Neither))
        .collect()
}

/// Numbers the exam rooms of a site by time, and at one time by the code on the door.
fn number_rooms(needs: &[Need], planned: &mut [Option<PlannedSite>]) {
    let mut rooms: Vec<(UnixMicros, &mut PlannedRoom)> = Vec::new();
    for (need, site) in needs.iter().zip(planned.iter_mut()) {
        rooms.extend(site.iter_mut().flat_map(|site| &mut site.rooms).map(|room| (need.starts_at, room)));
    }
    rooms.sort_by(|(a_at, a), (b_at, b)| {
        (a_at, &a.room.code, &a.room.id).cmp(&(b_at, &b.room.code, &b.room.id))
    });
    for ((_, room), ordinal) in rooms.into_iter().zip(1..) {
        room.ordinal = ordinal;
    }
    for site in planned.iter_mut().flatten() {
        site.rooms.sort_by_key(|room| room.ordinal);
    }
}

/// The smallest set of demands that cannot be met: this sitting alone, or with those that hold rooms.
fn short_of_seats(
    ask: &Ask<'_>,
    site: &SiteId,
    rooms: &[&Room],
    asks: &[Ask<'_>],
    taken: &[Taken],
) -> Conflict {
    let turns = ask.need.turns_most();
    let seats = rooms
        .iter()
        .filter(|room| room.kind == ask.need.room_kind())
        .map(|room| places(ask.need, room, turns))
        .sum();
    let mut needs = vec![ask.place];
    let mut candidates = ask.people;
    if ask.people <= seats {
        let held: BTreeSet<usize> = taken
            .iter()
            .filter(|one| rooms.iter().any(|room| room.id == one.room && room.kind == ask.need.room_kind()))
            .filter(|one| one.from < ask.need.end(turns) && ask.need.starts_at < one.until)
            .map(|one| one.place)
            .collect();
        candidates +=
            asks.iter().filter(|other| held.contains(&other.place)).map(|other| other.people).sum::<usize>();
        needs.extend(held);
        needs.sort_unstable();
    }
    Conflict::Seats { site: site.clone(), kind: ask.need.room_kind(), needs, candidates, seats }
}
