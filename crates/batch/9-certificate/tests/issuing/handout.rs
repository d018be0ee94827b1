//! Handing out at a registration point: who collected, when, recorded by its people.
use identity::{Grant, NewAccount, Role};
use kernel::OrgPath;

use crate::fixture::{House, MORNING, Session};

const HANDOUT: &str = "/batches/2021-01/handout";

async fn registrar(house: &House, account: &str, path: &str) -> Session {
    let mut tx = house.env.db.write().await.unwrap();
    let new = NewAccount {
        id: account,
        kind: "staff",
        login: account,
        display_name: "报名点",
        password_hash: None,
    };
    assert!(identity::insert_account(&mut tx, &new, MORNING).await.unwrap());
    let given = Grant {
        id: house.env.new_id(),
        role: Role::Registrar,
        path: OrgPath::parse(path).unwrap(),
        batch: None,
        from: MORNING.plus_days(-365),
        until: None,
    };
    identity::grant(&mut tx, account, &given, "system", "test").await.unwrap();
    tx.commit().await.unwrap();
    house.sign_in(account).await
}

#[tokio::test]
async fn who_collected_and_when_is_recorded_once_and_only_by_the_own_point() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "龚𬱖").await;
        house.passed("2021-01", 2, "王慧敏").await;
        house.issue("2021-01").await;
        let numbers: Vec<String> =
            house.certificates("2021-01").await.iter().map(|row| row.number.to_string()).collect();
        let own = registrar(&house, "registrar1", "/demo/nancheng").await;
        let page = house.get(Some(&own), HANDOUT).await;
        assert_eq!(page.status, 200, "{engine}");
        assert!(
            page.text().contains("龚𬱖") && page.text().contains(&numbers[1]),
            "{engine}: {}",
            page.text()
        );
        // Somebody at the counter is found by the end of the number.
        let end = &numbers[1][numbers[1].len() - 4..];
        let found = house.get(Some(&own), &format!("{HANDOUT}?q={end}")).await.text();
        assert!(found.contains(&numbers[1]) && !found.contains(&numbers[0]), "{engine}: {found}");
        let nobody = house.get(Some(&own), &format!("{HANDOUT}?q=nobody")).await.text();
        assert!(!numbers.iter().any(|number| nobody.contains(number)), "{engine}: {nobody}");
        let point = "point=/demo/nancheng";
        let early = format!("{point}&number={}&collected_on=2021-06-04&way=holder", numbers[0]);
        assert_eq!(house.post(&own, HANDOUT, &early).await.status, 422, "{engine}: a day to come");
        let nobody = format!("{point}&number={}&collected_on=2021-06-03&way=other&collector=", numbers[0]);
        assert_eq!(house.post(&own, HANDOUT, &nobody).await.status, 422, "{engine}: by whom");
        let other = format!(
            "{point}&number={}&collected_on=2021-06-03&way=other&collector=%E9%BE%9A%E7%88%B6",
            numbers[0]
        );
        assert_eq!(house.post(&own, HANDOUT, &other).await.status, 303, "{engine}");
        assert_eq!(house.post(&own, HANDOUT, &other).await.status, 409, "{engine}: once");
        let collected = house.get(Some(&own), &format!("{HANDOUT}?{point}&show=collected")).await.text();
        assert!(collected.contains("龚父") && collected.contains("2021-06-03"), "{engine}: {collected}");
        assert!(!collected.contains(&numbers[1]), "{engine}: {collected}");
        let stored = "SELECT COUNT(*) FROM certificate_handout WHERE collector_sealed LIKE '%龚%'";
        assert_eq!(house.number(stored).await, 0, "{engine}: sealed");
        let print = house.get(Some(&own), &format!("{HANDOUT}/print?{point}")).await.text();
        assert!(print.contains(&numbers[0]) && print.contains(&numbers[1]) && print.contains("领取人签名"));
        let mut tx = house.env.db.read().await.unwrap();
        let history = trail::history(&mut tx, "certificate", &numbers[0]).await.unwrap();
        let last = history.last().unwrap();
        assert_eq!((last.action.as_str(), last.actor.as_str()), ("certificate.hand-out", "registrar1"));
        assert!(!last.payload.contains('龚'), "{engine}: {}", last.payload);
        drop(tx);
        // A wrong record is taken back, and the certificate waits again.
        let back = format!("{point}&number={}", numbers[0]);
        assert_eq!(house.post(&own, &format!("{HANDOUT}/withdrawal"), &back).await.status, 303);
        assert_eq!(house.number("SELECT COUNT(*) FROM certificate_handout").await, 0, "{engine}");

        let far = registrar(&house, "registrar2", "/demo/xicheng").await;
        assert_eq!(house.get(Some(&far), &format!("{HANDOUT}/print?{point}")).await.status, 404, "{engine}");
        assert_eq!(house.post(&far, HANDOUT, &other).await.status, 404, "{engine}: not their point");
    }
    testkit::proves!(
        "S0-44",
        "certificates are handed out by registration point: who collected which, when and how, on a list to sign"
    );
}

#[tokio::test]
async fn the_workbench_of_a_point_counts_what_waits_there() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.passed("2021-01", 1, "王慧敏").await;
        house.issue("2021-01").await;
        registrar(&house, "registrar1", "/demo/nancheng").await;
        let mut tx = house.env.db.read().await.unwrap();
        let who = identity::session::acting(&mut tx, "registrar1", "r", MORNING).await.unwrap().unwrap();
        let agenda = plan::Agenda::load(&mut tx).await.unwrap();
        let reached = result::reached(&mut tx, &who, &agenda, MORNING.day()).await.unwrap();
        let tasks = certificate::tasks(&mut tx, &who, (&agenda, &reached), MORNING).await.unwrap();
        let seen: Vec<_> =
            tasks.iter().map(|task| (task.title.key, task.count, task.href.as_str())).collect();
        assert_eq!(seen, [("task-certificate-hand-out", 1, HANDOUT)], "{engine}");
    }
}
