//! Print packs: everything for one site as one job.
use std::collections::BTreeMap;

use axum::http::StatusCode;
use identity::Role;
use store::on;

use super::{
    SITE, code, confirmed, drawn,
    fixture::{House, staff},
    read,
};

async fn files(house: &House) -> Vec<(String, i64, String, i64, String)> {
    let mut tx = read(house).await;
    on!(&mut tx, |conn| sqlx::query_as(
        "SELECT pack_id, number, kind, people, digest FROM print_file ORDER BY pack_id, number"
    )
    .fetch_all(conn)
    .await)
    .unwrap()
}

#[tokio::test]
async fn a_pack_holds_everybodys_ticket_and_all_paper_of_every_room_sealed() {
    for (engine, db) in testkit::engines().await {
        let house = confirmed(db).await;
        let officer = staff(Role::ExamOfficer, "/demo/nancheng");
        let packs = format!("{SITE}/print-packs");
        for wrong in ["0", "101", "x"] {
            let refused = house.form(&officer, &packs, &format!("people_most={wrong}")).await;
            assert_eq!(refused.keys, ["pack-refused-size"], "{engine}");
        }
        let begun = house.form(&officer, &packs, "people_most=12").await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{engine} {:?}", begun.keys);
        house.work_off().await;
        assert_eq!(house.last_job().await, ("done".into(), "pack-outcome-made".into()), "{engine}");

        // Thirty people, twelve in a file; four sittings.
        let made = files(&house).await;
        let mut kinds: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
        for (_, _, kind, people, _) in &made {
            kinds.entry(kind).or_default().push(*people);
        }
        assert_eq!(kinds["tickets"], [12, 12, 6], "{engine}");
        for kind in ["door_lists", "seat_cards", "sign_in_sheets"] {
            assert_eq!(kinds[kind].iter().sum::<i64>(), 66, "{kind} on {engine}");
        }
        let page = house.get(&officer, SITE).await.text();
        for (pack, number, _, _, digest) in &made {
            let address = format!("/batches/2021-01/seat-plan/print-packs/{pack}/{number}.pdf");
            assert!(page.contains(&address), "{engine}");
            let file = house.get(&officer, &address).await;
            assert!(file.status == StatusCode::OK && file.body.starts_with(b"%PDF"), "{engine} {number}");
            // On disk it is not a PDF.
            let sealed = house.env.blobs.get(&kernel::Digest::parse(digest).unwrap()).unwrap().unwrap();
            assert!(
                !sealed.starts_with(b"%PDF") && !sealed.windows(4).any(|four| four == b"%PDF"),
                "{engine}"
            );
            for stranger in [staff(Role::ExamOfficer, "/demo/xicheng"), staff(Role::Province, "/demo")] {
                assert_eq!(house.get(&stranger, &address).await.status, StatusCode::NOT_FOUND, "{engine}");
            }
        }
        testkit::proves!(
            "S0-24",
            "sign-in sheets, door lists with the copies of each paper, cards with seat, paper and form"
        );
    }
}

#[tokio::test]
async fn a_pack_that_was_stopped_goes_on_and_one_before_a_move_is_out_of_date() {
    for (engine, db) in testkit::engines().await {
        let house = confirmed(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let packs = format!("{SITE}/print-packs");
        assert_eq!(house.form(&officer, &packs, "people_most=25").await.status, StatusCode::SEE_OTHER);
        house.work_off().await;
        let first = files(&house).await;
        assert_eq!(first.len(), 2 + 3 * 4, "{engine}");
        // As if the machine had stopped after five files.
        let mut tx = house.env.db.write().await.unwrap();
        for statement in [
            "DELETE FROM print_file WHERE number > 5",
            "UPDATE print_pack SET made_at = NULL",
            "UPDATE job SET status = 'waiting', outcome = '' WHERE kind = 'print-pack.make'",
        ] {
            on!(&mut tx, |conn| sqlx::query(statement).execute(conn).await.map(|_| ())).unwrap();
        }
        tx.commit().await.unwrap();
        house.work_off().await;
        let second = files(&house).await;
        assert_eq!(second.len(), first.len(), "{engine}");
        assert_eq!(second[..5], first[..5], "what was there stays on {engine}");

        let seats = arrangement::seats(&mut read(&house).await, &code()).await.unwrap();
        let room = seats.iter().find(|seat| seat.room_code == "01").unwrap();
        let seen = house.site("site-nancheng").await.version;
        let form = format!(
            "seen_version={seen}&seat={}&room={}&number=24&reason=seat_fault",
            room.id, room.room_use_id
        );
        let moved = house.form(&officer, &format!("{SITE}/moves"), &form).await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER, "{engine} {:?}", moved.keys);
        let (pack, number, ..) = &second[0];
        let address = format!("/batches/2021-01/seat-plan/print-packs/{pack}/{number}.pdf");
        assert_eq!(house.get(&officer, &address).await.keys, ["pack-refused-out-of-date"], "{engine}");
        assert!(!house.get(&officer, SITE).await.text().contains(&address), "{engine}");
    }
}

#[tokio::test]
async fn nothing_is_printed_before_the_site_is_confirmed() {
    for (engine, db) in testkit::engines().await {
        let house = drawn(db).await;
        let officer = staff(Role::ExamOfficer, "/demo");
        let early = house.form(&officer, &format!("{SITE}/print-packs"), "people_most=25").await;
        assert_eq!(early.keys, ["seat-plan-not-confirmed"], "{engine}");
    }
}
