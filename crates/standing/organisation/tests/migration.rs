//! An installation of before: what its organisations said of their one filing becomes filings with scopes.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use kernel::{Day, LevelCode, OccupationCode, OrgPath};
use organisation::{Evaluator, FilingKind, ObjectGroup};
use store::{Db, MIGRATIONS, Tx, on};

/// An association with a city and a point that a site serves, an enterprise, a college that was never filed, and what the
/// association planned and issued.
const BEFORE: &str = "
INSERT INTO organisation (id, path, parent_id, kind, name_zh, name_en, site_code, served_by_id, filed_from, filed_to,
    filing_document, source) VALUES
    ('a', '/a', NULL, 'association', '协会', 'Association', 'S000099000001', NULL, '2020-12-01', '2023-12-01', '文号', 'x'),
    ('e', '/e', NULL, 'enterprise', '企业', 'Enterprise', NULL, NULL, '2021-01-01', NULL, '', 'x'),
    ('k', '/k', NULL, 'college', '学院', 'College', NULL, NULL, NULL, NULL, '', 'x'),
    ('c', '/a/c', 'a', 'city_centre', '市', 'City', NULL, NULL, NULL, NULL, '', 'x'),
    ('s', '/a/c/s', 'c', 'exam_site', '考点', 'Site', NULL, NULL, NULL, NULL, '', 'x'),
    ('p', '/a/c/p', 'c', 'registration_point', '报名点', 'Point', NULL, 's', NULL, NULL, '', 'x');
INSERT INTO standard (id, occupation_code, version, name_zh, name_en, levels, valid_from, source, confidence)
    VALUES ('std', '4-07-03-04', 'x', 'x', 'x', '3', '2019-01-01', 'x', 'D');
INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version, created_at)
    VALUES ('b1', 'x', 'x', '/a', '2021-04-30', '2021-05-22', 'published', 1, 0),
    ('b2', 'x', 'x', '/a/c', '2021-04-30', '2021-05-22', 'draft', 1, 0);
INSERT INTO batch_level (batch_code, occupation_code, level_code, standard_id, occupation_zh, occupation_en, level_zh,
    level_en, fee) VALUES ('b1', '4-07-03-04', '3', 'std', 'x', 'x', 'x', 'x', 0),
    ('b2', '4-07-03-04', '3', 'std', 'x', 'x', 'x', 'x', 0), ('b2', '4-07-03-04', '4', 'std', 'x', 'x', 'x', 'x', 0);
INSERT INTO certificate_issuer_probe (path) VALUES ('/a');";

/// Stands for whatever points to an organisation, as certificates do.
const PROBE: &str =
    "CREATE TABLE certificate_issuer_probe (path TEXT NOT NULL REFERENCES organisation (path));";

async fn run(tx: &mut Tx, text: &'static str) {
    on!(tx, |conn| sqlx::raw_sql(text).execute(conn).await.map(drop)).unwrap();
}

/// An empty place in which the migrations of before have run.
async fn of_before(db: &Db) -> Tx {
    let mut tx = match db {
        Db::Sqlite { .. } => Db::open("sqlite::memory:").await.unwrap().write().await.unwrap(),
        Db::Postgres(_) => {
            let mut tx = db.write().await.unwrap();
            run(&mut tx, "CREATE SCHEMA before; SET LOCAL search_path TO before;").await;
            tx
        }
    };
    for (_, text) in files(db).filter(|(name, _)| *name < "0055") {
        run(&mut tx, text).await;
    }
    tx
}

fn files(db: &Db) -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let other = match db {
        Db::Sqlite { .. } => ".postgres.sql",
        Db::Postgres(_) => ".sqlite.sql",
    };
    MIGRATIONS.iter().filter(move |(name, _)| !name.ends_with(other))
}

#[tokio::test]
async fn what_organisations_said_of_their_filing_becomes_filings() {
    let path = |text| OrgPath::parse(text).unwrap();
    for (engine, db) in testkit::engines().await {
        let mut tx = of_before(&db).await;
        run(&mut tx, PROBE).await;
        run(&mut tx, BEFORE).await;
        for (_, text) in files(&db).filter(|(name, _)| *name >= "0055") {
            run(&mut tx, text).await;
        }
        let held = organisation::held_at(&mut tx, &[path("/a"), path("/e"), path("/k")]).await.unwrap();
        let found: Vec<_> =
            held.iter().map(|one| (one.path.as_str(), one.filing.kind, one.scope.len())).collect();
        assert_eq!(found, [("/a", FilingKind::Social, 2), ("/e", FilingKind::Employer, 0)], "{engine}");
        let (first, end) = (&held[0].filing, Day::parse("2023-12-01").unwrap());
        assert_eq!((first.document.as_str(), first.valid_to), ("文号", Some(end)), "{engine}");
        assert!(held[0].scope.iter().all(|line| line.object_group == ObjectGroup::Public), "{engine}");
        let what = (OccupationCode::parse("4-07-03-04").unwrap(), LevelCode::parse("3").unwrap());
        let point = Evaluator::load(&mut tx, &path("/a/c/p")).await.unwrap();
        let found = point.filing_for(&what.0, &what.1, Day::parse("2021-05-22").unwrap()).unwrap();
        assert_eq!(found.filing.id, first.id, "what was planned is covered on {engine}");
        let served = organisation::registration_points_served_by(&mut tx, &path("/a/c/s")).await.unwrap();
        assert_eq!(served.len(), 1, "{engine}");
        // What points to an organisation still does: the commit looks at it again.
        tx.commit().await.unwrap_or_else(|error| panic!("{engine}: {error}"));
    }
}
