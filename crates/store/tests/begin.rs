//! What becomes of a transaction whose beginning nobody waits for.
use std::{future::poll_fn, pin::pin, task::Poll};

use store::{Db, Many, on};

/// Asks `work` so often whether it is done, then lets go of it, as a server does with the request of
/// a browser that went away.
async fn give_up_after(polls: usize, work: impl Future) {
    let mut work = pin!(work);
    for _ in 0..polls {
        if poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready())).await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

async fn with_table(db: &Db) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let table = "CREATE TABLE probe (number BIGINT)";
    on!(&mut tx, |conn| sqlx::query(table).execute(conn).await.map(|_| ()))?;
    tx.commit().await
}

async fn add(db: &Db, number: i64) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    on!(&mut tx, |conn| sqlx::query("INSERT INTO probe (number) VALUES ($1)")
        .bind(number)
        .execute(conn)
        .await
        .map(|_| ()))?;
    tx.commit().await
}

#[tokio::test]
async fn a_read_given_up_while_it_begins_does_not_hinder_the_next_writer() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        for turn in 0..400_i64 {
            give_up_after(usize::try_from(turn % 20).unwrap(), db.read()).await;
            add(&db, turn).await.unwrap_or_else(|error| panic!("{engine}, turn {turn}: {error}"));
        }
        let mut tx = db.read().await.unwrap();
        let kept: i64 =
            on!(&mut tx, |conn| sqlx::query_scalar("SELECT COUNT(*) FROM probe").fetch_one(conn).await)
                .unwrap();
        assert_eq!(kept, 400, "{engine}");
    }
}

#[tokio::test]
async fn rows_given_up_while_they_wait_for_the_connection_do_not_hinder_the_next_writer() {
    for (engine, db) in testkit::engines().await {
        with_table(&db).await.unwrap();
        let add_many = async || {
            let mut tx = db.write().await?;
            let mut many = Many::new("INSERT INTO probe (number) ", "");
            for number in 0..50_i64 {
                many.row().put(number);
            }
            many.write(&mut tx).await?;
            tx.commit().await
        };
        for turn in 0..400_i64 {
            give_up_after(usize::try_from(turn % 20).unwrap(), add_many()).await;
            add(&db, turn).await.unwrap_or_else(|error| panic!("{engine}, turn {turn}: {error}"));
        }
    }
}
