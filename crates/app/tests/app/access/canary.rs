//! TS3: what is secret stands on no page but those of a hand-written list.
//!
//! The tokens are what is secret itself, where it is unlike anything else (a name, a document number, a question),
//! and else a value planted into the copy before the walk (a mark, an explanation).
use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use calamine::{Reader, Xlsx};
use rehearse::Batch;
use testkit::{Kept, ask, run};

use super::{
    body,
    doors::{Cell, Things},
    people::Relation,
    rows,
    world::Moment,
};

/// Marks planted for everybody: what an examiner sealed, what a clerk entered, and what came of it.
const MARKS: [(&str, &str, &str); 3] = [
    ("sealed_score", "7317", "73.17"),
    ("score_entry", "6413", "64.13"),
    ("component_score", "6829", "68.29"),
];
const EXPLANATION: &str = "because-the-canary-says-so";

/// Secrets of one kind.
#[derive(Debug, Clone)]
struct Secret {
    kind: &'static str,
    token: String,
    /// The candidate whose own it is.
    is_own: bool,
}

/// Kind of secret, place, person and moment, with one of the secrets.
pub type Shown = BTreeMap<(&'static str, String, String, u8), String>;

/// Everything secret at one moment.
pub struct Canaries(Vec<Secret>);

impl Canaries {
    /// Plants what is planted, and reads the rest.
    pub async fn plant(kept: &Kept, things: &Things) -> Self {
        let db = kept.open().await;
        let mut plants: Vec<String> = MARKS
            .iter()
            .map(|(table, mark, _)| format!("UPDATE {table} SET score_centi = {mark} WHERE kind = 'scored'"))
            .collect();
        plants.push(format!("UPDATE item_version SET explanation = '{EXPLANATION}'"));
        run(&db, &plants).await;
        let mut secrets = people(things.at("own_serial"));
        let mut add = |kind, token: String| secrets.push(Secret { kind, token, is_own: false });
        for (_, _, shown) in MARKS {
            add("mark", shown.to_owned());
        }
        add("key", EXPLANATION.to_owned());
        add("extra field", body::TEXT.to_owned());
        let stems = "SELECT stem FROM form_item ORDER BY form_id, no LIMIT 40";
        let drawn: BTreeSet<String> = ask(&db, stems).await.into_iter().collect();
        let long = |stem: &String| stem.chars().count() > 12 && !stem.contains(['<', '>', '&', '"', '\'']);
        drawn.into_iter().filter(long).for_each(|stem| add("question", stem));
        for (table, column) in unreadable(&db).await {
            let values = rows::values(&db, &table, &column).await;
            values.into_iter().take(VALUES_MOST).for_each(|value| add("credential", value));
        }
        db.close().await;
        Self(secrets)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Everything that was seen at this moment.
    pub fn seen(&self, cells: &[Cell], moment: Moment) -> Shown {
        let mut seen = Shown::new();
        for cell in cells {
            let text = text_of(&cell.answer.bytes);
            if text.is_empty() {
                continue;
            }
            for secret in &self.0 {
                let is_theirs = secret.is_own && cell.person.relation == Relation::Self_;
                if !is_theirs && text.contains(&secret.token) {
                    let place = format!("{} {}", cell.door.method, cell.door.path);
                    let key = (secret.kind, place, cell.person.name.clone(), moment.number());
                    seen.entry(key).or_insert(secret.token.clone());
                }
            }
        }
        seen
    }
}

/// How the columns end whose values nobody is ever shown.
const UNREADABLE: [&str; 4] = ["_sealed", "_hash", "_index", "_salt"];
/// But these, which the trail shows to whoever checks it.
const PUBLISHED: [(&str, &str); 3] =
    [("trail_entry", "prev_hash"), ("trail_entry", "entry_hash"), ("trail_leaf", "leaf_hash")];
/// Of each column so many values are looked for.
const VALUES_MOST: usize = 20;

/// Every column of the schema whose values nobody is ever shown.
async fn unreadable(db: &store::Db) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in rows::tables(db).await {
        let named = |column: &str| UNREADABLE.iter().any(|end| column.ends_with(end));
        let columns = table.columns.into_iter().filter(|(column, is_text)| *is_text && named(column));
        found.extend(columns.map(|(column, _)| (table.name.clone(), column)));
    }
    let before = found.len();
    found.retain(|(table, column)| !PUBLISHED.contains(&(table.as_str(), column.as_str())));
    assert_eq!(before - found.len(), PUBLISHED.len(), "a column that is published is there");
    found
}

/// Everybody of the roster: name, phone, document number.
fn people(own_serial: &str) -> Vec<Secret> {
    let batch = Batch::founding().unwrap();
    let document = batch.cast.column("证件号码").unwrap();
    let mut secrets = Vec::new();
    for member in &batch.cast.members {
        let is_own = member.serial == own_serial;
        let mut add = |kind, token: &str| secrets.push(Secret { kind, token: token.to_owned(), is_own });
        add("name", &member.name);
        add("phone", &member.phone);
        add("document", &member.cells[document]);
    }
    secrets
}

/// A page as it is, a workbook as its cells.
fn text_of(bytes: &[u8]) -> String {
    if !bytes.starts_with(b"PK") {
        return String::from_utf8(bytes.to_vec()).unwrap_or_default();
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    let mut text = String::new();
    for (_, sheet) in book.worksheets() {
        for cell in sheet.cells() {
            text.push_str(&cell.2.to_string());
            text.push('\n');
        }
    }
    text
}

/// The hand-written list: kind, place and person, and from which moment on.
pub fn allowed() -> BTreeMap<(String, String, String), u8> {
    let lines = include_str!("canaries.csv").lines().filter(|line| !line.starts_with('#'));
    let mut all = BTreeMap::new();
    for line in lines {
        let [kind, place, who, since] = line.split(',').collect::<Vec<_>>()[..] else { panic!("{line}") };
        for one in who.split(' ') {
            all.insert((kind.to_owned(), place.to_owned(), one.to_owned()), since.parse().unwrap());
        }
    }
    all
}
