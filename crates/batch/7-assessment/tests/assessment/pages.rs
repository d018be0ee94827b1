//! Who sees what: the pages.
use axum::http::StatusCode;
use identity::Role;

use crate::fixture::{House, after, batches};

/// A figure that stands nowhere else on any page.
const CANARY: &str = "73.37";

const PAGES: [(&str, Role, &str); 16] = [
    ("examiner2", Role::Examiner, "/batches/T-1/scores/practical/rooms/u3"),
    ("examiner2", Role::Examiner, "/batches/T-1/scores/practical"),
    ("examiner2", Role::Examiner, "/batches/T-1/scores/practical/rooms/u3?show=sealed"),
    ("examiner2", Role::Examiner, "/batches/T-1/scores"),
    ("panel1", Role::PanelMember, "/batches/T-1/scores"),
    ("panel1", Role::PanelMember, "/batches/T-1/scores/panel"),
    ("clerk1", Role::ScoreClerk, "/batches/T-1/scores"),
    ("clerk2", Role::ScoreClerk, "/batches/T-1/scores/entries/rooms/u2"),
    ("clerk2", Role::ScoreClerk, "/batches/T-1/scores/entries/rooms/u2?show=sealed"),
    ("clerk3", Role::ScoreClerk, "/batches/T-1/scores/entries/rooms/u2"),
    ("clerk2", Role::ScoreClerk, "/batches/T-1/scores/entries"),
    ("clerk2", Role::ScoreClerk, "/batches/T-1/scores/entries/differences"),
    ("clerk3", Role::ScoreClerk, "/batches/T-1/scores/entries/differences"),
    ("province1", Role::Province, "/batches/T-1/scores"),
    ("auditor1", Role::Auditor, "/batches/T-1/scores"),
    ("examiner1", Role::Registrar, "/batches/T-1/scores"),
];

#[tokio::test]
async fn no_page_shows_anybody_elses_figure() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let practical = "/batches/T-1/scores/practical/rooms/u3";
        let entries = "/batches/T-1/scores/entries/rooms/u2";
        let sheet = [("score-2101001", CANARY)];
        house.post("examiner1", Role::Examiner, practical, &sheet).await;
        house.post("clerk1", Role::ScoreClerk, entries, &[("score-2101004", CANARY)]).await;
        // Its owner sees it: the canary is on the page where it belongs.
        let (_, own) = house.get("examiner1", Role::Examiner, &format!("{practical}?show=sealed")).await;
        assert!(own.contains(CANARY), "{engine}: {own}");
        let (_, own) = house.get("clerk1", Role::ScoreClerk, &format!("{entries}?show=sealed")).await;
        assert!(own.contains(CANARY), "{engine}: {own}");
        nobody_else_sees(engine, &house).await;
        // Once the two entries differ, the other clerk still does not see it; nor in a refused form.
        house.post("clerk2", Role::ScoreClerk, entries, &[("score-2101004", "11")]).await;
        nobody_else_sees(engine, &house).await;
        let wrong = [("score-2101001", "x")];
        let (status, body) = house.post("examiner2", Role::Examiner, practical, &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(!body.contains(CANARY), "{engine}");
        // Nor does a reader of the trail.
        assert_eq!(house.trail_tells(&[CANARY, "7337"]).await, 0, "{engine}");
        assert!(house.trail_tells(&["room"]).await > 0, "{engine}");
    }
}

async fn nobody_else_sees(engine: &str, house: &House) {
    for (who, role, path) in PAGES {
        let (status, body) = house.get(who, role, path).await;
        assert_eq!(status, StatusCode::OK, "{engine} {who} {path}: {body}");
        assert!(!body.contains(CANARY), "{engine} {who} {path}");
    }
}

#[tokio::test]
async fn sheets_name_candidates_by_number_only_and_belong_to_their_duty() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let (_, sheet) =
            house.get("examiner1", Role::Examiner, "/batches/T-1/scores/practical/rooms/u3").await;
        assert!(sheet.contains("2101001") && !sheet.contains("person-a1"), "{engine}: {sheet}");
        for (who, role, path) in [
            ("clerk1", Role::ScoreClerk, "/batches/T-1/scores/practical"),
            ("examiner1", Role::Examiner, "/batches/T-1/scores/panel"),
            ("examiner1", Role::Examiner, "/batches/T-1/scores/entries/rooms/u2"),
            ("clerk1", Role::ScoreClerk, "/batches/T-1/scores/entries/rooms/u4"),
            ("examiner1", Role::Examiner, "/batches/T-1/scores/practical/rooms/u2"),
            ("clerk1", Role::Administrator, "/batches/T-1/scores"),
        ] {
            let (status, _) = house.get(who, role, path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{engine} {who} {path}");
        }
    }
}
