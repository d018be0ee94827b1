//! Decisions: what they write, what stands in their way, and what the applicant does afterwards.
use admission::{Decision, State};
use identity::Role;
use web::axum::http::StatusCode;

use crate::fixture::{Applicant, CODE, House, NANCHENG, XICHENG, staff};

const SEEN: &str = "1";

fn address(id: &str) -> String {
    format!("/batches/{CODE}/admission/{id}/review")
}

#[tokio::test]
async fn a_decision_is_kept_with_its_proposal_and_leads_to_the_next_one() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let first = house.apply(&Applicant::new(1, NANCHENG)).await;
        let elsewhere = house.apply(&Applicant::new(2, XICHENG)).await;
        let second = house.apply(&Applicant::new(3, NANCHENG).too_early()).await;

        let accept = [("decision", "accept"), ("seen_version", SEEN)];
        let (status, to) = house.post(&reviewer, &address(&first), &accept).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}");
        assert_eq!(
            to,
            format!("/batches/{CODE}/admission/{second}?state=pending"),
            "past the other territory"
        );
        assert_eq!(house.post(&reviewer, &address(&elsewhere), &accept).await.0, StatusCode::NOT_FOUND);

        let standing = house.standing(&first).await;
        assert_eq!(standing.state, State::Accepted);
        assert_eq!(standing.clause.map(|clause| clause.number).as_deref(), Some("(1)"));
        assert_eq!(standing.fee_due.map(|fee| fee.to_string()).as_deref(), Some("380.00"));

        let application = house.application(&first).await;
        let mut tx = db.read().await.unwrap();
        let reviews = admission::reviews(&mut tx, &application.id).await.unwrap();
        assert_eq!(reviews.len(), 1);
        let review = &reviews[0];
        assert_eq!(
            (review.decision, review.proposed, review.departs()),
            (Decision::Accept, Decision::Accept, false)
        );
        assert_eq!(review.reviewed_by, "reviewer1");
        let kept = admission::proposal(&mut tx, &house.env.vault, &review.id).await.unwrap().unwrap();
        let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
        assert_eq!(kept["clause"], "hr-2018-3-1");
        assert_eq!(kept["evaluation"]["findings"][1]["found"], "7");
        let told = message::unsent(&mut tx, &house.env.vault, 10).await.unwrap();
        assert_eq!(told.len(), 1);
        assert!(told[0].text.contains("380.00") && told[0].text.contains("2021-05-05"), "{}", told[0].text);
        let history = trail::history(&mut tx, "application", &first).await.unwrap();
        assert_eq!(history.len(), 1, "{engine}");
        drop(tx);

        let refuse = [("decision", "refuse"), ("seen_version", SEEN), ("offered", "findings")];
        let (status, to) = house.post(&reviewer, &address(&second), &refuse).await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("/batches/{CODE}/admission?state=pending")));
        let standing = house.standing(&second).await;
        assert_eq!(standing.state, State::Refused);
        assert!(standing.reason.contains("要求满 5 年"), "{}", standing.reason);
    }
}

#[tokio::test]
async fn a_decision_without_a_needed_reason_writes_nothing() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let good = house.apply(&Applicant::new(1, NANCHENG)).await;
        let early = house.apply(&Applicant::new(2, NANCHENG).too_early()).await;
        for (id, decision) in [(&good, "return"), (&good, "refuse"), (&early, "accept"), (&early, "refuse")] {
            let fields = [("decision", decision), ("seen_version", SEEN), ("reason", "  ")];
            let (status, _) = house.post(&reviewer, &address(id), &fields).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine} {decision}");
            assert_eq!(house.standing(id).await.state, State::Pending);
            assert_eq!(house.application(id).await.version, 1);
        }
        let nonsense = [("decision", "postpone"), ("seen_version", SEEN)];
        assert_eq!(
            house.post(&reviewer, &address(&good), &nonsense).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );

        let fields = [("decision", "accept"), ("seen_version", SEEN), ("reason", "已核实社保记录")];
        assert_eq!(house.post(&reviewer, &address(&early), &fields).await.0, StatusCode::SEE_OTHER);
        let application = house.application(&early).await;
        let mut tx = db.read().await.unwrap();
        let reviews = admission::reviews(&mut tx, &application.id).await.unwrap();
        assert!(reviews[0].departs(), "{engine}: a departure is marked");
        assert_eq!(reviews[0].reason, "已核实社保记录");
    }
}

#[tokio::test]
async fn nobody_decides_on_what_has_changed_or_was_decided() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        house.applicant_sets(&id, "submitted").await;
        let accept = |seen: &'static str| [("decision", "accept"), ("seen_version", seen)];
        assert_eq!(
            house.post(&reviewer, &address(&id), &accept("1")).await.0,
            StatusCode::CONFLICT,
            "{engine}"
        );
        assert_eq!(house.standing(&id).await.state, State::Pending);
        assert_eq!(house.post(&reviewer, &address(&id), &accept("2")).await.0, StatusCode::SEE_OTHER);
        for seen in ["2", "3"] {
            let (status, _) = house.post(&reviewer, &address(&id), &accept(seen)).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: decided once");
        }
        let gone = house.apply(&Applicant::new(2, NANCHENG)).await;
        house.applicant_sets(&gone, "withdrawn").await;
        assert_eq!(
            house.post(&reviewer, &address(&gone), &accept("2")).await.0,
            StatusCode::UNPROCESSABLE_ENTITY
        );
    }
}

#[tokio::test]
async fn a_returned_application_comes_back_with_its_history() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        let fields = [
            ("decision", "return"),
            ("seen_version", SEEN),
            ("offered", "photo"),
            ("reason", "背景须为白色"),
        ];
        assert_eq!(house.post(&reviewer, &address(&id), &fields).await.0, StatusCode::SEE_OTHER, "{engine}");
        let standing = house.standing(&id).await;
        assert_eq!(standing.state, State::Returned);
        assert!(standing.reason.starts_with("照片不符合要求") && standing.reason.ends_with("背景须为白色"));
        assert_eq!(house.application(&id).await.status, registration::ApplicationStatus::Returned);

        house.applicant_sets(&id, "submitted").await;
        assert_eq!(house.standing(&id).await.state, State::Pending, "{engine}: it waits again");
        house.accept(&id).await;
        assert_eq!(house.standing(&id).await.state, State::Accepted);
        let application = house.application(&id).await;
        let mut tx = db.read().await.unwrap();
        let reviews = admission::reviews(&mut tx, &application.id).await.unwrap();
        let decisions: Vec<_> = reviews.iter().map(|review| review.decision).collect();
        assert_eq!(decisions, [Decision::Accept, Decision::Return], "{engine}: nothing is forgotten");
    }
}

#[tokio::test]
async fn whoever_changes_an_accepted_application_is_reviewed_again_and_pays_once() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        house.accept(&id).await;
        house.pay(&id, "R-1").await;
        assert_eq!(house.standing(&id).await.state, State::Paid);
        house.applicant_sets(&id, "submitted").await;
        assert_eq!(house.standing(&id).await.state, State::Pending, "{engine}");
        house.accept(&id).await;
        let standing = house.standing(&id).await;
        assert_eq!((standing.state, standing.fee_due), (State::Paid, None), "{engine}: the fee still counts");
        house.applicant_sets(&id, "withdrawn").await;
        assert_eq!(house.standing(&id).await.state, State::Withdrawn);
    }
}

async fn bring_photo(house: &House, id: &str, jpeg: &[u8]) {
    let person = house.application(id).await.person_id;
    let env = &house.env;
    let mut tx = env.db.write().await.unwrap();
    let kept = person::keep_photo(&mut tx, &env.vault, &*env.entropy, &env.blobs, &person, jpeg, env.now());
    assert!(kept.await.unwrap().is_some());
    tx.commit().await.unwrap();
}

async fn photo(house: &House, id: &str) -> Vec<u8> {
    let application = house.application(id).await;
    let env = &house.env;
    let mut tx = env.db.read().await.unwrap();
    registration::photo(&mut tx, &env.vault, &env.blobs, &application).await.unwrap().unwrap()
}

#[tokio::test]
async fn the_photo_that_was_accepted_is_the_one_that_stays() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        bring_photo(&house, &id, b"first").await;
        let application = house.application(&id).await;
        let seen = {
            let mut tx = db.read().await.unwrap();
            registration::photo_digest(&mut tx, &application).await.unwrap().unwrap()
        };
        // Exchanged while the reviewer looked at the first: nobody accepts a face they did not see.
        bring_photo(&house, &id, b"second").await;
        let accept = [("decision", "accept"), ("seen_version", SEEN), ("seen_photo", seen.as_str())];
        assert_eq!(house.post(&reviewer, &address(&id), &accept).await.0, StatusCode::CONFLICT, "{engine}");
        assert_eq!(house.standing(&id).await.state, State::Pending, "{engine}");

        house.accept(&id).await;
        bring_photo(&house, &id, b"third, through another batch").await;
        assert_eq!(photo(&house, &id).await, b"second", "{engine}");
        let mut tx = db.read().await.unwrap();
        let kept = trail::find(&mut tx, "admission.review", ("application", &id)).await.unwrap();
        let application = house.application(&id).await;
        let digest = registration::photo_digest(&mut tx, &application).await.unwrap().unwrap();
        assert!(kept[0].payload.contains(&digest), "{engine}: the decision names the photo");
        drop(tx);

        // Changed and pending again, it shows the photo there is, until that one is accepted.
        let mut tx = house.env.db.write().await.unwrap();
        let (version, status) = (application.version, registration::ApplicationStatus::Submitted);
        assert!(registration::set_status(&mut tx, &application.id, version, status).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(house.standing(&id).await.state, State::Pending, "{engine}");
        assert_eq!(photo(&house, &id).await, b"third, through another batch", "{engine}");
    }
}
