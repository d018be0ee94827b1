//! A roster is taken in step by step, stands as a whole, and goes on after a crash.
use axum::http::StatusCode;

use crate::house::{Answer, House, ROSTER, column, roster_cells, roster_of, workbook};

/// A roster that was read and confirmed, its import waiting; the address of its preview.
async fn confirmed(house: &House, who: &identity::Subject, roster: &[u8]) -> String {
    let preview = house.upload(who, roster).await;
    let digest = house.get(who, &preview).await.hidden("seen_digest");
    let answer = house.post(who, &format!("{preview}/confirmation"), &[("seen_digest", &digest)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{:?}", answer.keys);
    preview
}

/// The address at which the job of a roster's page is begun again.
fn resumption(page: &Answer) -> String {
    let action = page.body.split("action=\"").find(|rest| rest.starts_with("/jobs/"));
    action
        .and_then(|rest| rest.split('"').next())
        .map(str::to_owned)
        .unwrap_or_else(|| panic!("{}", page.body))
}

#[tokio::test]
async fn nothing_of_a_roster_is_seen_before_all_of_it_stands() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let list = "/batches/2021-01/applications";
        let phone = house.candidate("19900000001");
        for (in_force, seen) in [("NULL", 0), ("1", 30)] {
            let flip = match in_force {
                "NULL" => "UPDATE roster_upload SET in_force_at = NULL",
                _ => "UPDATE roster_upload SET in_force_at = 1",
            };
            house.run(flip, &[]).await;
            assert_eq!(house.applications().await.len(), seen, "{engine}");
            let shown = house.get(&registrar, list).await;
            assert_eq!(shown.body.matches(">徐伟文<").count() > 0, seen > 0, "{engine}");
            let mine = house.get(&phone, "/my").await.body.contains("/my/applications/");
            assert_eq!(mine, seen > 0, "{engine}: the applicant sees what stands");
        }
        assert_eq!(house.number("SELECT COUNT(*) FROM application").await, 30, "{engine}");
    }
}

#[tokio::test]
async fn what_no_longer_fits_in_the_middle_takes_everything_back() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = confirmed(&house, &registrar, &workbook(&roster_of(130))).await;
        // Somebody gets the last serial of the roster at its point, in the second step of the import.
        house.run(
            "INSERT INTO person (id, document_kind, document_index, document_sealed, name_sealed, phone_index,
             phone_sealed, detail_sealed, version, created_at)
             VALUES ('other', '', 'other', '', '', 'other', '', '', 1, 0)",
            &[],
        )
        .await;
        let point = roster_cells()[1][column("报名单位")].clone();
        house.run(
            "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code, clause_number,
             clause_text, point_path, exam_kind, prior_certificate_sealed, education, major, diploma_sealed, source,
             particulars_sealed, status, origin, submitted_at, version)
             SELECT 'other', batch_code, 130, 'other', '4-07-03-04', '3', '', '', point_path, 'first', '', '', '', '',
             '', '', 'submitted', 'self', 0, 1 FROM batch_point WHERE point_zh = $1",
            &[&point],
        )
        .await;
        house.work_off().await;
        let page = house.get(&registrar, &preview).await;
        assert!(page.body.contains("已全部撤回"), "{engine}: {}", page.body);
        assert_eq!(
            house.number("SELECT COUNT(*) FROM application").await,
            1,
            "{engine}: nothing is left over"
        );
        assert_eq!(house.number("SELECT COUNT(*) FROM person").await, 1, "{engine}: and nobody");
        let noted = "SELECT COUNT(*) FROM trail_entry WHERE action = 'roster.take-back'";
        assert_eq!(house.number(noted).await, 1, "{engine}");
        let submitted = "SELECT COUNT(*) FROM trail_entry WHERE action = 'application.submit'";
        assert_eq!(house.number(submitted).await, 100, "{engine}: what was begun stays in the trail");
        house.post(&registrar, &format!("{preview}/check"), &[]).await;
        house.work_off().await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [129, 0, 0, 1], "{engine}");
        assert_eq!(page.rows()[0][..2], ["131", "序号"], "{engine}");
    }
}

#[tokio::test]
async fn an_import_that_broke_off_goes_on_where_it_was() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = confirmed(&house, &registrar, &workbook(&roster_of(130))).await;
        // The second step cannot read its rows, as on a bad disk.
        house.run("UPDATE roster_row SET cells_sealed = 'x' || cells_sealed WHERE row_no = 131", &[]).await;
        house.work_off().await;
        let page = house.get(&registrar, "/jobs?status=failed").await;
        assert!(page.body.contains("导入花名册"), "{engine}");
        assert_eq!(
            house.number("SELECT COUNT(*) FROM application").await,
            100,
            "{engine}: what was done is kept"
        );
        assert!(house.applications().await.is_empty(), "{engine}: and not seen");
        house
            .run("UPDATE roster_row SET cells_sealed = SUBSTR(cells_sealed, 2) WHERE row_no = 131", &[])
            .await;
        let page = house.get(&registrar, &preview).await;
        let again = house.post(&registrar, &resumption(&page), &[]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{engine}: {:?}", again.keys);
        house.work_off().await;
        let serials: Vec<i64> = house.applications().await.iter().map(|row| row.serial).collect();
        assert_eq!(serials, (1..=130).collect::<Vec<i64>>(), "{engine}");
        let submitted = "SELECT COUNT(*) FROM trail_entry WHERE action = 'application.submit'";
        assert_eq!(house.number(submitted).await, 130, "{engine}: nobody was written twice");
    }
}

#[tokio::test]
async fn a_cancelled_import_leaves_nothing_and_the_roster_may_be_confirmed_again() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = confirmed(&house, &registrar, ROSTER).await;
        let busy = house.get(&registrar, &preview).await;
        assert!(busy.body.contains("hx-trigger"), "{engine}: the page follows the work");
        let meanwhile = house.post(&registrar, &format!("{preview}/check"), &[]).await;
        assert_eq!(meanwhile.keys, ["roster-confirmed-before"], "{engine}");
        house.post(&registrar, &resumption(&busy), &[]).await;
        house.work_off().await;
        assert_eq!(house.number("SELECT COUNT(*) FROM application").await, 0, "{engine}");
        house.post(&registrar, &format!("{preview}/check"), &[]).await;
        house.work_off().await;
        let page = house.get(&registrar, &preview).await;
        house.confirm(&registrar, &preview, &page).await;
        assert_eq!(house.applications().await.len(), 30, "{engine}");
    }
}

#[tokio::test]
async fn an_import_that_was_taken_back_is_not_begun_again_past_a_new_confirmation() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = confirmed(&house, &registrar, ROSTER).await;
        let busy = house.get(&registrar, &preview).await;
        house.post(&registrar, &resumption(&busy), &[]).await;
        house.work_off().await;
        // As it stands, nobody has confirmed it.
        let stopped = house.get(&registrar, &preview).await;
        let again = resumption(&stopped);
        assert!(again.ends_with("/resumption"), "{engine}: {again}");
        house.post(&registrar, &again, &[]).await;
        house.work_off().await;
        assert_eq!(house.number("SELECT COUNT(*) FROM application").await, 0, "{engine}");
        let outcome = "SELECT COUNT(*) FROM job WHERE status = 'failed' AND outcome = 'roster-not-checked'";
        assert_eq!(house.number(outcome).await, 1, "{engine}");
        // Once a later job has the roster, the earlier one has no say, nor does its taking back.
        house.post(&registrar, &format!("{preview}/check"), &[]).await;
        house.work_off().await;
        house.post(&registrar, &again, &[]).await;
        house.work_off().await;
        let later =
            "SELECT COUNT(*) FROM job WHERE status = 'failed' AND outcome = 'roster-outcome-superseded'";
        assert_eq!(house.number(later).await, 1, "{engine}");
        let page = house.get(&registrar, &preview).await;
        house.confirm(&registrar, &preview, &page).await;
        assert_eq!(house.applications().await.len(), 30, "{engine}: the check still counts");
    }
}

#[tokio::test]
async fn a_row_is_mended_in_place_and_checked_again_before_anything_is_confirmed() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let right = roster_cells();
        let mut cells = right.clone();
        cells[1][column("证件号码")] = "999824199607135424".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let shown = house.get(&registrar, &preview).await;
        let address = format!("{preview}/rows/2");
        assert!(
            shown.body.contains(&format!("{address}#document")),
            "{engine}: the mistake leads to its field"
        );
        let form = house.get(&registrar, &address).await;
        assert!(
            form.body.contains("value=\"999824199607135424\""),
            "{engine}: what stands there is shown in full"
        );
        let columns = columns();
        let mut fields: Vec<(&str, &str)> =
            columns.iter().zip(&cells[1]).map(|(code, text)| (code.as_str(), text.as_str())).collect();
        let again = house.post(&registrar, &address, &fields).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: it is still wrong");
        fields[column("证件号码")].1 = &right[1][column("证件号码")];
        let other = house.registrar("other", "/demo").await;
        for path in [&address, &format!("{preview}/annotated")] {
            assert_eq!(house.get(&other, path).await.status, StatusCode::NOT_FOUND, "{engine}: {path}");
        }
        assert_eq!(house.post(&other, &address, &fields).await.status, StatusCode::NOT_FOUND, "{engine}");
        let mended = house.post(&registrar, &address, &fields).await;
        assert_eq!(mended.status, StatusCode::SEE_OTHER, "{engine}: {:?}", mended.keys);
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [29, 0, 0, 0, 1], "{engine}: it waits");
        let early = house.post(&registrar, &format!("{preview}/confirmation"), &[("seen_digest", "")]).await;
        assert_eq!(early.keys, ["roster-not-checked"], "{engine}");
        house.post(&registrar, &format!("{preview}/check"), &[]).await;
        house.work_off().await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [30, 0, 0, 0], "{engine}");
        house.confirm(&registrar, &preview, &page).await;
        assert_eq!(house.applications().await.len(), 30, "{engine}");
        let late = house.post(&registrar, &address, &fields).await;
        assert_eq!(late.keys, ["roster-confirmed-before"], "{engine}");
        let named = "SELECT COUNT(*) FROM trail_entry WHERE action = 'roster.mend'";
        assert_eq!(house.number(named).await, 1, "{engine}");
    }
}

/// Codes of the template's fields, in its order.
fn columns() -> Vec<String> {
    let template = include_str!("../../../../../data/registration/template-33.json");
    let read: serde_json::Value = serde_json::from_str(template).unwrap();
    let columns = read["columns"].as_array().unwrap();
    columns.iter().map(|column| column["field"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_annotated_roster_says_what_is_wrong_and_may_be_handed_in_again() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let mut cells = roster_cells();
        cells[1][column("证件号码")] = "999824199607135424".into();
        cells[2][column("姓名")] = "=HYPERLINK(\"x\")".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let file = house.get(&registrar, &format!("{preview}/annotated")).await;
        assert_eq!(file.status, StatusCode::OK, "{engine}");
        let read = crate::house::cells_of(&file.bytes);
        assert_eq!(read[0].last().unwrap(), "问题说明", "{engine}");
        assert!(
            read[1].last().unwrap().contains("证件号码") && read[2].last().unwrap().contains("公式"),
            "{engine}"
        );
        assert!(
            read[3].len() < read[0].len() || read[3].last().unwrap().is_empty(),
            "{engine}: the rest is right"
        );
        assert_eq!(read[2][column("姓名")], "=HYPERLINK(\"x\")", "{engine}: as text, not as a formula");
        // The column of remarks is passed over when the file comes back.
        let again = house.upload(&registrar, &file.bytes).await;
        assert_eq!(house.get(&registrar, &again).await.figures(), [28, 0, 0, 2], "{engine}");
    }
}

#[tokio::test]
async fn mistakes_are_narrowed_to_a_column_in_the_address() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let mut cells = roster_cells();
        cells[1][column("证件号码")] = "999824199607135424".into();
        cells[2][column("手机号码")] = "1".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        for (query, rows) in [
            ("", vec!["2", "3"]),
            ("?state=refused&field=phone", vec!["3"]),
            ("?state=refused&field=document", vec!["2"]),
            ("?state=refused&field=name", vec![]),
        ] {
            let page = house.get(&registrar, &format!("{preview}{query}")).await;
            let shown: Vec<String> = page.rows().into_iter().map(|row| row[0].clone()).collect();
            assert_eq!(shown, rows, "{engine}: {query}");
        }
        let new = house.get(&registrar, &format!("{preview}?state=new")).await;
        assert_eq!(new.rows().len(), 28, "{engine}");
    }
}
