//! The story of a seat plan through its pages, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
mod fixture;
mod moves;
mod office;
mod packs;
mod sites;

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
};

use axum::http::StatusCode;
use fixture::{GROUPS, House, UNPAID, at, name, staff};
use identity::Role;
use kernel::BatchCode;
use store::Tx;

const PLAN: &str = "/batches/2021-01/seat-plan";
const SITE: &str = "/batches/2021-01/seat-plan/sites/site-nancheng";
const CONFIRMATION: &str = "/batches/2021-01/seat-plan/sites/site-nancheng/confirmation";

fn code() -> BatchCode {
    BatchCode::parse("2021-01").unwrap()
}

async fn read(house: &House) -> Tx {
    house.env.db.read().await.unwrap()
}

/// The lines of this stage on the page of one application.
async fn steps(
    house: &House,
    tx: &mut store::Tx,
    application: &registration::Application,
) -> Vec<registration::StepLine> {
    let applied = [registration::Applied::of(tx, application).await.unwrap()];
    let standings = admission::standings(tx, &applied).await.unwrap();
    arrangement::steps(&house.env, tx, &applied, &standings).await.unwrap().remove(0)
}

async fn tasks(house: &House, who: &identity::Subject) -> Vec<plan::Task> {
    let mut tx = read(house).await;
    let agenda = plan::Agenda::load(&mut tx).await.unwrap();
    arrangement::tasks(&mut tx, who, &agenda, house.env.now()).await.unwrap()
}

async fn drawn(db: store::Db) -> House {
    let house = House::new(db).await;
    house.freeze().await;
    let answer = house.post(&staff(Role::ExamOfficer, "/demo"), PLAN, 0).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{:?} {:?}", answer.keys, answer.values);
    house.work_off().await;
    assert_eq!(house.last_job().await, ("done".into(), "seat-plan-outcome-drawn".into()));
    house
}

async fn confirmed(db: store::Db) -> House {
    let house = drawn(db).await;
    confirm(&house).await;
    house
}

/// Confirms the first site as it stands.
async fn confirm(house: &House) {
    let seen = house.site("site-nancheng").await.version;
    let answer = house.post(&staff(Role::ExamOfficer, "/demo"), CONFIRMATION, seen).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{:?}", answer.keys);
}

#[tokio::test]
async fn seats_are_drawn_for_a_frozen_list_and_nobody_else() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let early = house.post(&officer, PLAN, 0).await;
        assert_eq!(
            (early.status, early.keys),
            (StatusCode::UNPROCESSABLE_ENTITY, vec!["seat-plan-not-frozen"])
        );
        assert_eq!(arrangement::seats(&mut read(&house).await, &code()).await.unwrap(), vec![], "{engine}");
        assert!(
            arrangement::seat_plan(&mut read(&house).await, &code()).await.unwrap().is_none(),
            "{engine}"
        );

        house.freeze().await;
        assert_eq!(house.post(&officer, PLAN, 0).await.status, StatusCode::SEE_OTHER, "{engine}");
        house.work_off().await;
        testkit::proves!("S0-20", "seats are drawn only after the list of those who sit the exam is frozen");

        let seats = arrangement::seats(&mut read(&house).await, &code()).await.unwrap();
        let seated: BTreeSet<&str> = seats.iter().map(|seat| seat.application_id.as_str()).collect();
        assert_eq!(seated.len(), 30, "{engine}");
        assert!(!seated.contains(UNPAID), "{engine}");
        testkit::proves!("S0-17", "who has not paid is accepted and still gets no seat");

        // Everybody sits theory and practical; the six of level 2 stand before a panel too.
        assert_eq!(seats.len(), 30 + 30 + 6, "{engine}");
    }
}

#[tokio::test]
async fn a_site_is_drawn_again_by_who_saw_the_last_draw_and_every_draw_is_counted() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let first = house.site("site-nancheng").await;
        assert_eq!(house.post(&officer, PLAN, 0).await.keys, ["seat-plan-nothing-to-draw"], "{engine}");
        assert_eq!(house.post(&officer, SITE, 0).await.status, StatusCode::CONFLICT, "{engine}");
        assert_eq!(house.post(&officer, SITE, first.version).await.status, StatusCode::SEE_OTHER, "{engine}");
        // While a job is asked for it, nobody asks again and nobody confirms.
        let asked = house.site("site-nancheng").await;
        assert_eq!(house.post(&officer, SITE, asked.version).await.keys, ["seat-plan-under-way"], "{engine}");
        let early = house.post(&officer, CONFIRMATION, asked.version).await;
        assert_eq!(early.keys, ["seat-plan-under-way"], "{engine}");
        house.work_off().await;
        let second = house.site("site-nancheng").await;
        assert_eq!((first.draws, second.draws), (1, 2), "{engine}");
        assert_ne!(first.seed, second.seed, "{engine}");
        assert_eq!(first.population, second.population, "the same people were drawn on {engine}");
        assert_eq!(arrangement::seats(&mut read(&house).await, &code()).await.unwrap().len(), 66, "{engine}");

        // A page made before the second draw cannot confirm it.
        let stale = house.post(&officer, CONFIRMATION, first.version).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{engine}");
        assert!(!arrangement::is_confirmed(&mut read(&house).await, &code()).await.unwrap(), "{engine}");
        confirm(&house).await;
        assert!(arrangement::is_confirmed(&mut read(&house).await, &code()).await.unwrap(), "{engine}");
        let now = house.site("site-nancheng").await.version;
        assert_eq!(
            house.post(&officer, CONFIRMATION, now).await.keys,
            ["seat-plan-is-confirmed"],
            "{engine}"
        );
        let late = house.post(&officer, SITE, now).await;
        assert_eq!(
            (late.status, late.keys),
            (StatusCode::UNPROCESSABLE_ENTITY, vec!["seat-plan-is-confirmed"])
        );

        let written = trail::recent(&mut read(&house).await, "2021-01", 10).await.unwrap();
        let actions: Vec<&str> = written.iter().rev().map(|row| row.action.as_str()).collect();
        let expected = ["job.begin", "seat_plan.draw", "job.begin", "seat_plan.draw", "seat_plan.confirm"];
        assert_eq!(actions, expected, "{engine}");
    }
}

#[tokio::test]
async fn confirmation_gives_everybody_one_number_made_of_their_first_seat() {
    for (engine, db) in testkit::engines().await {
        let house = confirmed(db).await;
        let mut tx = read(&house).await;
        let numbers = arrangement::admission_numbers(&mut tx, &code()).await.unwrap();
        assert_eq!(numbers.len(), 30, "{engine}");
        for (application, number) in &numbers {
            let seats = arrangement::seats_of_application(&mut tx, application).await.unwrap();
            let expected = format!("2100101{:02}{:02}", seats[0].ordinal, seats[0].number);
            assert_eq!(number.as_str(), expected, "{engine}");
            let owner = arrangement::application_by_admission_number(&mut tx, number).await.unwrap();
            assert_eq!(owner.as_ref(), Some(application), "{engine}");
        }
    }
}

#[tokio::test]
async fn rooms_papers_and_forms_are_counted_as_they_are_seated() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let mut tx = read(&house).await;
        let sittings = arrangement::sittings(&mut tx, &code()).await.unwrap();
        let rooms = arrangement::room_uses(&mut tx, &code()).await.unwrap();
        let sites = arrangement::sitting_sites(&mut tx, &code()).await.unwrap();
        assert_eq!((sittings.len(), rooms.len(), sites.len()), (4, 4, 4), "{engine}");
        assert_eq!(rooms.iter().map(|room| room.ordinal).collect::<Vec<_>>(), [1, 2, 3, 4], "{engine}");
        assert_eq!(sittings.iter().map(|one| one.papers.len()).sum::<usize>(), 2 + 1 + 3 + 1, "{engine}");
        let figures = arrangement::site_figures(&mut tx, &code()).await.unwrap();
        let counted: Vec<_> =
            figures.iter().map(|one| (one.rooms, one.rooms_least, one.rooms_mixed)).collect();
        // At computers and at the workplaces several levels share a room.
        assert_eq!(counted, [(4, 4, 2)], "{engine}");

        let mut of_paper: BTreeMap<(String, String), i64> = BTreeMap::new();
        for row in arrangement::room_papers(&mut tx, &code(), None).await.unwrap() {
            let room = rooms.iter().find(|room| room.id == row.room_use_id).unwrap();
            let sitting = arrangement::sitting(&mut tx, &room.sitting_id).await.unwrap().unwrap();
            if sitting.component_kind == scheme::ComponentKind::Theory {
                assert!(["A", "B"].contains(&row.form_letter.as_str()), "{engine}");
                *of_paper
                    .entry((row.occupation_code.to_string(), row.level_code.to_string()))
                    .or_default() += row.count;
            } else {
                assert_eq!(row.form_letter, "", "{engine}");
            }
        }
        for (occupation, level, count) in GROUPS {
            let counted = of_paper[&(occupation.to_owned(), level.to_owned())];
            assert_eq!(counted, i64::try_from(count).unwrap(), "{engine} {occupation} {level}");
        }
        for sitting in &sittings {
            let seats = arrangement::seats_of_sitting(&mut tx, &sitting.id).await.unwrap();
            let mut by_room = 0;
            for room in rooms.iter().filter(|room| room.sitting_id == sitting.id) {
                by_room += arrangement::seats_of_room(&mut tx, &room.id).await.unwrap().len();
                assert_eq!(
                    arrangement::room_use(&mut tx, &code(), &room.id).await.unwrap().as_ref(),
                    Some(room)
                );
            }
            assert_eq!(seats.len(), by_room, "{engine}");
        }
        let other = BatchCode::parse("2021-02").unwrap();
        assert!(arrangement::room_use(&mut tx, &other, &rooms[0].id).await.unwrap().is_none(), "{engine}");
    }
}

#[tokio::test]
async fn pages_show_the_plan_to_readers_and_names_to_the_officer_of_the_site_only() {
    for (engine, db) in testkit::engines().await {
        let house = confirmed(db).await;
        let rooms = arrangement::room_uses(&mut read(&house).await, &code()).await.unwrap();
        let seats = arrangement::seats_of_room(&mut read(&house).await, &rooms[0].id).await.unwrap();
        let serial: usize = seats[0].application_id.trim_start_matches("app-").parse().unwrap();
        let room = format!("{PLAN}/rooms/{}", rooms[0].id);
        let officer = staff(Role::ExamOfficer, "/demo/nancheng");
        let plan = house.get(&officer, PLAN).await;
        assert!(plan.status == StatusCode::OK && plan.text().contains(SITE), "{engine}");
        let site = house.get(&officer, SITE).await;
        assert!(site.status == StatusCode::OK && site.text().contains(&room), "{engine}");
        let page = house.get(&officer, &room).await;
        assert_eq!(page.status, StatusCode::OK, "{engine}");
        assert!(page.text().contains(&name(serial)), "{engine}");
        let sheet = house.get(&officer, &format!("{room}/sign-in-sheet.pdf")).await;
        assert!(
            sheet.status == StatusCode::OK && sheet.body.starts_with(b"%PDF"),
            "{engine} {:?}",
            sheet.keys
        );

        // A reader sees the rooms and no door; an officer elsewhere finds nothing.
        let reader = staff(Role::Invigilator, "/demo");
        let site = house.get(&reader, SITE).await;
        assert!(site.status == StatusCode::OK && !site.text().contains(&room), "{engine}");
        let elsewhere = staff(Role::ExamOfficer, "/demo/xicheng");
        assert!(!house.get(&elsewhere, PLAN).await.text().contains(SITE), "{engine}");
        assert_eq!(house.get(&elsewhere, SITE).await.status, StatusCode::NOT_FOUND, "{engine}");
        for stranger in [reader, staff(Role::ExamOfficer, "/demo/xicheng")] {
            assert_eq!(house.get(&stranger, &room).await.status, StatusCode::NOT_FOUND, "{engine}");
            let ticket = format!("/batches/2021-01/tickets/{}.pdf", seats[0].application_id);
            assert_eq!(house.get(&stranger, &ticket).await.status, StatusCode::NOT_FOUND, "{engine}");
        }
        // Only who holds the whole batch draws all of it; nobody confirms or draws elsewhere.
        assert_eq!(house.post(&officer, PLAN, 0).await.status, StatusCode::NOT_FOUND, "{engine}");
        for path in [CONFIRMATION, SITE] {
            assert_eq!(house.post(&elsewhere, path, 2).await.status, StatusCode::NOT_FOUND, "{engine}");
        }
    }
}

#[tokio::test]
async fn a_ticket_is_its_owners_from_the_day_tickets_open_with_or_without_a_photo() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let (owner, other) = (house.candidate(1), house.candidate(2));
        let early = house.get(&owner, "/my/tickets/app-01").await;
        assert_eq!(early.keys, ["seat-plan-not-confirmed"], "{engine}");
        let officer = staff(Role::ExamOfficer, "/demo");
        let staff_early = house.get(&officer, "/batches/2021-01/tickets/app-01.pdf").await;
        assert_eq!(staff_early.keys, ["seat-plan-not-confirmed"], "{engine}");
        confirm(&house).await;

        assert_eq!(house.get(&owner, "/my/tickets/app-01").await.keys, ["ticket-too-early"], "{engine}");
        house.clock.set(at("2021-05-08 00:00"));
        let bare = house.get(&owner, "/my/tickets/app-01").await;
        assert!(bare.status == StatusCode::OK && bare.body.starts_with(b"%PDF"), "{engine} {:?}", bare.keys);
        for stranger in [&other, &officer] {
            assert_eq!(
                house.get(stranger, "/my/tickets/app-01").await.status,
                StatusCode::NOT_FOUND,
                "{engine}"
            );
        }
        // Who is not on the list has no ticket.
        assert_eq!(
            house.get(&house.candidate(99), "/my/tickets/app-99").await.status,
            StatusCode::NOT_FOUND,
            "{engine}"
        );

        let mut tx = house.env.db.write().await.unwrap();
        let (vault, entropy, blobs) = (&house.env.vault, &*house.env.entropy, &house.env.blobs);
        let id = "person-01".into();
        person::keep_photo(&mut tx, vault, entropy, blobs, &id, &portrait(), house.env.now()).await.unwrap();
        tx.commit().await.unwrap();
        let with_photo = house.get(&officer, "/batches/2021-01/tickets/app-01.pdf").await;
        assert!(
            with_photo.status == StatusCode::OK && with_photo.body.starts_with(b"%PDF"),
            "{:?}",
            with_photo.keys
        );
        assert!(with_photo.body.len() > bare.body.len(), "the photo is in it on {engine}");
    }
}

fn portrait() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(50, 70, |x, y| {
        image::Rgb([u8::try_from(x * 5).unwrap(), u8::try_from(y * 3).unwrap(), 90])
    });
    let mut jpeg = Cursor::new(Vec::new());
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
    jpeg.into_inner()
}

#[tokio::test]
async fn the_officer_is_asked_to_draw_and_then_to_confirm() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let mut asked = Vec::new();
        for step in 0..4 {
            let tasks = tasks(&house, &officer).await;
            asked.push(tasks.first().map(|task| task.title.key));
            // The window of the plan is open until 21 May, but five working days must lie before the exam.
            let due: Vec<_> = tasks.iter().map(|task| task.due.unwrap().to_string()).collect();
            assert!(due.iter().all(|day| day == "2021-05-16"), "{due:?} on {engine}");
            match step {
                0 => house.freeze().await,
                1 => {
                    drop(house.post(&officer, PLAN, 0).await);
                    house.work_off().await;
                }
                2 => confirm(&house).await,
                _ => {}
            }
        }
        assert_eq!(
            asked,
            [None, Some("task-seat-plan-draw"), Some("task-seat-plan-confirm"), None],
            "{engine}"
        );
        let reader = staff(Role::Invigilator, "/demo");
        assert!(tasks(&house, &reader).await.is_empty());
    }
}

#[tokio::test]
async fn the_applicants_page_leads_to_the_ticket_when_it_can_be_printed() {
    for (engine, db) in testkit::engines().await {
        let house = confirmed(db).await;
        let mut tx = read(&house).await;
        let seated = registration::application(&mut tx, "app-01").await.unwrap().unwrap();
        let unpaid = registration::application(&mut tx, UNPAID).await.unwrap().unwrap();
        let link = |steps: &[registration::StepLine]| {
            steps.first().map(|step| step.link.as_ref().map(|(_, to)| to.clone()))
        };
        assert_eq!(link(&steps(&house, &mut tx, &seated).await), Some(None), "{engine}");
        house.clock.set(at("2021-05-08 00:00"));
        let lines = steps(&house, &mut tx, &seated).await;
        assert_eq!(link(&lines), Some(Some("/my/tickets/app-01".into())), "{engine}");
        // Without a seat there is no ticket to open, but the day of the exam is known.
        let lines = steps(&house, &mut tx, &unpaid).await;
        assert_eq!(link(&lines), Some(None), "{engine}");
        assert_eq!(lines.last().unwrap().title.key, "step-exam", "{engine}");
    }
}

#[tokio::test]
async fn every_query_prepares_on_both_engines() {
    for (engine, db) in testkit::engines().await {
        for (name, sql) in arrangement::all_queries() {
            let prepared = testkit::prepare(&db, sql).await;
            assert!(prepared.is_ok(), "{name} on {engine}: {prepared:?}");
        }
    }
}
