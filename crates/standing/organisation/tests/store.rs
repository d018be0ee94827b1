//! One contract test per store function, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use kernel::{Day, LevelCode, OccupationCode, OrgPath, SiteCode};
use organisation::{
    Evaluator, Filing, FilingKind, ObjectGroup, Organisation, OrganisationKind, OutOfScope, SeedError,
    SeedFiles, Suspension,
};
use store::{Db, Tx};

const DEMO: SeedFiles<'static> = SeedFiles {
    organisations: include_str!("../../../../data/organisation/organisations.csv"),
    filings: include_str!("../../../../data/organisation/filings.csv"),
    scopes: include_str!("../../../../data/organisation/filing-scopes.csv"),
};

async fn seeded(db: &Db) -> Tx {
    let mut tx = db.write().await.unwrap();
    organisation::seed(&mut tx, &DEMO).await.unwrap();
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
        // One association, 13 cities, 14 exam sites, 13 registration points, 5 authorities; its filing, two occupations at four levels.
        assert_eq!(organisation::seed(&mut tx, &DEMO).await.unwrap(), 46 + 1 + 8, "{engine}");
        let before = organisation::within(&mut tx, &path("/demo")).await.unwrap();
        assert_eq!(organisation::seed(&mut tx, &DEMO).await.unwrap(), 0, "{engine}");
        assert_eq!(organisation::within(&mut tx, &path("/demo")).await.unwrap(), before, "{engine}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_line_that_cannot_stand_stops_the_seed() {
    let header = DEMO.organisations.lines().next().unwrap();
    let root = "r,/x,association,根,Root,,test";
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        let mut with = async |line: &str| {
            let organisations = format!("{header}\n{root}\n{line}\n");
            let files = SeedFiles { organisations: &organisations, filings: "id\n", scopes: "id\n" };
            organisation::seed(&mut tx, &files).await.unwrap_err()
        };
        let orphan = with("o,/y/z,city_centre,市,City,,test").await;
        assert!(matches!(orphan, SeedError::Refused { .. }), "{engine}: {orphan}");
        let lost = with("o,/x/p,registration_point,点,Point,/x/site,test").await;
        assert!(matches!(lost, SeedError::UnknownSite { .. }), "{engine}: {lost}");
        let wrong = with("o,/x/c,authority,局,Bureau,,test").await;
        let said = wrong.to_string();
        assert!(said.contains("organisations.csv, /x/c") && said.contains("机构类型"), "{engine}: {said}");
        let odd = with("o,/x/p,palace,点,Point,,test").await;
        assert!(odd.to_string().starts_with("organisations.csv, line 3, column kind"), "{engine}: {odd}");
    }
}

#[tokio::test]
async fn an_organisation_is_found_by_path_and_id() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let root = organisation::by_path(&mut tx, &path("/demo")).await.unwrap().unwrap();
        assert_eq!(root.name_zh, "示范省人力资源协会", "{engine}");
        assert_eq!((root.parent_id.as_ref(), root.kind), (None, OrganisationKind::Association));
        let again = organisation::by_id(&mut tx, &root.id).await.unwrap();
        assert_eq!(again, Some(root), "{engine}");
        assert_eq!(organisation::by_path(&mut tx, &path("/nowhere")).await.unwrap(), None);
        assert_eq!(organisation::by_id(&mut tx, &"nobody".into()).await.unwrap(), None);
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
async fn a_body_evaluates_under_the_nearest_filing_above() {
    let what = (OccupationCode::parse("4-07-03-04").unwrap(), LevelCode::parse("3").unwrap());
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let site = Evaluator::load(&mut tx, &path("/demo/nancheng/site")).await.unwrap();
        let on = day("2021-06-01");
        let held = site.filing_for(&what.0, &what.1, on).unwrap();
        assert_eq!(held.filing.site_code, Some(SiteCode::parse("S000099000001").unwrap()), "{engine}");
        assert_eq!((held.path.as_str(), held.scope.len()), ("/demo", 8), "{engine}");
        assert_eq!(site.issuer(on).map(|(body, _)| body.path.as_str()), Some("/demo"), "{engine}");
        let late = day("2023-12-01");
        assert_eq!(
            site.filing_for(&what.0, &what.1, late),
            Err(OutOfScope::NotFiled),
            "it has ended on {engine}"
        );
        assert_eq!(site.issuer(late), None, "{engine}");
        let out = Suspension {
            filing_id: held.filing.id.clone(),
            from_day: day("2021-06-01"),
            to_day: Some(day("2021-06-02")),
            document: "暂停通知".into(),
        };
        assert!(organisation::add_suspension(&mut tx, &out).await.unwrap(), "{engine}");
        assert!(!organisation::add_suspension(&mut tx, &out).await.unwrap(), "{engine}");
        let again = Evaluator::load(&mut tx, &path("/demo/nancheng/site")).await.unwrap();
        assert_eq!(
            again.filing_for(&what.0, &what.1, on),
            Err(OutOfScope::NotFiled),
            "suspended on {engine}"
        );
        assert!(again.filing_for(&what.0, &what.1, day("2021-06-02")).is_ok(), "{engine}");
        let nobody = Evaluator::load(&mut tx, &path("/else")).await.unwrap();
        assert_eq!(nobody.issuer(on), None, "{engine}");
    }
}

#[tokio::test]
async fn a_body_holds_several_filings_each_with_its_scope() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let root = organisation::by_path(&mut tx, &path("/demo")).await.unwrap().unwrap();
        let mut known = organisation::held_at(&mut tx, &[path("/demo")]).await.unwrap();
        let first = known.remove(0);
        let second = Filing {
            id: "second".into(),
            organisation_id: root.id.clone(),
            site_code: Some(SiteCode::parse("S000099000077").unwrap()),
            granted_on: day("2021-01-05"),
            plaque_number: Some("牌-01".into()),
            plaque_on: Some(day("2021-01-06")),
            ..first.filing.clone()
        };
        assert!(organisation::add_filing(&mut tx, &second).await.unwrap(), "{engine}");
        let same_code = Filing { id: "third".into(), ..second.clone() };
        assert!(
            !organisation::add_filing(&mut tx, &same_code).await.unwrap(),
            "a code is of one filing on {engine}"
        );
        for (place, group) in ObjectGroup::ALL.into_iter().enumerate() {
            let mut line = first.scope[0].clone();
            line.id = format!("line-{place}").into();
            line.filing_id = "second".into();
            line.object_group = group;
            assert!(organisation::add_scope(&mut tx, &line).await.unwrap(), "{engine}");
            assert!(!organisation::add_scope(&mut tx, &line).await.unwrap(), "{engine}");
        }
        let held = organisation::held_at(&mut tx, &[path("/demo")]).await.unwrap();
        let found: Vec<_> = held.iter().map(|one| (one.filing.id.as_str(), one.scope.len())).collect();
        assert_eq!(found, [("filing-demo", 8), ("second", 4)], "{engine}");
        let one = organisation::held(&mut tx, &"second".into()).await.unwrap().unwrap();
        assert_eq!((one.filing, one.path.as_str()), (second, "/demo"), "{engine}");
        assert_eq!(organisation::held(&mut tx, &"nothing".into()).await.unwrap(), None, "{engine}");
    }
}

#[tokio::test]
async fn every_kind_of_filing_is_one_the_table_knows() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let first = organisation::held_at(&mut tx, &[path("/demo")]).await.unwrap().remove(0).filing;
        for kind in FilingKind::ALL {
            let id = format!("{kind:?}").to_lowercase();
            let row = Filing { id: id.as_str().into(), kind, site_code: None, ..first.clone() };
            assert!(organisation::add_filing(&mut tx, &row).await.unwrap(), "{engine}: {kind:?}");
            assert_eq!(organisation::held(&mut tx, &row.id).await.unwrap().unwrap().filing, row, "{engine}");
        }
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
        for (name, statement) in organisation::all_queries() {
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
        assert_eq!(all.len(), 46, "{engine}");
        assert_eq!(all[0].path.to_string(), "/authority", "{engine}");
        assert!(all.is_sorted_by(|left, right| left.path < right.path), "{engine}");
    }
}

#[tokio::test]
async fn an_authority_looks_after_bodies_outside_its_tree_from_a_day_until_another() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let whole = ["/demo", "/demo/nancheng", "/authority", "/authority/nancheng"].map(path);
        let rows = organisation::by_paths(&mut tx, &whole.each_ref()).await.unwrap();
        let id = |at: &str| rows.iter().find(|row| row.path.as_str() == at).unwrap().id.clone();
        for (body, authority, from, to) in [
            ("/demo", "/authority", "2020-01-01", None),
            ("/demo/nancheng", "/authority/nancheng", "2021-01-01", Some("2022-01-01")),
        ] {
            let row = organisation::Supervision {
                organisation_id: id(body),
                authority_id: id(authority),
                valid_from: day(from),
                valid_to: to.map(day),
                source: "test".into(),
            };
            assert!(organisation::add_supervision(&mut tx, &row).await.unwrap(), "{engine}");
            assert!(!organisation::add_supervision(&mut tx, &row).await.unwrap(), "once: {engine}");
        }
        for (body, on, expected) in [
            ("/demo/xicheng", "2021-05-01", "/authority"),
            ("/demo/nancheng/site", "2020-12-31", "/authority"),
            ("/demo/nancheng/site", "2021-01-01", "/authority/nancheng"),
            ("/demo/nancheng/site", "2022-01-01", "/authority"),
        ] {
            let found = organisation::authorities_of(&mut tx, &path(body), day(on)).await.unwrap();
            assert_eq!(paths(&found), [expected], "{body} {on} on {engine}");
        }
        let seen = async |tx: &mut Tx, authority: &str, on: &str| {
            let found = organisation::supervised_by(tx, &[path(authority)], day(on)).await.unwrap();
            found.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(seen(&mut tx, "/authority", "2021-05-01").await, ["/demo", "/demo/nancheng"], "{engine}");
        assert_eq!(seen(&mut tx, "/authority/nancheng", "2021-05-01").await, ["/demo/nancheng"], "{engine}");
        assert!(seen(&mut tx, "/authority/nancheng", "2022-01-01").await.is_empty(), "{engine}");
        assert!(
            seen(&mut tx, "/authority/xicheng", "2021-05-01").await.is_empty(),
            "not a neighbour's: {engine}"
        );
    }
    testkit::proves!("S0-02", "an authority sees the bodies it looks after, and none of another authority's");
}
