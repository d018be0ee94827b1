//! The frozen list: who is on it, who never is, and that nothing follows it.
use admission::{Act, State};
use identity::Role;
use kernel::BatchCode;
use web::{Lang, axum::http::StatusCode};

use crate::fixture::{Applicant, CODE, FEE, House, NANCHENG, XICHENG, path, run, staff};

const FREEZE: &str = "/batches/2021-01/admission/freeze";

fn code() -> BatchCode {
    BatchCode::parse(CODE).unwrap()
}

/// The digest the page shows, as the form would send it back.
async fn seen_digest(house: &House) -> String {
    let province = staff("province1", Role::Province, "/demo");
    let (_, page) = house.get(&province, Lang::Zh, FREEZE).await;
    let (_, rest) = page.split_once("name=\"seen_digest\" value=\"").expect("the form");
    rest[..64].to_owned()
}

async fn freeze(house: &House, digest: &str, reason: &str) -> StatusCode {
    let province = staff("province1", Role::Province, "/demo");
    house.post(&province, FREEZE, &[("seen_digest", digest), ("leave_out_reason", reason)]).await.0
}

async fn admitted(house: &House) -> Vec<String> {
    let mut tx = house.env.db.read().await.unwrap();
    let rows = admission::admitted(&mut tx, &code()).await.unwrap();
    rows.into_iter().map(|row| row.application_id.to_string()).collect()
}

#[tokio::test]
async fn whoever_has_not_paid_is_never_on_the_list() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let paid = house.apply(&Applicant::new(1, NANCHENG)).await;
        let unpaid = house.apply(&Applicant::new(2, NANCHENG)).await;
        for id in [&paid, &unpaid] {
            house.accept(id).await;
        }
        // The negative control: without the database's own guard this row would be an admission.
        let application = house.application(&unpaid).await;
        let mut tx = db.write().await.unwrap();
        let smuggled = run(
            &mut tx,
            "INSERT INTO admitted (application_id, batch_code, serial, person_id, occupation_code, level_code,
             point_path) VALUES ($1, $2, 2, $3, '4-07-03-04', '3', '/demo/nancheng')",
            &[&unpaid, CODE, application.person_id.as_str()],
        )
        .await;
        assert!(smuggled.is_err(), "{engine}: an unpaid row was let in");
        drop(tx);

        house.pay(&paid, "C-1").await;
        assert_eq!(freeze(&house, &seen_digest(&house).await, "").await, StatusCode::SEE_OTHER, "{engine}");
        assert_eq!(admitted(&house).await, std::slice::from_ref(&paid), "{engine}");
        let left = house.standing(&unpaid).await;
        assert_eq!((left.state, left.left_from), (State::LeftOut, Some(State::Accepted)), "{engine}");
        testkit::proves!(
            "S0-17",
            "an accepted applicant without a payment is not on the list, and the database refuses the row"
        );
    }
}

#[tokio::test]
async fn nobody_who_waits_is_left_out_in_silence_and_nothing_follows_the_list() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let paid = house.apply(&Applicant::new(1, NANCHENG)).await;
        let unpaid = house.apply(&Applicant::new(2, XICHENG)).await;
        let waiting = house.apply(&Applicant::new(3, XICHENG)).await;
        for id in [&paid, &unpaid] {
            house.accept(id).await;
        }
        house.pay(&paid, "C-1").await;
        assert!(admitted(&house).await.is_empty(), "{engine}: no list before the freeze");
        let seen = seen_digest(&house).await;
        assert_eq!(freeze(&house, &seen, " ").await, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        let mut tx = db.read().await.unwrap();
        assert!(!admission::is_frozen(&mut tx, &code()).await.unwrap());
        assert!(
            !registration::is_closed(&mut tx, &code()).await.unwrap(),
            "{engine}: a refusal leaves no trace"
        );
        drop(tx);
        assert_eq!(freeze(&house, &seen, "材料至今未交").await, StatusCode::SEE_OTHER, "{engine}");

        let mut tx = db.read().await.unwrap();
        let frozen = admission::frozen(&mut tx, &code()).await.unwrap().unwrap();
        assert_eq!((frozen.admitted_count, frozen.left_out_count), (1, 2));
        assert_eq!(
            (frozen.digest.as_str(), frozen.leave_out_reason.as_str()),
            (seen.as_str(), "材料至今未交")
        );
        assert!(registration::is_closed(&mut tx, &code()).await.unwrap(), "{engine}: the book is closed");
        drop(tx);
        assert_eq!(house.standing(&waiting).await.left_from, Some(State::Pending));
        let application = house.application(&waiting).await;
        let mut tx = db.read().await.unwrap();
        let applied = [registration::Applied::of(&mut tx, &application).await.unwrap()];
        let standings = admission::standings(&mut tx, &applied).await.unwrap();
        let steps = admission::steps(&house.env, &mut tx, &applied, &standings).await;
        let lines = steps.unwrap().remove(0);
        let told = lines[0].note.as_ref().and_then(|note| note.values.first().cloned());
        assert_eq!(told, Some(("reason", "材料至今未交".to_owned())), "{engine}: the applicant reads why");
        drop(tx);

        let province = staff("province1", Role::Province, "/demo");
        let registrar = staff("registrar1", Role::Registrar, "/demo");
        let review = format!("/batches/{CODE}/admission/{waiting}/review");
        let payment = format!("/batches/{CODE}/admission/{unpaid}/payment");
        let refused = StatusCode::UNPROCESSABLE_ENTITY;
        let accept = [("decision", "accept"), ("seen_version", "1"), ("reason", "补审")];
        assert_eq!(house.post(&province, &review, &accept).await.0, refused, "{engine}");
        let fee = [("amount", FEE), ("receipt_number", "C-2")];
        assert_eq!(house.post(&registrar, &payment, &fee).await.0, refused, "{engine}");
        assert_eq!(freeze(&house, &seen, "再来一次").await, refused, "{engine}");
        // Whatever is written to the application afterwards, the list stands.
        house.applicant_sets(&paid, "withdrawn").await;
        assert_eq!(house.standing(&paid).await.state, State::Admitted);
        assert_eq!(admitted(&house).await, std::slice::from_ref(&paid));
        assert!(State::Admitted.after(Act::Withdraw).is_err());
        testkit::proves!(
            "S0-20",
            "the list is frozen once, those left out are named, and no review, payment or second freeze follows"
        );
    }
}

#[tokio::test]
async fn a_list_that_changed_since_it_was_seen_is_not_frozen() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let (first, second) = (
            house.apply(&Applicant::new(1, NANCHENG)).await,
            house.apply(&Applicant::new(2, NANCHENG)).await,
        );
        for id in [&first, &second] {
            house.accept(id).await;
        }
        house.pay(&first, "D-1").await;
        let seen = seen_digest(&house).await;
        house.pay(&second, "D-2").await;
        assert_eq!(freeze(&house, &seen, "").await, StatusCode::CONFLICT, "{engine}");
        assert!(admitted(&house).await.is_empty());
        // One of them takes it back: the fee was paid, but they do not sit the exam.
        house.applicant_sets(&second, "withdrawn").await;
        assert_eq!(freeze(&house, &seen_digest(&house).await, "").await, StatusCode::SEE_OTHER, "{engine}");
        assert_eq!(admitted(&house).await, [first], "{engine}");
        assert_eq!(house.standing(&second).await.state, State::Withdrawn);
    }
}

#[tokio::test]
async fn only_the_whole_province_freezes_and_an_empty_list_is_none() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        house.accept(&id).await;
        assert_eq!(freeze(&house, "", "").await, StatusCode::CONFLICT, "{engine}: nobody saw such a list");
        let city = staff("province1", Role::Province, NANCHENG);
        assert_eq!(house.post(&city, FREEZE, &[]).await.0, StatusCode::NOT_FOUND, "{engine}: a part only");
        let province = staff("province1", Role::Province, "/demo");
        let (_, page) = house.get(&province, Lang::Zh, FREEZE).await;
        assert!(!page.contains("seen_digest"), "{engine}: nothing to freeze is offered");
        let mut tx = db.read().await.unwrap();
        let totals = admission::totals(&mut tx, &code(), &[path("/demo")]).await.unwrap();
        assert_eq!(
            totals.iter().map(|total| (total.state, total.count)).collect::<Vec<_>>(),
            [(State::Accepted, 1)]
        );
    }
}
