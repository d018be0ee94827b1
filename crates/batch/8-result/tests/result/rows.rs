//! One contract test per store function, on both engines.
use identity::Role;
use kernel::{Day, UnixMicros};
use result::{
    Outcome, Publication,
    rules::{Band, Tally, digest},
    store::{self, NewResult, Wanted, certifiable, outcomes, publication, published_outcome, put_results},
};

use crate::fixture::{code, houses, member};

const NOW: UnixMicros = UnixMicros::new(9);

fn new(application: &str, outcome: Outcome) -> NewResult {
    NewResult {
        application_id: application.into(),
        person_id: format!("real-{application}").as_str().into(),
        number: kernel::AdmissionNumber::parse(&format!("N-{application}")).unwrap(),
        occupation_code: kernel::OccupationCode::parse("4-07-03-04").unwrap(),
        level_code: kernel::LevelCode::parse("2").unwrap(),
        point_path: kernel::OrgPath::parse("/huaishui/nancheng/p1").unwrap(),
        outcome,
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, house) in houses().await {
        for (name, statement) in result::all_queries() {
            let done = testkit::prepare(&house.env.db, statement).await;
            done.unwrap_or_else(|error| panic!("{engine} {name}: {error}"));
        }
    }
}

#[tokio::test]
async fn decisions_are_replaced_until_they_are_published_and_never_after() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        let all: Vec<NewResult> =
            ["a1", "a2", "a3"].into_iter().zip(Outcome::ALL).map(|(id, one)| new(id, one)).collect();
        let expected: Vec<(String, Outcome)> =
            all.iter().map(|one| (one.application_id.clone(), one.outcome)).collect();
        put_results(&mut tx, &code(), &all, "province1", NOW).await.unwrap();
        assert_eq!(outcomes(&mut tx, &code()).await.unwrap(), expected, "{engine}");
        put_results(&mut tx, &code(), &[new("a1", Outcome::Fail)], "province1", NOW).await.unwrap();
        assert_eq!(outcomes(&mut tx, &code()).await.unwrap()[0].1, Outcome::Fail, "{engine}");
        put_results(&mut tx, &code(), &all, "province1", NOW).await.unwrap();

        assert_eq!(published_outcome(&mut tx, "a1").await.unwrap(), None, "{engine}");
        assert_eq!(publication(&mut tx, &code()).await.unwrap(), None, "{engine}");
        let published = Publication {
            published_at: NOW,
            notice_ends_on: Day::parse("2021-06-02").unwrap(),
            digest: digest(&[]),
            candidates: 3,
            passes: 1,
        };
        for is_first in [true, false] {
            let done = store::insert_publication(&mut tx, &code(), &published, "province2").await.unwrap();
            assert_eq!(done, is_first, "{engine}: once");
        }
        assert_eq!(publication(&mut tx, &code()).await.unwrap(), Some(published), "{engine}");
        assert_eq!(published_outcome(&mut tx, "a1").await.unwrap(), Some(Outcome::Pass), "{engine}");
        put_results(&mut tx, &code(), &[new("a1", Outcome::Fail)], "province1", NOW).await.unwrap();
        assert_eq!(outcomes(&mut tx, &code()).await.unwrap(), expected, "{engine}: published stays");
        assert_eq!(store::untold_count(&mut tx, &code()).await.unwrap(), 3, "{engine}");
        store::mark_told(&mut tx, "a1", NOW).await.unwrap();
        let untold = store::untold(&mut tx, &code(), 1).await.unwrap();
        assert_eq!(untold, [("a2".to_owned(), "real-a2".into())], "{engine}");
    }
}

#[tokio::test]
async fn a_book_is_closed_once_and_opened_only_by_who_decides_anew() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        let digest = digest(&[]);
        assert_eq!(store::book(&mut tx, &code()).await.unwrap(), None, "{engine}");
        assert!(!store::take(&mut tx, &code()).await.unwrap(), "{engine}: not open");
        store::begin(&mut tx, &code()).await.unwrap();
        assert!(store::take(&mut tx, &code()).await.unwrap(), "{engine}");
        assert!(store::close(&mut tx, &code(), &digest, NOW).await.unwrap(), "{engine}");
        assert!(!store::close(&mut tx, &code(), &digest, NOW).await.unwrap(), "{engine}: once");
        assert!(!store::take(&mut tx, &code()).await.unwrap(), "{engine}: closed");
        let seen = store::book(&mut tx, &code()).await.unwrap().unwrap();
        assert_eq!(seen.digest.as_deref(), Some(digest.as_str()), "{engine}");
        assert!(store::take_version(&mut tx, &code(), seen.version).await.unwrap(), "{engine}");
        assert!(!store::take_version(&mut tx, &code(), seen.version).await.unwrap(), "{engine}: stale");
        store::begin(&mut tx, &code()).await.unwrap();
        assert_eq!(store::book(&mut tx, &code()).await.unwrap().unwrap().digest, None, "{engine}");
    }
}

#[tokio::test]
async fn a_list_is_narrowed_and_cut_by_the_database() {
    for (engine, house) in houses().await {
        house.publish().await;
        let mut tx = house.env.db.read().await.unwrap();
        let point = kernel::OrgPath::parse("/huaishui/nancheng/p1").unwrap();
        let wanted = |outcome, level: Option<(&str, &str)>, points| Wanted {
            outcome,
            level: level.map(|(one, other)| (one.to_owned(), other.to_owned())),
            points,
        };
        let hr = Some(("4-07-03-04", "2"));
        let (tallies, _) = store::figures(&mut tx, &code()).await.unwrap();
        for (one, expected) in [
            (wanted(None, None, None), 5),
            (wanted(Some(Outcome::Pass), None, None), 2),
            (wanted(None, hr, None), 3),
            (wanted(Some(Outcome::Fail), hr, Some(vec![point.clone()])), 1),
            (wanted(None, None, Some(Vec::new())), 0),
        ] {
            assert_eq!(store::count(&mut tx, &code(), &one).await.unwrap(), expected, "{engine} {one:?}");
            assert_eq!(one.count(&tallies), expected, "{engine} {one:?}");
        }
        let page = store::lines(&mut tx, &code(), &Wanted::default(), (2, 2)).await.unwrap();
        let numbers: Vec<&str> = page.iter().map(|line| line.number.as_str()).collect();
        assert_eq!(numbers, ["2101003", "2101004"], "{engine}");
    }
}

#[tokio::test]
async fn figures_are_kept_as_they_were_counted() {
    for (engine, house) in houses().await {
        let mut tx = house.env.db.write().await.unwrap();
        let one = new("a1", Outcome::Pass);
        let tally = Tally {
            occupation_code: one.occupation_code.clone(),
            level_code: one.level_code.clone(),
            point_path: one.point_path.clone(),
            admitted: 5,
            present: 4,
            pass: 2,
            fail: 2,
            absent: 1,
        };
        let band = Band {
            occupation_code: one.occupation_code,
            level_code: one.level_code,
            point_path: one.point_path,
            kind: scheme::ComponentKind::Theory,
            band: 6,
            scores: 2,
            sum_centi: 12_500,
        };
        store::insert_tallies(&mut tx, &code(), std::slice::from_ref(&tally)).await.unwrap();
        store::insert_bands(&mut tx, &code(), std::slice::from_ref(&band)).await.unwrap();
        let known = store::figures(&mut tx, &code()).await.unwrap();
        assert_eq!(known, (vec![tally], vec![band]), "{engine}");
        store::clear_tallies(&mut tx, &code()).await.unwrap();
        let known = store::figures(&mut tx, &code()).await.unwrap();
        assert_eq!(known, (Vec::new(), Vec::new()), "{engine}");
    }
}

#[tokio::test]
async fn certificates_follow_the_last_day_of_the_notice_and_only_a_pass() {
    for (engine, house) in houses().await {
        let on = async |day: &str| {
            let mut tx = house.env.db.read().await.unwrap();
            let day = Day::parse(day).unwrap();
            let found = certifiable(&mut tx, &code(), day).await.unwrap();
            let (agenda, province) =
                (plan::Agenda::load(&mut tx).await.unwrap(), member("province1", Role::Province));
            let reached = result::reached(&mut tx, &province, &agenda, day).await.unwrap();
            let reached = reached.get(code().as_str()).copied().unwrap_or_default();
            assert_eq!(i64::try_from(found.len()).unwrap(), reached.certifiable, "{engine}");
            found
        };
        assert!(on("2030-01-01").await.is_empty(), "{engine}: nothing is decided");
        house.publish().await;
        assert!(on("2021-05-27").await.is_empty(), "{engine}");
        assert!(on("2021-06-02").await.is_empty(), "{engine}: the last day of the notice");
        assert_eq!(on("2021-06-03").await, ["a1", "b1"], "{engine}");
    }
}
