//! Totals by state, occupation, level and city, on the page and as files.
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use identity::Role;
use web::{Lang, axum::http::StatusCode};

use crate::fixture::{Applicant, CODE, HR, House, LR, NANCHENG, XICHENG, staff};

/// Twelve of level 3 in the south (one paid, one accepted, one returned, one withdrawn), two of level
/// 2; in the west eleven labour relations coordinators and one more of level 3.
async fn people(house: &House) {
    let mut ids = Vec::new();
    for serial in 1..=12 {
        ids.push(house.apply(&Applicant::new(serial, NANCHENG)).await);
    }
    for serial in 13..=14 {
        house.apply(&Applicant { level: "2".into(), ..Applicant::new(serial, NANCHENG) }).await;
    }
    for serial in 15..=25 {
        house.apply(&Applicant { occupation: LR.into(), ..Applicant::new(serial, XICHENG) }).await;
    }
    house.apply(&Applicant::new(26, XICHENG)).await;
    house.accept(&ids[0]).await;
    house.pay(&ids[0], "A-1").await;
    house.accept(&ids[1]).await;
    let reviewer = staff("reviewer1", Role::Reviewer, NANCHENG);
    let address = format!("/batches/{CODE}/admission/{}/review", ids[2]);
    let fields = [("decision", "return"), ("seen_version", "1"), ("reason", "请核对")];
    assert_eq!(house.post(&reviewer, &address, &fields).await.0, StatusCode::SEE_OTHER);
    house.applicant_sets(&ids[3], "withdrawn").await;
}

/// The rows of the table with this id: a name, then numbers.
fn table(page: &str, id: &str) -> Vec<(String, Vec<i64>)> {
    let from = page.split_once(&format!("id=\"{id}\"")).unwrap().1;
    let body = from.split_once("</thead>").unwrap().1.split("</table>").next().unwrap();
    let text = |cell: &str| {
        let open = cell.split_once('>').unwrap().1;
        let mut plain = String::new();
        let mut inside = true;
        for sign in open.chars() {
            match sign {
                '<' => inside = false,
                '>' => inside = true,
                other if inside => plain.push(other),
                _ => {}
            }
        }
        plain.trim().to_owned()
    };
    body.split("<tr")
        .skip(1)
        .map(|row| {
            let cells = row.replace("<th ", "<td ");
            let mut cells = cells.split("<td").skip(1).map(text);
            let name = cells.next().unwrap();
            let numbers = cells.map(|cell| {
                let digits = cell.trim_start_matches(|sign: char| !sign.is_ascii_digit());
                digits.parse().unwrap()
            });
            (name, numbers.collect())
        })
        .collect()
}

fn row<'a>(rows: &'a [(String, Vec<i64>)], name: &str) -> &'a [i64] {
    &rows.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{name} in {rows:?}")).1
}

#[tokio::test]
async fn totals_add_up_by_level_by_city_and_against_each_other() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        people(&house).await;
        let province = staff("province1", Role::Province, "/demo");
        let address = format!("/batches/{CODE}/totals");
        let (status, page) = house.get(&province, Lang::Zh, &address).await;
        assert_eq!(status, StatusCode::OK);
        // Waiting, returned, to pay, complete, all without the withdrawn; nobody was refused, so no column says so.
        let levels = table(&page, "by-level");
        assert_eq!(row(&levels, "企业人力资源管理师 · 3"), [9, 1, 1, 1, 12], "{engine}");
        assert_eq!(row(&levels, "企业人力资源管理师 · 2"), [2, 0, 0, 0, 2], "{engine}");
        assert_eq!(row(&levels, "企业人力资源管理师 · 合计"), [11, 1, 1, 1, 14], "{engine}");
        assert_eq!(row(&levels, "劳动关系协调员 · 合计"), [11, 0, 0, 0, 11], "{engine}");
        assert_eq!(row(&levels, "合计"), [22, 1, 1, 1, 25], "{engine}");
        let cities = table(&page, "by-city");
        assert_eq!(row(&cities, "南城市报名点"), [10, 1, 1, 1, 13], "{engine}");
        assert_eq!(row(&cities, "西城市报名点"), [12, 0, 0, 0, 12], "{engine}");
        assert_eq!(row(&cities, "合计"), row(&levels, "合计"), "{engine}");
        let both = table(&page, "by-city-and-level");
        let sum: Vec<i64> = (0..5).map(|at| both[..2].iter().map(|(_, numbers)| numbers[at]).sum()).collect();
        assert_eq!(row(&both, "合计"), sum, "{engine}");
        assert_eq!(sum[4], 25, "{engine}");
        testkit::proves!(
            "S0-12",
            "totals live with and without those that are not complete, each state apart"
        );
        testkit::proves!("S0-13", "totals live by occupation and over all; the parts add up to the whole");

        // A number leads to exactly the people it counts.
        let link = format!("/batches/{CODE}/admission?state=pending&amp;occupation={HR}&amp;level=3");
        assert!(page.contains(&format!("<a href=\"{link}\">9</a>")), "{engine}");
        let (_, queue) = house.get(&province, Lang::Zh, &link.replace("&amp;", "&")).await;
        assert_eq!(queue.matches("data-key=\"r\"").count(), 9, "{engine}");
    }
}

#[tokio::test]
async fn small_groups_are_listed_with_what_can_be_done() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        people(&house).await;
        let province = staff("province1", Role::Province, "/demo");
        let (_, page) = house.get(&province, Lang::Zh, &format!("/batches/{CODE}/totals")).await;
        let small = page.split_once("id=\"small\"").unwrap().1;
        let rows: Vec<&str> = small.split("<tr>").skip(2).collect();
        assert_eq!(rows.len(), 2, "{engine}: {small}");
        assert!(rows[0].contains("南城市报名点") && rows[0].contains(">2</a>"), "{engine}: {}", rows[0]);
        assert!(rows[0].contains("混编考场") && rows[0].contains("下一批次"), "{engine}: {}", rows[0]);
        assert!(rows[1].contains("西城市报名点") && rows[1].contains(">1</a>"), "{engine}");
        assert!(rows[1].contains("到南城市报名点参加考试（同等级 11 人）"), "{engine}: {}", rows[1]);
        testkit::proves!(
            "S0-22",
            "groups of 1 to 9 of one city, occupation and level are listed with what can be done"
        );
    }
}

#[tokio::test]
async fn a_city_counts_its_own_and_reads_nothing_of_another() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        people(&house).await;
        let south = staff("reviewer1", Role::Reviewer, NANCHENG);
        let address = format!("/batches/{CODE}/totals");
        let (_, page) = house.get(&south, Lang::Zh, &address).await;
        assert_eq!(row(&table(&page, "by-city"), "合计"), [10, 1, 1, 1, 13], "{engine}");
        assert!(page.contains("本页只含您负责的范围：南城市报名点"), "{engine}: it says what it counts");
        for file in ["totals.csv", "totals.xlsx"] {
            let (status, _) = house.get(&south, Lang::Zh, &format!("{address}/{file}")).await;
            assert_eq!(status, StatusCode::OK, "{engine} {file}");
        }
        let (_, csv) = house.get(&south, Lang::Zh, &format!("{address}/totals.csv")).await;
        for text in [&page, &csv] {
            assert!(!text.contains("西城"), "{engine}: {text}");
        }
        let (status, _) = house.get(&south, Lang::Zh, &format!("{address}/totals.exe")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{engine}");
        // An auditor reads figures that lead to nobody.
        let auditor = staff("auditor1", Role::Auditor, "/demo");
        let (_, page) = house.get(&auditor, Lang::Zh, &address).await;
        assert!(!page.contains("/admission?state="), "{engine}");
    }
}

#[tokio::test]
async fn the_files_say_what_the_page_says() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        people(&house).await;
        let province = staff("province1", Role::Province, "/demo");
        let address = format!("/batches/{CODE}/totals");
        let (_, csv) = house.get(&province, Lang::Zh, &format!("{address}/totals.csv")).await;
        let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(lines.len(), 1 + 2 * 4 + 1, "{engine}: heading, two cities of four levels, sum");
        let last: Vec<i64> = lines[9][3..].iter().map(|cell| cell.parse().unwrap()).collect();
        // 待审核、退回、未通过、待缴费、已缴费、名单、未列入、撤回、完成、全部.
        assert_eq!(last, [22, 1, 0, 1, 1, 0, 0, 1, 1, 25], "{engine}");
        for at in 3..lines[0].len() {
            let sum: i64 = lines[1..9].iter().map(|line| line[at].parse::<i64>().unwrap()).sum();
            assert_eq!(sum, last[at - 3], "{engine}: column {at}");
        }
        let (_, bytes) = house.fetch(&province, Lang::Zh, &format!("{address}/totals.xlsx")).await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let sheet = book.worksheet_range_at(0).unwrap().unwrap();
        let all = sheet.rows().next_back().unwrap().last().unwrap();
        assert_eq!(*all, Data::Float(25.0), "{engine}: a number is a number");
    }
}
