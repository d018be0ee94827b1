//! Many rows written by one statement, and found by their keys.
use store::{Db, Found, Many, find_each, is_unique_violation, on};

const FIND: &str =
    "SELECT name, number, note, place FROM probe WHERE name = $1 AND number < $2 ORDER BY number";

type Row = (String, i64, Option<String>, Option<i64>);

fn read(found: &mut Found<'_>) -> sqlx::Result<Row> {
    Ok((found.text()?, found.number()?, found.text_if_any()?, found.number_if_any()?))
}

async fn find(db: &Db, keys: &[&str], below: i64) -> sqlx::Result<Vec<Row>> {
    find_each(&mut db.read().await?, FIND, (keys, &[below.into()]), read).await
}

async fn with_table(db: &Db) -> sqlx::Result<()> {
    let table = "CREATE TABLE probe (name TEXT, number BIGINT, note TEXT, place BIGINT, good BOOLEAN,
                 UNIQUE (name, number))";
    let mut tx = db.write().await?;
    on!(&mut tx, |conn| sqlx::query(table).execute(conn).await.map(|_| ()))?;
    tx.commit().await
}

const INSERT: &str = "INSERT INTO probe (name, number, note, place, good) ";

fn rows<'a>(names: &[&'a str], end: &'static str) -> Many<'a> {
    let mut rows = Many::new(INSERT, end);
    for (number, name) in (1_i64..).zip(names) {
        let note = (number % 2 == 0).then_some("双");
        rows.row().put(*name).put(number).put(note).put(note.map(|_| number)).put(note.is_some());
    }
    rows
}

#[tokio::test]
async fn every_row_is_written_and_found_again_by_its_key() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(rows(&["甲", "乙", "甲", "丁", "甲"], "").write(&mut tx).await.unwrap(), 5, "{engine}");
        let none = Many::new(INSERT, "").write(&mut tx).await.unwrap();
        assert_eq!(none, 0, "nothing to write is not asked for");
        tx.commit().await.unwrap();
        let first = ("甲".to_owned(), 1, None, None);
        let third = ("甲".to_owned(), 3, None, None);
        let fourth = ("丁".to_owned(), 4, Some("双".to_owned()), Some(4));
        assert_eq!(
            find(&db, &["甲"], 5).await.unwrap(),
            [first.clone(), third.clone()],
            "{engine}: the bound counts"
        );
        let mut found = find(&db, &["丁", "戊", "甲"], 5).await.unwrap();
        found.sort();
        assert_eq!(found, [fourth, first, third], "{engine}: what there is of several keys");
        assert_eq!(find(&db, &[], 5).await.unwrap(), [], "{engine}");
        let mut tx = db.read().await.unwrap();
        let good = "SELECT COUNT(*) FROM probe WHERE good";
        let good: i64 = on!(&mut tx, |conn| sqlx::query_scalar(good).fetch_one(conn).await).unwrap();
        assert_eq!(good, 2, "{engine}");
    }
}

#[tokio::test]
async fn rows_are_changed_by_what_stands_beside_them_and_counted() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let mut tx = db.write().await.unwrap();
        rows(&["甲", "乙", "丙"], "").write(&mut tx).await.unwrap();
        let again =
            rows(&["甲", "丁"], " ON CONFLICT (name, number) DO NOTHING").write(&mut tx).await.unwrap();
        assert_eq!(again, 1, "{engine}: one stands there");
        let mut moved = Many::new(
            "UPDATE probe SET place = v.column3, note = v.column4 FROM (",
            ") AS v WHERE probe.name = v.column1 AND probe.number = v.column2",
        );
        moved.row().put("乙").put(2_i64).put(None::<i64>).put("moved");
        moved.row().put("乙").put(1_i64).put(Some(7_i64)).put("nobody");
        moved.row().put("丙").put(3_i64).put(Some(9_i64)).put("moved");
        assert_eq!(moved.write(&mut tx).await.unwrap(), 2, "{engine}");
        tx.commit().await.unwrap();
        let moved = Some("moved".to_owned());
        assert_eq!(
            find(&db, &["乙"], 9).await.unwrap(),
            [("乙".to_owned(), 2, moved.clone(), None)],
            "{engine}"
        );
        assert_eq!(find(&db, &["丙"], 9).await.unwrap(), [("丙".to_owned(), 3, moved, Some(9))], "{engine}");
    }
}

#[tokio::test]
async fn a_transaction_that_is_dropped_leaves_none_of_the_rows() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let many = vec!["多"; 1_000];
        let mut tx = db.write().await.unwrap();
        assert_eq!(rows(&many, "").write(&mut tx).await.unwrap(), 1_000);
        assert_eq!(find_each(&mut tx, FIND, (&["多"], &[2_000.into()]), read).await.unwrap().len(), 1_000);
        drop(tx);
        assert_eq!(find(&db, &["多"], 2_000).await.unwrap().len(), 0, "{engine}");
        let mut tx = db.write().await.unwrap();
        rows(&many, "").write(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(&db, &["多"], 2_000).await.unwrap().len(), 1_000, "{engine}: and the writer goes on");
    }
}

#[tokio::test]
async fn a_key_that_is_taken_is_told_as_such() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let mut tx = db.write().await.unwrap();
        rows(&["甲"], "").write(&mut tx).await.unwrap();
        let twice = rows(&["甲", "乙"], "").write(&mut tx).await.unwrap_err();
        assert!(is_unique_violation(&twice), "{engine}: {twice}");
        let other = Many::new("INSERT INTO nowhere (name) ", "");
        drop(tx);
        let mut tx = db.write().await.unwrap();
        let mut other = other;
        other.row().put("甲");
        let unknown = other.write(&mut tx).await.unwrap_err();
        assert!(
            !is_unique_violation(&unknown) && unknown.as_database_error().is_some(),
            "{engine}: {unknown}"
        );
    }
}

#[tokio::test]
async fn rows_of_different_lengths_are_refused_before_anything_is_written() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let mut uneven = Many::new("INSERT INTO probe (name, number) ", "");
        uneven.row().put("甲").put(1_i64);
        uneven.row().put("乙");
        assert!(uneven.write(&mut tx).await.is_err(), "{engine}");
        tx.commit().await.unwrap();
        assert_eq!(find(&db, &["甲"], 9).await.unwrap(), [], "{engine}");
    }
}

/// As often as a whole batch may be looked at within one transaction. With the places that sqlx gives to waiting
/// commands by itself this one never came to its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_looks_again_and_again_comes_to_its_end() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let mut tx = db.write().await.unwrap();
        rows(&["甲", "乙"], "").write(&mut tx).await.unwrap();
        for turn in 0..20_000 {
            let found = find_each(&mut tx, FIND, (&["乙"], &[3.into()]), read).await.unwrap();
            assert_eq!(found.len(), 1, "{engine}, turn {turn}");
        }
        tx.commit().await.unwrap();
    }
}
