//! Every row of a database, on either engine, as text.
use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
};

use store::Db;
use testkit::ask;

/// A table with its columns and their types.
#[derive(Debug, Clone)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Name and whether it holds text.
    pub columns: Vec<(String, bool)>,
}

/// Every table of the product.
pub async fn tables(db: &Db) -> Vec<Table> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT m.name || ' ' || c.name || ' ' || c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY m.name, c.cid"
        }
        Db::Postgres(_) => {
            "SELECT table_name || ' ' || column_name || ' ' || data_type FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name IN (SELECT tablename FROM pg_tables
             WHERE schemaname = 'public') ORDER BY table_name, ordinal_position"
        }
    };
    let mut tables: Vec<Table> = Vec::new();
    for line in ask(db, sql).await {
        let mut words = line.splitn(3, ' ');
        let mut word = || words.next().unwrap_or_default().to_owned();
        let (name, column, kind) = (word(), word(), word());
        if name.starts_with("_sqlx") || name == SWITCH {
            continue;
        }
        if tables.last().is_none_or(|last| last.name != name) {
            tables.push(Table { name, columns: Vec::new() });
        }
        tables.last_mut().unwrap().columns.push((column, kind.eq_ignore_ascii_case("text")));
    }
    tables
}

/// The table by which a test breaks the trail.
pub const SWITCH: &str = "access_switch";

/// What changes by itself beside the requests: the log's sequencer, counters of readers, what exam computers say
/// of themselves, how far a job is, and when a browser was last heard of.
const BY_ITSELF: [&str; 6] =
    ["trail_leaf", "trail_pending", "trail_checkpoint", "times_read", "sign_of_life", "rolled_head"];
/// Entries that come from requests: not the minute's, which says of all chains what `rolled_head` does.
const OF_REQUESTS: &str = " WHERE action <> 'answers.roll-up'";
const OF_A_JOB: [&str; 4] = ["id", "kind", "subject", "started_by"];

/// One number for the rows of each table, in one question: hundreds are asked while the story is told.
pub async fn prints(db: &Db, tables: &[Table]) -> BTreeMap<String, u64> {
    numbers(db, tables, "").await
}

/// The same before a server that is at work, whose clock writes an entry of its own each minute.
pub async fn prints_at_work(db: &Db, tables: &[Table]) -> BTreeMap<String, u64> {
    numbers(db, tables, OF_REQUESTS).await
}

async fn numbers(db: &Db, tables: &[Table], entries: &str) -> BTreeMap<String, u64> {
    let kept = tables.iter().filter(|table| !BY_ITSELF.contains(&table.name.as_str()));
    let parts: Vec<String> = kept.map(|table| of_one(db, table, entries)).collect();
    let lines = ask(db, &parts.join(" UNION ALL ")).await;
    let print = |line: &String| {
        let (name, rows) = line.split_once(':').unwrap();
        let mut hasher = DefaultHasher::new();
        rows.hash(&mut hasher);
        (name.to_owned(), hasher.finish())
    };
    lines.iter().map(print).collect()
}

fn of_one(db: &Db, table: &Table, entries: &str) -> String {
    let is_kept = |name: &str| match table.name.as_str() {
        "job" => OF_A_JOB.contains(&name),
        "session" => name != "seen_at",
        _ => true,
    };
    let columns = table.columns.iter().filter(|(name, _)| is_kept(name));
    let row = columns.map(|(name, _)| text_of(db, name)).collect::<Vec<_>>().join(" || '|' || ");
    let name = &table.name;
    let kept = if name == "trail_entry" { entries } else { "" };
    match db {
        Db::Sqlite { .. } => {
            format!("SELECT '{name}:' || COALESCE(group_concat({row}, ';'), '') FROM \"{name}\"{kept}")
        }
        Db::Postgres(_) => {
            format!(
                "SELECT '{name}:' || COALESCE(md5(string_agg({row}, ';' ORDER BY {row})), '') FROM \"{name}\"{kept}"
            )
        }
    }
}

fn text_of(db: &Db, column: &str) -> String {
    match db {
        Db::Sqlite { .. } => format!("COALESCE(CAST(\"{column}\" AS TEXT), '')"),
        Db::Postgres(_) => format!("COALESCE(\"{column}\"::text, '')"),
    }
}

/// Every value of a column that is not empty, as text.
pub async fn values(db: &Db, table: &str, column: &str) -> Vec<String> {
    let cell = text_of(db, column);
    ask(db, &format!("SELECT {cell} FROM \"{table}\" WHERE {cell} <> ''")).await
}

/// Tables whose rows are not the same in both.
pub fn changed(before: &BTreeMap<String, u64>, after: &BTreeMap<String, u64>) -> Vec<String> {
    let differ = |(name, print): &(&String, &u64)| after.get(*name) != Some(print);
    before.iter().filter(differ).map(|(name, _)| name.clone()).collect()
}
