//! Long work is done once, may be stopped, and goes on where it was.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must stop")]
mod house;
mod model;

use axum::http::StatusCode;
use house::{House, kinds};
use job::{Outcome, Runner, Status};

#[tokio::test]
async fn a_job_is_done_in_steps_and_says_how_it_ended() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let who = house.member("maker").await;
        let id = house.begin(&who, "count", "3").await;
        assert_eq!(house.job(&id).await.status, Status::Waiting, "{engine}");
        assert_eq!(Runner::new(&house.env, kinds()).work_off().await.unwrap(), 1, "{engine}");
        let job = house.job(&id).await;
        assert_eq!((job.status, job.done_count, job.total_count), (Status::Done, 3, 3), "{engine}");
        assert_eq!(job.outcome(), Some(Outcome::new("counted").with("n", 3)), "{engine}");
        let page = house.get(&who, &format!("/jobs/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{engine}");
        assert!(!page.body.contains("hx-trigger"), "{engine}: what has ended does not draw itself again");
        assert_eq!(
            Runner::new(&house.env, kinds()).work_off().await.unwrap(),
            0,
            "{engine}: nothing is done twice"
        );
    }
}

#[tokio::test]
async fn work_that_was_cancelled_is_taken_back_and_may_begin_again() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let who = house.member("maker").await;
        let id = house.begin(&who, "count", "3").await;
        let asked = house.post(&who, &format!("/jobs/{id}/cancellation")).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{engine}: {:?}", asked.keys);
        let mut runner = Runner::new(&house.env, kinds());
        runner.work_off().await.unwrap();
        let job = house.job(&id).await;
        assert_eq!((job.status, job.done_count), (Status::Cancelled, 0), "{engine}");
        assert_eq!(house.undone().await, 1, "{engine}: what was begun was taken back");
        let late = house.post(&who, &format!("/jobs/{id}/cancellation")).await;
        assert_eq!(late.keys, ["job-refused-ended"], "{engine}");
        let again = house.post(&who, &format!("/jobs/{id}/resumption")).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{engine}");
        runner.work_off().await.unwrap();
        assert_eq!(house.job(&id).await.status, Status::Done, "{engine}");
        let twice = house.post(&who, &format!("/jobs/{id}/resumption")).await;
        assert_eq!(twice.keys, ["job-refused-not-stopped"], "{engine}");
        assert_eq!(house.trail(&id).await, ["job.begin", "job.cancel", "job.resume"], "{engine}");
    }
}

#[tokio::test]
async fn a_refusal_takes_back_and_a_fault_leaves_what_was_done() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let who = house.member("maker").await;
        let refused = house.begin(&who, "refuse", "").await;
        let broken = house.begin(&who, "break", "").await;
        let panicked = house.begin(&who, "panic", "").await;
        let unknown = house.begin(&who, "nobody-knows", "").await;
        Runner::new(&house.env, kinds()).work_off().await.unwrap();
        for (id, key) in [
            (&refused, "not-allowed"),
            (&broken, "job-broken"),
            (&panicked, "job-broken"),
            (&unknown, "job-broken"),
        ] {
            let job = house.job(id).await;
            assert_eq!((job.status, job.outcome.as_str()), (Status::Failed, key), "{engine}");
        }
        assert_eq!(house.undone().await, 1, "{engine}: only the refusal took back");
    }
}

#[tokio::test]
async fn an_end_that_cannot_be_noted_is_noted_as_soon_as_it_can() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let who = house.member("maker").await;
        let id = house.begin(&who, "fill", "").await;
        let mut runner = Runner::new(&house.env, kinds());
        assert!(runner.work_off().await.is_err(), "{engine}: nothing can be noted");
        house.run("ALTER TABLE job RENAME COLUMN put_away TO outcome_values").await;
        assert_eq!(house.job(&id).await.status, Status::Running, "{engine}");
        assert_eq!(runner.work_off().await.unwrap(), 0, "{engine}: it is not done again");
        let job = house.job(&id).await;
        assert_eq!((job.status, job.outcome.as_str()), (Status::Failed, "job-broken"), "{engine}");
    }
}

#[tokio::test]
async fn a_worker_that_lost_a_job_changes_nothing_more() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let who = house.member("maker").await;
        // In the middle of it the job is given to somebody else, as when this process had hung.
        let id = house.begin(&who, "lose", "").await;
        Runner::new(&house.env, kinds()).work_off().await.unwrap();
        let job = house.job(&id).await;
        assert_eq!(
            (job.status, job.done_count),
            (Status::Running, 1),
            "{engine}: the step after was not counted"
        );
        assert_eq!(job.outcome, "", "{engine}: nor its end");
        // That other process ends in good order, and a third goes on.
        job::release(&house.env.db, "another").await.unwrap();
        assert_eq!(house.job(&id).await.status, Status::Waiting, "{engine}");
        Runner::new(&house.env, kinds()).work_off().await.unwrap();
        let job = house.job(&id).await;
        assert_eq!((job.status, job.turn_count), (Status::Done, 2), "{engine}");
    }
}

#[tokio::test]
async fn whoever_lost_their_account_works_no_more_and_nobody_sees_anothers_work() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let (who, other) = (house.member("maker").await, house.member("other").await);
        let id = house.begin(&who, "count", "1").await;
        for path in [format!("/jobs/{id}"), "/jobs/none".to_owned()] {
            assert_eq!(house.get(&other, &path).await.status, StatusCode::NOT_FOUND, "{engine}");
        }
        let theirs = house.post(&other, &format!("/jobs/{id}/cancellation")).await;
        assert_eq!(theirs.status, StatusCode::NOT_FOUND, "{engine}");
        let list = house.get(&other, "/jobs").await;
        assert!(!list.body.contains(id.as_str()) && list.body.contains("class=\"empty\""), "{engine}");
        assert!(house.get(&who, "/jobs").await.body.contains(id.as_str()), "{engine}");
        assert!(!house.get(&who, "/jobs?status=done").await.body.contains(id.as_str()), "{engine}");
        house.run("UPDATE account SET disabled_at = 1 WHERE id = 'maker'").await;
        Runner::new(&house.env, kinds()).work_off().await.unwrap();
        let job = house.job(&id).await;
        assert_eq!((job.status, job.outcome.as_str()), (Status::Failed, "job-nobody"), "{engine}");
    }
}
