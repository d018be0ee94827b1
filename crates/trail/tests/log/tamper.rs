//! One changed byte anywhere is found: in every column of every table, in every file.
use std::fs;

use store::Engine;

use crate::fixture::{Log, files, logs};

/// A log of eleven leaves under three checkpoints and one entry that waits.
async fn small(log: &Log) {
    for count in [5, 4, 2] {
        log.record(count).await;
        log.sequence().await.unwrap();
    }
    log.record(1).await;
    let report = log.assert_clean().await;
    assert_eq!((report.entries, report.sequenced, report.pending, report.objects), (12, 11, 1, 5));
}

/// Every table of the trail with its columns and their types, as the engine itself lists them; the
/// first column is the key.
async fn columns(log: &Log) -> Vec<(String, Vec<(String, String)>)> {
    let (tables, columns) = match log.db.engine() {
        Engine::Sqlite => (
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'trail_%' ORDER BY name",
            "SELECT name || ' ' || type FROM pragma_table_info('TABLE') ORDER BY cid",
        ),
        Engine::Postgres => (
            "SELECT CAST(table_name AS TEXT) FROM information_schema.tables
                WHERE table_schema = current_schema() AND table_name LIKE 'trail_%' ORDER BY 1",
            "SELECT column_name || ' ' || data_type FROM information_schema.columns
                WHERE table_schema = current_schema() AND table_name = 'TABLE' ORDER BY ordinal_position",
        ),
    };
    let mut found = Vec::new();
    for table in log.texts(tables).await.into_iter().flatten() {
        let names = log.texts(&columns.replace("TABLE", &table)).await.into_iter().flatten();
        let names = names.map(|line| {
            line.split_once(' ').map(|(name, kind)| (name.to_owned(), kind.to_lowercase())).unwrap()
        });
        found.push((table, names.collect()));
    }
    found
}

/// Other values for a cell: each differs from the old one by little.
fn mutants(kind: &str, old: Option<&str>) -> Vec<Option<String>> {
    let Some(old) = old else { return vec![Some(String::new()), Some("x".to_owned())] };
    if kind == "bigint" {
        let number: i64 = old.parse().unwrap();
        return [1, -1, 7, 1_000].iter().map(|step| Some((number + step).to_string())).collect();
    }
    let letters: Vec<char> = old.chars().collect();
    let mut changed = vec![format!("{old} "), String::new(), old.to_uppercase()];
    for place in [0, letters.len() / 2, letters.len().saturating_sub(1)] {
        let mut other = letters.clone();
        if let Some(letter) = other.get_mut(place) {
            *letter = if *letter == '1' { '2' } else { '1' };
            changed.push(other.into_iter().collect());
        }
    }
    changed.retain(|text| text != old);
    changed.into_iter().map(Some).chain([None]).collect()
}

fn literal(kind: &str, value: Option<&str>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(number) if kind == "bigint" => number.to_owned(),
        Some(text) => format!("'{}'", text.replace('\'', "''")),
    }
}

/// Changes a cell; gives the change back when the engine took it.
async fn change(log: &Log, table: &str, key: &str, at: &str, column: &str, value: &str) -> bool {
    let update = format!("UPDATE {table} SET {column} = {value} WHERE {key} = {at}");
    log.sql(&update).await.is_ok_and(|rows| rows == 1)
}

#[tokio::test]
async fn one_changed_byte_in_any_column_of_any_row_is_found() {
    for log in logs().await {
        small(&log).await;
        log.unguard().await;
        let tables = columns(&log).await;
        let names: Vec<&str> = tables.iter().map(|(table, _)| table.as_str()).collect();
        assert_eq!(names, ["trail_checkpoint", "trail_entry", "trail_leaf", "trail_pending"]);
        for (table, columns) in &tables {
            let (key, key_kind) = &columns[0];
            let keys = log.texts(&format!("SELECT CAST({key} AS TEXT) FROM {table} ORDER BY {key}")).await;
            for index in [0, keys.len() / 2, keys.len() - 1] {
                let row = literal(key_kind, keys[index].as_deref());
                for (column, kind) in columns {
                    let old = log
                        .texts(&format!("SELECT CAST({column} AS TEXT) FROM {table} WHERE {key} = {row}"))
                        .await;
                    let mut tried = 0;
                    for mutant in mutants(kind, old[0].as_deref()) {
                        let new = literal(kind, mutant.as_deref());
                        if !change(&log, table, key, &row, column, &new).await {
                            continue;
                        }
                        tried += 1;
                        let report = log.verify().await;
                        assert!(
                            !report.problems.is_empty(),
                            "{table}.{column} of {row}: {old:?} became {new} unseen"
                        );
                        let now = if key == column { &new } else { &row };
                        assert!(
                            change(&log, table, key, now, column, &literal(kind, old[0].as_deref())).await
                        );
                    }
                    assert!(tried >= 2, "{table}.{column} could not be changed");
                }
            }
        }
        log.assert_clean().await;
    }
    testkit::proves!("S1-22", "a changed byte in any column of any row of the trail is found");
}

#[tokio::test]
async fn a_deleted_row_is_found() {
    for log in logs().await {
        small(&log).await;
        log.unguard().await;
        for (table, key) in [
            ("trail_checkpoint", "size"),
            ("trail_entry", "id"),
            ("trail_leaf", "leaf_index"),
            ("trail_pending", "entry_id"),
        ] {
            log.sql(&format!("CREATE TABLE kept AS SELECT * FROM {table}")).await.unwrap();
            for row in
                log.texts(&format!("SELECT CAST({key} AS TEXT) FROM {table}")).await.into_iter().flatten()
            {
                let row = if key == "size" || key == "leaf_index" { row } else { format!("'{row}'") };
                assert_eq!(log.sql(&format!("DELETE FROM {table} WHERE {key} = {row}")).await.unwrap(), 1);
                assert!(!log.verify().await.problems.is_empty(), "{table} {row}");
                log.sql(&format!("INSERT INTO {table} SELECT * FROM kept WHERE {key} = {row}"))
                    .await
                    .unwrap();
            }
            log.sql("DROP TABLE kept").await.unwrap();
        }
        log.assert_clean().await;
    }
}

#[tokio::test]
async fn one_changed_byte_in_any_file_is_found() {
    for log in logs().await {
        small(&log).await;
        let mut all = files(&log.path("tile"));
        assert_eq!(all.len(), 6, "a tile and a bundle for each checkpoint: {all:?}");
        all.push(log.path("checkpoint"));
        all.push(log.home.path().join("mark/size"));
        for file in all {
            let bytes = fs::read(&file).unwrap();
            for place in 0..bytes.len() {
                // Each byte of all files would take long; every 29th meets most members of an entry.
                if place % 29 > 0 && file.starts_with(log.path("tile")) {
                    continue;
                }
                let mut other = bytes.clone();
                other[place] ^= 1;
                fs::write(&file, other).unwrap();
                let problems = log.verify().await.problems;
                assert!(!problems.is_empty(), "{} byte {place}", file.display());
            }
            for other in [[bytes.as_slice(), b"\n"].concat(), bytes[..bytes.len() - 1].to_vec(), Vec::new()] {
                fs::write(&file, other).unwrap();
                assert!(!log.verify().await.problems.is_empty(), "{} with another length", file.display());
            }
            fs::write(&file, bytes).unwrap();
        }
        for gone in ["tile/0/000.p/11", "tile/entries/000.p/11", "checkpoint", "../mark/size"] {
            let bytes = fs::read(log.path(gone)).unwrap();
            fs::remove_file(log.path(gone)).unwrap();
            assert!(!log.verify().await.problems.is_empty(), "{gone} is gone");
            fs::write(log.path(gone), bytes).unwrap();
        }
        log.assert_clean().await;
    }
}
