//! One contract test per public store function, and every statement on both engines.
use kernel::{LevelCode, OccupationCode};
use registration::ApplicationStatus;

use crate::house::{House, ROSTER, code, path};

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in registration::all_queries() {
            testkit::prepare(&db, statement)
                .await
                .unwrap_or_else(|error| panic!("{engine}: {name}: {error}"));
        }
    }
}

#[tokio::test]
async fn applications_are_found_by_id_place_and_phone() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let all = house.applications().await;
        let mut tx = house.env.db.read().await.unwrap();
        let one = registration::application(&mut tx, all[4].id.as_str()).await.unwrap();
        assert_eq!(one.as_ref(), Some(&all[4]), "{engine}");
        assert_eq!(registration::application(&mut tx, "unknown").await.unwrap(), None, "{engine}");
        let count = async |tx: &mut _, at: &[&str]| {
            let at: Vec<_> = at.iter().map(|node| path(node)).collect();
            registration::applications(tx, &code(), &at).await.unwrap().len()
        };
        assert_eq!(count(&mut tx, &["/demo/nancheng"]).await, 13, "{engine}");
        assert_eq!(count(&mut tx, &["/demo/nancheng/point", "/demo/yuntai"]).await, 19, "{engine}");
        assert_eq!(count(&mut tx, &["/demo/nan"]).await, 0, "{engine}: a prefix of letters is no ancestor");
        assert_eq!(count(&mut tx, &[]).await, 0, "{engine}");
        let index = house.env.vault.index("phone", "19900000005");
        let own = registration::applications_of_phone(&mut tx, &index).await.unwrap();
        assert_eq!(own, [all[4].clone()], "{engine}");
    }
}

#[tokio::test]
async fn a_status_changes_only_from_the_version_that_was_seen() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let first = house.applications().await.remove(0);
        let mut tx = house.env.db.write().await.unwrap();
        let returned = ApplicationStatus::Returned;
        assert!(!registration::set_status(&mut tx, &first.id, 2, returned).await.unwrap(), "{engine}");
        assert!(registration::set_status(&mut tx, &first.id, 1, returned).await.unwrap(), "{engine}");
        assert!(!registration::set_status(&mut tx, &first.id, 1, returned).await.unwrap(), "{engine}");
        let totals = registration::totals(&mut tx, &code(), &[path("/demo")]).await.unwrap();
        let of = |occupation: &str, level: &str, status| {
            let wanted =
                (OccupationCode::parse(occupation).unwrap(), LevelCode::parse(level).unwrap(), status);
            let found =
                totals.iter().find(|t| (t.occupation_code.clone(), t.level_code.clone(), t.status) == wanted);
            found.map_or(0, |total| total.count)
        };
        assert_eq!(of("4-07-03-04", "3", ApplicationStatus::Submitted), 15, "{engine}");
        assert_eq!(of("4-07-03-04", "3", returned), 1, "{engine}");
        assert_eq!(of("4-07-03-04", "2", ApplicationStatus::Submitted), 6, "{engine}");
        assert_eq!(of("4-07-03-02", "3", ApplicationStatus::Submitted), 8, "{engine}");
    }
}

#[tokio::test]
async fn the_outline_of_a_plan_is_what_its_rows_say() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let mut tx = house.env.db.read().await.unwrap();
        let (levels, components) = plan::levels_and_components(&mut tx, &code()).await.unwrap();
        let points = plan::points(&mut tx, &code()).await.unwrap();
        assert!(!levels.is_empty() && !components.is_empty() && !points.is_empty(), "{engine}");
        let outline = plan::outline(&mut tx, &code()).await.unwrap();
        assert_eq!(outline, plan::Outline { levels, components, points }, "{engine}");
    }
}

#[tokio::test]
async fn the_book_is_closed_once() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let mut tx = house.env.db.write().await.unwrap();
        assert!(!registration::is_closed(&mut tx, &code()).await.unwrap(), "{engine}");
        assert!(registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap(), "{engine}");
        assert!(registration::is_closed(&mut tx, &code()).await.unwrap(), "{engine}");
        assert!(!registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap(), "{engine}");
    }
}

#[tokio::test]
async fn what_is_sealed_opens_only_in_its_own_row() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let all = house.applications().await;
        let opened = all[0].open(&house.env.vault).unwrap();
        assert_eq!(opened.prior_certificate, "1710012038420959", "{engine}");
        assert_eq!(opened.particulars.category, "晋级认定", "{engine}");
        let mut moved = all[0].clone();
        moved.id = all[1].id.clone();
        assert!(moved.open(&house.env.vault).is_err(), "{engine}");
    }
}
