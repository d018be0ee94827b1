//! Seeding is repeatable, and says where a file is wrong; every statement prepares.
use crate::fixture::{ON, SEED, day, level};
use scheme::{SeedError, SeedFiles};
use store::Tx;

/// The clause texts the database holds for level 3, to see that seeding again changes nothing.
async fn snapshot(tx: &mut Tx) -> String {
    let on = day(ON);
    let mut seen = format!("{:?}", scheme::occupations(tx, on).await.unwrap());
    seen += &format!("{:?}", scheme::levels(tx, on).await.unwrap());
    seen += &format!("{:?}", scheme::time_limits(tx, on).await.unwrap());
    seen += &format!("{:?}", scheme::calendar(tx).await.unwrap());
    for standard in ["hr-2018", "lr-2018"] {
        let id = standard.into();
        seen += &format!("{:?}", scheme::standard(tx, &id).await.unwrap());
        for code in ["4", "3", "2", "1"] {
            seen += &format!("{:?}", scheme::clauses(tx, &id, &level(code), on).await.unwrap());
            seen += &format!("{:?}", scheme::components(tx, &id, &level(code), on).await.unwrap());
            seen += &format!("{:?}", scheme::fees(tx, &id, &level(code), "demo", on).await.unwrap());
        }
    }
    seen
}

#[tokio::test]
async fn seeding_again_changes_nothing_and_keeps_what_was_confirmed() {
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        let added = scheme::seed(&mut tx, &SEED).await.unwrap();
        // 17 occupations, 7 levels, 2 standards, 17 clauses, 17 components, 35 fees, 6 time limits,
        // 254 days.
        assert_eq!(added, 364, "{engine}");
        assert!(scheme::confirm_occupation(&mut tx, &"occ-tea".into()).await.unwrap(), "{engine}");
        let before = snapshot(&mut tx).await;
        assert_eq!(scheme::seed(&mut tx, &SEED).await.unwrap(), 0, "{engine}");
        assert_eq!(snapshot(&mut tx).await, before, "{engine}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_wrong_seed_cell_is_named_by_file_line_and_column() {
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        let limits = SEED.time_limits.replace("public_notice,5,", "public_notice,five,");
        let error = scheme::seed(&mut tx, &SeedFiles { time_limits: &limits, ..SEED }).await.unwrap_err();
        assert!(
            matches!(
                &error,
                SeedError::Cell { file: "time-limits.csv", line: 6, column: "working_days", .. }
            ),
            "{engine}: {error}"
        );
        let short = SEED.levels.replace(",5,2018-03-07", "");
        let error = scheme::read_table("levels.csv", &short).unwrap_err();
        assert!(matches!(error, SeedError::Table { file: "levels.csv", .. }), "{engine}: {error}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in scheme::all_queries() {
            testkit::prepare(&db, statement)
                .await
                .unwrap_or_else(|error| panic!("{name} on {engine}: {error}"));
        }
    }
}
