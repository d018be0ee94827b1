//! Rosters that cannot be taken in, and what is said about them.
use axum::http::StatusCode;

use crate::house::{House, ROSTER, column, roster_cells, workbook};

/// Row of the sheet, column, what is put there, words of the sentence that must appear.
const WRONG: &[(usize, &str, &str, &str)] = &[
    (2, "证件号码", "999824199607135424", "校验"),
    (3, "出生日期", "1996-05-18", "1996-05-17"),
    (4, "性别", "other sex", "应当一致"),
    (5, "职业工种名称", "茶艺师", "企业人力资源管理师"),
    (6, "认定等级", "一级/高级技师", "三级/高级工"),
    (7, "申报条件", "(9)不存在", "(1)、(2)、(3)"),
    (8, "报名单位", "不存在的报名点", "本批次的报名点"),
    (9, "参加工作时间", "2014-02-30", "实际存在的日期"),
    (10, "参加工作时间", "2021-05-01", "不能晚于 2021-04-30"),
    (11, "手机号码", "1990000001", "11"),
    (12, "姓名", "=HYPERLINK(\"x\")", "公式"),
    (13, "姓名", "", "必填"),
    (14, "专业年限", "FORMULA 3+4", "不能是公式"),
    (15, "证件号码", "NUMBER 996420199003076000", "文本格式"),
    (16, "文化程度", "幼儿园", "博士"),
    (18, "所在单位", "@公司", "不能是公式"),
    (19, "证书编号", "", "必填"),
    (20, "电子邮箱", "nobody", "电子邮箱"),
    (21, "专业年限", "六", "整数"),
    (22, "序号", "20", "第 21 行已用"),
    (23, "证书等级", "九级", "四级/中级工"),
];

#[tokio::test]
async fn every_wrong_cell_is_named_with_its_row_column_and_cure_and_nothing_is_written() {
    let mut cells = roster_cells();
    for (row, name, put, _) in WRONG {
        let cell = &mut cells[row - 1][column(name)];
        *cell = match *put {
            "other sex" => if cell == "男" { "女" } else { "男" }.to_owned(),
            put => put.to_owned(),
        };
    }
    cells[16][column("是否有职业资格证书")] = "否".into();
    // Row 24 is the person of row 25 under another serial.
    for place in 1..cells[0].len() {
        cells[23][place] = cells[24][place].clone();
    }
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        let rows = page.rows();
        for (row, name, _, words) in WRONG {
            let found = rows.iter().find(|cells| cells[0] == row.to_string() && cells[1] == *name);
            let found =
                found.unwrap_or_else(|| panic!("{engine}: row {row} {name} is not listed: {rows:#?}"));
            assert!(found[3].contains(words), "{engine}: row {row} {name}: {found:?}");
            assert!(!found[4].is_empty() && !found[4].starts_with("roster-"), "{engine}: {found:?}");
        }
        let twice = rows.iter().find(|cells| cells[0] == "25" && cells[1] == "证件号码").unwrap();
        assert!(twice[3].contains("第 24 行"), "{engine}: {twice:?}");
        let columns: Vec<&str> =
            rows.iter().filter(|cells| cells[0] == "17").map(|cells| cells[1].as_str()).collect();
        assert_eq!(
            columns,
            ["证书等级", "证书编号", "原证书发证日期"],
            "{engine}: no certificate, and yet one"
        );
        let wrong_id = rows.iter().find(|cells| cells[0] == "2").unwrap();
        assert_eq!(wrong_id[2], "9998**********5424", "{engine}: a number is quoted masked");
        let wrong_rows = i64::try_from(WRONG.len()).unwrap() + 2;
        assert_eq!(page.figures(), [30 - wrong_rows, 0, 0, wrong_rows], "{engine}");
        let confirmation = format!("{preview}/confirmation");
        let refused = house.post(&registrar, &confirmation, &[("seen_digest", "")]).await;
        assert_eq!(refused.keys, ["roster-wrong-rows"], "{engine}");
        assert!(house.applications().await.is_empty(), "{engine}");
    }
}

#[tokio::test]
async fn a_shifted_heading_says_which_column_is_expected_where() {
    let mut cells = roster_cells();
    for row in &mut cells {
        row.remove(3);
    }
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        let first = page.rows().into_iter().next().unwrap();
        assert_eq!(first[..3], ["1", "D", "证件类型"], "{engine}");
        assert!(first[3].contains("申报条件"), "{engine}: {first:?}");
        let refused = house.post(&registrar, &format!("{preview}/confirmation"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
    }
}

#[tokio::test]
async fn the_column_that_was_added_later_may_be_absent() {
    let mut cells = roster_cells();
    for row in &mut cells {
        row.truncate(33);
    }
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [30, 0, 0, 0], "{engine}");
    }
}

#[tokio::test]
async fn what_is_no_roster_is_refused_before_it_is_kept() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let long_row = vec!["x".to_owned(); 100];
        let cases: [(&[u8], &str); 5] = [
            (b"no workbook", "roster-not-xlsx"),
            (&ROSTER[..2000], "roster-not-xlsx"),
            (&workbook(&[]), "roster-empty"),
            (&workbook(&[long_row]), "roster-too-wide"),
            (b"", "registration-no-file"),
        ];
        for (file, key) in cases {
            let answer = house.send_file(&registrar, "/batches/2021-01/roster", "file", "r.xlsx", file).await;
            assert_eq!(answer.keys, [key], "{engine}");
        }
    }
}

#[tokio::test]
async fn somebody_known_by_another_name_is_refused() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let mut cells = roster_cells();
        cells[1][column("姓名")] = "徐伟武".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [0, 29, 0, 1], "{engine}");
        assert!(page.body.contains("已登记的姓名"), "{engine}");
    }
}
