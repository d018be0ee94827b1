//! Accepting many at once: the ticked ones, and all a filter leaves.
use admission::State;
use identity::{Grant, Role, Subject};
use job::Runner;
use store::on;
use web::{Lang, axum::http::StatusCode};

use crate::fixture::{Applicant, CODE, House, NANCHENG, XICHENG, staff};

const UNPROCESSABLE: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

async fn send(house: &House, who: &Subject, query: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    house.post(who, &format!("/batches/{CODE}/admission/acceptances?{query}"), fields).await
}

/// Gives somebody a duty in the rows, where a job looks for it.
async fn give(house: &House, login: &str, role: Role, node: &str) -> Subject {
    let who = staff(login, role, node);
    let mut tx = house.env.db.write().await.unwrap();
    let given = Grant { id: house.env.new_id(), ..who.grants[0].clone() };
    identity::grant(&mut tx, login, &given, "system", "test").await.unwrap();
    tx.commit().await.unwrap();
    who
}

async fn number(house: &House, sql: &'static str) -> i64 {
    let mut tx = house.env.db.read().await.unwrap();
    on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).unwrap()
}

#[tokio::test]
async fn the_ticked_are_accepted_as_they_were_seen() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
        let mut ids = Vec::new();
        for serial in 1..=3 {
            ids.push(house.apply(&Applicant::new(serial, NANCHENG)).await);
        }
        let early = house.apply(&Applicant::new(4, NANCHENG).too_early()).await;
        let far = house.apply(&Applicant::new(5, XICHENG)).await;
        let (_, page) = house.get(&reviewer, Lang::Zh, &format!("/batches/{CODE}/admission")).await;
        let seen = |id: &str| format!("{id}:1");
        assert!(
            page.contains(&seen(&ids[0])) && !page.contains(&seen(&early)),
            "{engine}: only the proposed"
        );

        assert_eq!(send(&house, &reviewer, "", &[("scope", "ticked")]).await.0, UNPROCESSABLE, "{engine}");
        let with = |id: &str| [("chosen", seen(&ids[0])), ("chosen", seen(id))];
        for (what, id, expected) in
            [("of another city", &far, StatusCode::NOT_FOUND), ("not proposed", &early, StatusCode::CONFLICT)]
        {
            let fields = with(id);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(send(&house, &reviewer, "", &fields).await.0, expected, "{engine}: {what}");
        }
        house.applicant_sets(&ids[1], "submitted").await;
        let fields = with(&ids[1]);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(
            send(&house, &reviewer, "", &fields).await.0,
            StatusCode::CONFLICT,
            "{engine}: it changed"
        );
        assert_eq!(house.standing(&ids[0]).await.state, State::Pending, "{engine}: all or none");

        let fields = with(&ids[2]);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, to) = send(&house, &reviewer, "state=pending&level=3", &fields).await;
        let queue = format!("/batches/{CODE}/admission?state=pending&level=3");
        assert_eq!((status, to), (StatusCode::SEE_OTHER, queue), "{engine}");
        for id in [&ids[0], &ids[2]] {
            assert_eq!(house.standing(id).await.state, State::Accepted, "{engine}");
            let mut tx = db.read().await.unwrap();
            assert_eq!(trail::history(&mut tx, "application", id).await.unwrap().len(), 1, "{engine}");
        }
    }
}

#[tokio::test]
async fn all_that_a_filter_leaves_are_looked_at_one_by_one() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let reviewer = give(&house, "reviewer1", Role::Reviewer, NANCHENG).await;
        for serial in 1..=50 {
            let who = Applicant::new(serial, NANCHENG);
            house.apply(&if serial % 10 == 0 { who.too_early() } else { who }).await;
        }
        let far = house.apply(&Applicant::new(60, XICHENG)).await;
        let other = Applicant { level: "2".into(), ..Applicant::new(61, NANCHENG) };
        let other = house.apply(&other).await;
        let (status, to) = send(&house, &reviewer, "level=3", &[("scope", "filter")]).await;
        assert!(status == StatusCode::SEE_OTHER && to.starts_with("/jobs/"), "{engine}: {status} {to}");
        Runner::new(&house.env, admission::JOBS.to_vec()).work_off().await.unwrap();

        let accepted = "SELECT COUNT(*) FROM admission WHERE state = 'accepted'";
        assert_eq!(number(&house, accepted).await, 45, "{engine}");
        assert_eq!(house.standing(&far).await.state, State::Pending, "{engine}: another city");
        assert_eq!(house.standing(&other).await.state, State::Pending, "{engine}: another level");
        let reviews =
            "SELECT COUNT(*) FROM admission_review WHERE reviewed_by = 'reviewer1' AND decision = proposed";
        assert_eq!(number(&house, reviews).await, 45, "{engine}: each is a decision of somebody");
        let entries = "SELECT COUNT(*) FROM trail_entry WHERE action = 'admission.review'";
        assert_eq!(number(&house, entries).await, 45, "{engine}: each in the trail");
        let messages = "SELECT COUNT(*) FROM message WHERE purpose = 'message-admission-review'";
        assert_eq!(number(&house, messages).await, 45, "{engine}: each is told");
        let mut tx = db.read().await.unwrap();
        let job = job::job(&mut tx, to.trim_start_matches("/jobs/")).await.unwrap().unwrap();
        assert_eq!(job.outcome, "admission-outcome-accepted", "{engine}: {job:?}");
        assert_eq!((job.done_count, job.total_count), (50, 50), "{engine}");
        drop(tx);

        // Once more: those who are left are looked at again, and nobody twice accepted.
        send(&house, &reviewer, "level=3", &[("scope", "filter")]).await;
        Runner::new(&house.env, admission::JOBS.to_vec()).work_off().await.unwrap();
        assert_eq!(number(&house, accepted).await, 45, "{engine}");
    }
}

#[tokio::test]
async fn an_order_goes_as_far_as_the_duty_that_is_held_when_it_runs() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        house.apply(&Applicant::new(1, NANCHENG)).await;
        let west = house.apply(&Applicant::new(2, XICHENG)).await;
        // On the page they held the province; in the rows they hold one city.
        give(&house, "reviewer1", Role::Reviewer, XICHENG).await;
        let then = staff("reviewer1", Role::Reviewer, "/demo");
        send(&house, &then, "", &[("scope", "filter")]).await;
        Runner::new(&house.env, admission::JOBS.to_vec()).work_off().await.unwrap();
        assert_eq!(number(&house, "SELECT COUNT(*) FROM admission").await, 1, "{engine}");
        assert_eq!(house.standing(&west).await.state, State::Accepted, "{engine}");
    }
}
