//! What a roster cannot do to people who acted on their own, and what is not shown of them.
use axum::http::StatusCode;

use crate::{
    apply::{self, PHONE},
    house::{House, ROSTER, column, roster_cells, workbook},
};

/// The demo roster with one more row: the person of `apply::form` for labour relations, under this
/// serial and with this phone.
fn with_guest(serial: &str, phone: &str) -> Vec<u8> {
    let mut cells = roster_cells();
    let mut guest = cells[17].clone();
    for (name, text) in [
        ("序号", serial),
        ("姓名", "欧阳测试"),
        ("证件号码", "99010119900307645X"),
        ("性别", "男"),
        ("出生日期", "1990-03-07"),
        ("手机号码", phone),
        ("报名单位", "南城市报名点"),
    ] {
        guest[column(name)] = text.to_owned();
    }
    cells.push(guest);
    workbook(&cells)
}

#[tokio::test]
async fn a_roster_takes_nobodys_account_over_by_another_phone() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let me = house.candidate(PHONE);
        let mine = apply::apply(&house, &me).await;
        let preview = house.upload(&registrar, &with_guest("32", "19900000099")).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [30, 0, 0, 1], "{engine}");
        let rows = page.rows();
        let wrong = rows.iter().find(|row| row[0] == "32").unwrap();
        assert_eq!(wrong[1], "手机号码", "{engine}: {wrong:?}");
        let stranger = house.candidate("19900000099");
        let address = format!("/my/applications/{}", mine.id);
        assert_eq!(house.get(&stranger, &address).await.status, StatusCode::NOT_FOUND, "{engine}");
        // With the phone that is registered the same row is welcome.
        let preview = house.upload(&registrar, &with_guest("32", PHONE)).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [31, 0, 0, 0], "{engine}");
    }
}

#[tokio::test]
async fn a_roster_handed_in_again_does_not_undo_a_withdrawal() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let first = house.applications().await.remove(0);
        let me = house.candidate("19900000001");
        let address = format!("/my/applications/{}/withdrawal", first.id);
        let done = house.post(&me, &address, &[("seen_version", "1"), ("sure", "yes")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {:?}", done.keys);
        let before = house.applications().await;
        let preview = house.upload(&registrar, ROSTER).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [0, 29, 0, 1], "{engine}");
        assert!(page.body.contains("本人已撤回"), "{engine}");
        let fields = [("seen_digest", "")];
        let refused = house.post(&registrar, &format!("{preview}/confirmation"), &fields).await;
        assert_eq!(refused.keys, ["roster-wrong-rows"], "{engine}");
        assert_eq!(house.applications().await, before, "{engine}");
    }
}

#[tokio::test]
async fn a_serial_belongs_to_one_person_of_a_registration_point() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let here = house
            .applications()
            .await
            .into_iter()
            .find(|row| row.point_path.as_str() == "/demo/nancheng/point");
        let taken = here.unwrap().serial.to_string();
        let guest = with_guest(&taken, PHONE);
        let preview = house.upload(&registrar, &guest).await;
        let page = house.get(&registrar, &preview).await;
        let rows = page.rows();
        let wrong = rows.iter().find(|row| row[0] == "32").unwrap();
        assert_eq!(wrong[1], "序号", "{engine}: {wrong:?}");
        // A nought in front does not make another serial of it.
        let mut cells = roster_cells();
        cells[2][column("序号")] = "01".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        assert!(house.get(&registrar, &preview).await.body.contains("第 2 行已用"), "{engine}");
    }
}

#[tokio::test]
async fn somebody_with_two_applications_stands_in_both_rows_of_the_list() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let me = house.candidate(PHONE);
        apply::apply(&house, &me).await;
        house.import(&registrar, &with_guest("32", PHONE), 31, 0).await;
        let page = house.get(&registrar, "/batches/2021-01/applications?size=100").await;
        assert_eq!(page.body.matches("欧阳测试</a>").count(), 2, "{engine}");
    }
}

#[tokio::test]
async fn a_clause_may_be_numbered_in_brackets_of_either_width() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let mut cells = roster_cells();
        let clause = &mut cells[1][column("申报条件")];
        *clause = clause.replace('(', "\u{ff08}").replace(')', "\u{ff09}");
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [30, 0, 0, 0], "{engine}");
    }
}

#[tokio::test]
async fn the_template_to_download_is_a_heading_the_import_takes() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let file = house.get(&registrar, "/batches/2021-01/roster/template").await;
        assert_eq!(file.status, StatusCode::OK, "{engine}");
        let preview = house.upload(&registrar, &file.bytes).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [0, 0, 0, 0], "{engine}: the heading is right, there is no row");
    }
}
