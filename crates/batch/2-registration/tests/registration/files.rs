//! What a roster may come as, and files that are none.
use std::io::{Cursor, Write as _};

use axum::http::StatusCode;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use crate::house::{House, ROSTER, column, roster_cells, workbook};

/// The roster as a table in text.
fn table(cells: &[Vec<String>]) -> String {
    let cell = |text: &String| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(cell).collect::<Vec<_>>().join(",");
    cells.iter().map(line).collect::<Vec<_>>().join("\r\n")
}

/// The roster as the program of an office wrote it, changed by `change`.
fn book(change: impl Fn(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(&roster_cells()) {
        for (place, text) in (0_u16..).zip(cells) {
            sheet.write_string(row, place, text).unwrap();
        }
    }
    change(&mut book);
    book.save_to_buffer().unwrap()
}

fn zipped(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_roster_saved_as_text_in_any_usual_encoding_simply_works() {
    let text = table(&roster_cells());
    let (gb, _, lost) = encoding_rs::GB18030.encode(&text);
    assert!(!lost);
    let marked = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        for (name, file) in [("gb.csv", gb.as_ref()), ("utf8.csv", &marked), ("plain.txt", text.as_bytes())] {
            let preview = house.upload(&registrar, file).await;
            assert_eq!(house.get(&registrar, &preview).await.figures(), [30, 0, 0, 0], "{engine}: {name}");
        }
        house.import(&registrar, &gb, 30, 0).await;
        // The same people in a workbook are the same.
        house.import(&registrar, ROSTER, 0, 0).await;
    }
}

#[tokio::test]
async fn what_is_no_roster_is_refused_by_what_it_is_and_not_by_its_name() {
    let compound = |stream: &str| {
        let name: Vec<u8> = stream.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".as_slice(), &[0; 600], &name].concat()
    };
    let bomb = zipped(&[("xl/worksheets/sheet1.xml", &vec![b' '; 24 << 20])]);
    assert!(bomb.len() < 200_000, "a small file");
    let program = [b"MZ\x90\x00".as_slice(), &[7; 5000], b"xl/workbook.xml"].concat();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a renamed executable", program, "roster-not-xlsx"),
        ("another zip", zipped(&[("1.jpg", b"no picture")]), "roster-not-xlsx"),
        ("a zip bomb", bomb, "roster-unpacks"),
        ("an encrypted workbook", compound("EncryptedPackage"), "roster-encrypted"),
        ("an old workbook", compound("Workbook"), "roster-old-xls"),
        ("an empty sheet", book_of_nothing(), "roster-empty"),
        ("text in no known encoding", b"a,b\n\x81\x20\xFF".to_vec(), "roster-encoding"),
        (
            "merged cells",
            book(|book| {
                let sheet = book.worksheet_from_index(0).unwrap();
                sheet.merge_range(4, 2, 5, 2, "x", &Format::new()).unwrap();
            }),
            "roster-merged",
        ),
        (
            "two sheets",
            book(|book| {
                book.add_worksheet().write_string(0, 0, "x").unwrap();
            }),
            "roster-many-sheets",
        ),
    ];
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        for (name, file, key) in &cases {
            let answer = house.send_file(&registrar, "/batches/2021-01/roster", "file", "r.xlsx", file).await;
            assert_eq!(answer.keys, [*key], "{engine}: {name}");
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: {name}");
        }
        assert_eq!(house.number("SELECT COUNT(*) FROM roster_upload").await, 0, "{engine}: none is kept");
    }
}

fn book_of_nothing() -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "  ").unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn hidden_sheets_and_empty_ones_are_passed_over() {
    let file = {
        let mut book = Workbook::new();
        let hidden = book.add_worksheet();
        hidden.write_string(0, 0, "居民身份证").unwrap();
        hidden.set_hidden(true);
        book.add_worksheet().set_active(true);
        let sheet = book.add_worksheet();
        for (row, cells) in (0_u32..).zip(&roster_cells()) {
            for (place, text) in (0_u16..).zip(cells) {
                sheet.write_string(row, place, text).unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    };
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &file).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [30, 0, 0, 0], "{engine}");
    }
}

#[tokio::test]
async fn a_heading_that_was_moved_is_one_mistake_with_its_cure() {
    let right = roster_cells();
    let mut below = vec![vec!["2021 年上半年报名汇总表".to_owned()], vec![]];
    below.extend(right.clone());
    let aside: Vec<Vec<String>> =
        right.iter().map(|row| [vec![String::new(); 2], row.clone()].concat()).collect();
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        for (file, expected, cure) in
            [(&below, "现在第 3 行", "删除列名上方"), (&aside, "多出 2 个空列", "删除左边")]
        {
            let preview = house.upload(&registrar, &workbook(file)).await;
            let rows = house.get(&registrar, &preview).await.rows();
            assert_eq!(rows.len(), 1, "{engine}: {rows:?}");
            assert!(rows[0][3].contains(expected) && rows[0][4].contains(cure), "{engine}: {rows:?}");
        }
    }
}

#[tokio::test]
async fn days_kept_as_numbers_and_full_width_digits_are_read_for_what_they_mean() {
    let right = roster_cells();
    let mut cells = right.clone();
    // 2013-09-01 as a spreadsheet counts it; days and numbers in full width.
    cells[1][column("参加工作时间")] = "NUMBER 41518".into();
    let wide = |text: &str| -> String {
        let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap();
        text.chars().map(|c| if c.is_ascii_graphic() { wide(c) } else { c }).collect()
    };
    for name in ["证件号码", "手机号码", "序号", "参加工作时间"] {
        cells[2][column(name)] = wide(&right[2][column(name)]);
    }
    // A year is no day, and a long number is no quantity.
    cells[3][column("参加工作时间")] = "NUMBER 2013".into();
    cells[4][column("证件号码")] = "9.99824E+17".into();
    let dated = book(|book| {
        let day = ExcelDateTime::from_ymd(2013, 9, 1).unwrap();
        let format = Format::new().set_num_format("yyyy/m/d");
        let place = u16::try_from(column("参加工作时间")).unwrap();
        book.worksheet_from_index(0).unwrap().write_datetime_with_format(1, place, &day, &format).unwrap();
    });
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [28, 0, 0, 2], "{engine}: {:?}", page.rows());
        let rows = page.rows();
        assert_eq!((rows[0][0].as_str(), rows[0][1].as_str()), ("4", "参加工作时间"), "{engine}");
        assert!(rows[0][3].contains("实际存在的日期"), "{engine}: {rows:?}");
        assert_eq!((rows[1][0].as_str(), rows[1][1].as_str()), ("5", "证件号码"), "{engine}");
        assert!(rows[1][3].contains("文本格式"), "{engine}: {rows:?}");
        cells[3] = right[3].clone();
        cells[4] = right[4].clone();
        house.import(&registrar, &workbook(&cells), 30, 0).await;
        let stands = house.applications().await;
        assert_eq!(stands[0].work_started_on.unwrap().to_string(), "2013-09-01", "{engine}");
        // Written as a date, it is the same day; all else of the second row is as it was in plain digits.
        house.import(&registrar, &dated, 0, 0).await;
        cells[3][column("参加工作时间")] = "NUMBER 2013".into();
        cells[4][column("证件号码")] = "9.99824E+17".into();
    }
}

#[tokio::test]
async fn how_large_a_roster_may_be_is_a_figure_in_force() {
    let mut cells = roster_cells();
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let figure =
            "INSERT INTO registration_figure VALUES ('roster_rows', 29, '', '', '2021-04-01', NULL, 'test')";
        house.run(figure, &[]).await;
        let page = house.get(&registrar, "/batches/2021-01/roster").await;
        assert!(page.body.contains("最多 29 行、48 MB"), "{engine}: {}", page.body);
        let over = house.send_file(&registrar, "/batches/2021-01/roster", "file", "r.xlsx", ROSTER).await;
        assert_eq!(over.keys, ["roster-too-many-rows"], "{engine}");
        cells.truncate(30);
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [29, 0, 0, 0], "{engine}");
        // Later the figure is another one.
        house.run("UPDATE registration_figure SET valid_to = '2021-04-11' WHERE value = 29", &[]).await;
        let preview = house.upload(&registrar, ROSTER).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [30, 0, 0, 0], "{engine}");
        house.run("UPDATE registration_figure SET value = 0 WHERE code = 'roster_megabytes'", &[]).await;
        let over = house.send_file(&registrar, "/batches/2021-01/roster", "file", "r.xlsx", ROSTER).await;
        assert_eq!(over.keys, ["roster-too-large"], "{engine}");
    }
}
