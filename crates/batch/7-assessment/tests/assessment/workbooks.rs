//! Workbooks of figures: two people bring one each, and neither sees the other's.
use axum::http::StatusCode;
use identity::Role;
use store::on;

use crate::fixture::{House, after, batches, run};

const ENTRIES: &str = "/batches/T-1/scores/entries/workbook";
const PRACTICAL: &str = "/batches/T-1/scores/practical/workbook";

async fn rows(house: &House, table: &'static str) -> i64 {
    let mut tx = house.env.db.read().await.unwrap();
    on!(&mut tx, |conn| sqlx::query_scalar(table).fetch_one(conn).await).unwrap()
}

#[tokio::test]
async fn two_workbooks_are_compared_and_what_differs_is_read_again() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let first = [["2101004", "61.5"], ["2101005", "缺考"]];
        let (status, to) = house.bring("clerk1", Role::ScoreClerk, ENTRIES, &first).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {to}");
        assert!(house.sealed().await.is_empty(), "{engine}: one person is not two");
        let second = [["2101004", "73.37"], ["2101005", "缺考"]];
        let (status, other) = house.bring("clerk2", Role::ScoreClerk, ENTRIES, &second).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {other}");
        assert_eq!(house.sealed().await, ["b2 T-lr-3-theory absent"], "{engine}: the two agree");
        // The one that differs is listed by number, with the reader's own figure and nobody else's.
        let list = "/batches/T-1/scores/entries/differences";
        let (_, mine) = house.get("clerk2", Role::ScoreClerk, list).await;
        assert!(
            mine.contains("2101004") && mine.contains("73.37") && !mine.contains("61.5"),
            "{engine}: {mine}"
        );
        let (_, theirs) = house.get("clerk1", Role::ScoreClerk, list).await;
        assert!(theirs.contains("61.5") && !theirs.contains("73.37"), "{engine}: {theirs}");
        let (_, page) = house.get("clerk2", Role::ScoreClerk, &other).await;
        assert!(page.contains("2101004") && page.contains("两人不一致"), "{engine}: {page}");
        for (who, path) in [("clerk1", &other), ("clerk2", &to)] {
            let (status, _) = house.get(who, Role::ScoreClerk, path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: somebody else's workbook");
        }
        // Both read the script again; the sheet and the workbook go together.
        house.bring("clerk1", Role::ScoreClerk, ENTRIES, &[["2101004", "73.37"]]).await;
        let room = "/batches/T-1/scores/entries/rooms/u2";
        house.post("clerk2", Role::ScoreClerk, room, &[("score-2101004", "73.37")]).await;
        let sealed = ["b1 T-lr-3-theory 73.37", "b2 T-lr-3-theory absent"];
        assert_eq!(house.sealed().await, sealed, "{engine}");
        assert_eq!(house.trail_tells(&["73.37", "7337"]).await, 0, "{engine}");
    }
    testkit::proves!(
        "S0-32",
        "scripts are scored by two people whose workbooks are compared; figures that differ are read again, and \
         neither sees the other's"
    );
}

#[tokio::test]
async fn the_same_workbook_again_changes_nothing_and_a_changed_one_is_refused_by_row() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let first = [["2101004", "61.5"], ["2101005", "70"]];
        house.bring("clerk1", Role::ScoreClerk, ENTRIES, &first).await;
        let before = rows(&house, "SELECT COUNT(*) FROM score_entry").await;
        let (status, to) = house.bring("clerk1", Role::ScoreClerk, ENTRIES, &first).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {to}");
        assert_eq!((before, rows(&house, "SELECT COUNT(*) FROM score_entry").await), (2, 2), "{engine}");
        let (status, body) = house.bring("clerk1", Role::ScoreClerk, ENTRIES, &[["2101004", "62"]]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(body.contains("您此前登记的是另一个分数"), "{engine}: {body}");
    }
}

#[tokio::test]
async fn one_wrong_row_and_nothing_is_kept() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        // A number of another part, a number of nobody, a figure that is none, a number twice.
        let wrong = [
            ["2101004", "61.5"],
            ["2101001", "70"],
            ["9999999", "70"],
            ["2101005", "七十"],
            ["2101004", "62"],
        ];
        let (status, body) = house.bring("clerk1", Role::ScoreClerk, ENTRIES, &wrong).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        for named in ["有 4 处错误", "2101001", "9999999", "七十", "与第 2 行的准考证号相同"]
        {
            assert!(body.contains(named), "{engine} {named}: {body}");
        }
        assert_eq!(rows(&house, "SELECT COUNT(*) FROM score_import_row").await, 0, "{engine}");
        assert_eq!(rows(&house, "SELECT COUNT(*) FROM score_entry").await, 0, "{engine}");
        let (status, _) = house.bring("examiner1", Role::Examiner, ENTRIES, &wrong).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: not a clerk");
    }
}

#[tokio::test]
async fn examiners_seal_by_workbook_and_the_last_one_makes_the_score() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        for (examiner, score) in [("examiner1", "70"), ("examiner2", "80"), ("examiner3", "90")] {
            assert!(house.sealed().await.is_empty(), "{engine} before {examiner}");
            let (status, to) = house.bring(examiner, Role::Examiner, PRACTICAL, &[["2101001", score]]).await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: {to}");
        }
        assert_eq!(house.sealed().await, ["a1 T-hr-2-practical 80.00"], "{engine}");
        let (status, to) = house.bring("examiner4", Role::Examiner, PRACTICAL, &[["2101001", "10"]]).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{engine}: complete is passed over: {to}");
        assert_eq!(house.sealed().await, ["a1 T-hr-2-practical 80.00"], "{engine}");
        let (status, body) = house.bring("examiner1", Role::Examiner, PRACTICAL, &[["2101002", "x"]]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {body}");
    }
}

#[tokio::test]
async fn the_sheet_of_a_site_names_nobody_and_a_site_of_others_is_not_found() {
    for (engine, db) in batches().await {
        run(
            &db,
            "INSERT INTO site (id, org_path, code, name_zh, name_en, address)
             VALUES ('far', '/elsewhere', 'F', '远方考点', 'Far site', '')",
        )
        .await;
        let house = House::new(db, after());
        let (status, page) = house.get("clerk1", Role::ScoreClerk, "/batches/T-1/scores/entries").await;
        assert_eq!(status, StatusCode::OK, "{engine}");
        assert!(
            page.contains("/scores/entries/rooms/u2") && page.contains("workbook?site=site"),
            "{engine}: {page}"
        );
        assert!(page.contains("待登记") && page.contains("尚未开始"), "{engine}: {page}");
        let path = "/batches/T-1/scores/entries/workbook?site=site";
        let (status, sheet) = house.bytes("clerk1", Role::ScoreClerk, path).await;
        assert_eq!(status, StatusCode::OK, "{engine}");
        assert!(sheet.starts_with(b"PK"), "{engine}");
        for far in ["far", "nowhere"] {
            let path = format!("/batches/T-1/scores/entries/workbook?site={far}");
            let (status, _) = house.get("clerk1", Role::ScoreClerk, &path).await;
            assert_eq!(status, StatusCode::NOT_FOUND, "{engine}: {far}");
        }
    }
}

#[tokio::test]
async fn a_workbook_whose_job_was_cancelled_goes_on_where_it_stopped() {
    for (engine, db) in batches().await {
        let house = House::new(db, after());
        let rows_of = [["2101004", "61.5"], ["2101005", "70"]];
        house.bring("clerk1", Role::ScoreClerk, ENTRIES, &rows_of).await;
        // As after a cancellation: one row is written down, the other waits, the job stands still.
        run(&house.env.db, "UPDATE score_import_row SET state = 'waiting' WHERE number = '2101005'").await;
        run(&house.env.db, "DELETE FROM score_entry WHERE application_id = 'b2'").await;
        run(&house.env.db, "UPDATE job SET status = 'waiting', worker = NULL, outcome = ''").await;
        house.work_off().await;
        assert_eq!(rows(&house, "SELECT COUNT(*) FROM score_entry").await, 2, "{engine}: each once");
        assert_eq!(
            rows(&house, "SELECT COUNT(*) FROM score_import_row WHERE state = 'entered'").await,
            2,
            "{engine}"
        );
    }
}
