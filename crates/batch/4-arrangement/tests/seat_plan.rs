//! The solver: what holds for every plan, and what is refused.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use std::collections::{BTreeMap, BTreeSet};

use arrangement::rules::{
    conflict::{Conflict, PlanImpossible},
    need::{Need, PaperKey, Part, needs},
    planned::{Letter, PlannedRoom, PlannedSeat, PlannedSitting},
    seat_plan::{Candidate, Demand, plan},
};
use kernel::{LevelCode, OccupationCode, UnixMicros};
use proptest::prelude::*;
use scheme::{ComponentKind, Delivery};
use venue::{Blocked, Room, RoomKind};

fn at(text: &str) -> UnixMicros {
    UnixMicros::parse_text(text).unwrap()
}

fn paper(level: &str) -> PaperKey {
    PaperKey {
        occupation: OccupationCode::parse("4-07-03-04").unwrap(),
        level: LevelCode::parse(level).unwrap(),
    }
}

fn part(level: &str, kind: ComponentKind, delivery: Delivery, starts_at: &str, minutes: i64) -> Part {
    Part {
        paper: paper(level),
        kind,
        delivery,
        starts_at: at(starts_at),
        minutes,
        name_zh: "理论知识考试".into(),
        name_en: "Theory".into(),
    }
}

fn theory(level: &str, delivery: Delivery) -> Part {
    part(level, ComponentKind::Theory, delivery, "2021-05-22 09:00", 90)
}

fn room(code: &str, kind: RoomKind, rows: i64, columns: i64, blocked: &str) -> Room {
    Room {
        id: format!("room-{code}").as_str().into(),
        site_id: "site".into(),
        code: code.into(),
        name_zh: String::new(),
        name_en: String::new(),
        kind,
        row_count: rows,
        column_count: columns,
        blocked: Blocked::parse(blocked).unwrap(),
    }
}

fn people(level: &str, count: usize) -> Vec<Candidate> {
    let one = |n: usize| Candidate {
        application: format!("{level}-{n}"),
        person: format!("person-{level}-{n}"),
        paper: paper(level),
        kept: BTreeSet::new(),
        site: "site".into(),
    };
    (0..count).map(one).collect()
}

fn draw(
    candidates: &[Candidate],
    rooms: &[Room],
    needs: &[Need],
) -> Result<Vec<PlannedSitting>, PlanImpossible> {
    plan(&Demand { candidates, rooms, needs, seed: [7; 32] })
}

fn rooms_of(sitting: &PlannedSitting) -> impl Iterator<Item = &PlannedRoom> {
    sitting.sites.iter().flat_map(|site| &site.rooms)
}

/// Papers of a room in the order of the seats, repetitions dropped.
fn runs(room: &PlannedRoom) -> Vec<&PaperKey> {
    let mut runs: Vec<&PaperKey> = room.seats.iter().map(|seat| &seat.paper).collect();
    runs.dedup();
    runs
}

#[test]
fn both_deliveries_sit_at_one_time_and_the_others_take_turns() {
    let mut parts =
        vec![theory("3", Delivery::Computer), theory("2", Delivery::Computer), theory("4", Delivery::Paper)];
    for level in ["4", "3", "2"] {
        parts.push(part(level, ComponentKind::Practical, Delivery::OnSite, "2021-05-22 14:00", 120));
    }
    parts.push(part("2", ComponentKind::Panel, Delivery::OnSite, "2021-05-23 09:00", 30));
    let rooms = [
        room("01", RoomKind::Computer, 6, 4, ""),
        room("02", RoomKind::Paper, 6, 5, "7"),
        room("03", RoomKind::Practical, 4, 3, ""),
    ];
    let mut candidates = people("3", 16);
    candidates.extend(people("4", 8));
    candidates.extend(people("2", 6));
    let sittings = draw(&candidates, &rooms, &needs(&parts)).unwrap();
    let seen: Vec<_> = sittings
        .iter()
        .map(|sitting| {
            let site = &sitting.sites[0];
            (sitting.need.kind, sitting.need.delivery, site.candidates, site.turns, site.rooms[0].ordinal)
        })
        .collect();
    assert_eq!(
        seen,
        [
            (ComponentKind::Theory, Delivery::Paper, 8, 1, 2),
            (ComponentKind::Theory, Delivery::Computer, 22, 1, 1),
            (ComponentKind::Practical, Delivery::OnSite, 30, 3, 3),
            (ComponentKind::Panel, Delivery::OnSite, 6, 6, 4),
        ]
    );
    // Twelve workplaces: the 13th is the first of the second group. A panel takes one at a time.
    let turns = |sitting: &PlannedSitting| -> Vec<i64> {
        sitting.sites[0].rooms[0].seats.iter().map(|seat| seat.turn).collect()
    };
    assert_eq!(turns(&sittings[2])[11..14], [1, 2, 2]);
    assert_eq!(turns(&sittings[3]), [1, 2, 3, 4, 5, 6]);
    assert!(sittings[2].sites[0].rooms[0].seats.iter().all(|seat| seat.letter == Letter::Neither));
    // A blocked place keeps its number and stays empty.
    assert!(rooms_of(&sittings[0]).flat_map(|room| &room.seats).all(|seat| seat.number != 7));
}

#[test]
fn nineteen_people_do_not_fit_eighteen_computers_whatever_else_is_free() {
    let rooms = [
        room("01", RoomKind::Computer, 6, 3, ""),
        room("02", RoomKind::Paper, 10, 10, ""),
        room("03", RoomKind::Practical, 10, 10, ""),
    ];
    let needs = needs(&[theory("3", Delivery::Computer), theory("4", Delivery::Paper)]);
    let mut candidates = people("3", 19);
    candidates.extend(people("4", 50));
    let refused = draw(&candidates, &rooms, &needs).unwrap_err();
    let computer = needs.iter().position(|need| need.delivery == Delivery::Computer).unwrap();
    let conflict = Conflict::Seats {
        site: "site".into(),
        kind: RoomKind::Computer,
        needs: vec![computer],
        candidates: 19,
        seats: 18,
    };
    assert_eq!(refused, PlanImpossible::Conflicts(vec![conflict]));
    // Without the one too many there is a plan: the demand named was the one that could not be met.
    candidates.remove(0);
    assert!(draw(&candidates, &rooms, &needs).is_ok());
}

#[test]
fn two_sittings_that_need_one_room_at_a_time_are_named_together() {
    let rooms = [room("01", RoomKind::Paper, 5, 5, "")];
    let late = part("3", ComponentKind::Theory, Delivery::Paper, "2021-05-22 10:00", 90);
    let needs = needs(&[theory("4", Delivery::Paper), late]);
    let mut candidates = people("4", 10);
    candidates.extend(people("3", 12));
    let conflict = Conflict::Seats {
        site: "site".into(),
        kind: RoomKind::Paper,
        needs: vec![0, 1],
        candidates: 22,
        seats: 25,
    };
    assert_eq!(draw(&candidates, &rooms, &needs).unwrap_err(), PlanImpossible::Conflicts(vec![conflict]));
    // A second room, and both are seated in rooms of their own.
    let rooms = [rooms[0].clone(), room("02", RoomKind::Paper, 3, 4, "")];
    let sittings = draw(&candidates, &rooms, &needs).unwrap();
    let used: BTreeSet<_> = sittings.iter().flat_map(rooms_of).map(|room| &room.room.id).collect();
    assert_eq!(used.len(), 2);
}

#[test]
fn nobody_is_in_two_sittings_at_a_time() {
    let rooms = [room("01", RoomKind::Paper, 5, 5, ""), room("03", RoomKind::Practical, 5, 5, "")];
    let early = part("3", ComponentKind::Practical, Delivery::OnSite, "2021-05-22 10:29", 60);
    let clash = needs(&[theory("3", Delivery::Paper), early]);
    let conflict = Conflict::Overlap { first: 0, second: 1, candidates: 9 };
    assert_eq!(draw(&people("3", 9), &rooms, &clash).unwrap_err(), PlanImpossible::Conflicts(vec![conflict]));
    let after = part("3", ComponentKind::Practical, Delivery::OnSite, "2021-05-22 10:30", 60);
    assert!(draw(&people("3", 9), &rooms, &needs(&[theory("3", Delivery::Paper), after])).is_ok());
}

#[test]
fn groups_that_take_turns_end_on_the_day_they_begin() {
    // From 22:00 two groups of one hour end by midnight, a third does not.
    let rooms = [room("03", RoomKind::Practical, 1, 5, "")];
    let needs = needs(&[part("3", ComponentKind::Practical, Delivery::OnSite, "2021-05-22 22:00", 60)]);
    assert!(draw(&people("3", 10), &rooms, &needs).is_ok());
    let conflict = Conflict::Seats {
        site: "site".into(),
        kind: RoomKind::Practical,
        needs: vec![0],
        candidates: 11,
        seats: 10,
    };
    assert_eq!(
        draw(&people("3", 11), &rooms, &needs).unwrap_err(),
        PlanImpossible::Conflicts(vec![conflict])
    );
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let rooms = [room("01", RoomKind::Paper, 5, 5, "")];
    let needs = needs(&[theory("3", Delivery::Paper)]);
    assert_eq!(draw(&[], &rooms, &needs), Err(PlanImpossible::Nobody));
    assert_eq!(draw(&people("1", 1), &rooms, &needs), Err(PlanImpossible::NothingToSit(paper("1"))));
    let twice = [people("3", 1), people("3", 1)].concat();
    assert_eq!(draw(&twice, &rooms, &needs), Err(PlanImpossible::Draw(draw::DrawError::Twice)));
}

#[test]
fn a_room_is_mixed_only_where_that_saves_one() {
    let rooms: Vec<Room> = (1..=4).map(|n| room(&format!("0{n}"), RoomKind::Paper, 6, 5, "")).collect();
    let needs =
        needs(&[theory("4", Delivery::Paper), theory("3", Delivery::Paper), theory("2", Delivery::Paper)]);
    let mixed = |counts: [usize; 3]| {
        let candidates = [people("4", counts[0]), people("3", counts[1]), people("2", counts[2])].concat();
        let sittings = draw(&candidates, &rooms, &needs).unwrap();
        let site = &sittings[0].sites[0];
        let mixed = site.rooms.iter().filter(|room| room.papers() > 1).count();
        (site.rooms.len(), site.rooms_least, site.rooms_unmixed, mixed)
    };
    assert_eq!(mixed([30, 28, 27]), (3, 3, Some(3), 0));
    assert_eq!(mixed([41, 38, 11]), (3, 3, Some(5), 1), "11, 8 and 11 share one");
    assert_eq!(mixed([11, 8, 7]), (1, 1, Some(3), 1));
}

/// Levels of a few people fill what the others leave, and nobody sits twice at a time on the day.
#[test]
fn theory_and_skill_on_one_day_take_the_fewest_rooms_and_put_small_levels_together() {
    let mut parts = Vec::new();
    for level in ["4", "3", "2", "1"] {
        parts.push(theory(level, Delivery::Paper));
        parts.push(part(level, ComponentKind::Practical, Delivery::OnSite, "2021-05-22 14:00", 60));
    }
    let mut rooms: Vec<Room> = (1..=6).map(|n| room(&format!("0{n}"), RoomKind::Paper, 6, 5, "")).collect();
    rooms.extend((7..=9).map(|n| room(&format!("0{n}"), RoomKind::Practical, 4, 5, "")));
    let mut candidates = people("4", 58);
    candidates.extend(people("3", 49));
    candidates.extend(people("2", 9));
    candidates.extend(people("1", 4));
    let sittings = draw(&candidates, &rooms, &needs(&parts)).unwrap();
    let theory = &sittings[0].sites[0];
    assert_eq!((theory.rooms.len(), theory.rooms_least, theory.rooms_unmixed), (4, 4, Some(6)));
    let small =
        |room: &&PlannedRoom| room.seats.iter().any(|seat| ["1", "2"].contains(&seat.paper.level.as_str()));
    assert!(theory.rooms.iter().filter(small).all(|room| room.papers() > 1), "small levels share rooms");
    let practical = &sittings[1].sites[0];
    assert_eq!((practical.rooms.len(), practical.rooms_least, practical.turns), (3, 3, 2));
    let mut times: BTreeMap<&str, Vec<(UnixMicros, UnixMicros)>> = BTreeMap::new();
    for sitting in &sittings {
        for seat in rooms_of(sitting).flat_map(|room| &room.seats) {
            let time = (sitting.need.end(seat.turn - 1), sitting.need.end(seat.turn));
            times.entry(&seat.application).or_default().push(time);
        }
    }
    assert_eq!(times.len(), 120);
    for times in times.values() {
        assert!(times.len() == 2 && times[0].1 <= times[1].0, "{times:?}");
    }
    testkit::proves!("S0-23", "papers of several levels share a room where that saves one, and only there");
}

/// Rows, columns, and which places are blocked.
type Layout = (i64, i64, Vec<bool>);

/// Levels with their counts, rooms, and a seed.
fn instances() -> impl Strategy<Value = (Vec<usize>, Vec<Layout>, [u8; 32])> {
    let groups = prop::collection::vec(0usize..60, 1..5);
    let room = (1i64..8, 1i64..8, prop::collection::vec(prop::bool::weighted(0.1), 49));
    (groups, prop::collection::vec(room, 1..8), any::<[u8; 32]>())
}

fn build(groups: &[usize], rooms: &[Layout]) -> (Vec<Candidate>, Vec<Room>, Vec<Need>) {
    let levels = ["5", "4", "3", "2", "1"];
    let candidates = groups.iter().zip(levels).flat_map(|(count, level)| people(level, *count)).collect();
    let rooms = rooms
        .iter()
        .enumerate()
        .map(|(n, (rows, columns, blocked))| {
            let places: Vec<String> = (1..rows * columns)
                .zip(blocked)
                .filter(|(_, is_blocked)| **is_blocked)
                .map(|(place, _)| place.to_string())
                .collect();
            room(&format!("{n:02}"), RoomKind::Paper, *rows, *columns, &places.join(","))
        })
        .collect();
    let parts: Vec<Part> = levels.iter().map(|level| theory(level, Delivery::Paper)).collect();
    (candidates, rooms, needs(&parts))
}

proptest! {
    #[test]
    fn every_plan_is_sound((groups, layouts, seed) in instances(), turned in any::<prop::sample::Index>()) {
        let (mut candidates, mut rooms, needs) = build(&groups, &layouts);
        let seats: usize = rooms.iter().map(venue::capacity).sum();
        let first = plan(&Demand { candidates: &candidates, rooms: &rooms, needs: &needs, seed });
        // The order of the input says nothing; nor does doing it twice.
        if !candidates.is_empty() {
            let by = turned.index(candidates.len());
            candidates.rotate_left(by);
            candidates.reverse();
        }
        rooms.reverse();
        let again = plan(&Demand { candidates: &candidates, rooms: &rooms, needs: &needs, seed });
        prop_assert_eq!(&first, &again);

        // There is a plan exactly when everybody fits.
        prop_assert_eq!(first.is_ok(), (1..=seats).contains(&candidates.len()));
        let Ok(sittings) = first else { return Ok(()) };
        prop_assert_eq!(sittings.len(), 1);
        let site = &sittings[0].sites[0];

        // Everybody once, nobody twice.
        let seated: Vec<&str> = rooms_of(&sittings[0]).flat_map(|room| &room.seats).map(|seat| seat.application.as_str()).collect();
        let asked: BTreeSet<&str> = candidates.iter().map(|candidate| candidate.application.as_str()).collect();
        prop_assert_eq!(seated.len(), candidates.len());
        prop_assert_eq!(seated.into_iter().collect::<BTreeSet<_>>(), asked);

        // No plan has fewer rooms: the largest ones but one do not seat everybody.
        let mut sizes: Vec<usize> = rooms.iter().map(venue::capacity).collect();
        sizes.sort_unstable_by(|a, b| b.cmp(a));
        prop_assert_eq!(site.rooms.len(), site.rooms_least);
        prop_assert!(sizes.iter().take(site.rooms.len() - 1).sum::<usize>() < candidates.len());
        // And no room taken could give way to a smaller one that stands empty.
        let used: Vec<&Room> = site.rooms.iter().map(|room| &room.room).collect();
        let spare = used.iter().map(|room| venue::capacity(room)).sum::<usize>() - candidates.len();
        for empty in rooms.iter().filter(|room| !used.contains(room)) {
            for taken in used.iter().filter(|taken| venue::capacity(empty) < venue::capacity(taken)) {
                prop_assert!(venue::capacity(taken) - venue::capacity(empty) > spare, "{} holds enough", empty.code);
            }
        }

        for room in &site.rooms {
            // Nobody sits on another or on a blocked place, and each paper stands together.
            let real: BTreeSet<i64> = venue::seats(&room.room).iter().map(|seat| seat.number).collect();
            let numbers: BTreeSet<i64> = room.seats.iter().map(|seat| seat.number).collect();
            prop_assert!(!room.seats.is_empty());
            prop_assert_eq!(numbers.len(), room.seats.len());
            prop_assert!(numbers.is_subset(&real));
            prop_assert_eq!(runs(room).len(), room.papers());

            // Whoever could read a neighbour's paper has another form.
            let letters: BTreeMap<i64, &PlannedSeat> =
                room.seats.iter().map(|seat| (seat.number, seat)).collect();
            for seat in &room.seats {
                for neighbour in venue::neighbours(&room.room, seat.number) {
                    if let Some(other) = letters.get(&neighbour).filter(|other| other.paper == seat.paper) {
                        prop_assert_ne!(other.letter, seat.letter);
                    }
                }
            }
        }
    }

    #[test]
    fn another_seed_seats_people_elsewhere(seed in any::<[u8; 32]>()) {
        let (candidates, rooms, needs) = build(&[30], &[(6, 6, vec![false; 49])]);
        let with = |seed| plan(&Demand { candidates: &candidates, rooms: &rooms, needs: &needs, seed }).unwrap();
        let mut other = seed;
        other[0] ^= 1;
        prop_assert_ne!(with(seed), with(other));
        // And the order is the published one: a draw anybody can repeat.
        let ids: Vec<&str> = candidates.iter().map(|candidate| candidate.application.as_str()).collect();
        let order: Vec<&str> = draw::order(&seed, "4-07-03-04/5", &ids).into_iter().map(|place| ids[place]).collect();
        let plan = with(seed);
        let seated: Vec<&str> = rooms_of(&plan[0]).flat_map(|room| &room.seats).map(|seat| seat.application.as_str()).collect();
        prop_assert_eq!(seated, order);
    }
}
