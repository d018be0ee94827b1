//! Payments: the right amount, once, with a receipt of its own, at the right point.
use admission::State;
use identity::Role;
use web::{Lang, axum::http::StatusCode};

use crate::fixture::{Applicant, CODE, FEE, House, NANCHENG, XICHENG, staff};

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn a_fee_is_taken_once_in_full_and_only_from_the_accepted() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let registrar = staff("registrar1", Role::Registrar, NANCHENG);
        let (first, second) = (
            house.apply(&Applicant::new(1, NANCHENG)).await,
            house.apply(&Applicant::new(2, NANCHENG)).await,
        );
        let elsewhere = house.apply(&Applicant::new(3, XICHENG)).await;
        let pay = async |id: &str, amount: &str, receipt: &str| {
            let address = format!("/batches/{CODE}/admission/{id}/payment");
            house.post(&registrar, &address, &[("amount", amount), ("receipt_number", receipt)]).await.0
        };
        assert_eq!(pay(&first, FEE, "A-1").await, UNPROCESSABLE, "{engine}: not accepted yet");
        for id in [&first, &second, &elsewhere] {
            house.accept(id).await;
        }
        for (amount, receipt) in [("379.99", "A-1"), ("0", "A-1"), ("", "A-1"), (FEE, ""), (FEE, "A/1")] {
            assert_eq!(pay(&first, amount, receipt).await, UNPROCESSABLE, "{engine} {amount} {receipt}");
            assert_eq!(house.standing(&first).await.state, State::Accepted);
        }
        assert_eq!(pay(&elsewhere, FEE, "A-1").await, StatusCode::NOT_FOUND, "another point's applicant");
        assert_eq!(pay(&first, FEE, "a-1").await, StatusCode::SEE_OTHER);
        assert_eq!(house.standing(&first).await.state, State::Paid);
        assert_eq!(pay(&first, FEE, "A-2").await, UNPROCESSABLE, "{engine}: a second payment");
        assert_eq!(pay(&second, FEE, "A-1").await, UNPROCESSABLE, "{engine}: a receipt of somebody else");
        assert_eq!(house.standing(&second).await.state, State::Accepted);
        let mut tx = db.read().await.unwrap();
        let history = trail::history(&mut tx, "application", &first).await.unwrap();
        assert_eq!(history.len(), 2, "{engine}: reviewed, paid");
    }
}

#[tokio::test]
async fn many_fees_are_recorded_together_or_not_at_all() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let registrar = staff("registrar1", Role::Registrar, NANCHENG);
        let mut ids = Vec::new();
        for serial in 1..=3 {
            let id = house.apply(&Applicant::new(serial, NANCHENG)).await;
            house.accept(&id).await;
            ids.push(id);
        }
        let address = format!("/batches/{CODE}/payments");
        let (_, one) = house.get(&registrar, Lang::Zh, &format!("{address}?serial=2")).await;
        let shown: Vec<bool> = ids.iter().map(|id| one.contains(&format!("receipt-{id}"))).collect();
        assert_eq!(shown, [false, true, false], "{engine}: one form is found by its number");
        let amounts: Vec<String> = ids.iter().map(|id| format!("amount-{id}")).collect();
        let receipts: Vec<String> = ids.iter().map(|id| format!("receipt-{id}")).collect();
        let send = async |numbers: [&str; 3], ticked: &[&str]| {
            let mut fields: Vec<(&str, &str)> = amounts.iter().map(|name| (name.as_str(), FEE)).collect();
            fields.extend(receipts.iter().map(String::as_str).zip(numbers));
            fields.extend(ticked.iter().map(|id| ("paid", *id)));
            house.post(&registrar, &address, &fields).await
        };
        assert_eq!(send(["", "", ""], &[]).await.0, UNPROCESSABLE, "{engine}: nobody is chosen");
        assert_eq!(send(["B-1", "B-1", ""], &[]).await.0, UNPROCESSABLE, "{engine}: one receipt for two");
        assert_eq!(
            send(["B-1", "B-2", ""], &[&ids[2]]).await.0,
            UNPROCESSABLE,
            "{engine}: ticked without receipt"
        );
        for id in &ids {
            assert_eq!(house.standing(id).await.state, State::Accepted, "{engine}: all or none");
        }
        let (status, to) = send(["B-1", "", "B-3"], &[&ids[0]]).await;
        assert_eq!(
            (status, to.as_str()),
            (StatusCode::SEE_OTHER, format!("{address}?state=accepted").as_str()),
            "{engine}"
        );
        let mut states = Vec::new();
        for id in &ids {
            states.push(house.standing(id).await.state);
        }
        assert_eq!(states, [State::Paid, State::Accepted, State::Paid], "{engine}");
    }
}
