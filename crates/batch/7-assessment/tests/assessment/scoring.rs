//! From the answers, scripts and sheets of one exam to sealed scores.
use axum::http::StatusCode;
use identity::Role;

use crate::fixture::{House, after, batches, code, run, subject};

const PRACTICAL: &str = "/batches/T-1/scores/practical/rooms/u3";
const PANEL: &str = "/batches/T-1/scores/panel/rooms/u4";
const OBJECTIVE: &str = "/batches/T-1/scores/objective";
const ENTRIES: &str = "/batches/T-1/scores/entries/rooms/u2";

#[tokio::test]
async fn answers_become_scores_once_and_who_stayed_away_is_absent_everywhere() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let (status, body) = house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        let sealed = house.sealed().await;
        let expected = [
            "a1 T-hr-2-theory 100.00",
            "a2 T-hr-2-theory 60.00",
            "a3 T-hr-2-panel absent",
            "a3 T-hr-2-practical absent",
            "a3 T-hr-2-theory absent",
        ];
        assert_eq!(sealed, expected, "{engine}");
        // Again: the same digest, and nothing changes.
        let before = digests(&house).await;
        assert!(before.iter().all(|digest| digest.len() == 64) && before.len() == 3, "{engine}: {before:?}");
        let (status, _) = house.post_and_wait("clerk2", Role::ScoreClerk, OBJECTIVE).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}");
        assert_eq!(
            (house.sealed().await, digests(&house).await),
            (expected.map(String::from).to_vec(), before),
            "{engine}"
        );
    }
    testkit::proves!(
        "S2-29",
        "theory is scored against the key, and absence follows from the rooms' records"
    );
}

/// What the run was computed from, and what two of the scores were.
async fn digests(house: &House) -> Vec<String> {
    let mut tx = house.env.db.read().await.unwrap();
    let run = assessment::store::run(&mut tx, &code()).await.unwrap().unwrap();
    let rows = assessment::store::sealed_rows_of(&mut tx, &["a1", "a2"]).await.unwrap();
    let mut all: Vec<String> = rows.values().map(|row| row.inputs_digest.to_string()).collect();
    all.push(run.inputs_digest);
    all.sort();
    all
}

#[tokio::test]
async fn a_key_that_changed_after_sealing_stops_the_run_and_changes_nothing() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        let before = house.sealed().await;
        run(&house.env.db, "UPDATE form_item SET answer_key = 'A' WHERE form_id = 'form-a' AND no = 1").await;
        house.clock.advance_seconds(1);
        house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        let (status, said) = house.outcome("T-1", "score.objective").await;
        assert_eq!(status, job::Status::Failed, "{engine}");
        assert!(
            said.starts_with("assessment-inputs-changed") && said.contains("2101001"),
            "{engine}: {said}"
        );
        assert_eq!(house.sealed().await, before, "{engine}");
    }
    testkit::proves!(
        "S1-25",
        "a score can be traced to its answers and keys: other inputs give another digest and are refused"
    );
}

#[tokio::test]
async fn nothing_is_scored_while_somebody_may_still_be_writing() {
    for (engine, db) in batches().await {
        run(&db, "DELETE FROM room_closing WHERE room_use_id = 'u2'").await;
        let house = House::new(db, after());
        let (status, _) = house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(house.sealed().await.is_empty(), "{engine}");
    }
}

#[tokio::test]
async fn a_script_is_sealed_when_two_clerks_read_the_same() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let b1 = |score| [("score-2101004", score)];
        let (status, body) = house.post("clerk1", Role::ScoreClerk, ENTRIES, &b1("61.5")).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        let (status, _) = house.post("clerk1", Role::ScoreClerk, ENTRIES, &b1("61.5")).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: one person is not two");
        assert!(house.sealed().await.is_empty(), "{engine}");
        // The second reads another figure: nothing is sealed, both enter again.
        house.post("clerk2", Role::ScoreClerk, ENTRIES, &b1("67.5")).await;
        assert!(house.sealed().await.is_empty(), "{engine}");
        let lines = [("lines", "2101004,61.5\n2101005，缺考")];
        let (status, body) = house.post("clerk2", Role::ScoreClerk, ENTRIES, &lines).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        let (status, body) = house
            .post(
                "clerk1",
                Role::ScoreClerk,
                ENTRIES,
                &[("score-2101004", "61.5"), ("score-2101005", ""), ("absent-2101005", "1")],
            )
            .await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        assert_eq!(house.sealed().await, ["b1 T-lr-3-theory 61.50", "b2 T-lr-3-theory absent"], "{engine}");
    }
}

#[tokio::test]
async fn a_wrong_row_writes_nothing_and_is_named() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let form = [("score-2101004", "60"), ("score-2101005", "160"), ("score-9999999", "60")];
        let (status, body) = house.post("clerk1", Role::ScoreClerk, ENTRIES, &form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(
            body.contains("准考证号 2101005：分数是 0 至 100") && body.contains("准考证号 9999999"),
            "{engine}: {body}"
        );
        assert!(body.contains("value=\"160\""), "{engine}: what was typed stays");
        let mut tx = house.env.db.read().await.unwrap();
        assert!(assessment::store::entries_of_batch(&mut tx, &code()).await.unwrap().is_empty(), "{engine}");
        drop(tx);
        let (status, _) = house.post("clerk1", Role::ScoreClerk, ENTRIES, &[]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: nothing entered");
    }
}

#[tokio::test]
async fn five_sealed_panel_scores_become_their_mean_and_none_before_the_fifth() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        for (member, score) in
            [("panel1", "58"), ("panel2", "57"), ("panel3", "61"), ("panel4", "55"), ("panel5", "59")]
        {
            assert!(house.sealed().await.is_empty(), "{engine} before {member}");
            let form = [("score-2101002", score)];
            let (status, body) = house.post(member, Role::PanelMember, PANEL, &form).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
            let (status, _) = house.post(member, Role::PanelMember, PANEL, &[("score-2101002", "99")]).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: sealed is sealed");
        }
        assert_eq!(house.sealed().await, ["a2 T-hr-2-panel 58.00"], "{engine}");
    }
    testkit::proves!(
        "S2-29",
        "the practical and panel parts are scored by several examiners, each sealed before combination"
    );
}

#[tokio::test]
async fn examiners_must_agree_that_a_candidate_did_not_come() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let away = [("score-2101005", ""), ("absent-2101005", "1")];
        house.post("examiner1", Role::Examiner, PRACTICAL, &away).await;
        let here = [("score-2101005", "70")];
        let (status, _) = house.post("examiner2", Role::Examiner, PRACTICAL, &here).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        for examiner in ["examiner2", "examiner3"] {
            let (status, body) = house.post(examiner, Role::Examiner, PRACTICAL, &away).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        }
        assert_eq!(house.sealed().await, ["b2 T-lr-3-practical absent"], "{engine}");
        let (status, _) = house.post("examiner4", Role::Examiner, PRACTICAL, &away).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: nobody else is needed");
    }
}

#[tokio::test]
async fn no_part_is_scored_before_it_begins() {
    for (engine, db) in batches().await {
        let house = House::new(db, kernel::Day::parse("2021-05-22").unwrap().at(13, 59));
        let form = [("score-2101001", "70")];
        let (status, body) = house.post("examiner1", Role::Examiner, PRACTICAL, &form).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(body.contains("2021-05-22 14:00"), "{engine}: {body}");
    }
}

#[tokio::test]
async fn the_workbench_counts_what_waits_for_each() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let counts = async |who: &str, role| {
            let mut tx = house.env.db.read().await.unwrap();
            let agenda = plan::Agenda::load(&mut tx).await.unwrap();
            let who = subject(who, role);
            let tasks = assessment::tasks(&mut tx, &who, &agenda, house.env.now()).await.unwrap();
            tasks.iter().map(|task| (task.title.key, task.count)).collect::<Vec<_>>()
        };
        let clerk = counts("clerk1", Role::ScoreClerk).await;
        assert_eq!(clerk, [("task-score-objective", 1), ("task-score-entries", 2)], "{engine}");
        assert_eq!(counts("examiner1", Role::Examiner).await, [("task-score-practical", 4)], "{engine}");
        assert_eq!(counts("panel1", Role::PanelMember).await, [("task-score-panel", 2)], "{engine}");
        assert_eq!(counts("auditor1", Role::Auditor).await, [], "{engine}");
        house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        house.post("clerk1", Role::ScoreClerk, ENTRIES, &[("score-2101004", "60")]).await;
        house.post("clerk2", Role::ScoreClerk, ENTRIES, &[("score-2101004", "61")]).await;
        let clerk = counts("clerk1", Role::ScoreClerk).await;
        assert_eq!(clerk, [("task-score-entries", 1), ("task-score-differ", 1)], "{engine}");
        assert_eq!(counts("examiner1", Role::Examiner).await, [("task-score-practical", 4)], "{engine}");
    }
}

/// The record of the practical room says that a1 did not come, and nothing of a3.
const PRACTICAL_RECORD: &str = "
UPDATE attendance SET state = 'absent' WHERE seat_id = 'seat-p-a1';
UPDATE attendance SET state = 'present' WHERE seat_id = 'seat-p-a3';";

#[tokio::test]
async fn the_record_of_the_part_decides_who_was_absent_from_it() {
    for (engine, db) in batches().await {
        run(&db, PRACTICAL_RECORD).await;
        let house = House::new(db, after());
        let (_, body) = house.get("examiner1", Role::Examiner, PRACTICAL).await;
        assert!(
            body.contains("缺考（考场记录）") && !body.contains("name=\"score-2101001\""),
            "{engine}: {body}"
        );
        house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        let sealed = house.sealed().await;
        assert!(sealed.contains(&"a1 T-hr-2-practical absent".to_owned()), "{engine}: {sealed:?}");
        // The record says nothing of a3, who missed theory: a record is kept, so nothing is derived.
        assert!(!sealed.iter().any(|line| line.starts_with("a3 T-hr-2-practical")), "{engine}: {sealed:?}");
        assert!(sealed.contains(&"a3 T-hr-2-panel absent".to_owned()), "{engine}: {sealed:?}");
    }
}

#[tokio::test]
async fn whom_an_examiner_has_scored_was_there_whatever_the_record_says() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let form = [("score-2101001", "70")];
        house.post("examiner1", Role::Examiner, PRACTICAL, &form).await;
        run(&house.env.db, PRACTICAL_RECORD).await;
        house.post_and_wait("clerk1", Role::ScoreClerk, OBJECTIVE).await;
        for examiner in ["examiner2", "examiner3"] {
            let (status, body) = house.post(examiner, Role::Examiner, PRACTICAL, &form).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        }
        assert!(house.sealed().await.contains(&"a1 T-hr-2-practical 70.00".to_owned()), "{engine}");
    }
}
