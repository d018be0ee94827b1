//! One contract test per store function, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use kernel::{Day, OrgPath, SiteCode};
use organisation::{Organisation, OrganisationKind, SeedError};
use store::{Db, Tx};

const DEMO: &str = include_str!("../../../../data/organisation/demo.csv");

async fn seeded(db: &Db) -> Tx {
    let mut tx = db.write().await.unwrap();
    organisation::seed(&mut tx, DEMO).await.unwrap();
    tx
}

fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn paths(rows: &[Organisation]) -> Vec<&str> {
    rows.iter().map(|row| row.path.as_str()).collect()
}

#[tokio::test]
async fn seeding_again_changes_nothing() {
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        // One association, 13 cities, 14 exam sites, 13 registration points.
        assert_eq!(organisation::seed(&mut tx, DEMO).await.unwrap(), 41, "{engine}");
        let before = organisation::within(&mut tx, &path("/demo")).await.unwrap();
        assert_eq!(organisation::seed(&mut tx, DEMO).await.unwrap(), 0, "{engine}");
        assert_eq!(organisation::within(&mut tx, &path("/demo")).await.unwrap(), before, "{engine}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_line_that_cannot_stand_stops_the_seed() {
    let header = DEMO.lines().next().unwrap();
    let root = "r,/x,association,根,Root,,,,,,test";
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        let mut with = async |line: &str| {
            organisation::seed(&mut tx, &format!("{header}\n{root}\n{line}\n")).await.unwrap_err()
        };
        let orphan = with("o,/y/z,city_centre,市,City,,,,,,test").await;
        assert!(matches!(orphan, SeedError::Refused { .. }), "{engine}: {orphan}");
        let lost = with("o,/x/p,registration_point,点,Point,,/x/site,,,,test").await;
        assert!(matches!(lost, SeedError::UnknownSite { .. }), "{engine}: {lost}");
        let wrong = with("o,/x/c,city_centre,市,City,,,2021-01-01,,doc,test").await;
        let said = wrong.to_string();
        assert!(
            said.contains("demo.csv, /x/c") && said.contains("an enterprise may hold a filing"),
            "{said}"
        );
        assert!(said.contains("备案的只能是"), "{engine}: {said}");
        let odd = with("o,/x/p,palace,点,Point,,,,,,test").await;
        assert!(odd.to_string().starts_with("demo.csv, line 3, column kind"), "{engine}: {odd}");
    }
}

#[tokio::test]
async fn an_organisation_is_found_by_path_and_id() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let root = organisation::by_path(&mut tx, &path("/demo")).await.unwrap().unwrap();
        assert_eq!(root.name_zh, "示范省人力资源协会", "{engine}");
        assert_eq!(root.site_code, Some(SiteCode::parse("S000099000001").unwrap()), "{engine}");
        assert_eq!((root.parent_id.as_ref(), root.kind), (None, OrganisationKind::Association));
        let again = organisation::by_id(&mut tx, &root.id).await.unwrap();
        assert_eq!(again, Some(root), "{engine}");
        assert_eq!(organisation::by_path(&mut tx, &path("/nowhere")).await.unwrap(), None);
        assert_eq!(organisation::by_id(&mut tx, &"nobody".into()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_registration_point_is_found_by_its_name_in_rosters() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        for name in [
            "江城市",
            "南城市",
            "锡城市",
            "港城市",
            "通城市",
            "泽城市",
            "盐城区",
            "镇山市",
            "扬帆市",
            "泰和市",
            "淮岸市",
            "云台市",
            "宿北市",
        ] {
            let name = format!("{name}报名点");
            let found = organisation::registration_point_named(&mut tx, &name).await.unwrap();
            assert_eq!(found.unwrap().name_zh, name, "{engine}");
        }
        let site = organisation::registration_point_named(&mut tx, "南城考点").await.unwrap();
        assert_eq!(site, None, "a site is no registration point on {engine}");
    }
}

#[tokio::test]
async fn children_are_one_step_down_and_within_is_all_the_way() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let cities = organisation::children(&mut tx, &path("/demo")).await.unwrap();
        assert_eq!(cities.len(), 13, "{engine}");
        let city = organisation::children(&mut tx, &path("/demo/nancheng")).await.unwrap();
        assert_eq!(paths(&city), ["/demo/nancheng/point", "/demo/nancheng/site"], "{engine}");
        let neighbour =
            Organisation { id: "near".into(), path: path("/demo/nancheng-east"), ..cities[0].clone() };
        assert!(organisation::add(&mut tx, &neighbour).await.unwrap());
        let all = organisation::within(&mut tx, &path("/demo/nancheng")).await.unwrap();
        assert_eq!(
            paths(&all),
            ["/demo/nancheng", "/demo/nancheng/point", "/demo/nancheng/site"],
            "{engine}"
        );
    }
}

#[tokio::test]
async fn one_site_serves_three_registration_points() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let site = path("/demo/nancheng/site");
        let served = organisation::registration_points_served_by(&mut tx, &site).await.unwrap();
        assert_eq!(
            paths(&served),
            ["/demo/nancheng/point", "/demo/xicheng/point", "/demo/yuntai/point"],
            "{engine}"
        );
    }
}

#[tokio::test]
async fn certificates_are_issued_by_the_nearest_filed_organisation() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let site = path("/demo/nancheng/site");
        let on = day("2021-06-01");
        let issuer = organisation::issuer_of(&mut tx, &site, on).await.unwrap().unwrap();
        assert_eq!(issuer.path, path("/demo"), "{engine}");
        let late = organisation::issuer_of(&mut tx, &site, day("2023-12-01")).await.unwrap();
        assert_eq!(late, None, "the filing has ended on {engine}");
        assert_eq!(organisation::issuer_of(&mut tx, &path("/else"), on).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_organisation_is_added_once_and_every_kind_is_one_the_table_knows() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let city = organisation::by_path(&mut tx, &path("/demo/subei")).await.unwrap().unwrap();
        for kind in OrganisationKind::ALL {
            let name = format!("{kind:?}").to_lowercase();
            let row = Organisation {
                id: name.as_str().into(),
                path: city.path.child(&name).unwrap(),
                parent_id: Some(city.id.clone()),
                kind,
                ..city.clone()
            };
            assert!(organisation::add(&mut tx, &row).await.unwrap(), "{engine}: {kind:?}");
            assert!(!organisation::add(&mut tx, &row).await.unwrap(), "{engine}: {kind:?}");
            assert_eq!(organisation::by_id(&mut tx, &row.id).await.unwrap(), Some(row), "{engine}");
        }
        let orphan = Organisation {
            id: "o".into(),
            path: path("/demo/subei/o"),
            parent_id: Some("nobody".into()),
            ..city
        };
        assert!(organisation::add(&mut tx, &orphan).await.is_err(), "{engine}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in organisation::ALL_QUERIES {
            let prepared = testkit::prepare(&db, statement).await;
            prepared.unwrap_or_else(|error| panic!("{name} on {engine}: {error}"));
        }
    }
}

#[tokio::test]
async fn the_whole_tree_comes_in_the_order_of_its_paths() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let all = organisation::everything(&mut tx).await.unwrap();
        assert_eq!(all.len(), 41, "{engine}");
        assert_eq!(all[0].path.to_string(), "/demo", "{engine}");
        assert!(all.is_sorted_by(|left, right| left.path < right.path), "{engine}");
    }
}
