//! The page: who may open it, what it counts, what is wrong with a form, and what was sent.
use axum::http::StatusCode;
use identity::Role;
use web::Lang;

use crate::fixture::{House, LIST, TEXT, answer_to, hidden, houses, phone, province, staff};

const HR: &str = "4-07-03-04";
const LR: &str = "4-07-03-05";

/// Beside the five of the list: one returned, one who is accepted twice, one who waits, one who took it back.
async fn others(house: &House) {
    let returned = house.person("c", 10).await;
    house.applies("c1", &returned, HR, "returned").await;
    let twice = house.person("d", 11).await;
    house.applies("d1", &twice, HR, "accepted").await;
    house.applies("d2", &twice, LR, "accepted").await;
    let waits = house.person("e", 12).await;
    house.applies("e1", &waits, HR, "pending").await;
    let gone = house.person("f", 13).await;
    house.applies("f1", &gone, HR, "withdrawn").await;
}

#[tokio::test]
async fn only_who_publishes_the_results_of_the_whole_batch_writes_to_its_candidates() {
    for (engine, house) in houses().await {
        let fields = [("audience", "admitted"), ("text", TEXT)];
        let others = [
            Role::Reviewer,
            Role::Registrar,
            Role::ExamOfficer,
            Role::Custodian,
            Role::ScoreClerk,
            Role::Auditor,
        ];
        let elsewhere = [
            staff("province2", Role::Province, "/huaishui/nancheng"),
            staff("province2", Role::Province, "/elsewhere"),
        ];
        let nobody = others.into_iter().map(|role| staff("auditor1", role, "/huaishui")).chain(elsewhere);
        for who in nobody {
            let role = who.grants[0].role;
            assert_eq!(
                house.get(&who, Lang::Zh, LIST).await.status,
                StatusCode::NOT_FOUND,
                "{engine} {role:?}"
            );
            let sent = house.post(&who, LIST, &fields).await;
            assert_eq!(sent.status, StatusCode::NOT_FOUND, "{engine} {role:?}");
        }
        assert_eq!(house.get(&province(), Lang::Zh, LIST).await.status, StatusCode::OK, "{engine}");
    }
}

#[tokio::test]
async fn each_audience_is_offered_with_its_people_as_they_stand_now() {
    for (engine, house) in houses().await {
        others(&house).await;
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        for (value, words) in [
            ("applied", "全部报名人员（已撤回的除外）：8 人"),
            ("returned", "退回待更正人员：1 人"),
            ("fee_due", "待缴费人员：1 人"),
            ("admitted", "参考人员：5 人"),
            ("site:site", "南城考点的参考人员：5 人"),
            ("site:west", "西城考点的参考人员：2 人"),
        ] {
            let option = format!("<option value=\"{value}\">{words}</option>");
            assert!(page.contains(&option), "{engine} {option}: {page}");
        }
        assert!(page.contains("还没有发送过通知"), "{engine}: the list is empty and says so");
        let english = house.get(&province(), Lang::En, LIST).await.body;
        for words in [
            "Accepted, fee due: 1 person<",
            "Candidates at Xicheng site: 2 people<",
            "No message was sent yet",
        ] {
            assert!(english.contains(words), "{engine} {words}: {english}");
        }
        // As long as one site is open somebody may still be moved, so none is offered.
        house.run("UPDATE seat_plan SET status = 'drafted', confirmed_at = NULL").await;
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        assert!(!page.contains("site:") && page.contains("各考点的座位全部确认后"), "{engine}: {page}");
        let fields = [("audience", "site:site"), ("text", TEXT)];
        let answer = house.post(&province(), LIST, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(answer.body.contains("没有选择通知对象"), "{engine}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_is_wrong_stands_at_its_field_and_nothing_is_lost() {
    for (engine, house) in houses().await {
        let long = "请".repeat(201);
        for (audience, text, field, said) in [
            ("admitted", "请缴费", "text", "至少 10 字，现在是 3 字"),
            ("admitted", long.as_str(), "text", "最多 200 字，现在是 201 字"),
            ("everybody", TEXT, "audience", "没有选择通知对象"),
            ("returned", TEXT, "audience", "所选对象现在没有人"),
        ] {
            let answer = house.post(&province(), LIST, &[("audience", audience), ("text", text)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine} {said}");
            assert!(answer.body.contains(&format!("href=\"#f-{field}\"")), "{engine} {said}");
            let at_field = answer.body.split("class=\"field wrong\"").nth(1).unwrap_or_default();
            assert!(at_field.contains(said), "{engine} {said}: {}", answer.body);
            assert!(answer.body.contains(&format!(">{text}</textarea>")), "{engine}: what was typed stays");
        }
        assert_eq!(house.number("SELECT COUNT(*) FROM announcement").await, 0, "{engine}");
    }
}

#[tokio::test]
async fn it_is_looked_at_before_it_is_sent_and_what_was_looked_at_is_what_is_sent() {
    for (engine, house) in houses().await {
        others(&house).await;
        let who = province();
        let shown = house
            .post(&who, LIST, &[("audience", "fee_due"), ("text", "请于5月6日前\r\n到报名点缴费。")])
            .await;
        assert_eq!(shown.status, StatusCode::OK, "{engine}: {}", shown.body);
        for words in [
            "<b>1 人</b>",
            "待缴费人员",
            "【考工】2021年统一认定：请于5月6日前 到报名点缴费。",
            "发送给 1 人",
        ] {
            assert!(shown.body.contains(words), "{engine} {words}: {}", shown.body);
        }
        assert_eq!(
            house.number("SELECT COUNT(*) FROM announcement").await,
            0,
            "{engine}: looking sends nothing"
        );
        // Back to the form, with what was typed.
        let edit = house.post(&who, LIST, &answer_to(&shown).with("act", "edit").fields()).await;
        assert_eq!(edit.status, StatusCode::OK, "{engine}");
        assert!(edit.body.contains(">请于5月6日前 到报名点缴费。</textarea>"), "{engine}: {}", edit.body);
        assert!(edit.body.contains("<option value=\"fee_due\" selected>"), "{engine}: {}", edit.body);
        // Another text under the same confirmation, and a number that changed meanwhile, are shown again.
        let other = house.post(&who, LIST, &answer_to(&shown).with("text", TEXT).fields()).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        let new = house.person("g", 14).await;
        house.applies("g1", &new, HR, "accepted").await;
        let stale = house.post(&who, LIST, &answer_to(&shown).fields()).await;
        assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(
            stale.body.contains("现在是 2 人") && stale.body.contains("<b>2 人</b>"),
            "{engine}: {}",
            stale.body
        );
        assert_eq!(house.number("SELECT COUNT(*) FROM announcement").await, 0, "{engine}: nothing was sent");
        let sent = house.post(&who, LIST, &answer_to(&stale).fields()).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {}", sent.body);
        assert!(sent.to.starts_with("/jobs/"), "{engine}: {}", sent.to);
        // The same answer sent twice, by an impatient finger, is sent once.
        let twice = house.post(&who, LIST, &answer_to(&stale).fields()).await;
        assert_eq!((twice.status, twice.to.as_str()), (StatusCode::SEE_OTHER, LIST), "{engine}");
        assert_eq!(
            house.number("SELECT COUNT(*) FROM announcement WHERE sent_at IS NOT NULL").await,
            1,
            "{engine}"
        );
        assert_eq!(house.number("SELECT COUNT(*) FROM announcement_recipient").await, 2, "{engine}");
        // An id that no page of ours gave.
        let forged = house.post(&who, LIST, &answer_to(&stale).with("id", "../1").fields()).await;
        assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
    }
}

#[tokio::test]
async fn what_broke_off_while_its_people_were_written_is_not_sent_by_halves() {
    for (engine, house) in houses().await {
        let who = province();
        let shown = house.post(&who, LIST, &[("audience", "admitted"), ("text", TEXT)]).await;
        // The server stopped when none of the five stood in the rows yet.
        let draft =
            "INSERT INTO announcement (id, batch_code, audience, site_id, text, recipient_count, told_count,
            skipped_count, written_by, written_at, sent_at)
            VALUES ($1, 'T-1', 'admitted', NULL, $2, 5, 0, 0, 'province1', 1, NULL)";
        house.change(draft, &[&hidden(&shown.body, "id"), TEXT]).await;
        let again = house.post(&who, LIST, &answer_to(&shown).fields()).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "{engine}: {}", again.body);
        let page = house.get(&who, Lang::Zh, LIST).await.body;
        assert!(page.contains("还没有发送过通知"), "{engine}: {page}");
        house.work_off().await;
        assert!(house.outbox().await.is_empty(), "{engine}");
        // Looked at anew it goes out; and under the id of another batch's announcement nothing does.
        let (id, _) = house.send("admitted", TEXT).await;
        let batch = "INSERT INTO batch (code, title_zh, title_en, org_path, reference_date, exam_date, status, version,
            created_at, published_at) VALUES ('T-2', '另一批', 'Another', '/huaishui', '2021-04-30', '2021-05-22',
            'published', 1, 0, 1)";
        house.run(batch).await;
        house.change("UPDATE announcement SET batch_code = 'T-2' WHERE id = $1", &[&id]).await;
        let foreign = house.post(&who, LIST, &answer_to(&shown).with("id", &id).fields()).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{engine}: {}", foreign.body);
    }
}

#[tokio::test]
async fn what_was_sent_is_listed_and_the_trail_names_no_phone() {
    for (engine, house) in houses().await {
        others(&house).await;
        let (id, job) = house.send("fee_due", TEXT).await;
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        for words in [
            TEXT,
            "待缴费人员",
            "已通知 0 人，共 1 人",
            "正在发送，还有 1 人",
            "省中心甲",
            "2021-05-04 09:00",
            &job,
        ] {
            assert!(page.contains(words), "{engine} {words}: {page}");
        }
        // A colleague sees how it stands, and no link to a job that is not theirs.
        let colleague = staff("province2", Role::Province, "/huaishui");
        let theirs = house.get(&colleague, Lang::Zh, LIST).await.body;
        assert!(theirs.contains("正在发送，还有 1 人") && !theirs.contains("/jobs/"), "{engine}: {theirs}");
        house.work_off().await;
        let page = house.get(&province(), Lang::En, LIST).await.body;
        assert!(page.contains("1 of 1 told") && !page.contains("Being sent"), "{engine}: {page}");
        let jobs = house.get(&province(), Lang::Zh, "/jobs").await.body;
        assert!(jobs.contains("请于5月6日前到报名点缴费，逾期视为放弃…"), "{engine}: {jobs}");

        let mut tx = house.env.db.read().await.unwrap();
        let entries = trail::history(&mut tx, "announcement", &id).await.unwrap();
        assert_eq!(
            entries.iter().map(|one| one.action.as_str()).collect::<Vec<_>>(),
            ["announcement.send"],
            "{engine}"
        );
        let payloads: Vec<String> =
            store::on!(&mut tx, |conn| sqlx::query_scalar("SELECT payload FROM trail_entry ORDER BY id")
                .fetch_all(conn)
                .await)
            .unwrap();
        let all = payloads.join("\n");
        assert!(all.contains("\"people\":1") && all.contains("fee_due"), "{engine}: {all}");
        for secret in [phone(11).as_str(), "王慧敏", TEXT] {
            assert!(!all.contains(secret), "{engine} {secret}: {all}");
        }
    }
}

#[tokio::test]
async fn twenty_stand_on_a_page_and_the_next_has_the_rest() {
    for (engine, house) in houses().await {
        for at in 0..21 {
            house.clock.advance_seconds(60);
            house.send("admitted", &format!("第{at:02}次通知：请携带准考证")).await;
        }
        house.work_off().await;
        let first = house.get(&province(), Lang::Zh, LIST).await.body;
        assert!(first.contains("共 21 条") && first.contains("1 / 2"), "{engine}: {first}");
        assert_eq!(first.matches("次通知").count(), 20, "{engine}");
        let second = house.get(&province(), Lang::Zh, &format!("{LIST}?page=2")).await.body;
        assert_eq!(second.matches("次通知").count(), 1, "{engine}");
        assert!(second.contains("第00次"), "{engine}: the oldest");
        let beyond = house.get(&province(), Lang::Zh, &format!("{LIST}?page=99")).await.body;
        assert_eq!(rows_of(&beyond), rows_of(&second), "{engine}: the last page");
    }
}

/// The list without the form.
fn rows_of(page: &str) -> &str {
    page.split("<tbody>").nth(1).unwrap_or_default()
}
