//! A register read whole: rows that ended and rows to come stand beside those in force.
use kernel::{Money, OccupationCode};
use scheme::Validity;

use crate::fixture::{ON, day, level, seeded};

#[tokio::test]
async fn a_register_shows_rows_in_force_and_rows_that_are_not() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let code = OccupationCode::parse("4-07-03-04").unwrap();
        let old = scheme::standard_in_force(&mut tx, &code, day(ON)).await.unwrap().unwrap();
        let validity = Validity { valid_from: day("2025-01-01"), ..old.validity.clone() };
        let new = scheme::Standard { id: "hr-2025".into(), validity: validity.clone(), ..old.clone() };
        assert!(scheme::add_standard(&mut tx, &new).await.unwrap(), "{engine}");
        let of_one = scheme::standards_of(&mut tx, &code).await.unwrap();
        let ids: Vec<_> = of_one.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(ids, ["hr-2025", "hr-2018"], "newest first on {engine}");
        assert_eq!(scheme::standards(&mut tx).await.unwrap().len(), 3, "{engine}");

        let clauses = scheme::clauses_of(&mut tx, &old.id).await.unwrap();
        let of_level = clauses.iter().filter(|row| row.level_code == level("3")).count();
        assert_eq!((of_level, clauses.len()), (3, 9), "{engine}");
        let clause = scheme::Clause {
            id: "hr-2018-3-1-later".into(),
            validity: validity.clone(),
            ..clauses.iter().find(|row| row.level_code == level("3")).unwrap().clone()
        };
        assert!(scheme::add_clause(&mut tx, &clause).await.unwrap(), "{engine}");
        let clauses = scheme::clauses_of(&mut tx, &old.id).await.unwrap();
        assert_eq!(clauses.len(), 10, "the row to come is there too on {engine}");
        let components = scheme::components_of(&mut tx, &old.id).await.unwrap();
        assert_eq!(components.len(), 10, "{engine}");
        let fees = scheme::fees_of(&mut tx, &old.id).await.unwrap();
        assert!(fees.iter().any(|fee| fee.amount == Money(24_000)), "{engine}");
        assert_eq!(fees.len(), 22, "ten of the province, four of each neighbour, on {engine}");
        assert_eq!(scheme::clauses_of(&mut tx, &"none".into()).await.unwrap(), [], "{engine}");

        let rows = scheme::occupation_rows(&mut tx, &code).await.unwrap();
        assert_eq!(rows.len(), 1, "{engine}");
        let later = scheme::Occupation { id: "occ-hr-2025".into(), validity, ..rows[0].clone() };
        scheme::add_occupation(&mut tx, &later).await.unwrap();
        let rows = scheme::occupation_rows(&mut tx, &code).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["occ-hr-2025", "occ-hr"]);
    }
}

#[tokio::test]
async fn the_calendar_of_a_year_holds_that_years_days_alone() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let years = scheme::calendar_years(&mut tx).await.unwrap();
        assert_eq!(years, [2020, 2021, 2022, 2023, 2024, 2025, 2026], "{engine}");
        let days = scheme::calendar_days(&mut tx, 2021).await.unwrap();
        assert_eq!(days.len(), 38, "{engine}");
        assert_eq!(days[0].day, day("2021-01-01"), "{engine}");
        assert!(scheme::calendar_days(&mut tx, 2030).await.unwrap().is_empty(), "{engine}");
    }
}
