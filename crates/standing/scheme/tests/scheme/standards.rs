//! Clauses, components and fees of a standard: one contract test per store function, on both engines.
use crate::fixture::{ON, day, level, seeded};
use kernel::{Money, Score};
use scheme::{Combination, Component, ComponentKind, Confidence, Delivery, Rounding, Scoring, Validity};

#[tokio::test]
async fn clauses_come_by_number_and_only_while_in_force() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let standard = "hr-2018".into();
        let third = scheme::clauses(&mut tx, &standard, &level("3"), day(ON)).await.unwrap();
        let numbers: Vec<&str> = third.iter().map(|row| row.number.as_str()).collect();
        assert_eq!(numbers, ["(1)", "(2)", "(3)"], "{engine}");
        let tenth = scheme::Clause { id: "c10".into(), number: "(10)".into(), ..third[0].clone() };
        let gone = scheme::Clause {
            id: "c4".into(),
            number: "(4)".into(),
            validity: Validity { valid_to: Some(day(ON)), ..third[0].validity.clone() },
            ..third[0].clone()
        };
        for row in [&tenth, &gone] {
            assert!(scheme::add_clause(&mut tx, row).await.unwrap(), "{engine}");
            assert!(!scheme::add_clause(&mut tx, row).await.unwrap(), "{engine}");
        }
        let now = scheme::clauses(&mut tx, &standard, &level("3"), day(ON)).await.unwrap();
        let numbers: Vec<&str> = now.iter().map(|row| row.number.as_str()).collect();
        assert_eq!(numbers, ["(1)", "(2)", "(3)", "(10)"], "{engine}");
        assert_eq!(scheme::clause(&mut tx, &gone.id).await.unwrap(), Some(gone.clone()), "{engine}");
        let later = Validity { valid_from: day("2021-01-01"), ..third[0].validity.clone() };
        let newer = scheme::Clause { id: "c1".into(), validity: later, ..third[0].clone() };
        assert!(scheme::add_clause(&mut tx, &newer).await.unwrap(), "{engine}");
        for (on, id) in [("2020-12-31", &third[0].id), (ON, &newer.id)] {
            let found = scheme::clauses(&mut tx, &standard, &level("3"), day(on)).await.unwrap();
            let first: Vec<_> = found.iter().filter(|row| row.number == "(1)").map(|row| &row.id).collect();
            assert_eq!(first, [id], "the later row alone stands on {engine}");
        }
        let unnumbered = scheme::Clause { number: "one".into(), id: "c0".into(), ..gone };
        assert!(scheme::add_clause(&mut tx, &unnumbered).await.is_err(), "{engine}");
    }
}

#[tokio::test]
async fn components_carry_their_whole_rule() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let (hr_2018, lr_2018) = ("hr-2018".into(), "lr-2018".into());
        let second = scheme::components(&mut tx, &hr_2018, &level("2"), day(ON)).await.unwrap();
        let kinds: Vec<ComponentKind> = second.iter().map(|row| row.kind).collect();
        assert_eq!(kinds, [ComponentKind::Theory, ComponentKind::Practical, ComponentKind::Panel]);
        assert_eq!(second.iter().map(|row| row.examiners).collect::<Vec<_>>(), [0, 3, 5], "{engine}");
        assert!(second.iter().all(|row| row.pass_mark == Score(6000)), "{engine}");
        assert!(second[0].minutes >= 90 && second[0].delivery == Delivery::Computer, "{engine}");
        let third = scheme::components(&mut tx, &lr_2018, &level("3"), day(ON)).await.unwrap();
        assert_eq!((third.len(), third[0].delivery), (2, Delivery::Paper), "{engine}");
        let strict = Component {
            id: "strict".into(),
            pass_mark: Score(7000),
            validity: Validity { valid_from: day("2021-01-01"), ..third[0].validity.clone() },
            ..third[0].clone()
        };
        assert!(scheme::add_component(&mut tx, &strict).await.unwrap(), "{engine}");
        for (on, mark) in [("2020-12-31", 6000), (ON, 7000)] {
            let found = scheme::components(&mut tx, &lr_2018, &level("3"), day(on)).await.unwrap();
            let marks: Vec<i64> = found.iter().map(|row| row.pass_mark.0).collect();
            assert_eq!(marks, [mark, 6000], "{on} on {engine}");
        }
        let panel = scheme::component(&mut tx, &second[2].id).await.unwrap().unwrap();
        assert_eq!(panel, second[2], "{engine}");
    }
}

#[tokio::test]
async fn every_word_of_a_component_is_one_the_table_knows() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let base = scheme::component(&mut tx, &"hr-2018-3-practical".into()).await.unwrap().unwrap();
        let mut rows: Vec<Component> = Vec::new();
        let with = |change: &dyn Fn(&mut Component)| {
            let mut row = base.clone();
            change(&mut row);
            row
        };
        rows.extend(ComponentKind::ALL.map(|kind| with(&|row| row.kind = kind)));
        rows.extend(Delivery::ALL.map(|delivery| with(&|row| row.delivery = delivery)));
        rows.extend(Scoring::ALL.map(|scoring| with(&|row| row.scoring = scoring)));
        rows.extend(Combination::ALL.map(|combination| {
            with(&|row| {
                row.combination = combination;
                row.examiners = if combination == Combination::Single { 1 } else { 3 };
            })
        }));
        rows.extend(Rounding::ALL.map(|rounding| with(&|row| row.rounding = rounding)));
        rows.extend(Confidence::ALL.map(|grade| with(&|row| row.validity.confidence = grade)));
        rows.push(with(&|row| row.third_on_difference = Some(Score(1500))));
        for (number, mut row) in (100i64..).zip(rows) {
            (row.position, row.id) = (number, format!("word-{number}").into());
            assert!(scheme::add_component(&mut tx, &row).await.unwrap(), "{engine}: {row:?}");
            assert!(!scheme::add_component(&mut tx, &row).await.unwrap(), "{engine}: {row:?}");
            assert_eq!(scheme::component(&mut tx, &row.id).await.unwrap(), Some(row), "{engine}");
        }
        let even = Component { kind: ComponentKind::Panel, examiners: 4, id: "even".into(), ..base };
        assert!(scheme::add_component(&mut tx, &even).await.is_err(), "{engine}");
    }
}

#[tokio::test]
async fn fees_are_those_of_the_jurisdiction_and_the_day() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let (standard, third) = ("hr-2018".into(), level("3"));
        let fees = scheme::fees(&mut tx, &standard, &third, "demo", day(ON)).await.unwrap();
        let parts: Vec<_> = fees.iter().map(|row| row.component_id.clone()).collect();
        assert_eq!(scheme::total_fee(&fees, &parts), Some(Money(38_000)), "{engine}");
        assert!(scheme::fees(&mut tx, &standard, &third, "else", day(ON)).await.unwrap().is_empty());
        let dearer = scheme::Fee {
            id: "dearer".into(),
            amount: Money(9_900),
            validity: Validity { valid_from: day("2021-01-01"), ..fees[0].validity.clone() },
            ..fees[0].clone()
        };
        assert!(scheme::add_fee(&mut tx, &dearer).await.unwrap(), "{engine}");
        assert!(!scheme::add_fee(&mut tx, &dearer).await.unwrap(), "{engine}");
        let now = scheme::fees(&mut tx, &standard, &third, "demo", day(ON)).await.unwrap();
        assert_eq!((now.len(), scheme::total_fee(&now, &parts)), (2, Some(Money(39_900))), "{engine}");
    }
}
