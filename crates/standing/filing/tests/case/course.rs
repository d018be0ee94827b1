//! What a case meets on its way: experts, two people, objections.
use axum::http::StatusCode;

use crate::house::{GOOD, House};

async fn assessed(house: &House, points: &[(&str, &str)]) -> String {
    let case = house.about("scope_change").await;
    let line = [("occupation", "4-07-03-04"), ("level", "2"), ("group", "public")];
    house.go("manager", &format!("{case}/lines"), &line).await;
    house.complete("manager", &case, 3).await;
    house.assess(&case, points).await;
    case
}

const TERMS: [(&str, &str); 3] = [("finding", "approve"), ("document", "文号"), ("holds_from", "2021-04-01")];

#[tokio::test]
async fn whoever_does_not_pass_is_not_approved_and_a_veto_outweighs_all_points() {
    for house in House::each().await {
        // 90 of 100, and nothing for what is recorded in the rooms.
        let mut vetoed = GOOD;
        vetoed[2].1 = "0";
        vetoed[0].1 = "20";
        vetoed[1].1 = "20";
        vetoed[3].1 = "20";
        let case = assessed(&house, &vetoed).await;
        let refused = house.post("officer1", &format!("{case}/proposal"), &TERMS).await;
        assert_eq!(refused.page, "case-not-passed", "{}", house.engine);
        let page = house.get("officer1", &case).await.page;
        assert!(page.contains("vetoed: 3"), "{}: {page}", house.engine);
        let silent = [("finding", "refuse"), ("reason", "")];
        let refused = house.post("officer1", &format!("{case}/proposal"), &silent).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a refusal says why");
        house
            .go("officer1", &format!("{case}/proposal"), &[("finding", "refuse"), ("reason", "无视频监控")])
            .await;
        house.go("officer2", &format!("{case}/decision"), &[("decision", "approve")]).await;
        let page = house.get("manager", &case).await.page;
        assert!(page.contains("Refused") && page.contains("无视频监控"), "{}: {page}", house.engine);
    }
}

#[tokio::test]
async fn nobody_sees_points_before_all_are_sealed_and_nothing_sealed_changes() {
    for house in House::each().await {
        let case = house.about("scope_change").await;
        let line = [("occupation", "4-07-03-04"), ("level", "2"), ("group", "public")];
        house.go("manager", &format!("{case}/lines"), &line).await;
        house.complete("manager", &case, 3).await;
        assert_eq!(house.get("expert1", &case).await.status, StatusCode::NOT_FOUND, "not appointed yet");
        for expert in ["expert1", "expert2"] {
            house.go("officer1", &format!("{case}/assessors"), &[("account", expert)]).await;
        }
        let own = house.post("officer1", &format!("{case}/assessors"), &[("account", "reviewer")]).await;
        assert_eq!(own.page, "case-choose-assessor", "nobody who is no expert, or works there");
        let assessment = format!("{case}/assessment");
        let part = [("points-1", "17"), ("remark-1", "台账不全"), ("then", "keep")];
        house.go("expert1", &assessment, &part).await;
        let unfinished = house.post("expert1", &assessment, &[("points-1", "17"), ("then", "seal")]).await;
        assert_eq!(unfinished.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", house.engine);
        let beyond = house.post("expert1", &assessment, &[("points-1", "21"), ("then", "keep")]).await;
        assert!(beyond.page.contains("gives at most 20 points"), "{}: {}", house.engine, beyond.page);
        let sealed = [&GOOD[..], &[("remark-1", "台账不全"), ("then", "seal")]].concat();
        house.go("expert1", &assessment, &sealed).await;
        let changed = house.post("expert1", &assessment, &sealed).await;
        assert_eq!(changed.page, "case-not-now", "{}", house.engine);
        for who in ["officer1", "expert2", "manager"] {
            let page = house.get(who, &case).await.page;
            assert!(!page.contains("class=\"num\">90"), "{who} on {}: {page}", house.engine);
        }
        assert_eq!(house.get("expert2", &assessment).await.page.matches("台账不全").count(), 0);
        let early = house.post("officer1", &format!("{case}/proposal"), &TERMS).await;
        assert_eq!(early.page, "case-not-now", "one has not sealed: {}", house.engine);
        house.go("expert2", &assessment, &sealed).await;
        let page = house.get("officer1", &case).await.page;
        assert!(page.contains("class=\"num\">90"), "{}: {page}", house.engine);
        assert!(
            !house.get("manager", &case).await.page.contains("class=\"num\">90"),
            "not before the decision"
        );
    }
}

#[tokio::test]
async fn an_objection_that_is_right_stops_what_was_decided() {
    for house in House::each().await {
        let case = assessed(&house, &GOOD).await;
        house.approve(&case, &[("holds_from", "2021-04-01")]).await;
        let objection = [("received_on", "2021-03-16"), ("words", "场地已拆除")];
        house.go("officer1", &format!("{case}/objections"), &objection).await;
        house.on("2021-03-24");
        let grant = format!("{case}/grant");
        assert_eq!(house.post("officer1", &grant, &[]).await.page, "case-open-objections");
        let answer = [("answer-1", "核查属实"), ("finding", "upheld")];
        house.go("officer2", &format!("{case}/objections/1/answer"), &answer).await;
        let twice = house.post("officer2", &format!("{case}/objections/1/answer"), &answer).await;
        assert_eq!(twice.status, StatusCode::CONFLICT, "answered once: {}", house.engine);
        assert_eq!(house.post("officer1", &grant, &[]).await.page, "case-upheld-objection");
        house
            .go("officer1", &format!("{case}/proposal"), &[("finding", "refuse"), ("reason", "异议成立")])
            .await;
        house.go("officer2", &format!("{case}/decision"), &[("decision", "approve")]).await;
        assert_eq!(house.held().await.scope.len(), 2, "the register is as it was: {}", house.engine);
        assert_eq!(house.post("officer1", &grant, &[]).await.page, "case-not-now");
    }
}

#[tokio::test]
async fn what_changed_since_it_was_proposed_is_not_decided() {
    for house in House::each().await {
        let case = assessed(&house, &GOOD).await;
        house.go("officer1", &format!("{case}/proposal"), &TERMS).await;
        let again = house.post("officer2", &format!("{case}/proposal"), &TERMS).await;
        assert_eq!(again.page, "approval-waiting-already", "{}", house.engine);
        let row = "UPDATE filing_case SET document = '另一文号'".to_owned();
        testkit::run(&house.env.db, &[row]).await;
        let decided = house.post("officer2", &format!("{case}/decision"), &[("decision", "approve")]).await;
        assert_eq!(decided.page, "approval-changed-since", "{}", house.engine);
        house.go("officer2", &format!("{case}/decision"), &[("decision", "reject")]).await;
        house.approve(&case, &[("holds_from", "2021-04-01")]).await;
        let page = house.get("officer1", &case).await.page;
        assert!(page.contains("Announced"), "{}: {page}", house.engine);
    }
}

#[tokio::test]
async fn one_case_at_a_time_about_one_kind_of_filing_is_with_the_authority() {
    for house in House::each().await {
        let case = house.about("suspension").await;
        let other = house.about("withdrawal").await;
        for one in [&case, &other] {
            house.paper("manager", one, 1, b"%PDF-1.7 x").await;
        }
        let submission = format!("{other}/submission");
        house.go("manager", &format!("{case}/submission"), &[("commitment", "yes")]).await;
        let refused = house.post("manager", &submission, &[("commitment", "yes")]).await;
        assert_eq!(refused.page, "case-unfinished", "{}", house.engine);
        // The guard below the rule: a second row is refused by the table.
        let id = other.rsplit('/').next().unwrap();
        let second = format!("UPDATE filing_case SET state = 'submitted' WHERE id = '{id}'");
        let mut tx = house.env.db.write().await.unwrap();
        let second = sqlx::AssertSqlSafe(second);
        let refused = store::on!(&mut tx, |conn| sqlx::query(second).execute(conn).await.map(|_| ()));
        assert!(refused.is_err_and(|error| store::is_unique_violation(&error)), "{}", house.engine);
        drop(tx);
        house.go("manager", &format!("{case}/withdrawal"), &[]).await;
        house.go("manager", &submission, &[("commitment", "yes")]).await;
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_agreed_to_leaves_what_was_approved() {
    for house in House::each().await {
        let case = assessed(&house, &GOOD).await;
        house.approve(&case, &[("holds_from", "2021-04-01")]).await;
        let refusal = [("finding", "refuse"), ("reason", "收到举报")];
        house.go("officer1", &format!("{case}/proposal"), &refusal).await;
        let page = house.get("manager", &case).await.page;
        assert!(!page.contains("收到举报"), "what is only proposed is not the applicant's: {}", house.engine);
        house.on("2021-03-24");
        let waiting = house.post("officer2", &format!("{case}/grant"), &[]).await;
        assert_eq!(waiting.page, "approval-waiting-already", "{}", house.engine);
        house.go("officer2", &format!("{case}/decision"), &[("decision", "reject")]).await;
        house.go("officer2", &format!("{case}/grant"), &[]).await;
        assert_eq!(house.held().await.scope.len(), 3, "{}", house.engine);
    }
}

#[tokio::test]
async fn points_of_a_case_that_was_taken_back_are_not_the_applicants() {
    for house in House::each().await {
        let case = assessed(&house, &GOOD).await;
        house.go("manager", &format!("{case}/withdrawal"), &[]).await;
        assert!(!house.get("manager", &case).await.page.contains("class=\"num\">90"), "{}", house.engine);
        assert!(house.get("officer1", &case).await.page.contains("class=\"num\">90"), "{}", house.engine);
    }
}

#[tokio::test]
async fn an_expert_who_cannot_go_on_is_replaced() {
    for house in House::each().await {
        let case = house.about("scope_change").await;
        let line = [("occupation", "4-07-03-04"), ("level", "2"), ("group", "public")];
        house.go("manager", &format!("{case}/lines"), &line).await;
        house.complete("manager", &case, 3).await;
        let appointment = format!("{case}/assessors");
        for expert in ["expert1", "expert2"] {
            house.go("officer1", &appointment, &[("account", expert)]).await;
        }
        let third = [("account", "expert3")];
        assert_eq!(house.post("officer1", &appointment, &third).await.page, "case-enough-assessors");
        let gone = "UPDATE duty_grant SET ended_at = 1 WHERE account_id = 'expert1'".to_owned();
        testkit::run(&house.env.db, &[gone]).await;
        house.go("officer1", &appointment, &third).await;
        let sealed = [&GOOD[..], &[("then", "seal")]].concat();
        let assessment = format!("{case}/assessment");
        let gone = house.post("expert1", &assessment, &sealed).await;
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{}", house.engine);
        for expert in ["expert2", "expert3"] {
            house.go(expert, &assessment, &sealed).await;
        }
        assert!(house.get("officer1", &case).await.page.contains("Assessed"), "{}", house.engine);
    }
}

#[tokio::test]
async fn what_nobody_is_left_to_assess_is_refused_by_two() {
    for house in House::each().await {
        let case = house.about("scope_change").await;
        let line = [("occupation", "4-07-03-04"), ("level", "2"), ("group", "public")];
        house.go("manager", &format!("{case}/lines"), &line).await;
        house.complete("manager", &case, 3).await;
        house
            .go("officer1", &format!("{case}/proposal"), &[("finding", "refuse"), ("reason", "无法评估")])
            .await;
        house.go("officer2", &format!("{case}/decision"), &[("decision", "approve")]).await;
        assert!(house.get("manager", &case).await.page.contains("Refused"), "{}", house.engine);
    }
}
