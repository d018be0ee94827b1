//! Two people decide, every certificate says who answers for it, and its holder gets it.
use certificate::{CertificateStatus, TRAIL_ACTIONS, Verdict, verify_pdf, verify_token};

use crate::fixture::{House, ISSUER, document};

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in certificate::all_queries() {
            testkit::prepare(&db, statement)
                .await
                .unwrap_or_else(|error| panic!("{engine}: {name}: {error}"));
        }
    }
}

#[tokio::test]
async fn two_people_issue_and_every_record_names_the_body_that_answers() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        let first = house.passed("2021-01", 1, "龚𬱖").await;
        house.passed("2021-01", 2, "王慧敏").await;
        let (one, two) = (house.sign_in("province1").await, house.sign_in("province2").await);
        let issue = "/batches/2021-01/certificates/issue";
        assert_eq!(house.post(&one, issue, "").await.status, 303);
        let alone = house.post(&one, &format!("{issue}/decision"), "decision=approve").await;
        assert_eq!(alone.status, 422, "one person decided alone");
        assert_eq!(house.certificates("2021-01").await.len(), 0);
        assert_eq!(house.post(&two, &format!("{issue}/decision"), "decision=approve").await.status, 303);
        assert_eq!(house.certificates("2021-01").await.len(), 0, "a job issues them");
        house.work_off().await;

        let rows = house.certificates("2021-01").await;
        let numbers: Vec<_> = rows.iter().map(|row| row.number.as_str()).collect();
        assert_eq!(numbers, ["S000099000001213000001", "S000099000001213000002"], "{engine}");
        assert!(rows.iter().all(|row| row.status == CertificateStatus::Valid));
        assert_eq!(rows[0].application_id, first);

        let row = &rows[0];
        let keys = house.issuer.keys();
        let payload = verify_token(&row.token(&house.env.vault).unwrap(), &keys).unwrap();
        assert_eq!((payload.issuer.as_str(), row.issuer_name.as_str()), (ISSUER, ISSUER));
        assert_eq!(
            (row.issuer_path.as_str(), payload.number.site_code().as_str()),
            ("/demo", "S000099000001")
        );
        assert_eq!(payload.level, "三级/高级工");
        let file = house.get(Some(&one), "/batches/2021-01/certificates/S000099000001213000001.pdf").await;
        assert_eq!(file.status, 200);
        assert_eq!(verify_pdf(&file.bytes, &keys), Verdict::Genuine(Box::new(payload)));

        let mut tx = house.env.db.read().await.unwrap();
        let history = trail::history(&mut tx, "certificate", row.number.as_str()).await.unwrap();
        let actions: Vec<_> = history.iter().map(|entry| entry.action.as_str()).collect();
        assert_eq!(actions, ["certificate.intend", "certificate.issue"]);
        assert!(history.iter().all(|entry| entry.payload.contains("\"issuer\":\"/demo\"")));
        assert!(
            history.iter().all(|entry| entry.actor == "province2" && TRAIL_ACTIONS.contains(&&*entry.action))
        );
        assert!(!history.iter().any(|entry| entry.payload.contains("龚") || entry.payload.contains("9998")));
        testkit::proves!(
            "S2-21",
            "the body that issued stands in row, token, file and trail of every certificate"
        );
        drop(tx);
        assert_eq!(house.number("SELECT note_count FROM stage_progress WHERE stage = 9").await, 2);
    }
}

#[tokio::test]
async fn the_list_shows_people_only_to_who_issues_and_nothing_is_stored_in_the_clear() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "龚𬱖").await;
        let (one, _) = house.issue("2021-01").await;
        house.passed("2021-01", 2, "王慧敏").await;
        let list = house.get(Some(&one), "/batches/2021-01/certificates").await.text();
        assert!(
            list.contains("S000099000001213000001")
                && list.contains("龚𬱖")
                && list.contains("提请签发 1 张")
        );
        house.sql("UPDATE duty_grant SET role = 'invigilator' WHERE account_id = 'province1'").await;
        let list = house.get(Some(&one), "/batches/2021-01/certificates").await;
        assert_eq!(list.status, 200, "{engine}");
        assert!(!list.text().contains("龚𬱖") && !list.text().contains("S000099000001213000001"));
        for path in ["S000099000001213000001", "S000099000001213000001.pdf"] {
            assert_eq!(
                house.get(Some(&one), &format!("/batches/2021-01/certificates/{path}")).await.status,
                404
            );
        }
        assert_eq!(house.post(&one, "/batches/2021-01/certificates/issue", "").await.status, 404);
        let row = &house.certificates("2021-01").await[0];
        let stored = format!("{row:?}");
        assert!(!stored.contains('龚') && !stored.contains(&document("2021-01", 1).to_string()));
    }
}

#[tokio::test]
async fn a_list_that_changed_between_the_two_people_is_not_approved() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        let (one, two) = (house.sign_in("province1").await, house.sign_in("province2").await);
        let issue = "/batches/2021-01/certificates/issue";
        assert_eq!(house.post(&one, issue, "").await.status, 303);
        house.passed("2021-01", 2, "李建国").await;
        let changed = house.post(&two, &format!("{issue}/decision"), "decision=approve").await;
        assert_eq!(changed.status, 422, "{engine}");
        assert_eq!(house.number("SELECT COUNT(*) FROM certificate_order").await, 0);
        assert_eq!(house.post(&two, &format!("{issue}/decision"), "decision=reject").await.status, 303);
        assert_eq!(house.certificates("2021-01").await.len(), 0);
    }
}

#[tokio::test]
async fn nobody_gets_one_before_the_notice_is_over() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.clock.set(crate::fixture::MORNING.plus_days(-1));
        let one = house.sign_in("province1").await;
        let early = house.post(&one, "/batches/2021-01/certificates/issue", "").await;
        assert_eq!(early.status, 422, "{engine}");
        assert!(early.text().contains("公示期未满"));
    }
}

#[tokio::test]
async fn the_holder_sees_their_own_certificate_and_nobody_elses() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "龚𬱖").await;
        house.passed("2021-01", 2, "王慧敏").await;
        let (staff, _) = house.issue("2021-01").await;
        let holder = house.holder("2021-01", 1).await;
        let page = house.get(Some(&holder), "/my/certificates/2021-01-001").await;
        assert_eq!(page.status, 200, "{engine}");
        let row = &house.certificates("2021-01").await[0];
        let (payload, salt) = (row.payload(&house.env.vault).unwrap(), row.salt(&house.env.vault).unwrap());
        assert!(page.text().contains(row.number.as_str()) && page.text().contains(&salt));
        assert!(
            !page.text().contains(document("2021-01", 1).as_str()),
            "the full document number is on a page"
        );
        let file = house.get(Some(&holder), "/my/certificates/2021-01-001/certificate.pdf").await;
        assert_eq!(verify_pdf(&file.bytes, &house.issuer.keys()), Verdict::Genuine(Box::new(payload)));
        for path in ["/my/certificates/2021-01-002", "/my/certificates/2021-01-002/certificate.pdf"] {
            assert_eq!(house.get(Some(&holder), path).await.status, 404);
            assert_eq!(house.get(Some(&staff), path).await.status, 404);
            assert_eq!(house.get(None, path).await.location, "/sign-in");
        }
    }
}
