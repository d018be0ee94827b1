//! What becomes of the one writer of SQLite after its disk was full.
use store::{Db, Many, on};

/// One large row in a transaction of its own.
async fn add(db: &Db) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    on!(&mut tx, |conn| sqlx::query("INSERT INTO probe (text) VALUES ($1)")
        .bind("x".repeat(100_000))
        .execute(conn)
        .await
        .map(|_| ()))?;
    tx.commit().await
}

#[tokio::test]
async fn the_writer_goes_on_after_a_full_disk_ended_its_transaction() {
    for (engine, db) in testkit::engines().await {
        let Db::Sqlite { writer, .. } = &db else { continue };
        sqlx::query("CREATE TABLE probe (text TEXT)").execute(writer).await.unwrap();
        // As on a full disk, SQLite refuses to grow, and rolls back by itself. The limit is the connection's.
        sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
        let full = add(&db).await.unwrap_err();
        assert_eq!(full.as_database_error().and_then(|error| error.code()).as_deref(), Some("13"), "{full}");
        add(&db).await.unwrap_or_else(|error| panic!("{engine}: {error}"));
    }
}

#[tokio::test]
async fn rows_that_find_no_space_say_so_and_the_writer_goes_on() {
    for (engine, db) in testkit::engines().await {
        let Db::Sqlite { writer, .. } = &db else { continue };
        sqlx::query("CREATE TABLE probe (text TEXT)").execute(writer).await.unwrap();
        let many = || {
            let mut many = Many::new("INSERT INTO probe (text) ", "");
            for _ in 0..100 {
                many.row().put("x".repeat(10_000));
            }
            many
        };
        sqlx::query("PRAGMA max_page_count = 1").execute(writer).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let full = many().write(&mut tx).await.unwrap_err();
        assert_eq!(full.as_database_error().and_then(|error| error.code()).as_deref(), Some("13"), "{full}");
        drop(tx);
        let mut tx = db.write().await.unwrap();
        let written = many().write(&mut tx).await.unwrap_or_else(|error| panic!("{engine}: {error}"));
        assert_eq!(written, 100);
        tx.commit().await.unwrap();
    }
}

#[test]
fn two_who_put_the_same_file_at_once_both_have_it() {
    let home = tempfile::TempDir::new().unwrap();
    let blobs = store::Blobs::open(home.path().join("files")).unwrap();
    for round in 0..20_u8 {
        let bytes = vec![round; 200_000];
        std::thread::scope(|scope| {
            let puts: Vec<_> = (0..4).map(|_| scope.spawn(|| blobs.put(&bytes).unwrap())).collect();
            for put in puts {
                let digest = put.join().unwrap();
                assert_eq!(blobs.get(&digest).unwrap().as_deref(), Some(&bytes[..]));
            }
        });
    }
}
