//! From an empty bank to a printed paper, as custodians see it.
use axum::http::StatusCode;
use identity::{Env, Role, Subject};
use paper::{Form, FormStatus, forms};

use crate::fixture::{PAPERS, assembled, batch, custodian, env, fill_bank, get, lock, post, run, subject};

async fn all(env: &Env) -> Vec<Form> {
    forms(&mut env.db.read().await.unwrap(), &batch()).await.unwrap()
}

async fn tasks(env: &Env, who: &Subject) -> Vec<(&'static str, i64)> {
    let mut tx = env.db.read().await.unwrap();
    let agenda = plan::Agenda::load(&mut tx).await.unwrap();
    let tasks = paper::tasks(&mut tx, who, &agenda, env.now()).await.unwrap();
    tasks.iter().map(|task| (task.title.key, task.count)).collect()
}

#[tokio::test]
async fn three_forms_are_assembled_locked_by_two_and_printed() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        let (one, two) = (custodian("custodian1"), custodian("custodian2"));
        assert_eq!(assembled(&env, "2").await.failure, "paper-no-bank", "{engine}");
        fill_bank(&env, "2").await;
        assert_eq!(tasks(&env, &one).await, [("task-papers-open", 2)], "{engine}");
        let shown = get(&env, &one, PAPERS).await;
        assert!(shown.page().contains("Every point has items enough"), "{engine}");
        assert_eq!(assembled(&env, "2").await.flash, "paper-assembled", "{engine}");
        let made = all(&env).await;
        assert_eq!(made.len(), 3, "{engine}");
        assert!(made.iter().all(|form| form.seed == made[0].seed && form.seed.len() == 64), "{engine}");
        assert_eq!(
            assembled(&env, "2").await.flash,
            "paper-assembled",
            "anew, while nothing is decided on {engine}"
        );
        let made = all(&env).await;
        assert_eq!(made.len(), 3, "in place of the first three on {engine}");

        let path = format!("{PAPERS}/forms/{}", made[0].id);
        let early = get(&env, &one, &format!("{path}/paper.pdf")).await;
        assert_eq!(early.failure, "paper-print-not-locked", "{engine}");
        assert_eq!(
            post(&env, &one, &format!("{path}/lock"), "").await.flash,
            "paper-lock-proposed",
            "{engine}"
        );
        assert_eq!(assembled(&env, "2").await.failure, "paper-lock-waits", "{engine}");
        let alone = post(&env, &one, &format!("{path}/lock/approval"), "decision=approve").await;
        assert_eq!(alone.failure, "approval-needs-second-person", "{engine}");
        assert_eq!(tasks(&env, &two).await, [("task-papers-open", 2), ("task-papers-decide", 1)], "{engine}");
        assert_eq!(tasks(&env, &one).await, [("task-papers-open", 2)], "{engine}");
        let decided = post(&env, &two, &format!("{path}/lock/approval"), "decision=approve").await;
        assert_eq!(decided.flash, "paper-locked", "{engine}: {}", decided.failure);
        assert_eq!(assembled(&env, "2").await.failure, "paper-locked-already", "{engine}");
        for form in &made[1..] {
            lock(&env, &form.id).await;
        }
        assert_eq!(tasks(&env, &one).await, [("task-papers-open", 1)], "{engine}");

        for (document, form) in [("paper.pdf", &made[0]), ("answer-sheet.pdf?digits=10", &made[2])] {
            let pdf = get(&env, &one, &format!("{PAPERS}/forms/{}/{document}", form.id)).await;
            assert_eq!(pdf.status, StatusCode::OK, "{engine}: {}", pdf.failure);
            assert!(pdf.bytes.starts_with(b"%PDF-1.7"), "{engine}");
            // Kept in cargo's temporary folder for whoever wants to look at it.
            let name = document.split('?').next().unwrap();
            std::fs::write(format!("{}/form-{name}", env!("CARGO_TARGET_TMPDIR")), &pdf.bytes).unwrap();
        }
        let shown = get(&env, &two, PAPERS).await;
        assert!(
            shown.page().contains("Paper fetched: 1, last") && shown.page().contains("100.00"),
            "{engine}"
        );
        let mut tx = env.db.read().await.unwrap();
        let actions: Vec<String> = trail::history(&mut tx, "form", &made[0].id)
            .await
            .unwrap()
            .into_iter()
            .map(|row| row.action)
            .collect();
        assert_eq!(actions, ["form.assemble", "form.lock", "form.print"], "{engine}");
    }
}

#[tokio::test]
async fn a_form_that_was_tampered_with_is_not_locked() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "2").await;
        assembled(&env, "2").await;
        let made = all(&env).await;
        let tamper = async || {
            let mut tx = env.db.write().await.unwrap();
            run(&mut tx, "UPDATE form_item SET answer_key = 'A' WHERE no = 1").await;
            run(&mut tx, "UPDATE form_item SET answer_key = 'B' WHERE no = 2").await;
            run(&mut tx, "UPDATE form_item SET stem = stem || '!' WHERE no = 3").await;
            tx.commit().await.unwrap();
        };
        let path = format!("{PAPERS}/forms/{}/lock", made[0].id);
        post(&env, &custodian("custodian1"), &path, "").await;
        tamper().await;
        let decided =
            post(&env, &custodian("custodian2"), &format!("{path}/approval"), "decision=approve").await;
        assert_eq!(decided.failure, "approval-changed-since", "{engine}");
        let rejected =
            post(&env, &custodian("custodian2"), &format!("{path}/approval"), "decision=reject").await;
        assert_eq!(rejected.flash, "paper-lock-rejected", "{engine}");
        let again = post(&env, &custodian("custodian1"), &path, "").await;
        assert_eq!(again.failure, "paper-digest-differs", "{engine}");
        assert!(all(&env).await.iter().all(|form| form.status == FormStatus::Assembled), "{engine}");
    }
}

#[tokio::test]
async fn points_without_items_are_named_and_nothing_is_made() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "2").await;
        let mut tx = env.db.write().await.unwrap();
        run(&mut tx, "UPDATE item_version SET status = 'refused' WHERE point_code = 'A-A-A-002'").await;
        tx.commit().await.unwrap();
        assert_eq!(assembled(&env, "2").await.failure, "paper-short", "{engine}");
        assert!(all(&env).await.is_empty(), "{engine}");
        let shown = get(&env, &custodian("custodian1"), PAPERS).await;
        assert!(shown.page().contains("A-A-A-002</span> 保密与组织道德建设: 0 / 3"), "{engine}");
        assert!(!shown.page().contains("name=\"occupation\""), "no button that cannot work on {engine}");
        assert_eq!(assembled(&env, "1").await.status, StatusCode::NOT_FOUND, "not in the plan: {engine}");
        let mut tx = env.db.write().await.unwrap();
        run(&mut tx, "UPDATE batch SET published_at = NULL").await;
        tx.commit().await.unwrap();
        assert_eq!(assembled(&env, "2").await.failure, "paper-plan-not-published", "{engine}");
    }
}

#[tokio::test]
async fn only_custodians_of_the_whole_batch_see_a_form_and_looking_leaves_a_mark() {
    for (engine, db) in testkit::engines().await {
        let env = env(db).await;
        fill_bank(&env, "2").await;
        assembled(&env, "2").await;
        let form = all(&env).await.remove(0);
        let path = format!("{PAPERS}/forms/{}", form.id);
        let shown = get(&env, &custodian("custodian2"), &path).await;
        assert!(
            shown.page().contains(form.digest.as_str()) && shown.page().contains("shows the keys"),
            "{engine}"
        );
        for (who, sees_list) in [
            (subject("province", Role::Province, "/demo"), true),
            (subject("province", Role::ItemWriter, "/demo"), false),
            (subject("province", Role::Administrator, "/demo"), false),
            (subject("province", Role::Custodian, "/demo/nancheng"), true),
            (subject("province", Role::Custodian, "/other"), false),
        ] {
            let list = get(&env, &who, PAPERS).await;
            assert_eq!(list.status == StatusCode::OK, sees_list, "{who:?} on {engine}");
            assert!(!list.page().contains(&path), "no way in for {who:?} on {engine}");
            assert_eq!(get(&env, &who, &path).await.status, StatusCode::NOT_FOUND, "{engine}");
            let pdf = get(&env, &who, &format!("{path}/paper.pdf")).await;
            assert_eq!(pdf.status, StatusCode::NOT_FOUND, "{engine}");
            for act in ["lock", "lock/approval"] {
                let answer = post(&env, &who, &format!("{path}/{act}"), "decision=approve").await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act} on {engine}");
            }
        }
        let mut tx = env.db.read().await.unwrap();
        let looks = trail::find(&mut tx, "form.read", ("form", &form.id)).await.unwrap();
        assert_eq!(looks.len(), 1, "{engine}");
        assert_eq!(looks[0].actor, "custodian2", "{engine}");
    }
}
