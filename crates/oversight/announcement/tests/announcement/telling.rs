//! The job: everybody once, whatever happens to it in between.
use std::collections::BTreeSet;

use axum::http::StatusCode;
use job::{Job, Status};
use web::{Lang, Words};

use crate::fixture::{House, LIST, TEXT, houses, phone, province};

const HR: &str = "4-07-03-04";
const LR: &str = "4-07-03-05";
/// More than two steps of the job.
const MANY: usize = 230;

/// Many whose fee is due, in the order of their ids.
async fn many(house: &House) {
    for place in 100..100 + MANY {
        let person = house.person(&place.to_string(), place).await;
        house.applies(&format!("z{place}"), &person, HR, "accepted").await;
    }
}

async fn job_at(house: &House, page: &str) -> Job {
    let mut tx = house.env.db.read().await.unwrap();
    job::job(&mut tx, page.trim_start_matches("/jobs/")).await.unwrap().unwrap()
}

async fn told(house: &House) -> i64 {
    house.number("SELECT COUNT(*) FROM announcement_recipient WHERE told_at IS NOT NULL").await
}

/// Every phone of the many got the message once.
async fn everybody_once(house: &House, engine: &str) {
    let outbox = house.outbox().await;
    let phones: BTreeSet<_> = outbox.iter().map(|(phone, _)| phone.clone()).collect();
    assert_eq!((outbox.len(), phones.len()), (MANY, MANY), "{engine}: each once");
    assert!(phones.contains(&phone(100)) && phones.contains(&phone(99 + MANY)), "{engine}");
    assert_eq!(told(house).await, i64::try_from(MANY).unwrap(), "{engine}");
}

#[tokio::test]
async fn everybody_is_told_once_and_a_person_with_two_applications_too() {
    for (engine, house) in houses().await {
        let twice = house.person("d", 11).await;
        house.applies("d1", &twice, HR, "accepted").await;
        house.applies("d2", &twice, LR, "accepted").await;
        let (_, job) = house.send("applied", TEXT).await;
        assert!(house.outbox().await.is_empty(), "{engine}: a job tells them");
        house.work_off().await;
        let outbox = house.outbox().await;
        let mut expected: Vec<_> = [0, 1, 2, 3, 4, 11].map(phone).to_vec();
        expected.sort();
        assert_eq!(outbox.iter().map(|(phone, _)| phone.clone()).collect::<Vec<_>>(), expected, "{engine}");
        let words = format!("【考工】2021年统一认定：{TEXT}");
        assert!(outbox.iter().all(|(_, text)| *text == words), "{engine}: {outbox:?}");
        let done = job_at(&house, &job).await;
        assert_eq!((done.status, done.done_count, done.total_count), (Status::Done, 6, 6), "{engine}");
        // The same job once more, as after a crash behind its last step, finds nobody left.
        house.run("UPDATE job SET status = 'waiting', outcome = '', ended_at = NULL").await;
        house.work_off().await;
        assert_eq!(house.outbox().await.len(), 6, "{engine}");
    }
}

#[tokio::test]
async fn who_took_the_application_back_is_told_nothing() {
    for (engine, house) in houses().await {
        let gone = house.person("d", 11).await;
        house.applies("d1", &gone, HR, "accepted").await;
        let stays = house.person("e", 12).await;
        house.applies("e1", &stays, HR, "accepted").await;
        house.applies("e2", &stays, LR, "accepted").await;
        let (_, job) = house.send("fee_due", TEXT).await;
        // Between sending and telling one takes their only application back, another one of two.
        house.withdraws("d1").await;
        house.withdraws("e1").await;
        house.work_off().await;
        let phones: Vec<_> = house.outbox().await.into_iter().map(|(phone, _)| phone).collect();
        assert_eq!(phones, [phone(12)], "{engine}");
        let done = job_at(&house, &job).await;
        assert_eq!(done.status, Status::Done, "{engine}");
        assert_eq!(done.outcome().unwrap().values["skipped"], "1", "{engine}: {done:?}");
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        assert!(
            page.contains("已通知 1 人，共 2 人") && page.contains("1 人此前已撤回报名"),
            "{engine}: {page}"
        );
        assert!(!page.contains("/jobs/"), "{engine}: nobody is left");
    }
}

#[tokio::test]
async fn a_job_that_broke_off_between_two_steps_goes_on_and_tells_nobody_twice() {
    for (engine, house) in houses().await {
        many(&house).await;
        let (_, job) = house.send("fee_due", TEXT).await;
        // Somebody of the second step cannot be read: the job ends there, with the first step behind it.
        house
            .run("UPDATE person SET document_index = phone_sealed, phone_sealed = '!' WHERE id = 'real-250'")
            .await;
        house.work_off().await;
        let broken = job_at(&house, &job).await;
        assert_eq!((broken.status, broken.outcome.as_str()), (Status::Failed, "job-broken"), "{engine}");
        assert_eq!(
            (told(&house).await, house.outbox().await.len()),
            (100, 100),
            "{engine}: at most 100 a step"
        );
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        assert!(
            page.contains("已通知 100 人，共 230 人") && page.contains("已中断，130 人没有通知"),
            "{engine}: {page}"
        );
        house.run("UPDATE person SET phone_sealed = document_index WHERE id = 'real-250'").await;
        let again = house.post(&province(), &format!("{job}/resumption"), &[]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{engine}: {}", again.body);
        house.work_off().await;
        assert_eq!(job_at(&house, &job).await.status, Status::Done, "{engine}");
        everybody_once(&house, engine).await;
    }
}

#[tokio::test]
async fn cancelling_leaves_the_rest_untold_and_says_so_until_it_is_begun_again() {
    for (engine, house) in houses().await {
        many(&house).await;
        let (_, job) = house.send("fee_due", TEXT).await;
        let asked = house.post(&province(), &format!("{job}/cancellation"), &[]).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{engine}: {}", asked.body);
        house.work_off().await;
        assert_eq!(job_at(&house, &job).await.status, Status::Cancelled, "{engine}");
        // The step in which it was found out was not kept: neither the mark nor the message.
        assert_eq!((told(&house).await, house.outbox().await.len()), (0, 0), "{engine}");
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        assert!(page.contains("已取消，230 人没有通知"), "{engine}: {page}");
        house.post(&province(), &format!("{job}/resumption"), &[]).await;
        house.work_off().await;
        everybody_once(&house, engine).await;
        let page = house.get(&province(), Lang::Zh, LIST).await.body;
        assert!(page.contains("已通知 230 人，共 230 人") && !page.contains("没有通知"), "{engine}: {page}");
    }
}

#[tokio::test]
async fn whoever_lost_the_duty_tells_nobody() {
    for (engine, house) in houses().await {
        let (_, job) = house.send("admitted", TEXT).await;
        house.run("UPDATE duty_grant SET valid_until = 1 WHERE account_id = 'province1'").await;
        house.work_off().await;
        let refused = job_at(&house, &job).await;
        assert_eq!((refused.status, refused.outcome.as_str()), (Status::Failed, "job-nobody"), "{engine}");
        assert!(house.outbox().await.is_empty(), "{engine}");
    }
}

#[tokio::test]
async fn the_candidate_reads_on_their_own_page_what_they_were_told() {
    for (engine, house) in houses().await {
        let (text, only_west) = ("请携带准考证和身份证参加考试。", "西城考点的考生请从东门进入。");
        house.send("admitted", text).await;
        house.send("site:west", only_west).await;
        let steps = |id: &'static str| {
            let env = house.env.clone();
            async move {
                let mut tx = env.db.read().await.unwrap();
                let application = registration::application(&mut tx, id).await.unwrap().unwrap();
                let applied = registration::Applied::of(&mut tx, &application).await.unwrap();
                let lines = announcement::steps(&mut tx, &[applied]).await.unwrap().remove(0);
                let t = Words(Lang::Zh);
                lines
                    .iter()
                    .map(|line| {
                        line.note.as_ref().map_or_else(|| t.message(&line.title), |note| t.message(note))
                    })
                    .collect::<Vec<_>>()
            }
        };
        assert!(steps("b1").await.is_empty(), "{engine}: they were not told yet");
        house.work_off().await;
        assert_eq!(steps("a1").await, [text], "{engine}");
        let both = steps("b1").await;
        assert!(both.len() == 2 && both.iter().any(|line| line == only_west), "{engine}: {both:?}");
        for at in 0..4 {
            house.send("admitted", &format!("第{at}次提醒：请提前到考点。")).await;
        }
        house.work_off().await;
        let many = steps("b1").await;
        assert_eq!(
            (many.len(), many.last().unwrap().as_str()),
            (6, "更早的通知请看手机短信"),
            "{engine}: {many:?}"
        );
    }
}
