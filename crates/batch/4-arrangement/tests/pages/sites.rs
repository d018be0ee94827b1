//! Several sites: each is drawn and confirmed by itself, stopped, gone on with.
use arrangement::SiteStatus;
use axum::http::StatusCode;
use identity::Role;
use store::on;
use venue::Blocked;

use super::{
    CONFIRMATION, PLAN, SITE, code, confirm,
    fixture::{HR, House, LR, POINT2, staff},
    read, tasks,
};

const ROOMS: &str = "room-xicheng-01,site-xicheng,01,一,One,paper,2,2,1\nroom-xicheng-02,site-xicheng,02,二,Two,practical,6,5,\n";
const OTHER: &str = "/batches/2021-01/seat-plan/sites/site-xicheng";

/// Two cities, drawn.
async fn two_cities(db: store::Db) -> House {
    let house = House::new(db).await;
    house.second_city(ROOMS, 3).await;
    house.freeze().await;
    let officer = staff(Role::ExamOfficer, "/demo");
    assert_eq!(house.post(&officer, PLAN, 0).await.status, StatusCode::SEE_OTHER);
    house.work_off().await;
    house
}

async fn rail(house: &House) -> (String, String, i64, i64) {
    let mut tx = house.env.db.read().await.unwrap();
    on!(&mut tx, |conn| sqlx::query_as(
        "SELECT state, note_key, note_count, note_total FROM stage_progress WHERE stage = 4"
    )
    .fetch_one(conn)
    .await)
    .unwrap()
}

#[tokio::test]
async fn the_batch_is_confirmed_when_each_site_is_by_its_own_officer() {
    for (engine, db) in testkit::engines().await {
        let house = two_cities(db).await;
        let city = staff(Role::ExamOfficer, "/demo/xicheng");
        let seen = house.site("site-xicheng").await.version;
        assert_eq!(rail(&house).await.1, "seat-plan-note-sites-confirmed", "{engine}");
        let answer = house.post(&city, &format!("{OTHER}/confirmation"), seen).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{engine} {:?}", answer.keys);
        // The city has its numbers, the batch is not confirmed yet, and the rail says how far it is.
        let numbers = arrangement::admission_numbers(&mut read(&house).await, &code()).await.unwrap();
        assert_eq!(numbers.len(), 3, "{engine}");
        assert!(
            numbers.values().all(|number| number.as_str().starts_with("2100102")),
            "{engine} {numbers:?}"
        );
        assert!(!arrangement::is_confirmed(&mut read(&house).await, &code()).await.unwrap(), "{engine}");
        assert_eq!(rail(&house).await, ("now".into(), "seat-plan-note-sites-confirmed".into(), 1, 2));
        let asked = tasks(&house, &city).await;
        assert!(asked.is_empty(), "the city is done on {engine}");

        confirm(&house).await;
        assert!(arrangement::is_confirmed(&mut read(&house).await, &code()).await.unwrap(), "{engine}");
        assert_eq!(rail(&house).await, ("done".into(), "seat-plan-note-sites-confirmed".into(), 2, 2));
        let numbers = arrangement::admission_numbers(&mut read(&house).await, &code()).await.unwrap();
        let different: std::collections::BTreeSet<_> = numbers.values().collect();
        assert_eq!((numbers.len(), different.len()), (33, 33), "{engine}");
        let province = house.get(&staff(Role::Province, "/demo"), PLAN).await.text();
        assert!(province.contains(SITE) && province.contains(OTHER), "{engine}");
        testkit::proves!("S0-20", "each site is arranged and confirmed by itself once the list is frozen");
    }
}

#[tokio::test]
async fn three_people_and_three_seats_of_four_places_are_one_room() {
    for (engine, db) in testkit::engines().await {
        let house = two_cities(db).await;
        let figures = arrangement::site_figures(&mut read(&house).await, &code()).await.unwrap();
        let other = figures.iter().find(|one| one.site_id.as_str() == "site-xicheng").unwrap();
        assert_eq!((other.rooms, other.rooms_least, other.rooms_mixed), (2, 2, 0), "{engine}");
        testkit::proves!("S0-21", "a place that cannot be used takes nobody, and seats come of the layout");
    }
}

#[tokio::test]
async fn a_cancelled_draw_takes_its_site_back_and_goes_on_when_it_is_resumed() {
    for (engine, db) in testkit::engines().await {
        let house = two_cities(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let before = house.site("site-nancheng").await;
        assert_eq!(house.post(&officer, SITE, before.version).await.status, StatusCode::SEE_OTHER);
        ask_to_stop(&house).await;
        house.work_off().await;
        assert_eq!(house.last_job().await.0, "cancelled", "{engine}");
        // It was stopped before anything of the site was touched: the old seats stand.
        let stopped = house.site("site-nancheng").await;
        assert_eq!((stopped.status, stopped.asked_at), (SiteStatus::Drawn, None), "{engine}");
        assert_eq!(stopped.digest, before.digest, "{engine}");
        let seats = arrangement::seats(&mut read(&house).await, &code()).await.unwrap();
        assert_eq!(seats.len(), 66 + 6, "{engine}");
        resume(&house).await;
        house.work_off().await;
        assert_eq!(house.last_job().await, ("done".into(), "seat-plan-outcome-drawn".into()), "{engine}");
        assert_eq!(house.site("site-nancheng").await.draws, 2, "{engine}");
    }
}

/// The machine stopped while the rows of a site were being replaced.
#[tokio::test]
async fn a_site_half_written_is_seen_by_nobody_and_written_anew() {
    for (engine, db) in testkit::engines().await {
        let house = two_cities(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let before = house.site("site-nancheng").await;
        assert_eq!(house.post(&officer, SITE, before.version).await.status, StatusCode::SEE_OTHER);
        let mut tx = house.env.db.write().await.unwrap();
        on!(&mut tx, |conn| sqlx::query(
            "UPDATE site_plan SET status = 'drawing' WHERE site_id = 'site-nancheng'"
        )
        .execute(conn)
        .await
        .map(|_| ()))
        .unwrap();
        on!(&mut tx, |conn| sqlx::query("DELETE FROM seat WHERE application_id = 'app-01'")
            .execute(conn)
            .await
            .map(|_| ()))
        .unwrap();
        tx.commit().await.unwrap();
        let seats = arrangement::seats(&mut read(&house).await, &code()).await.unwrap();
        assert_eq!(seats.len(), 6, "only the other site is seen on {engine}");
        assert_eq!(
            arrangement::room_uses(&mut read(&house).await, &code()).await.unwrap().len(),
            2,
            "{engine}"
        );
        let held = arrangement::sitting_sites(&mut read(&house).await, &code()).await.unwrap();
        assert!(held.iter().all(|one| one.site_id.as_str() == "site-xicheng"), "{engine}");
        house.work_off().await;
        assert_eq!(house.site("site-nancheng").await.status, SiteStatus::Drawn, "{engine}");
        let seats = arrangement::seats(&mut read(&house).await, &code()).await.unwrap();
        assert_eq!(seats.len(), 66 + 6, "{engine}");
    }
}

#[tokio::test]
async fn one_person_in_two_applications_of_one_sitting_is_named() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        house.second_city(ROOMS, 2).await;
        let mut tx = house.env.db.write().await.unwrap();
        // The first of HR level 3 at the first site also applied for LR level 3 in the other city, and the
        // seventeenth, of HR level 2, for level 3 at home.
        house.application(&mut tx, 60, ("person-01", LR, "3", POINT2), true).await;
        house.application(&mut tx, 61, ("person-17", HR, "3", super::fixture::POINT), true).await;
        tx.commit().await.unwrap();
        house.freeze().await;
        let officer = staff(Role::ExamOfficer, "/demo");
        assert_eq!(house.post(&officer, PLAN, 0).await.status, StatusCode::SEE_OTHER, "{engine}");
        house.work_off().await;
        for site in ["site-nancheng", "site-xicheng"] {
            assert_eq!(house.site(site).await.status, SiteStatus::ToDraw, "{site} on {engine}");
        }
        let page = house.get(&officer, SITE).await.text();
        assert!(page.contains("1、60"), "{engine} {page}");
        assert!(page.contains("17、61"), "{engine} {page}");
        let trail = trail::recent(&mut read(&house).await, "2021-01", 10).await.unwrap();
        let refused = trail.iter().filter(|row| row.action == "seat_plan.refuse").count();
        assert_eq!(refused, 2, "{engine}");
        assert_eq!(house.post(&officer, CONFIRMATION, 0).await.status, StatusCode::CONFLICT, "{engine}");
    }
}

#[tokio::test]
async fn too_few_computers_are_named_and_do_not_stop_the_other_site() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        let mut tx = house.env.db.write().await.unwrap();
        let room = venue::room(&mut tx, &"room-nancheng-01".into()).await.unwrap().unwrap();
        assert!(venue::block_places(&mut tx, &room, Blocked::parse("1,2,3").unwrap()).await.unwrap());
        tx.commit().await.unwrap();
        house.second_city("room-xicheng-01,site-xicheng,01,一,One,paper,6,5,\nroom-xicheng-02,site-xicheng,02,二,Two,practical,6,5,\n", 4).await;
        house.freeze().await;
        let officer = staff(Role::ExamOfficer, "/demo");
        assert_eq!(house.post(&officer, PLAN, 0).await.status, StatusCode::SEE_OTHER, "{engine}");
        house.work_off().await;
        assert_eq!(house.last_job().await.1, "seat-plan-outcome-partly", "{engine}");
        let (short, other) = (house.site("site-nancheng").await, house.site("site-xicheng").await);
        assert_eq!(short.status, arrangement::SiteStatus::ToDraw, "{engine}");
        assert_eq!(other.status, arrangement::SiteStatus::Drawn, "the other site is drawn on {engine}");
        let page = house.get(&officer, SITE).await.text();
        assert!(page.contains("22") && page.contains("21"), "{engine} {page}");
        assert!(page.contains("第一机房") || page.contains("机考考场"), "{engine}");
        let seats = arrangement::seats(&mut read(&house).await, &code()).await.unwrap();
        assert!(seats.iter().all(|seat| seat.site_id.as_str() == "site-xicheng"), "{engine}");
        assert_eq!(seats.len(), 8, "{engine}");
        assert_eq!(
            house.post(&officer, CONFIRMATION, short.version).await.keys,
            ["seat-plan-not-drawn"],
            "{engine}"
        );

        // The cure: the places are opened again, and only the site that waits is drawn.
        let mut tx = house.env.db.write().await.unwrap();
        let room = venue::room(&mut tx, &"room-nancheng-01".into()).await.unwrap().unwrap();
        assert!(venue::block_places(&mut tx, &room, Blocked::parse("").unwrap()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(house.post(&officer, PLAN, 0).await.status, StatusCode::SEE_OTHER, "{engine}");
        house.work_off().await;
        assert_eq!(house.site("site-nancheng").await.conflicts, "", "{engine}");
        assert_eq!(house.site("site-xicheng").await.draws, 1, "{engine}");
        assert_eq!(arrangement::seats(&mut read(&house).await, &code()).await.unwrap().len(), 74, "{engine}");
    }
}

/// What the page of the job does: asks it to stop at its next step.
async fn ask_to_stop(house: &House) {
    change_job(house, "UPDATE job SET cancel_asked_at = 1 WHERE status = 'waiting'").await;
}

async fn resume(house: &House) {
    change_job(
        house,
        "UPDATE job SET status = 'waiting', outcome = '', cancel_asked_at = NULL, ended_at = NULL
         WHERE status = 'cancelled'",
    )
    .await;
}

async fn change_job(house: &House, statement: &'static str) {
    let mut tx = house.env.db.write().await.unwrap();
    on!(&mut tx, |conn| sqlx::query(statement).execute(conn).await.map(|_| ())).unwrap();
    tx.commit().await.unwrap();
}
