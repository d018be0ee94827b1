//! One contract test per store function, on both engines.
use kernel::{Day, UnixMicros};
use result::{
    Outcome, Publication,
    rules::digest,
    store::{self, certifiable, is_decided, outcomes, publication, published_outcome, put_outcomes},
};

use crate::fixture::{code, houses};

const NOW: UnixMicros = UnixMicros::new(9);

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, house) in houses().await {
        for (name, statement) in result::ALL_QUERIES {
            let done = testkit::prepare(&house.env.db, statement).await;
            done.unwrap_or_else(|error| panic!("{engine} {name}: {error}"));
        }
    }
}

#[tokio::test]
async fn decisions_are_replaced_until_they_are_published_and_never_after() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        assert!(!is_decided(&mut tx, &code()).await.unwrap(), "{engine}");
        let all: Vec<(String, Outcome)> =
            ["a1", "a2", "a3"].map(String::from).into_iter().zip(Outcome::ALL).collect();
        put_outcomes(&mut tx, &code(), &all, "province1", NOW).await.unwrap();
        assert_eq!(outcomes(&mut tx, &code()).await.unwrap(), all, "{engine}");
        assert!(is_decided(&mut tx, &code()).await.unwrap(), "{engine}");
        put_outcomes(&mut tx, &code(), &[("a1".into(), Outcome::Fail)], "province1", NOW).await.unwrap();
        assert_eq!(outcomes(&mut tx, &code()).await.unwrap()[0].1, Outcome::Fail, "{engine}");
        put_outcomes(&mut tx, &code(), &all, "province1", NOW).await.unwrap();

        assert_eq!(published_outcome(&mut tx, "a1").await.unwrap(), None, "{engine}");
        assert_eq!(publication(&mut tx, &code()).await.unwrap(), None, "{engine}");
        let published = Publication {
            published_at: NOW,
            notice_ends_on: Day::parse("2021-06-02").unwrap(),
            digest: digest(&[]),
            candidates: 3,
            passes: 1,
        };
        assert!(store::publish(&mut tx, &code(), &published, "province2").await.unwrap(), "{engine}");
        assert!(!store::publish(&mut tx, &code(), &published, "province2").await.unwrap(), "{engine}: once");
        assert_eq!(publication(&mut tx, &code()).await.unwrap(), Some(published), "{engine}");
        assert_eq!(published_outcome(&mut tx, "a1").await.unwrap(), Some(Outcome::Pass), "{engine}");
        put_outcomes(&mut tx, &code(), &[("a1".into(), Outcome::Fail)], "province1", NOW).await.unwrap();
        assert_eq!(outcomes(&mut tx, &code()).await.unwrap(), all, "{engine}: published stays");
    }
}

#[tokio::test]
async fn certificates_follow_the_last_day_of_the_notice_and_only_a_pass() {
    for (engine, house) in houses().await {
        let on = async |day: &str| {
            let mut tx = house.env.db.read().await.unwrap();
            certifiable(&mut tx, &code(), Day::parse(day).unwrap()).await.unwrap()
        };
        assert!(on("2030-01-01").await.is_empty(), "{engine}: nothing is decided");
        house.publish().await;
        assert!(on("2021-05-27").await.is_empty(), "{engine}");
        assert!(on("2021-06-02").await.is_empty(), "{engine}: the last day of the notice");
        assert_eq!(on("2021-06-03").await, ["a1", "b1"], "{engine}");
    }
}
