//! One contract test per store function, on both engines.
#![expect(clippy::unwrap_used, reason = "a fixture that fails stops the test")]
use kernel::OrgPath;
use store::{Db, Tx};
use venue::{Blocked, Room, RoomKind, SeedError, SeedFiles, Site, capacity};

const SEED: SeedFiles<'static> = SeedFiles {
    sites: include_str!("../../../../data/venue/sites.csv"),
    rooms: include_str!("../../../../data/venue/rooms.csv"),
};
const ORGANISATIONS: organisation::SeedFiles<'static> = organisation::SeedFiles {
    organisations: include_str!("../../../../data/organisation/organisations.csv"),
    filings: include_str!("../../../../data/organisation/filings.csv"),
    scopes: include_str!("../../../../data/organisation/filing-scopes.csv"),
};

async fn seeded(db: &Db) -> Tx {
    let mut tx = db.write().await.unwrap();
    organisation::seed(&mut tx, &ORGANISATIONS).await.unwrap();
    venue::seed(&mut tx, &SEED).await.unwrap();
    tx
}

fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

#[tokio::test]
async fn seeding_again_changes_nothing_and_needs_the_organisations() {
    for (engine, db) in testkit::engines().await {
        let mut tx = db.write().await.unwrap();
        let early = venue::seed(&mut tx, &SEED).await.unwrap_err();
        assert!(matches!(early, SeedError::UnknownOrganisation(_)), "{engine}: {early}");
        drop(tx);
        let mut tx = seeded(&db).await;
        let id = "room-nancheng-01".into();
        let room = venue::room(&mut tx, &id).await.unwrap().unwrap();
        assert!(venue::block_places(&mut tx, &room, Blocked::parse("3").unwrap()).await.unwrap());
        assert_eq!(venue::seed(&mut tx, &SEED).await.unwrap(), 0, "{engine}");
        let room = venue::room(&mut tx, &id).await.unwrap().unwrap();
        assert_eq!(room.blocked.text(), "3", "what was changed since stays on {engine}");
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn a_site_is_found_by_id_and_under_its_organisations() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let site = venue::site(&mut tx, &"site-nancheng".into()).await.unwrap().unwrap();
        assert_eq!(site.name_zh, "南城考点", "{engine}");
        assert_eq!(venue::site(&mut tx, &"none".into()).await.unwrap(), None, "{engine}");
        for (above, count) in [
            ("/demo", 14),
            ("/demo/nancheng", 1),
            ("/demo/nancheng/site", 1),
            ("/demo/nan", 0),
            ("/demo/jiangcheng", 2),
        ] {
            let found = venue::sites_within(&mut tx, &path(above)).await.unwrap();
            assert_eq!(found.len(), count, "{above} on {engine}");
        }
    }
}

#[tokio::test]
async fn a_site_is_added_once_and_its_code_is_its_own() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let first = venue::site(&mut tx, &"site-nancheng".into()).await.unwrap().unwrap();
        let second = Site { id: "second".into(), code: "00".into(), ..first.clone() };
        assert!(venue::add_site(&mut tx, &second).await.unwrap(), "{engine}");
        let double = Site { id: "third".into(), ..second.clone() };
        assert!(!venue::add_site(&mut tx, &double).await.unwrap(), "{engine}");
        let sites = venue::sites(&mut tx).await.unwrap();
        assert_eq!((sites.len(), &sites[..2]), (15, &[second, first][..]), "by code on {engine}");
    }
}

#[tokio::test]
async fn the_demo_site_seats_the_thirty() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let rooms = venue::rooms(&mut tx, &"site-nancheng".into()).await.unwrap();
        assert_eq!(rooms.len(), 71, "{engine}");
        let rooms = &rooms[..3];
        let kinds: Vec<RoomKind> = rooms.iter().map(|room| room.kind).collect();
        assert_eq!(kinds, [RoomKind::Computer, RoomKind::Paper, RoomKind::Practical], "{engine}");
        let seats: Vec<usize> = rooms.iter().map(capacity).collect();
        assert_eq!(seats, [24, 29, 30], "{engine}");
        assert!(seats[0] >= 14 + 5, "both levels of one occupation share the computer room");
        let found = venue::room(&mut tx, &rooms[1].id).await.unwrap();
        assert_eq!(found.as_ref(), Some(&rooms[1]), "{engine}");
    }
}

#[tokio::test]
async fn a_room_is_added_once_and_every_kind_is_one_the_table_knows() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let base = venue::room(&mut tx, &"room-nancheng-02".into()).await.unwrap().unwrap();
        for kind in RoomKind::ALL {
            let name = format!("{kind:?}");
            let room = Room { id: name.as_str().into(), code: name, kind, ..base.clone() };
            assert!(venue::add_room(&mut tx, &room).await.unwrap(), "{engine}: {kind:?}");
            assert!(!venue::add_room(&mut tx, &room).await.unwrap(), "{engine}: {kind:?}");
            assert_eq!(venue::room(&mut tx, &room.id).await.unwrap(), Some(room), "{engine}");
        }
        let flat = Room { id: "flat".into(), code: "flat".into(), row_count: 0, ..base };
        assert!(venue::add_room(&mut tx, &flat).await.is_err(), "{engine}");
    }
}

#[tokio::test]
async fn places_are_blocked_only_by_who_saw_the_last_change() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let id = "room-nancheng-01".into();
        let seen = venue::room(&mut tx, &id).await.unwrap().unwrap();
        let places = |text| Blocked::parse(text).unwrap();
        assert!(venue::block_places(&mut tx, &seen, places("3,7")).await.unwrap(), "{engine}");
        assert!(!venue::block_places(&mut tx, &seen, places("5")).await.unwrap(), "{engine}");
        let now = venue::room(&mut tx, &id).await.unwrap().unwrap();
        assert_eq!((now.blocked.text(), capacity(&now)), ("3,7".to_owned(), 22), "{engine}");
        assert!(venue::block_places(&mut tx, &now, places("25")).await.is_err(), "{engine}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    for (engine, db) in testkit::engines().await {
        for (name, statement) in venue::ALL_QUERIES {
            let prepared = testkit::prepare(&db, statement).await;
            prepared.unwrap_or_else(|error| panic!("{name} on {engine}: {error}"));
        }
    }
}

#[tokio::test]
async fn a_site_is_found_by_its_code_and_every_room_is_listed() {
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let site = venue::site_by_code(&mut tx, "01").await.unwrap().unwrap();
        assert_eq!(site.id.as_str(), "site-nancheng", "{engine}");
        assert_eq!(venue::site_by_code(&mut tx, "15").await.unwrap(), None, "{engine}");
        let rooms = venue::all_rooms(&mut tx).await.unwrap();
        assert_eq!(rooms.len(), 476, "{engine}");
        assert!(rooms.iter().all(|room| (24..=80).contains(&capacity(room))), "{engine}");
        let beside = venue::sites_with_rooms(&mut tx).await.unwrap();
        let sites: Vec<Site> = beside.iter().map(|(site, _)| site.clone()).collect();
        assert_eq!(sites, venue::sites(&mut tx).await.unwrap(), "{engine}");
        let mut of_sites: Vec<Room> = beside.into_iter().flat_map(|(_, rooms)| rooms).collect();
        of_sites.sort_by(|one, other| (&one.site_id, &one.code).cmp(&(&other.site_id, &other.code)));
        assert_eq!(of_sites, rooms, "{engine}");
        let grounds = venue::grounds(&mut tx, &path("/demo/nancheng")).await.unwrap();
        assert_eq!(grounds.len(), 1, "{engine}");
        assert_eq!(grounds[0].href, "/sites/01", "{engine}");
        assert!(venue::grounds(&mut tx, &path("/demo/nan")).await.unwrap().is_empty(), "{engine}");
        let (same, rooms) = venue::site_with_rooms(&mut tx, &site.id).await.unwrap().unwrap();
        assert_eq!((&same, rooms.len()), (&site, 71), "{engine}");
        let bare = Site { id: "bare".into(), code: "bare".into(), ..same };
        assert!(venue::add_site(&mut tx, &bare).await.unwrap(), "{engine}");
        let found = venue::site_with_rooms(&mut tx, &bare.id).await.unwrap();
        assert_eq!(found, Some((bare, Vec::new())), "{engine}: without a room");
    }
}
