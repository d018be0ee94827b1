//! The queue by keyboard: what stands how, page after page, and the next one after a decision.
use admission::{Recorded, State};
use identity::{Role, Subject};
use registration::ApplicationStatus;
use store::{Db, Tx, on};
use web::{Lang, axum::http::StatusCode};

use crate::fixture::{Applicant, CODE, House, LR, NANCHENG, XICHENG, run, staff};

async fn state_in_the_view(tx: &mut Tx, id: &str) -> String {
    let sql = "SELECT state FROM standing_admission WHERE application_id = $1";
    on!(tx, |conn| sqlx::query_scalar(sql).bind(id).fetch_one(conn).await).unwrap()
}

/// Writes what the stage recorded about an application, as no way of acts could.
async fn record(tx: &mut Tx, id: &str, state: State, version: i64) {
    let review = format!("review-{id}");
    let sql = "INSERT INTO admission_review (id, application_id, batch_code, application_version, decision, proposed,
        reason, clause_id, proposal_sealed, inputs_digest, reviewed_by, reviewed_at)
        VALUES ($1, $2, $3, 1, 'accept', 'accept', '', NULL, '', '', 'reviewer1', 0)";
    run(tx, sql, &[&review, id, CODE]).await.unwrap();
    let left_from = (state == State::LeftOut).then_some("pending");
    let sql =
        "INSERT INTO admission (application_id, batch_code, state, application_version, review_id, left_from)
        VALUES ($1, $2, $3, $4, $5, $6)";
    on!(tx, |conn| sqlx::query(sql)
        .bind(id)
        .bind(CODE)
        .bind(state.code())
        .bind(version)
        .bind(&review)
        .bind(left_from)
        .execute(conn)
        .await
        .map(|_| ()))
    .unwrap();
}

#[tokio::test]
async fn the_view_says_of_every_row_what_the_rule_says() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let mut serial = 0;
        let recorded = State::ALL.into_iter().filter(|state| {
            !matches!(state, State::Pending | State::Withdrawn) // never written
        });
        let recorded: Vec<Option<State>> = recorded.map(Some).chain([None]).collect();
        for state in recorded {
            for status in ApplicationStatus::ALL {
                for version in [1, 2, 3] {
                    serial += 1;
                    let id = house.apply(&Applicant::new(serial, NANCHENG)).await;
                    let mut tx = db.write().await.unwrap();
                    let sql = "UPDATE application SET status = $2, version = 2 WHERE id = $1";
                    run(&mut tx, sql, &[&id, status.code()]).await.unwrap();
                    if let Some(state) = state {
                        record(&mut tx, &id, state, version).await;
                    }
                    let said = state.map(|state| Recorded { state, application_version: version });
                    let rule = State::of(said, status, 2);
                    let view = state_in_the_view(&mut tx, &id).await;
                    assert_eq!(view, rule.code(), "{engine}: {state:?} of version {version}, {status:?}");
                    tx.commit().await.unwrap();
                }
            }
        }
    }
}

/// Where the page leads by `rel`.
fn leads(page: &str, rel: &str) -> Option<String> {
    let (before, after) = page.split_once(&format!(" rel=\"{rel}\""))?;
    let link = format!("{}{}", before.rsplit_once('<')?.1, after.split_once('>')?.0);
    let href = link.split_once("href=\"")?.1.split('"').next()?;
    Some(href.replace("&#38;", "&"))
}

fn names(page: &str) -> Vec<String> {
    let parts = page.split("lang=\"zh-CN\">考生").skip(1);
    let mut names: Vec<String> =
        parts.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect()).collect();
    names.dedup();
    names
}

#[tokio::test]
async fn pages_follow_each_other_and_miss_nobody_though_rows_leave_meanwhile() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let mut ids = Vec::new();
        for serial in 1..=120 {
            // Two rosters may use the same serials: pairs share one here.
            let who = Applicant { serial: (serial + 1) / 2, ..Applicant::new(serial, NANCHENG) };
            ids.push(house.apply(&who).await);
        }
        house.apply(&Applicant::new(500, XICHENG)).await;
        let queue = format!("/batches/{CODE}/admission");
        let (_, first) = house.get(&reviewer, Lang::Zh, &queue).await;
        let shown = names(&first);
        assert_eq!(shown.len(), 50, "{engine}");
        assert!(leads(&first, "prev").is_none());
        // The first ten are decided before the page is turned.
        let ten: Vec<&String> = ids.iter().take(10).collect();
        for id in ten {
            house.accept(id).await;
        }
        let mut seen = shown;
        let mut address = leads(&first, "next").unwrap();
        let mut last = String::new();
        while !address.is_empty() {
            let (status, page) = house.get(&reviewer, Lang::Zh, &format!("{queue}{address}")).await;
            assert_eq!(status, StatusCode::OK);
            seen.extend(names(&page));
            address = leads(&page, "next").unwrap_or_default();
            last = page;
        }
        assert_eq!(seen.len(), 120, "{engine}: everybody once");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 120, "{engine}: nobody twice");
        assert_eq!(names(&last).len(), 20, "{engine}");
        let back = leads(&last, "prev").unwrap();
        let (_, second) = house.get(&reviewer, Lang::Zh, &format!("{queue}{back}")).await;
        assert_eq!(names(&second).len(), 50, "{engine}: a full page backwards");
        assert!(leads(&second, "next").is_some() && leads(&second, "prev").is_some());
        // A number of the book finds those who have it, and only where the reviewer looks.
        let (_, found) = house.get(&reviewer, Lang::Zh, &format!("{queue}?serial=40")).await;
        assert_eq!(names(&found).len(), 2, "{engine}: pairs share a number");
        let (_, far) = house.get(&reviewer, Lang::Zh, &format!("{queue}?serial=500")).await;
        assert!(names(&far).is_empty(), "{engine}: somebody of another city");
        // Past the end there is the beginning, not an empty page.
        let (_, beyond) = house.get(&reviewer, Lang::Zh, &format!("{queue}?after=9999.zzzz")).await;
        assert_eq!(names(&beyond).len(), 50, "{engine}");
    }
}

async fn decide(house: &House, who: &Subject, id: &str, query: &str, decision: &str) -> (StatusCode, String) {
    let seen = house.application(id).await.version.to_string();
    let address = format!("/batches/{CODE}/admission/{id}/review?{query}");
    let fields = [("decision", decision), ("seen_version", &seen), ("offered", ""), ("reason", "请核对")];
    house.post(who, &address, &fields).await
}

#[tokio::test]
async fn a_decision_is_answered_with_the_next_one_that_waits() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let mut ids = Vec::new();
        for serial in 1..=4 {
            ids.push(house.apply(&Applicant::new(serial, NANCHENG)).await);
        }
        let other = Applicant { serial: 2, occupation: LR.into(), ..Applicant::new(20, NANCHENG) };
        let other = house.apply(&other).await;
        house.apply(&Applicant { serial: 3, ..Applicant::new(30, XICHENG) }).await;
        let case = |id: &str, query: &str| format!("/batches/{CODE}/admission/{id}?{query}");
        let hr = "state=pending&occupation=4-07-03-04";

        // Before and after, in the filter the list had: neither another occupation nor another city.
        let (_, page) = house.get(&reviewer, Lang::Zh, &case(&ids[1], hr)).await;
        assert_eq!(leads(&page, "prev").unwrap(), case(&ids[0], hr), "{engine}");
        assert_eq!(leads(&page, "next").unwrap(), case(&ids[2], hr), "{engine}");
        let (_, page) = house.get(&reviewer, Lang::Zh, &case(&ids[0], hr)).await;
        assert_eq!(leads(&page, "prev"), None, "{engine}");

        let (status, to) = decide(&house, &reviewer, &ids[1], hr, "return").await;
        assert_eq!((status, to), (StatusCode::SEE_OTHER, case(&ids[2], hr)), "{engine}");
        assert_eq!(
            decide(&house, &reviewer, &ids[3], hr, "refuse").await.1,
            case(&ids[0], hr),
            "{engine}: around"
        );
        assert_eq!(decide(&house, &reviewer, &ids[0], hr, "accept").await.1, case(&ids[2], hr), "{engine}");
        let queue = format!("/batches/{CODE}/admission?{hr}");
        assert_eq!(decide(&house, &reviewer, &ids[2], hr, "accept").await.1, queue, "{engine}: none is left");
        let everything = decide(&house, &reviewer, &other, "state=all", "accept").await.1;
        assert_eq!(
            everything,
            format!("/batches/{CODE}/admission?state=pending"),
            "{engine}: not another city's"
        );
    }
}

#[tokio::test]
async fn a_reason_is_offered_from_the_table_and_nothing_is_sent_without_one() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        let mut tx = db.write().await.unwrap();
        let sql = "INSERT INTO review_reason (code, position, decision, text_zh, text_en, valid_from, valid_to, source)
            VALUES ($1, 0, 'return', $2, 'Sent by the province', $3, NULL, 'test')";
        run(&mut tx, sql, &["of-the-province", "请按省中心口径补正", "2021-04-01"]).await.unwrap();
        run(&mut tx, sql, &["of-next-year", "明年才用", "2022-01-01"]).await.unwrap();
        tx.commit().await.unwrap();

        let address = format!("/batches/{CODE}/admission/{id}");
        let (_, page) = house.get(&reviewer, Lang::Zh, &format!("{address}?act=return")).await;
        assert!(page.contains("data-armed=\"return\""), "{engine}: the reason comes first");
        assert!(page.contains("请按省中心口径补正") && !page.contains("明年才用"), "{engine}");
        let send = async |offered: &str, reason: &str, decision: &str| {
            let fields =
                [("decision", decision), ("seen_version", "1"), ("offered", offered), ("reason", reason)];
            house.post(&reviewer, &format!("{address}/review"), &fields).await.0
        };
        for decision in ["return", "refuse"] {
            for (offered, reason) in [("", ""), ("", "  "), ("of-next-year", ""), ("of-nobody", "")] {
                let refused = send(offered, reason, decision).await;
                assert_eq!(refused, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {decision} {offered}");
            }
        }
        assert_eq!(house.standing(&id).await.state, State::Pending, "{engine}");
        assert_eq!(send("of-the-province", "第二页", "return").await, StatusCode::SEE_OTHER);
        assert_eq!(house.standing(&id).await.reason, "请按省中心口径补正；第二页", "{engine}");
        testkit::proves!(
            "S0-15",
            "reviewers choose from standard answers that are dated rows, and applicants read them"
        );
    }
}

/// SQLite says how it would find the next one: by the index of serials, without sorting.
#[tokio::test]
async fn the_next_one_is_found_by_the_index() {
    for (engine, db) in testkit::engines().await {
        if !matches!(db, Db::Sqlite { .. }) {
            continue;
        }
        let mut tx = db.read().await.unwrap();
        let sql = "EXPLAIN QUERY PLAN SELECT serial, application_id, state FROM standing_admission
            WHERE batch_code = $1 AND state = 'pending' AND serial >= $2 AND (serial > $2 OR application_id > $3)
            ORDER BY serial, application_id LIMIT 1";
        let plan: Vec<(i64, i64, i64, String)> =
            on!(&mut tx, |conn| sqlx::query_as(sql).bind(CODE).bind(1_i64).bind("a").fetch_all(conn).await)
                .unwrap();
        let said: String = plan.iter().map(|row| format!("{}\n", row.3)).collect();
        assert!(said.contains("INDEX application_serial (batch_code=? AND serial>?)"), "{engine}:\n{said}");
        let whole =
            ["SCAN application", "SCAN a", "SCAN admission", "SCAN s", "USE TEMP B-TREE FOR ORDER BY"];
        assert!(!whole.iter().any(|part| said.contains(part)), "{engine}: nothing is read whole:\n{said}");
    }
}
