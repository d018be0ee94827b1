//! One contract test per store function, on both engines.
use std::collections::HashSet;

use assessment::{
    PartOutcome, is_complete, roll,
    rules::{Slot, digest_of},
    store::{self, NewEntry, NewScore, NewSealed, Origin, Run},
};
use kernel::{Day, Score, UnixMicros};

use crate::fixture::{batches, code, run};

const NOW: UnixMicros = UnixMicros::new(9);

fn points(hundredths: i64) -> PartOutcome {
    PartOutcome::Scored(Score(hundredths))
}

fn new_score(application: &str, component: &str, outcome: PartOutcome) -> NewScore {
    NewScore {
        id: format!("{application}-{component}"),
        application_id: application.into(),
        component_id: component.into(),
        room_use_id: None,
        outcome,
        origin: Origin::Objective,
        inputs_digest: digest_of(&["x".into()]),
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in batches().await {
        for (name, statement) in assessment::all_queries() {
            testkit::prepare(&db, statement).await.unwrap_or_else(|error| panic!("{engine} {name}: {error}"));
        }
    }
}

#[tokio::test]
async fn a_run_counts_when_it_came_to_its_end_and_the_last_one_stands() {
    for (engine, db) in batches().await {
        let mut tx = db.write().await.unwrap();
        store::take_sheet(&mut tx, "T-hr-2-theory").await.unwrap();
        store::take_sheet(&mut tx, "T-hr-2-theory").await.unwrap();
        assert_eq!(store::run(&mut tx, &code()).await.unwrap(), None, "{engine}");
        let run = |scored| Run { inputs_digest: "d".into(), scored, absent: 1, run_at: NOW };
        for scored in [2, 3] {
            store::put_run(&mut tx, &code(), &run(scored), "clerk1").await.unwrap();
            assert_eq!(store::run(&mut tx, &code()).await.unwrap(), Some(run(scored)), "{engine}");
        }
    }
}

#[tokio::test]
async fn a_score_is_written_once_and_never_changed() {
    for (engine, db) in batches().await {
        let mut tx = db.write().await.unwrap();
        let first = [
            new_score("a1", "T-hr-2-theory", points(8450)),
            new_score("a2", "T-hr-2-theory", PartOutcome::Absent),
        ];
        assert_eq!(
            store::insert_scores(&mut tx, &code(), &first, "clerk1", NOW).await.unwrap(),
            2,
            "{engine}"
        );
        let again = [NewScore { id: "other".into(), ..new_score("a1", "T-hr-2-theory", points(1)) }];
        assert_eq!(
            store::insert_scores(&mut tx, &code(), &again, "clerk1", NOW).await.unwrap(),
            0,
            "{engine}"
        );
        assert_eq!(store::insert_scores(&mut tx, &code(), &[], "clerk1", NOW).await.unwrap(), 0, "{engine}");
        let all = store::component_scores(&mut tx, &code()).await.unwrap();
        let outcomes: Vec<PartOutcome> = all.iter().map(|one| one.outcome).collect();
        assert_eq!(outcomes, [points(8450), PartOutcome::Absent], "{engine}");
        assert_eq!(store::scores_of_candidate(&mut tx, "a2").await.unwrap(), all[1..], "{engine}");
        let part = store::sealed_rows_of(&mut tx, &["a1"]).await.unwrap();
        let row = &part[&("a1".to_owned(), "T-hr-2-theory".to_owned())];
        assert_eq!((part.len(), row.origin), (1, Origin::Objective), "{engine}");
        assert_eq!(row.inputs_digest, digest_of(&["x".into()]), "{engine}");
        assert_eq!(store::scores_of(&mut tx, &["a2"]).await.unwrap(), all[1..], "{engine}");
        let done = HashSet::from([("a1".to_owned(), "T-hr-2-theory".to_owned())]);
        assert_eq!(store::entries_of(&mut tx, &["a1"]).await.unwrap().done, done, "{engine}");
        assert_eq!(store::sealed_for(&mut tx, &["a1"], "clerk1").await.unwrap().done, done, "{engine}");
        assert!(store::sealed_rows_of(&mut tx, &["a3"]).await.unwrap().is_empty(), "{engine}");
        assert!(store::scores_of(&mut tx, &[]).await.unwrap().is_empty(), "{engine}");
    }
}

#[tokio::test]
async fn every_origin_can_be_stored() {
    for (engine, db) in batches().await {
        let mut tx = db.write().await.unwrap();
        for (origin, part) in Origin::ALL.into_iter().zip([
            "T-hr-2-theory",
            "T-hr-2-practical",
            "T-hr-2-panel",
            "T-lr-3-theory",
        ]) {
            let new = [NewScore { origin, ..new_score("a1", part, points(1)) }];
            store::insert_scores(&mut tx, &code(), &new, "clerk1", NOW).await.unwrap();
            let stored = store::sealed_rows_of(&mut tx, &["a1"]).await.unwrap();
            assert_eq!(stored[&("a1".to_owned(), part.to_owned())].origin, origin, "{engine}");
        }
    }
}

#[tokio::test]
async fn partial_credit_is_a_dated_row_and_none_without_one() {
    for (engine, db) in batches().await {
        run(
            &db,
            "INSERT INTO partial_credit (component_id, percent, valid_from, valid_to, source)
                  VALUES ('hr-2-theory', 50, '2021-06-01', '2022-01-01', 'test')",
        )
        .await;
        let mut tx = db.read().await.unwrap();
        for (day, percent) in [("2021-05-31", 0), ("2021-06-01", 50), ("2021-12-31", 50), ("2022-01-01", 0)] {
            let day = Day::parse(day).unwrap();
            let found = store::partial_percent(&mut tx, &"hr-2-theory".into(), day).await.unwrap();
            assert_eq!(found, percent, "{engine} {day}");
        }
    }
}

#[tokio::test]
async fn an_examiner_seals_once_and_reads_only_their_own() {
    for (engine, db) in batches().await {
        let mut tx = db.write().await.unwrap();
        let batch = code();
        let seal = |id, examiner, application, outcome| NewSealed {
            id,
            batch: &batch,
            application,
            component: "T-hr-2-practical",
            room: "u3",
            examiner,
            outcome,
            at: NOW,
        };
        assert!(
            store::insert_sealed(&mut tx, seal("1", "examiner1", "a1", points(7000))).await.unwrap(),
            "{engine}"
        );
        assert!(
            !store::insert_sealed(&mut tx, seal("2", "examiner1", "a1", points(1))).await.unwrap(),
            "{engine}"
        );
        assert!(
            store::insert_sealed(&mut tx, seal("3", "examiner2", "a1", points(7100))).await.unwrap(),
            "{engine}"
        );
        assert!(
            store::insert_sealed(&mut tx, seal("4", "examiner1", "a2", PartOutcome::Absent)).await.unwrap()
        );
        let known = store::sealed_for(&mut tx, &["a1", "a2", "a3"], "examiner1").await.unwrap();
        let own = &known.own;
        let of_part = |id: &str| (id.to_owned(), "T-hr-2-practical".to_owned());
        let mine = (own.len(), own[&of_part("a1")], own[&of_part("a2")]);
        assert_eq!(mine, (2, points(7000), PartOutcome::Absent), "{engine}");
        assert_eq!((known.anybody.len(), known.done.len()), (2, 0), "{engine}");
        let other = store::sealed_for(&mut tx, &["a2"], "examiner2").await.unwrap();
        assert!(other.own.is_empty() && other.anybody.len() == 1, "{engine}: whether, and never what");
        let of = store::sealed_of_candidate(&mut tx, "T-hr-2-practical", "a1").await.unwrap();
        let of: Vec<(&str, PartOutcome)> =
            of.iter().map(|one| (one.examiner.as_str(), one.outcome)).collect();
        assert_eq!(of, [("examiner1", points(7000)), ("examiner2", points(7100))], "{engine}");
        let counts = store::sealed_counts(&mut tx, &batch).await.unwrap();
        assert_eq!(counts.iter().map(|row| row.sealed).collect::<Vec<_>>(), [2, 1], "{engine}");
        let mut parts = store::part_figures(&mut tx, &batch).await.unwrap();
        let figures = parts.remove("T-hr-2-practical").unwrap();
        let examiners: Vec<(&str, i64)> =
            figures.examiners.iter().map(|one| (one.account_id.as_str(), one.sealed)).collect();
        assert_eq!(examiners, [("examiner1", 2), ("examiner2", 1)], "{engine}");
        assert!(figures.examiners.iter().all(|one| !one.name.is_empty()), "{engine}");
    }
}

#[tokio::test]
async fn a_place_in_a_round_is_taken_once_and_a_clerk_enters_a_round_once() {
    for (engine, db) in batches().await {
        let batch = code();
        let entry = |id, round, entry, by, outcome| NewEntry {
            id,
            batch: &batch,
            application: "b1",
            component: "T-lr-3-theory",
            room: "u2",
            slot: Slot { round, entry },
            by,
            outcome,
            at: NOW,
        };
        let mut tx = db.write().await.unwrap();
        store::insert_entry(&mut tx, entry("1", 1, 1, "clerk1", points(6000))).await.unwrap();
        store::insert_entry(&mut tx, entry("2", 1, 2, "clerk2", PartOutcome::Absent)).await.unwrap();
        let entries = store::entries_of(&mut tx, &["b1", "b2"]).await.unwrap().entries;
        let key = ("T-lr-3-theory".to_owned(), "b1".to_owned());
        assert_eq!((entries.len(), entries[&key].len()), (1, 2), "{engine}");
        assert_eq!(entries[&key][1].outcome, PartOutcome::Absent, "{engine}");
        assert_eq!(store::entries_of_batch(&mut tx, &batch).await.unwrap(), entries, "{engine}");
        let differing = store::differing(&mut tx, &batch, (0, 10)).await.unwrap();
        assert_eq!(differing, [("u2".into(), key.0.clone(), key.1.clone())], "{engine}");
        assert!(store::differing(&mut tx, &batch, (1, 10)).await.unwrap().is_empty(), "{engine}");
        tx.commit().await.unwrap();
        for wrong in [entry("3", 1, 1, "clerk3", points(1)), entry("4", 1, 2, "clerk1", points(1))] {
            let mut tx = db.write().await.unwrap();
            let error = store::insert_entry(&mut tx, wrong).await.unwrap_err();
            assert!(::store::is_unique_violation(&error), "{engine}: {error}");
        }
    }
}

#[tokio::test]
async fn a_batch_is_complete_when_every_candidate_has_every_part() {
    for (engine, db) in batches().await {
        let mut tx = db.write().await.unwrap();
        let roll = roll(&mut tx, &code()).await.unwrap();
        assert_eq!((roll.candidates.len(), roll.parts.len()), (5, 5), "{engine}");
        let of = |part| roll.of(part).map(|one| new_score(&one.application_id, &part.id, points(6000)));
        let all: Vec<NewScore> = roll.parts.iter().flat_map(of).collect();
        assert_eq!(all.len(), 13, "{engine}");
        store::insert_scores(&mut tx, &code(), &all[1..], "clerk1", NOW).await.unwrap();
        assert!(!is_complete(&mut tx, &code()).await.unwrap(), "{engine}");
        store::insert_scores(&mut tx, &code(), &all[..1], "clerk1", NOW).await.unwrap();
        assert!(is_complete(&mut tx, &code()).await.unwrap(), "{engine}");
    }
}
