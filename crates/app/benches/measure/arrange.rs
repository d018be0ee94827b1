//! The seat plan of the province: 12,318 people at 14 sites with 476 rooms, drawn in memory.
use std::collections::BTreeSet;

use arrangement::rules::{
    allocation::fewest_rooms,
    need::{Need, PaperKey, Part, needs},
    seat_plan::{Candidate, Demand, plan},
};
use kernel::{LevelCode, OccupationCode, UnixMicros};
use scheme::{ComponentKind, Delivery};
use venue::{Blocked, Room, RoomKind};

use crate::{
    row::Row,
    sitting::memory_mb,
    timing::{exponent, median_of, seconds},
};

/// Sites of the province. Source: data/venue/sites.csv.
const SITES: usize = 14;
/// Rooms of the province. Source: data/venue/rooms.csv.
const ROOMS: usize = 476;
/// People of the unified batch. Source: shared data, roster-12318.
const PEOPLE: usize = 12_318;

fn paper(number: usize) -> PaperKey {
    let level = ["4", "3", "2"][number % 3];
    PaperKey {
        occupation: OccupationCode::parse("4-07-03-04").unwrap(),
        level: LevelCode::parse(level).unwrap(),
    }
}

fn parts() -> Vec<Part> {
    let part = |level: usize, kind, starts_at: &str| Part {
        paper: paper(level),
        kind,
        delivery: Delivery::Paper,
        starts_at: UnixMicros::parse_text(starts_at).unwrap(),
        minutes: 90,
        name_zh: "理论".into(),
        name_en: "Theory".into(),
    };
    let both = |level| {
        [
            part(level, ComponentKind::Theory, "2021-05-22 09:00"),
            part(level, ComponentKind::Practical, "2021-05-22 14:00"),
        ]
    };
    (0..3).flat_map(both).collect()
}

/// As many rooms for each as the province has, of four capacities; more where there are more people.
fn rooms(people: usize) -> Vec<Room> {
    let count = ROOMS * people.div_ceil(PEOPLE);
    let room = |number: usize| Room {
        id: format!("room-{number}").as_str().into(),
        site_id: format!("site-{}", number % SITES).as_str().into(),
        code: format!("{number:05}"),
        name_zh: String::new(),
        name_en: String::new(),
        kind: RoomKind::Paper,
        row_count: 6,
        column_count: [5, 5, 6, 10][number % 4],
        blocked: Blocked::parse("").unwrap(),
    };
    (0..count).map(room).collect()
}

fn candidates(people: usize) -> Vec<Candidate> {
    let one = |number: usize| Candidate {
        application: format!("{number:08}"),
        person: format!("person-{number:08}"),
        paper: paper(number / SITES),
        kept: BTreeSet::new(),
        site: format!("site-{}", number % SITES).as_str().into(),
    };
    (0..people).map(one).collect()
}

fn draw(people: &[Candidate], rooms: &[Room], needs: &[Need]) -> usize {
    let sittings = plan(&Demand { candidates: people, rooms, needs, seed: [7; 32] }).unwrap();
    sittings.iter().flat_map(|sitting| &sitting.sites).map(|site| site.rooms.len()).sum()
}

/// The fewest rooms of every site and sitting, counted from the sizes alone.
fn bound(people: &[Candidate], rooms: &[Room], needs: &[Need]) -> usize {
    let of_site = |site: usize| {
        let id = format!("site-{site}");
        let here = people.iter().filter(|one| one.site.as_str() == id).count();
        let mut places: Vec<usize> = rooms
            .iter()
            .filter(|room| room.site_id.as_str() == id)
            .map(|room| needs[0].places(room))
            .collect();
        places.sort_unstable_by(|one, other| other.cmp(one));
        fewest_rooms(here, &places).unwrap()
    };
    (0..SITES).map(of_site).sum::<usize>() * needs.len()
}

/// The most memory of this process is counted from now on. Source: proc(5), `clear_refs`.
fn forget_the_most_memory() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

pub fn run() -> Vec<Row> {
    let needs = needs(&parts());
    let row = |metric: &str, figure| Row::new("arrange", "-", metric, figure);
    let mut rows = Vec::new();
    let mut points = Vec::new();
    for people in [1_000, 10_000, 100_000] {
        let (everybody, places) = (candidates(people), self::rooms(people));
        let time = median_of(3, || draw(&everybody, &places, &needs));
        points.push((people as f64, time));
        rows.push(row(&format!("{people} people"), (time, "s")));
    }
    let (everybody, places) = (candidates(PEOPLE), self::rooms(PEOPLE));
    let time = median_of(5, || draw(&everybody, &places, &needs));
    rows.push(row("12,318 people, 476 rooms", (time, "s")).at_most(0.3).fails_beyond(1.0));
    let used = draw(&everybody, &places, &needs) as f64;
    let least = bound(&everybody, &places, &needs) as f64;
    rows.push(
        row("rooms used", (used, "rooms")).times_at_most("fewest by size", least, 1.01).fails_beyond(1.02),
    );
    let (million, places) = (candidates(1_000_000), self::rooms(1_000_000));
    forget_the_most_memory();
    let (slow, _) = seconds(|| draw(&million, &places, &needs));
    let most = memory_mb(std::process::id(), "VmHWM");
    rows.push(row("1,000,000 people, most memory", (most, "MB")).at_most(2_000.0));
    points.push((1e6, slow));
    rows.push(row("1,000,000 people", (slow, "s")).at_most(60.0));
    // n log n from 12,318 to a million.
    let grown = time * (1e6 * 1e6_f64.ln()) / (12_318.0 * 12_318.0_f64.ln());
    rows.push(row("1,000,000 people", (slow, "s")).times_at_most("n log n of 12,318", grown, 1.5));
    rows.push(row("growth", (exponent(&points), "exponent")));
    rows
}
