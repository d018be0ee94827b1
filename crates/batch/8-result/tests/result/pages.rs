//! From sealed scores to a published list, through the pages.
use std::io::Cursor;

use axum::http::StatusCode;
use calamine::{Reader, Xlsx};
use identity::Role;
use store::on;

use crate::fixture::{House, at, candidate, code, houses, member};

const RESULTS: &str = "/batches/T-1/results";
const PROPOSE: &str = "/batches/T-1/results/publication";
const DECIDE: &str = "/batches/T-1/results/publication/decision";
const NOTICE: &str = "/notices/T-1/results";

async fn outcomes(house: &House) -> Vec<String> {
    let mut tx = house.env.db.read().await.unwrap();
    let rows = result::results(&mut tx, &code()).await.unwrap();
    rows.iter()
        .map(|row| format!("{} {} {}", row.application_id, row.outcome.code(), row.parts.len()))
        .collect()
}

#[tokio::test]
async fn results_are_decided_from_sealed_scores_and_published_by_two_people() {
    for (engine, house) in houses().await {
        let (status, body) = house.combine().await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        let expected = ["a1 pass 3", "a2 fail 3", "a3 absent 3", "b1 pass 2", "b2 fail 2"];
        assert_eq!(outcomes(&house).await, expected, "{engine}");
        let (status, _) = house.get_as(None, NOTICE).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: nothing is published");
        house.post("province1", Role::Province, PROPOSE, "").await;
        let (status, _) = house.post("province1", Role::Province, DECIDE, "decision=approve").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: not alone");
        assert!(messages(&house).await.is_empty(), "{engine}");
        let (status, body) = house.post("province2", Role::Province, DECIDE, "decision=approve").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {body}");
        let mut tx = house.env.db.read().await.unwrap();
        let publication = result::publication(&mut tx, &code()).await.unwrap().unwrap();
        drop(tx);
        // 27, 28 May, then after the weekend 31 May, 1 and 2 June.
        assert_eq!(publication.notice_ends_on.to_string(), "2021-06-02", "{engine}");
        assert_eq!((publication.candidates, publication.passes), (5, 2), "{engine}");
        assert!(messages(&house).await.is_empty(), "{engine}: a job tells them");
        house.work_off().await;
        let messages = messages(&house).await;
        assert_eq!(messages.len(), 5, "{engine}");
        assert!(
            messages.iter().all(|text| text.contains("2021年统一认定") && !text.contains("合格")),
            "{messages:?}"
        );
        for (path, form) in [(RESULTS, ""), (PROPOSE, ""), (DECIDE, "decision=approve")] {
            let (status, _) = house.post("province1", Role::Province, path, form).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine} {path}: published stays");
        }
    }
    testkit::proves!(
        "S0-44",
        "results are combined from sealed scores, published by two people, and stand for public notice"
    );
}

async fn messages(house: &House) -> Vec<String> {
    let mut tx = house.env.db.read().await.unwrap();
    let all = message::recent(&mut tx, &house.env.vault, 100).await.unwrap();
    all.into_iter().map(|one| one.text).collect()
}

#[tokio::test]
async fn a_missing_score_stops_the_decision() {
    for (engine, house) in houses().await {
        house
            .run(
                engine,
                "DELETE FROM component_score WHERE application_id = 'a2' AND component_id = 'T-hr-2-panel'",
            )
            .await;
        let (status, _) = house.combine().await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(outcomes(&house).await.is_empty(), "{engine}");
        let (status, _) = house.post("province1", Role::Province, PROPOSE, "").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: nothing to propose");
    }
}

/// b2 passed the theory in November and keeps it; the theory they failed in this batch was never sat.
const KEEPS: &str = "
INSERT INTO registration_book (batch_code, last_serial, closed_at) VALUES ('T-1', 5, 1);
INSERT INTO passed_import (id, batch_code, file_name, row_count, proposed_by, proposed_at, in_force_at)
VALUES ('register', 'T-1', 'register.xlsx', 1, 'province1', 1, 1);
INSERT INTO passed_component (id, import_id, document_index, holder_sealed, occupation_code, level_code, component_kind,
passed_on, score_centi, basis)
VALUES ('passed', 'register', 'doc-b2', '', '4-07-03-05', '3', 'theory', '2020-11-21', 7150, 'test');
INSERT INTO kept_component (application_id, component_kind, passed_component_id) VALUES ('b2', 'theory', 'passed');";

#[tokio::test]
async fn a_part_that_was_passed_before_needs_no_score_and_counts_as_passed() {
    for (engine, house) in houses().await {
        house
            .run(
                engine,
                "DELETE FROM component_score WHERE application_id = 'b2' AND component_id = 'T-lr-3-theory'",
            )
            .await;
        let (status, _) = house.combine().await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: a score is missing");
        house.run(engine, KEEPS).await;
        house.publish().await;
        let expected = ["a1 pass 3", "a2 fail 3", "a3 absent 3", "b1 pass 2", "b2 pass 1"];
        assert_eq!(outcomes(&house).await, expected, "{engine}");
        let (_, page) = house.get("province1", Role::Province, RESULTS).await;
        assert_eq!(page.matches("71.50（2020-11-21 合格，保留）").count(), 1, "{engine}: {page}");
        let (_, own) = house.get_as(Some(candidate(&house, "19900000005")), "/my/results/b2").await;
        assert!(own.contains("71.50（2020-11-21 合格，保留）") && own.contains("90"), "{engine}: {own}");
    }
}

#[tokio::test]
async fn what_was_proposed_is_what_is_published() {
    for (engine, house) in houses().await {
        house.combine().await;
        house.post("province1", Role::Province, PROPOSE, "").await;
        house.run(engine, "UPDATE result SET outcome = 'pass' WHERE application_id = 'a2'").await;
        let (status, _) = house.post("province2", Role::Province, DECIDE, "decision=approve").await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        assert_eq!(result::publication(&mut tx, &code()).await.unwrap(), None, "{engine}");
        drop(tx);
        let (status, _) = house.post("province2", Role::Province, DECIDE, "decision=reject").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}");
        testkit::proves!(
            "S1-25",
            "publication is bound to a digest of every decision and score; a change in between is refused"
        );
    }
}

#[tokio::test]
async fn the_public_list_names_who_passed_with_a_masked_document_and_nobody_else() {
    for (engine, house) in houses().await {
        house.publish().await;
        let (status, body) = house.get_as(None, NOTICE).await;
        assert_eq!(status, StatusCode::OK, "{engine}");
        for present in
            ["王慧敏", "陈静", "9998**********", "淮水省协会", "2021-06-02", "公示中", "南城报名点"]
        {
            assert!(body.contains(present), "{engine} {present}: {body}");
        }
        for hidden in ["郑海涛", "李晓东", "刘洋", "99980119900101", "1990000", "84", "不合格"] {
            assert!(!body.contains(hidden), "{engine} {hidden}: {body}");
        }
        let (_, body) = house.get_as(None, &format!("{NOTICE}?level=4-07-03-05/3")).await;
        assert!(body.contains("陈静") && !body.contains("王慧敏"), "{engine}: {body}");
        house.clock.set(at("2021-06-03"));
        let (_, body) = house.get_as(None, NOTICE).await;
        assert!(body.contains("公示期满"), "{engine}");
    }
    testkit::proves!("S1-25", "the public reads who passed, with masked documents and where to object");
}

#[tokio::test]
async fn a_candidate_reads_their_own_result_and_nobody_elses() {
    for (engine, house) in houses().await {
        let own = candidate(&house, "19900000002");
        let (status, _) = house.get_as(Some(own.clone()), "/my/results/a2").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: not published");
        // The application's owner is found by the phone of the person behind it.
        house.publish().await;
        let (status, body) = house.get_as(Some(own.clone()), "/my/results/a2").await;
        assert_eq!(status, StatusCode::OK, "{engine}");
        for present in ["不合格", "63.33", "综合评审 58 分，低于合格线 60 分"] {
            assert!(body.contains(present), "{engine} {present}: {body}");
        }
        let (status, _) = house.get_as(Some(own), "/my/results/a1").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: somebody else's");
        let (status, _) = house.get_as(Some(member("province1", Role::Province)), "/my/results/a1").await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: not a candidate");
        let (status, _) = house.get_as(None, "/my/results/a1").await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: sign in");
    }
}

#[tokio::test]
async fn figures_are_read_by_who_publishes_them_and_by_others_after_publication() {
    for (engine, house) in houses().await {
        house.combine().await;
        for (who, role) in
            [("examiner1", Role::Examiner), ("clerk1", Role::ScoreClerk), ("auditor1", Role::Auditor)]
        {
            let (status, body) = house.get(who, role, RESULTS).await;
            assert_eq!(status, StatusCode::OK, "{engine}");
            assert!(!body.contains("63.33") && !body.contains("王慧敏"), "{engine} {who}: {body}");
        }
        let (_, body) = house.get("province1", Role::Province, RESULTS).await;
        assert!(
            body.contains("63.33") && body.contains("王慧敏") && body.contains("<svg"),
            "{engine}: {body}"
        );
        let (_, body) = house
            .get("province1", Role::Province, &format!("{RESULTS}?outcome=fail&level=4-07-03-04/2"))
            .await;
        assert!(
            body.contains("郑海涛") && !body.contains("王慧敏") && !body.contains("刘洋"),
            "{engine}: {body}"
        );
        house.post("province1", Role::Province, PROPOSE, "").await;
        house.post("province2", Role::Province, DECIDE, "decision=approve").await;
        let (_, body) = house.get("auditor1", Role::Auditor, RESULTS).await;
        assert!(body.contains("63.33"), "{engine}: published");
    }
}

#[tokio::test]
async fn the_workbook_holds_every_candidate_and_its_export_is_in_the_trail() {
    for (engine, house) in houses().await {
        let path = "/batches/T-1/results/workbook";
        let (status, _) = house.file("province1", Role::Province, path).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: nothing decided");
        house.combine().await;
        let (status, bytes) = house.file("province1", Role::Province, path).await;
        assert_eq!(status, StatusCode::OK, "{engine}");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = book.sheet_names()[0].clone();
        let range = book.worksheet_range(&sheet).unwrap();
        assert_eq!(range.height(), 6, "{engine}");
        let second: Vec<String> = range.rows().nth(2).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(
            (second[0].as_str(), second[1].as_str(), second[5].as_str()),
            ("2101002", "郑海涛", "不合格"),
            "{engine}"
        );
        let mut tx = house.env.db.read().await.unwrap();
        let count: i64 = on!(&mut tx, |conn| sqlx::query_scalar(
            "SELECT COUNT(*) FROM trail_entry WHERE action = 'result.export'"
        )
        .fetch_one(conn)
        .await)
        .unwrap();
        assert_eq!(count, 1, "{engine}");
        drop(tx);
        let (status, _) = house.file("auditor1", Role::Auditor, path).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}");
    }
}

#[tokio::test]
async fn the_workbench_leads_through_the_three_steps() {
    for (engine, house) in houses().await {
        let tasks = async |who: &str| {
            let mut tx = house.env.db.read().await.unwrap();
            let subject = member(who, Role::Province);
            let agenda = plan::Agenda::load(&mut tx).await.unwrap();
            let now = house.env.now();
            let reached = result::reached(&mut tx, &subject, &agenda, now.day()).await.unwrap();
            let tasks = result::tasks(&subject, &agenda, &reached, now);
            // The exam was on 22 May; the notice begins within five working days.
            assert!(tasks.iter().all(|task| task.due.unwrap().to_string() == "2021-05-28"), "{engine}");
            tasks.iter().map(|task| task.title.key).collect::<Vec<_>>()
        };
        assert_eq!(tasks("province1").await, ["task-result-combine"], "{engine}");
        house.combine().await;
        assert_eq!(tasks("province1").await, ["task-result-propose"], "{engine}");
        house.post("province1", Role::Province, PROPOSE, "").await;
        assert!(tasks("province1").await.is_empty(), "{engine}");
        assert_eq!(tasks("province2").await, ["task-result-decide"], "{engine}");
        house.post("province2", Role::Province, DECIDE, "decision=approve").await;
        assert!(tasks("province2").await.is_empty(), "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let application = registration::application(&mut tx, "a2").await.unwrap().unwrap();
        let applied = [registration::Applied::of(&mut tx, &application).await.unwrap()];
        let outcomes = result::published_outcomes(&mut tx, &["a2"]).await.unwrap();
        let steps = result::steps(&applied, &outcomes).remove(0);
        assert_eq!(steps.len(), 1, "{engine}");
        assert_eq!(steps[0].link.as_ref().unwrap().1, "/my/results/a2", "{engine}");
    }
}
