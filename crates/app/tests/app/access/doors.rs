//! The things behind the doors, and the walk: every route as everybody at one moment.
use std::collections::{BTreeMap, BTreeSet};

use testkit::{Kept, ask};

use super::{
    ask::{Answer, Asker, Question},
    expected::{Door, Reach, doors},
    people::{Person, Relation},
    world::Moment,
};

/// Names of things in `expected.csv`, and where they are found at the end of the story. All of them belong to
/// one city, whose site seats everybody.
const THINGS: &[(&str, &str)] = &[
    ("code", "SELECT '2021-01'"),
    (
        "application",
        "SELECT a.id FROM application a JOIN certificate c ON c.application_id = a.id
      WHERE a.point_path LIKE '/demo/nancheng%' AND c.status = 'valid' ORDER BY a.serial LIMIT 1",
    ),
    ("attempt", "SELECT id FROM attempt ORDER BY id DESC LIMIT 1"),
    ("certificate", "SELECT number FROM certificate WHERE status = 'valid' ORDER BY number LIMIT 1"),
    ("form", "SELECT id FROM form ORDER BY id LIMIT 1"),
    ("passed", "SELECT id FROM passed_import ORDER BY id LIMIT 1"),
    ("roster", "SELECT id FROM roster_upload WHERE status = 'confirmed' ORDER BY id LIMIT 1"),
    ("row", "SELECT '3'"),
    (
        "paper_room",
        "SELECT r.id FROM room_use r JOIN sitting s ON s.id = r.sitting_id
      WHERE s.delivery = 'paper' AND r.site_path LIKE '/demo/nancheng%' ORDER BY r.id LIMIT 1",
    ),
    (
        "panel_room",
        "SELECT r.id FROM room_use r JOIN sitting s ON s.id = r.sitting_id
      WHERE s.component_kind = 'panel' AND r.site_path LIKE '/demo/nancheng%' ORDER BY r.id LIMIT 1",
    ),
    (
        "practical_room",
        "SELECT r.id FROM room_use r JOIN sitting s ON s.id = r.sitting_id
      WHERE s.component_kind = 'practical' AND r.site_path LIKE '/demo/nancheng%' ORDER BY r.id LIMIT 1",
    ),
    ("room", "SELECT room_use_id FROM attempt ORDER BY id DESC LIMIT 1"),
    ("sitting", "SELECT sitting_id FROM attempt ORDER BY id DESC LIMIT 1"),
    ("seat", "SELECT seat_id FROM attempt ORDER BY id DESC LIMIT 1"),
    ("event", "SELECT id FROM room_event ORDER BY id LIMIT 1"),
    ("entry_import", "SELECT id FROM score_import WHERE kind = 'theory' ORDER BY id LIMIT 1"),
    ("panel_import", "SELECT id FROM score_import WHERE kind = 'panel' ORDER BY id LIMIT 1"),
    ("practical_import", "SELECT id FROM score_import WHERE kind = 'practical' ORDER BY id LIMIT 1"),
    ("pack", "SELECT id FROM print_pack ORDER BY id LIMIT 1"),
    ("file", "SELECT '1.pdf'"),
    ("site", "SELECT site_id FROM room_use WHERE site_path LIKE '/demo/nancheng%' ORDER BY id LIMIT 1"),
    ("number", "SELECT admission_number FROM attempt ORDER BY id DESC LIMIT 1"),
    ("ticket", "SELECT application_id || '.pdf' FROM attempt ORDER BY id DESC LIMIT 1"),
    ("point", "SELECT '/demo/nancheng/point'"),
    ("totals_file", "SELECT 'totals.csv'"),
    ("year", "SELECT '2021'"),
    ("account", "SELECT id FROM account WHERE login = 'clerk2'"),
    ("token", "SELECT 'no-token-of-anybody'"),
    ("proposal", "SELECT id FROM grant_proposal ORDER BY id LIMIT 1"),
    ("grant", "SELECT g.id FROM duty_grant g JOIN account a ON a.id = g.account_id WHERE a.login = 'clerk2'"),
    ("items_file", "SELECT digest FROM item_import WHERE kind = 'items' ORDER BY digest LIMIT 1"),
    ("item", "SELECT id FROM item ORDER BY id LIMIT 1"),
    (
        "job",
        "SELECT j.id FROM job j JOIN account a ON a.id = j.started_by WHERE a.login = 'registrar1'
      ORDER BY j.id LIMIT 1",
    ),
    ("organisation", "SELECT id FROM organisation WHERE path = '/demo/nancheng'"),
    ("filing", "SELECT id FROM filing ORDER BY id LIMIT 1"),
    ("case", "SELECT id FROM filing_case WHERE state <> 'withdrawn' ORDER BY id LIMIT 1"),
    ("case_line", "SELECT '1'"),
    ("paper", "SELECT '1'"),
    ("objection", "SELECT '1'"),
    ("site_code", "SELECT code FROM site WHERE org_path LIKE '/demo/nancheng%' ORDER BY code LIMIT 1"),
    ("occupation", "SELECT '4-07-03-04'"),
    ("kind", "SELECT 'batch'"),
    ("traced", "SELECT '2021-01'"),
    (
        "own_serial",
        "SELECT CAST(a.serial AS TEXT) FROM application a JOIN certificate c ON c.application_id = a.id
      WHERE a.point_path LIKE '/demo/nancheng%' AND c.status = 'valid' ORDER BY a.serial LIMIT 1",
    ),
    (
        "own_phone",
        "SELECT p.phone_index FROM application a JOIN certificate c ON c.application_id = a.id
      JOIN person p ON p.id = a.person_id
      WHERE a.point_path LIKE '/demo/nancheng%' AND c.status = 'valid' ORDER BY a.serial LIMIT 1",
    ),
    (
        "other_phone",
        "SELECT p.phone_index FROM application a JOIN certificate c ON c.application_id = a.id
      JOIN person p ON p.id = a.person_id
      WHERE a.point_path LIKE '/demo/xicheng%' AND c.status = 'valid' ORDER BY a.serial LIMIT 1",
    ),
];

/// The things of one story, by name.
#[derive(Debug, Clone)]
pub struct Things(BTreeMap<&'static str, String>);

impl Things {
    /// As they are at its end; before that some of them do not exist yet.
    pub async fn of(end: &Kept) -> Self {
        let db = end.open().await;
        let mut things = BTreeMap::new();
        for (name, sql) in THINGS {
            let found = ask(&db, sql).await;
            things.insert(*name, found.first().unwrap_or_else(|| panic!("no {name}")).clone());
        }
        things.insert("mine", things["application"].clone());
        db.close().await;
        Self(things)
    }

    /// One of them.
    pub fn at(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("{name} is no thing"))
    }

    /// The path with what is named in it.
    pub fn address(&self, path: &str) -> String {
        self.address_with(path, |_, thing| thing.to_owned())
    }

    /// The path with what `other` makes of each name and thing.
    pub fn address_with(&self, path: &str, other: impl Fn(&str, &str) -> String) -> String {
        let mut address = String::new();
        let mut rest = path;
        while let Some((before, named)) = rest.split_once('{') {
            let (name, after) = named.split_once('}').unwrap();
            address.push_str(before);
            address.push_str(&other(name, self.at(name)));
            rest = after;
        }
        address + rest
    }
}

/// Whether this person is to be let in, from the row alone.
pub fn is_expected(door: &Door, person: &Person, moment: Moment) -> bool {
    if !door.is_there(person.relation, moment) {
        return false;
    }
    if door.who.contains("anyone") {
        return true;
    }
    let is_for = |word: &str| door.who.contains(word);
    match person.relation {
        Relation::Nobody => false,
        _ if is_for("signed-in") => true,
        _ if is_for("member") => !person.is_candidate(),
        Relation::Whole => is_for(person.role),
        Relation::OwnCity if door.reach == Reach::Thing => true,
        Relation::OwnCity | Relation::SiblingCity => {
            !is_for("candidate") && matches!(door.reach, Reach::Any | Reach::Batch | Reach::Body)
        }
        Relation::OtherBody => !is_for("candidate") && door.reach == Reach::Any,
        // What belongs to no batch is not opened by a duty for one.
        Relation::OtherBatch => {
            let is_opened = matches!(door.reach, Reach::Any | Reach::Body) && !door.is_of_no_batch();
            !is_for("candidate") && is_opened
        }
        Relation::Ended | Relation::NotYet => false,
        Relation::Self_ => is_for("candidate") && matches!(door.reach, Reach::Any | Reach::Own),
        Relation::OtherCandidate => is_for("candidate") && door.reach == Reach::Any,
        Relation::AtTheSeat => is_for("candidate") && matches!(door.reach, Reach::Any | Reach::Seat),
    }
}

/// One question of the walk.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The row.
    pub door: Door,
    /// Who asked.
    pub person: Person,
    /// Whether they were let in.
    pub is_in: bool,
    /// What they saw.
    pub answer: Answer,
}

/// Every door as everybody: changes are asked for without the session's token, so that whoever is let in is
/// stopped there (403). Whoever should not be and comes that far is asked again with it: a handler that looks at
/// the place of the thing must say no. So nothing is changed by the walk.
pub fn walk(base: &str, things: &Things, people: &[Person], moment: Moment) -> Vec<Cell> {
    let doors = doors();
    let cells = std::sync::Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for part in people.chunks(people.len().div_ceil(2)) {
            let (doors, cells) = (&doors, &cells);
            scope.spawn(move || {
                let asker = Asker::new(base);
                for person in part {
                    let seen: Vec<_> =
                        doors.iter().map(|door| enter(&asker, things, door, person, moment)).collect();
                    cells.lock().unwrap().extend(seen);
                }
            });
        }
    });
    cells.into_inner().unwrap()
}

fn enter(asker: &Asker, things: &Things, door: &Door, person: &Person, moment: Moment) -> Cell {
    let address = things.address(door.path);
    let ask = |token: &str| {
        let form = format!("csrf={token}");
        let body = (door.method == "POST").then_some(match door.json() {
            Some(json) => ("application/json", json),
            None => ("application/x-www-form-urlencoded", form.as_str()),
        });
        asker.ask(&address, &Question { cookie: &person.cookie, body, csrf: token, ..Question::default() })
    };
    let mut answer = ask("none");
    if answer.status == 403 && !is_expected(door, person, moment) {
        answer = ask(&person.csrf);
    }
    Cell { is_in: is_in(door, person, &answer), door: door.clone(), person: person.clone(), answer }
}

/// A refusal is the 404 of a thing that does not exist, or the way to the door.
fn is_in(door: &Door, person: &Person, answer: &Answer) -> bool {
    let to_the_door = ["/sign-in", "/hall"].contains(&answer.location.as_str());
    match (door.method, answer.status) {
        ("GET", 200 | 409 | 422) => true,
        (_, 303 | 307 | 302) => !to_the_door,
        // Stopped by the missing token, behind the door; nobody's session has no token to miss.
        ("POST", 403) => true,
        // It looked at what was sent before it looked at who sent it.
        ("POST", 400 | 409 | 422) => person.relation != Relation::Nobody || door.who.contains("anyone"),
        _ => false,
    }
}

/// Cells that are not as the table says.
pub fn judge(cells: &[Cell], moment: Moment) -> Vec<String> {
    let wrong = |cell: &&Cell| cell.is_in != is_expected(&cell.door, &cell.person, moment);
    let said = |cell: &Cell| {
        let Cell { door, person, answer, .. } = cell;
        let word = if cell.is_in { "in" } else { "out" };
        let (method, path, name, status) = (door.method, door.path, &person.name, answer.status);
        format!("{method} {path} as {name}: {word} ({status} {}) at {moment:?}", answer.location)
    };
    cells.iter().filter(wrong).map(said).collect()
}

/// Routes of the router without a row, and rows without a route.
pub fn without_row() -> Vec<String> {
    let rows: BTreeSet<String> = doors().iter().map(|door| Door::shape(door.method, door.path)).collect();
    let routes = app::routes();
    let routes: BTreeSet<String> =
        routes.iter().map(|route| Door::shape(route.method.as_str(), route.path)).collect();
    rows.symmetric_difference(&routes).cloned().collect()
}
