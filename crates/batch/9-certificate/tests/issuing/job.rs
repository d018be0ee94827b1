//! Issuing as a job: for all, stopped and gone on with, with what stood in the way of each.
use ::job::{Runner, Status};

use crate::fixture::House;

const ISSUE: &str = "/batches/2021-01/certificates/issue";
const LIST: &str = "/batches/2021-01/certificates";

async fn status(house: &House) -> Status {
    let mut tx = house.env.db.read().await.unwrap();
    ::job::latest(&mut tx, "2021-01", "certificate.issue").await.unwrap().unwrap().status
}

#[tokio::test]
async fn a_cancelled_job_issues_nobody_and_the_next_one_issues_all_without_a_gap() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        for serial in 1..=3 {
            house.passed("2021-01", serial, "王慧敏").await;
        }
        let (one, two) = (house.sign_in("province1").await, house.sign_in("province2").await);
        house.post(&one, ISSUE, "").await;
        house.post(&two, &format!("{ISSUE}/decision"), "decision=approve").await;
        let page = house.get(Some(&two), LIST).await.text();
        assert!(
            page.contains("id=\"job-state\"") && !page.contains("issue/continuation"),
            "{engine}: {page}"
        );
        let again = house.post(&two, &format!("{ISSUE}/continuation"), "").await;
        assert_eq!(again.status, 422, "{engine}: one job at a time");
        house.sql("UPDATE job SET cancel_asked_at = 1").await;
        house.work_off().await;
        assert_eq!((status(&house).await, house.certificates("2021-01").await.len()), (Status::Cancelled, 0));
        assert_eq!(house.number("SELECT COUNT(*) FROM certificate_serial").await, 0, "{engine}");
        house.clock.advance_seconds(1);
        // The decision stands; anybody who issues goes on with it.
        let again = house.post(&one, &format!("{ISSUE}/continuation"), "").await;
        assert_eq!(again.status, 303, "{engine}: {}", again.text());
        house.work_off().await;
        assert_eq!(status(&house).await, Status::Done, "{engine}");
        let serials: Vec<u32> =
            house.certificates("2021-01").await.iter().map(|row| row.number.serial()).collect();
        assert_eq!(serials, [1, 2, 3], "{engine}");
    }
}

#[tokio::test]
async fn a_runner_that_was_lent_no_issuer_issues_nothing() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        let (one, two) = (house.sign_in("province1").await, house.sign_in("province2").await);
        house.post(&one, ISSUE, "").await;
        house.post(&two, &format!("{ISSUE}/decision"), "decision=approve").await;
        Runner::new(&house.env, certificate::JOBS.to_vec()).work_off().await.unwrap();
        assert_eq!(status(&house).await, Status::Failed, "{engine}");
        assert_eq!(house.certificates("2021-01").await.len(), 0, "{engine}");
    }
}

#[tokio::test]
async fn a_list_without_its_decision_counts_for_nothing_and_is_replaced_by_the_next() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.decide_only("2021-01").await;
        // The machine stopped between the list and the decision.
        house.sql("DELETE FROM certificate_decision").await;
        house.sql("UPDATE approval SET status = 'rejected'").await;
        house.work_off().await;
        let (one, _) = house.issue("2021-01").await;
        assert_eq!(house.certificates("2021-01").await.len(), 1, "{engine}");
        assert_eq!(house.number("SELECT COUNT(*) FROM certificate_order").await, 1, "{engine}");
        let list = house.get(Some(&one), LIST).await.text();
        assert!(list.contains("南城报名点") || list.contains("/demo/nancheng"), "{engine}: {list}");
    }
}

#[tokio::test]
async fn the_list_is_narrowed_by_state_level_and_point() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        let without = house.passed("2021-01", 1, "王慧敏").await;
        house.passed("2021-01", 2, "李建国").await;
        house.forget_photo(&without).await;
        let (one, _) = house.issue("2021-01").await;
        let list = async |query: &str| house.get(Some(&one), &format!("{LIST}?{query}")).await.text();
        let refused = list("state=refused").await;
        assert!(refused.contains("没有照片") && !refused.contains("李建国"), "{engine}: {refused}");
        let valid = list("state=valid").await;
        assert!(valid.contains("李建国") && !valid.contains("王慧敏"), "{engine}: {valid}");
        let other = list("level=4-07-03-04/2").await;
        assert!(!other.contains("李建国") && !other.contains("王慧敏"), "{engine}: {other}");
        let here = list("point=/demo/nancheng&level=4-07-03-04/3").await;
        assert!(here.contains("李建国") && here.contains("王慧敏"), "{engine}: {here}");
    }
}
