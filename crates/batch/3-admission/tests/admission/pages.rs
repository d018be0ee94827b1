//! Pages, figures, tasks and the applicant's lines.
use admission::State;
use identity::{Role, Subject};
use web::{Lang, Words, axum::http::StatusCode};

use crate::fixture::{Applicant, CODE, HR, House, LR, NANCHENG, XICHENG, at, path, staff};

/// Two to review (one late), one returned, one refused, one to pay, one paid; one at another point.
async fn people(house: &House) -> Vec<String> {
    let mut ids = Vec::new();
    for serial in 1..=6 {
        ids.push(house.apply(&Applicant::new(serial, NANCHENG)).await);
    }
    let elsewhere =
        Applicant { occupation: LR.into(), name: "外市考生".into(), ..Applicant::new(7, XICHENG) };
    ids.push(house.apply(&elsewhere).await);
    let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
    for (id, decision) in [(&ids[2], "return"), (&ids[3], "refuse")] {
        let address = format!("/batches/{CODE}/admission/{id}/review");
        let fields = [("decision", decision), ("seen_version", "1"), ("reason", "请核对")];
        assert_eq!(house.post(&reviewer, &address, &fields).await.0, StatusCode::SEE_OTHER);
    }
    house.accept(&ids[4]).await;
    house.accept(&ids[5]).await;
    house.pay(&ids[5], "E-1").await;
    ids
}

#[tokio::test]
async fn every_page_speaks_both_languages_and_shows_nobody_of_another_territory() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let ids = people(&house).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let registrar = staff("registrar1", Role::Registrar, NANCHENG);
        let province = staff("province1", Role::Province, "/demo");
        let auditor = staff("auditor1", Role::Auditor, "/demo");
        let root = format!("/batches/{CODE}");
        let pages: Vec<(&Subject, String)> = vec![
            (&reviewer, format!("{root}/admission")),
            (&reviewer, format!("{root}/admission?state=all&level=3&after=0.x")),
            (&reviewer, format!("{root}/admission/{}", ids[0])),
            (&reviewer, format!("{root}/admission/{}", ids[2])),
            (&registrar, format!("{root}/payments")),
            (&registrar, format!("{root}/admission/{}/payment", ids[4])),
            (&registrar, format!("{root}/admission/{}/payment", ids[5])),
            (&province, format!("{root}/admission/freeze")),
            (&auditor, format!("{root}/admission")),
            (&auditor, format!("{root}/totals")),
            (&reviewer, format!("{root}/totals")),
        ];
        for (who, address) in &pages {
            for lang in [Lang::Zh, Lang::En] {
                let (status, page) = house.get(who, lang, address).await;
                assert_eq!(status, StatusCode::OK, "{engine} {address}");
                for place in [">", "alt=\"", "label=\"", "confirm=\""] {
                    assert!(!page.contains(&format!("{place}admission-")), "{address}: a key is shown");
                }
                let stranger = page.contains("外市考生");
                assert_eq!(stranger, who.account_id == "province1", "{engine} {address}");
                assert!(!page.contains("990101199003070"), "{address}: a whole document number is shown");
            }
        }
        let (_, queue) = house.get(&auditor, Lang::Zh, &format!("{root}/admission")).await;
        assert!(!queue.contains("考生1"), "{engine}: figures only");
        let (_, queue) = house.get(&reviewer, Lang::Zh, &format!("{root}/admission")).await;
        assert!(queue.contains("考生1") && !queue.contains("考生3"), "{engine}: those who wait");
        let (_, case) = house.get(&reviewer, Lang::En, &format!("{root}/admission/{}", ids[0])).await;
        assert!(case.contains("累计从事本职业或相关职业工作5年（含）以上"), "{engine}: the legal words");
        assert!(case.contains("lang=\"zh-CN\"") && case.contains("7 years"));
        for (who, address) in [
            (&reviewer, format!("{root}/admission/{}", ids[6])),
            (&reviewer, format!("{root}/payments")),
            (&registrar, format!("{root}/admission/{}", ids[0])),
            (&registrar, format!("{root}/admission/freeze")),
            (&reviewer, format!("{root}/admission/{}/photo", ids[0])),
        ] {
            assert_eq!(
                house.get(who, Lang::Zh, &address).await.0,
                StatusCode::NOT_FOUND,
                "{engine} {address}"
            );
        }
    }
}

#[tokio::test]
async fn the_queue_after_the_window_says_so_and_still_decides() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let queue = format!("/batches/{CODE}/admission");
        let late = Words(Lang::Zh).s("admission-review-late");
        house.clock.set(at("2021-04-30 23:59"));
        assert!(!house.get(&reviewer, Lang::Zh, &queue).await.1.contains(&late), "{engine}: the last minute");
        house.clock.set(at("2021-05-01 00:00"));
        assert!(house.get(&reviewer, Lang::Zh, &queue).await.1.contains(&late), "{engine}: half-open");
        let fields = [("decision", "accept"), ("seen_version", "1"), ("back", "queue")];
        let address = format!("{queue}/{id}/review?level=3");
        let (status, to) = house.post(&reviewer, &address, &fields).await;
        assert_eq!(
            (status, to),
            (StatusCode::SEE_OTHER, format!("{queue}?state=pending&level=3")),
            "{engine}"
        );
    }
}

#[tokio::test]
async fn figures_keep_the_states_apart() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let ids = people(&house).await;
        house.applicant_sets(&ids[1], "withdrawn").await;
        let mut tx = db.read().await.unwrap();
        let totals = admission::totals(&mut tx, &house.batch.code, &[path("/demo")]).await.unwrap();
        let count = |occupation: &str, state: State| {
            let found = totals.iter().find(|t| t.occupation_code.as_str() == occupation && t.state == state);
            found.map_or(0, |total| total.count)
        };
        let states =
            [State::Pending, State::Returned, State::Refused, State::Accepted, State::Paid, State::Withdrawn];
        assert_eq!(states.map(|state| count(HR, state)), [1, 1, 1, 1, 1, 1], "{engine}");
        assert_eq!(states.map(|state| count(LR, state)), [1, 0, 0, 0, 0, 0], "{engine}");
        let south = admission::totals(&mut tx, &house.batch.code, &[path(NANCHENG)]).await.unwrap();
        assert_eq!(south.iter().map(|total| total.count).sum::<i64>(), 6, "{engine}: one territory");
        testkit::proves!(
            "S0-12",
            "to review, to pay and complete are counted apart, by occupation and level"
        );
    }
}

#[tokio::test]
async fn tasks_wait_for_those_who_can_do_them() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let ids = people(&house).await;
        let tasks = async |who: &Subject| {
            let mut tx = db.read().await.unwrap();
            let agenda = plan::Agenda::load(&mut tx).await.unwrap();
            let waiting = admission::waiting(&mut tx, who, &agenda).await.unwrap();
            let tasks = admission::tasks(who, &agenda, &waiting, house.env.now());
            tasks.into_iter().map(|t| (t.title.key, t.count, t.due.unwrap().to_string())).collect::<Vec<_>>()
        };
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let registrar = staff("registrar1", Role::Registrar, NANCHENG);
        let province = staff("province1", Role::Province, "/demo");
        let far = staff("registrar2", Role::Registrar, XICHENG);
        assert_eq!(
            tasks(&reviewer).await,
            [("admission-task-review", 2, "2021-04-30".to_owned())],
            "{engine}"
        );
        assert_eq!(
            tasks(&registrar).await,
            [("admission-task-payment", 1, "2021-05-05".to_owned())],
            "{engine}"
        );
        assert_eq!(tasks(&far).await, [], "{engine}");
        assert_eq!(
            tasks(&province).await,
            [("admission-task-review", 3, "2021-04-30".to_owned())],
            "{engine}"
        );
        for id in [&ids[0], &ids[1], &ids[6]] {
            house.accept(id).await;
        }
        assert_eq!(
            tasks(&province).await,
            [("admission-task-freeze", 1, "2021-05-05".to_owned())],
            "{engine}"
        );
    }
}

#[tokio::test]
async fn the_applicant_reads_how_it_stands_in_their_own_language() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let ids = people(&house).await;
        let mut shown = Vec::new();
        for id in &ids {
            let application = house.application(id).await;
            let mut tx = db.read().await.unwrap();
            let applied = [registration::Applied::of(&mut tx, &application).await.unwrap()];
            let standings = admission::standings(&mut tx, &applied).await.unwrap();
            let steps = admission::steps(&house.env, &mut tx, &applied, &standings).await;
            let lines = steps.unwrap().remove(0);
            let words = |message| Words(Lang::Zh).message(message);
            let text: Vec<String> = lines.iter().map(|line| words(&line.title)).collect();
            let notes: Vec<String> = lines.iter().filter_map(|line| line.note.as_ref()).map(words).collect();
            shown.push((text, notes));
        }
        assert_eq!(shown[0].0, ["资格审核", "缴费", "列入参考人员名单"], "{engine}");
        let coming = "考试费 380.00 元，审核通过后于 2021-05-05 前缴纳";
        assert_eq!(shown[2].1, ["理由：请核对", coming], "{engine}");
        assert_eq!(shown[3].0, ["资格审核 未通过"], "{engine}: nothing follows a refusal");
        assert_eq!(shown[4].0[1], "缴费 380.00 元");
        // 30 April is a working day, 1–5 May are the holiday of 2021.
        assert_eq!(shown[4].1[1], "请在 2021-05-05 前到报名点缴费，还有 1 个工作日", "{engine}");
        assert!(shown[4].1[0].starts_with("条件 (1)：取得本职业"), "{engine}: {}", shown[4].1[0]);
        assert_eq!(shown[5].0, ["资格审核 通过", "已缴费", "列入参考人员名单"], "{engine}");
    }
}

#[tokio::test]
async fn the_photo_is_shown_to_the_reviewer_of_the_place() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let id = house.apply(&Applicant::new(1, NANCHENG)).await;
        let person = house.application(&id).await.person_id;
        let (env, jpeg) = (&house.env, b"\xff\xd8 picture \xff\xd9");
        let mut tx = db.write().await.unwrap();
        person::keep_photo(&mut tx, &env.vault, &*env.entropy, &env.blobs, &person, jpeg, env.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        let address = format!("/batches/{CODE}/admission/{id}/photo");
        let south = staff("reviewer1", Role::Reviewer, NANCHENG);
        let west = staff("reviewer1", Role::Reviewer, XICHENG);
        let (status, body) = house.get(&south, Lang::Zh, &address).await;
        assert!(status == StatusCode::OK && body.contains("picture"), "{engine}");
        assert_eq!(house.get(&west, Lang::Zh, &address).await.0, StatusCode::NOT_FOUND, "{engine}");
    }
}
