//! One contract test per store function, on both engines, and what is asked of the stages.
use announcement::{
    AnnouncementId, Audience,
    store::{self, Announcement},
};
use kernel::UnixMicros;
use person::PersonId;

use crate::fixture::{code, houses};

const NOW: UnixMicros = UnixMicros::new(9);

fn new(id: &str, people: i64) -> Announcement {
    Announcement {
        id: id.into(),
        batch_code: code(),
        audience: "admitted".into(),
        site_id: None,
        text: "请携带准考证参加考试。".into(),
        recipient_count: people,
        told_count: 0,
        skipped_count: 0,
        written_by: "province1".into(),
        written_at: UnixMicros::new(1),
        sent_at: None,
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, house) in houses().await {
        for (name, statement) in announcement::ALL_QUERIES {
            let done = testkit::prepare(&house.env.db, statement).await;
            done.unwrap_or_else(|error| panic!("{engine} {name}: {error}"));
        }
    }
}

#[tokio::test]
async fn an_announcement_is_sent_once_and_only_with_all_its_people() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        let one = new("one", 2);
        assert!(store::insert(&mut tx, &one).await.unwrap(), "{engine}");
        assert!(!store::insert(&mut tx, &one).await.unwrap(), "{engine}: the id is taken");
        let (a1, a2): (PersonId, PersonId) = ("real-a1".into(), "real-a2".into());
        store::insert_recipients(&mut tx, &one.id, &[&a1]).await.unwrap();
        assert!(!store::send(&mut tx, &one.id, NOW).await.unwrap(), "{engine}: one is missing");
        assert_eq!(store::sent_count(&mut tx, &code()).await.unwrap(), 0, "{engine}");
        store::insert_recipients(&mut tx, &one.id, &[&a2]).await.unwrap();
        assert!(store::send(&mut tx, &one.id, NOW).await.unwrap(), "{engine}");
        assert!(!store::send(&mut tx, &one.id, NOW).await.unwrap(), "{engine}: once");
        let sent = Announcement { sent_at: Some(NOW), ..one.clone() };
        assert_eq!(store::announcement(&mut tx, "one").await.unwrap(), Some(sent.clone()), "{engine}");
        assert_eq!(store::sent(&mut tx, &code(), (0, 20)).await.unwrap(), [sent], "{engine}");
        assert_eq!(store::sent(&mut tx, &code(), (1, 20)).await.unwrap(), [], "{engine}");
        assert_eq!(store::sent_count(&mut tx, &code()).await.unwrap(), 1, "{engine}");
        assert_eq!(store::announcement(&mut tx, "none").await.unwrap(), None, "{engine}");
    }
}

#[tokio::test]
async fn the_table_knows_the_audiences_of_the_rules_and_no_other() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        let all = Audience::OF_EVERY_BATCH.into_iter().chain([Audience::Site("west".into())]);
        for audience in all {
            let value = audience.value();
            let site_id = audience.site().cloned();
            let row = Announcement { audience: audience.code().into(), site_id, ..new(&value, 1) };
            store::insert(&mut tx, &row).await.unwrap();
            let kept = store::announcement(&mut tx, &value).await.unwrap().unwrap();
            assert_eq!(Audience::of(&kept.audience, kept.site_id.as_ref()), Some(audience), "{engine}");
        }
        let other = Announcement { audience: "everybody".into(), ..new("other", 1) };
        assert!(store::insert(&mut tx, &other).await.is_err(), "{engine}");
    }
}

#[tokio::test]
async fn somebody_is_told_or_passed_over_and_either_once() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        let one = new("one", 2);
        let id: &AnnouncementId = &one.id;
        let (a1, a2): (PersonId, PersonId) = ("real-a1".into(), "real-a2".into());
        store::insert(&mut tx, &one).await.unwrap();
        store::insert_recipients(&mut tx, id, &[&a2, &a1]).await.unwrap();
        assert_eq!(store::untold(&mut tx, id, 1).await.unwrap(), std::slice::from_ref(&a1), "{engine}");
        assert!(store::tell(&mut tx, id, &a1, NOW).await.unwrap(), "{engine}");
        assert!(!store::tell(&mut tx, id, &a1, NOW).await.unwrap(), "{engine}");
        assert!(!store::skip(&mut tx, id, &a1, NOW).await.unwrap(), "{engine}: who was told");
        assert_eq!(store::untold(&mut tx, id, 9).await.unwrap(), std::slice::from_ref(&a2), "{engine}");
        assert!(store::skip(&mut tx, id, &a2, NOW).await.unwrap(), "{engine}");
        assert!(!store::tell(&mut tx, id, &a2, NOW).await.unwrap(), "{engine}: who was passed over");
        assert_eq!(store::untold(&mut tx, id, 9).await.unwrap(), [], "{engine}");
        store::count_on(&mut tx, id, 1, 1).await.unwrap();
        let counted = store::announcement(&mut tx, "one").await.unwrap().unwrap();
        assert_eq!((counted.told_count, counted.skipped_count), (1, 1), "{engine}");
        let told = store::told_to(&mut tx, &[a1.as_str()]).await.unwrap();
        assert_eq!(
            (told.len(), told[0].text.as_str(), told[0].told_at),
            (1, one.text.as_str(), NOW),
            "{engine}"
        );
        assert_eq!(store::told_to(&mut tx, &[a2.as_str()]).await.unwrap(), [], "{engine}");
    }
}

#[tokio::test]
async fn the_stages_say_who_stands_and_where_they_sit() {
    for (engine, house) in houses().await {
        let gone = house.person("f", 13).await;
        house.applies("f1", &gone, "4-07-03-04", "withdrawn").await;
        let mut tx = house.env.db.read().await.unwrap();
        let applied = admission::applied(&mut tx, &code()).await.unwrap();
        let ids: Vec<_> = applied.iter().map(|one| (one.application_id.as_str(), one.state.code())).collect();
        let all = ["a1", "a2", "a3", "b1", "b2"];
        assert_eq!(ids, all.map(|id| (id, "admitted")), "{engine}");
        assert_eq!(applied[0].person_id.as_str(), "real-a1", "{engine}");
        let seated = arrangement::seated_at(&mut tx, &code()).await.unwrap();
        let seated: Vec<_> = seated.iter().map(|(id, site)| (id.as_str(), site.as_str())).collect();
        let expected = [
            ("a1", "site"),
            ("a2", "site"),
            ("a3", "site"),
            ("b1", "site"),
            ("b1", "west"),
            ("b2", "site"),
            ("b2", "west"),
        ];
        assert_eq!(seated, expected, "{engine}");
        let a1: PersonId = "real-a1".into();
        let asked = [a1.clone(), gone, "unknown".into()];
        let standing = registration::standing_people(&mut tx, &code(), &asked).await.unwrap();
        assert_eq!(standing.into_iter().collect::<Vec<_>>(), [a1], "{engine}");
    }
}
