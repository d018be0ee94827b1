//! Duties that are kept apart are not reached by one person on any way to a duty: in either order, from above, from
//! below, for one batch or for all, and by two who give at once.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a fixture that fails stops the test")]
use identity::{Conflict, Grant, NewAccount, NotGiven, Reach, Role, add_conflict, grant, insert_account};
use kernel::{Day, OrgPath, UnixMicros};
use store::{Db, Tx};
use testkit::Promise;

/// The matrix a new installation starts with.
const MATRIX: &str = include_str!("../../../../data/identity/duty-conflicts.csv");

fn matrix() -> Vec<Conflict> {
    let line = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [id, one, other, reach, from, to, reason_zh, .., source] = cells[..] else { panic!("{line}") };
        Conflict {
            id: id.to_owned(),
            one: Role::from_code(one).unwrap(),
            other: (!other.is_empty()).then(|| Role::from_code(other).unwrap()),
            reach: match reach {
                "anywhere" => Reach::Anywhere,
                "place" => Reach::Place,
                "batch" => Reach::Batch,
                other => panic!("{other}"),
            },
            valid_from: Day::parse(from).unwrap(),
            valid_to: (!to.is_empty()).then(|| Day::parse(to).unwrap()),
            reason_zh: reason_zh.to_owned(),
            reason_en: reason_zh.to_owned(),
            source: source.to_owned(),
        }
    };
    MATRIX.lines().skip(1).map(line).collect()
}

fn duty(id: &str, role: Role, path: &str, batch: Option<&str>) -> Grant {
    Grant {
        id: id.to_owned(),
        role,
        path: OrgPath::parse(path).unwrap(),
        batch: batch.map(str::to_owned),
        from: Day::parse("2021-03-01").unwrap().at(0, 0),
        until: None,
    }
}

async fn person(tx: &mut Tx, id: &str) {
    let new = NewAccount { id, kind: "staff", login: id, display_name: id, password_hash: None };
    assert!(insert_account(tx, &new, UnixMicros::new(1)).await.unwrap());
}

/// Every pair that a line names.
fn pairs(line: &Conflict) -> Vec<(Role, Role)> {
    let others = match line.other {
        Some(other) => vec![other],
        None => Role::ALL.into_iter().filter(|role| *role != line.one).collect(),
    };
    others.into_iter().flat_map(|other| [(line.one, other), (other, line.one)]).collect()
}

/// Tries every pair on every way; how many were tried, and which were reached.
async fn tries(db: &Db, lines: &[Conflict]) -> (usize, Vec<String>) {
    let mut tx = db.write().await.unwrap();
    let (mut tried, mut reached) = (0, Vec::new());
    for line in lines {
        for (first, second) in pairs(line) {
            for (path, batch) in [
                ("/demo/city", None),
                ("/demo", None),
                ("/demo/city/point", None),
                ("/demo", Some("2021-01")),
            ] {
                let who = format!("p{tried}");
                person(&mut tx, &who).await;
                let held = duty(&format!("{who}-1"), first, "/demo/city", Some("2021-01"));
                grant(&mut tx, &who, &held, "system", "test").await.unwrap();
                let wanted = duty(&format!("{who}-2"), second, path, batch);
                match grant(&mut tx, &who, &wanted, "system", "test").await {
                    Ok(()) => reached.push(format!("{} beside {} at {path}", second.code(), first.code())),
                    Err(NotGiven::Clash(clash)) => assert_eq!(clash.held, held),
                    Err(NotGiven::Store(error)) => panic!("{error}"),
                }
                tried += 1;
            }
        }
    }
    (tried, reached)
}

#[tokio::test]
async fn nobody_reaches_two_duties_that_are_kept_apart() {
    let lines = matrix();
    for ((engine, without), (_, with)) in testkit::engines().await.into_iter().zip(testkit::engines().await) {
        let (tried, reached) = tries(&without, &lines).await;
        assert_eq!(reached.len(), tried, "without a matrix everything is given");
        let mut tx = with.write().await.unwrap();
        for line in &lines {
            assert!(add_conflict(&mut tx, line).await.unwrap());
            assert!(!add_conflict(&mut tx, line).await.unwrap(), "twice is once");
        }
        tx.commit().await.unwrap();
        let (tried, found) = tries(&with, &lines).await;
        assert_eq!(found, Vec::<String>::new(), "{engine}");
        Promise::of("TS22", engine, module_path!())
            .count("lines of the matrix", lines.len())
            .count("ways tried", tried)
            .count("reached", found.len())
            .control("no matrix", reached.len())
            .kept();
    }
    testkit::proves!("TS22", "no way to a duty leads to two that are kept apart");
    testkit::proves!("S2-08", "who manages does not run: such duties are not held by one person");
}

#[tokio::test]
async fn a_pair_may_be_held_where_the_matrix_does_not_reach() {
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        for line in &matrix() {
            add_conflict(&mut tx, line).await.unwrap();
        }
        person(&mut tx, "p").await;
        let clerk = duty("1", Role::ScoreClerk, "/demo", Some("2021-01"));
        let another_batch = duty("2", Role::Examiner, "/demo", Some("2021-02"));
        let another_place = duty("3", Role::Province, "/federation", None);
        for given in [clerk, another_batch, another_place] {
            grant(&mut tx, "p", &given, "system", "test")
                .await
                .unwrap_or_else(|error| panic!("{engine}: {error}"));
        }
        let same_batch = duty("4", Role::Examiner, "/demo/city", Some("2021-01"));
        let refused = grant(&mut tx, "p", &same_batch, "system", "test").await.unwrap_err();
        let NotGiven::Clash(clash) = refused else { panic!("{engine}: {refused}") };
        assert_eq!((clash.held.id.as_str(), clash.conflict.id.as_str()), ("1", "examiner-clerk"), "{engine}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_give_at_once_one_is_refused() {
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        for line in &matrix() {
            add_conflict(&mut tx, line).await.unwrap();
        }
        for turn in 0..8 {
            person(&mut tx, &format!("p{turn}")).await;
        }
        tx.commit().await.unwrap();
        for turn in 0..8 {
            let give = async |id: &str, role| {
                let (db, who) = (db.clone(), format!("p{turn}"));
                let given = duty(&format!("{who}-{id}"), role, "/demo", None);
                tokio::spawn(async move {
                    let mut tx = db.write().await.unwrap();
                    let result = grant(&mut tx, &who, &given, "system", "test").await;
                    tx.commit().await.unwrap();
                    result.is_ok()
                })
                .await
                .unwrap()
            };
            let both = tokio::join!(give("1", Role::Registrar), give("2", Role::Reviewer));
            assert!(both.0 != both.1, "{engine}: {both:?}");
        }
    }
}
