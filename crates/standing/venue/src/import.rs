//! Taking sites and rooms in from files: both are checked whole first, nothing is written beside a
//! mistake, and what is there already changes nothing.
use ::store::Tx;
use kernel::OrgPath;
use scheme::{
    SeedRow,
    import::{
        Changes, Column, ImportFile, ImportRefused, Mistake, NAME, OPTIONAL_TEXT, TEXT, check_table,
        mistake_of,
    },
    word,
};

use crate::{
    Blocked, Room, RoomKind, Site, check,
    seed::{room, site},
    store,
};

const PLACE_CODE: Column = Column {
    name: "code",
    is_optional: false,
    expected: "1 to 16 capital or small letters, digits or hyphens",
    accepts: |cell| cell.len() <= 16 && cell.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
};
const COUNT: Column = Column {
    name: "",
    is_optional: false,
    expected: "a whole number from 1 to 100",
    accepts: |cell| cell.parse::<i64>().is_ok_and(|count| (1..=100).contains(&count)),
};
const SITES: &[Column] = &[
    NAME.named("id"),
    Column {
        name: "org_path",
        is_optional: false,
        expected: "the path of an organisation of the register",
        accepts: |cell| OrgPath::parse(cell).is_ok(),
    },
    PLACE_CODE,
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    OPTIONAL_TEXT.named("address"),
];
const ROOMS: &[Column] = &[
    NAME.named("id"),
    NAME.named("site_id"),
    PLACE_CODE,
    TEXT.named("name_zh"),
    TEXT.named("name_en"),
    Column {
        name: "kind",
        is_optional: false,
        expected: "paper, computer or practical",
        accepts: |cell| word::<RoomKind>(cell).is_ok(),
    },
    COUNT.named("row_count"),
    COUNT.named("column_count"),
    Column {
        name: "blocked",
        is_optional: true,
        expected: "numbers of places separated by commas, or nothing",
        accepts: |cell| Blocked::parse(cell).is_ok(),
    },
];

/// Takes sites and rooms in; either file may come alone. The caller commits.
///
/// # Errors
/// Every mistake of the files; storage.
pub async fn import(
    tx: &mut Tx,
    sites: Option<ImportFile<'_>>,
    rooms: Option<ImportFile<'_>>,
) -> Result<Changes, ImportRefused> {
    let mut mistakes = Vec::new();
    let read_sites = sites.map(|file| table(file, SITES, site, &mut mistakes)).unwrap_or_default();
    let read_rooms = rooms.map(|file| table(file, ROOMS, room, &mut mistakes)).unwrap_or_default();
    let known_sites = store::sites(tx).await?;
    let known_rooms = store::all_rooms(tx).await?;
    let mut changes = Changes::default();
    let mut new_sites: Vec<Site> = Vec::new();
    for (line, row) in &read_sites {
        if known_sites.contains(row) {
            changes.unchanged += 1;
            continue;
        }
        if organisation::by_path(tx, &row.org_path).await?.is_none() {
            let found = row.org_path.to_string();
            mistakes.push(wrong("sites.csv", *line, "org_path", found, "an organisation of the register"));
        }
        if let Some(other) =
            known_sites.iter().chain(&new_sites).find(|other| other.id == row.id || other.code == row.code)
        {
            let expected = format!("an id and a code of its own ({} has one of them)", other.name_zh);
            mistakes.push(wrong("sites.csv", *line, "id", row.id.to_string(), &expected));
        }
        new_sites.push(row.clone());
    }
    let mut new_rooms: Vec<Room> = Vec::new();
    for (line, row) in &read_rooms {
        // Places blocked since stay blocked.
        if known_rooms.iter().any(|known| *known == Room { blocked: known.blocked.clone(), ..row.clone() }) {
            changes.unchanged += 1;
            continue;
        }
        mistakes.extend(room_mistake(*line, row, known_rooms.iter().chain(&new_rooms)));
        if !known_sites.iter().chain(&new_sites).any(|site| site.id == row.site_id) {
            let found = row.site_id.to_string();
            mistakes.push(wrong(
                "rooms.csv",
                *line,
                "site_id",
                found,
                "a site of the register or of these files",
            ));
        }
        new_rooms.push(row.clone());
    }
    if !mistakes.is_empty() {
        return Err(ImportRefused::Mistakes(mistakes));
    }
    for row in &new_sites {
        store::add_site(tx, row).await?;
        changes.added.push(("sites.csv".to_owned(), row.id.to_string()));
    }
    for row in &new_rooms {
        store::add_room(tx, row).await?;
        changes.added.push(("rooms.csv".to_owned(), row.id.to_string()));
    }
    Ok(changes)
}

fn room_mistake<'a>(line: u64, row: &Room, mut others: impl Iterator<Item = &'a Room>) -> Option<Mistake> {
    if let Err(refused) = check(row) {
        return Some(wrong("rooms.csv", line, "row", row.id.to_string(), &refused.to_string()));
    }
    let clash =
        |other: &&Room| other.id == row.id || (other.site_id == row.site_id && other.code == row.code);
    let other = others.find(clash)?;
    let expected = format!("an id, and at its site a code, of its own ({} has one of them)", other.name_zh);
    Some(wrong("rooms.csv", line, "id", row.id.to_string(), &expected))
}

fn wrong(file: &str, row: u64, field: &str, found: String, expected: &str) -> Mistake {
    Mistake {
        file: file.to_owned(),
        row,
        field: field.to_owned(),
        found,
        expected: expected.to_owned(),
        cure: "correct or remove the row".to_owned(),
    }
}

fn table<T>(
    file: ImportFile<'_>,
    columns: &[Column],
    read: fn(&SeedRow) -> Result<T, crate::SeedError>,
    mistakes: &mut Vec<Mistake>,
) -> Vec<(u64, T)> {
    let before = mistakes.len();
    let rows = check_table(file, columns, mistakes);
    if mistakes.len() > before {
        return Vec::new();
    }
    let mut values = Vec::new();
    for row in &rows {
        match read(row) {
            Ok(value) => values.push((row.line(), value)),
            Err(crate::SeedError::Table(error)) => mistakes.push(mistake_of(file.name, row.line(), error)),
            Err(error) => {
                mistakes.push(wrong(file.name, row.line(), "row", String::new(), &error.to_string()))
            }
        }
    }
    values
}
