//! Documents of every kind, one person in two applications, and how large the steps of an import are.
use crate::house::{House, ROSTER, column, path, roster_cells, roster_of, workbook};

fn put(cells: &mut [Vec<String>], row: usize, of: &[(&str, &str)]) {
    for (name, text) in of {
        cells[row][column(name)] = (*text).to_owned();
    }
}

/// The demo's roster with a number of fifteen digits and four foreign documents.
fn foreign() -> Vec<Vec<String>> {
    let mut cells = roster_cells();
    // The first has the number that is 999824199607135423 today.
    put(&mut cells, 1, &[("证件号码", "999824960713542"), ("出生日期", "1996-07-13")]);
    put(&mut cells, 2, &[("证件类型", "护照"), ("证件号码", "e12345678"), ("出生日期", "1990-03-04")]);
    put(
        &mut cells,
        3,
        &[("证件类型", "港澳居民来往内地通行证"), ("证件号码", "H1234567801"), ("出生日期", "1990-03-04")],
    );
    put(
        &mut cells,
        4,
        &[("证件类型", "台湾居民来往大陆通行证"), ("证件号码", "12345678"), ("出生日期", "1990-03-04")],
    );
    put(
        &mut cells,
        5,
        &[("证件类型", "外国人永久居留身份证"), ("证件号码", "USA110085122501"), ("出生日期", "1985-12-25")],
    );
    cells
}

#[tokio::test]
async fn a_document_is_held_against_the_rules_of_its_kind() {
    let mut wrong = foreign();
    put(&mut wrong, 2, &[("出生日期", "")]);
    put(&mut wrong, 3, &[("证件号码", "A1234567")]);
    put(&mut wrong, 4, &[("证件类型", "居民身份证")]);
    // The same person by the old number and by the new one.
    let same = wrong[1].clone();
    wrong[6] = same;
    put(&mut wrong, 6, &[("序号", "6"), ("证件号码", "999824199607135423")]);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &workbook(&wrong)).await;
        let rows = house.get(&registrar, &preview).await.rows();
        let told: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
        let wanted = [("3", "出生日期"), ("4", "证件号码"), ("5", "证件号码"), ("7", "证件号码")];
        assert_eq!(told, wanted, "{engine}: {rows:?}");
        assert!(rows[0][3].contains("不含出生日期") && rows[0][4].contains("对照证件填写"), "{engine}");
        assert!(rows[1][3].contains("港澳居民来往内地通行证号码"), "{engine}");
        assert!(rows[2][3].contains("应为 18 位"), "{engine}");
        assert!(rows[3][3].contains("第 2 行已有此人"), "{engine}: {rows:?}");
    }
}

#[tokio::test]
async fn foreign_documents_and_numbers_of_fifteen_digits_are_read_by_their_kind() {
    let mut cells = foreign();
    let file = workbook(&cells);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, &file, 30, 0).await;
        let mut tx = house.env.db.read().await.unwrap();
        let stands = house.applications().await;
        let mut kept = Vec::new();
        for application in &stands[..5] {
            let person = person::load(&mut tx, &house.env.vault, &application.person_id).await.unwrap();
            let facts = registration::facts(&house.env.vault, application, &person).unwrap();
            let born = facts.birth_day.map(|day| day.to_string()).unwrap_or_default();
            kept.push((person.document, person.document_kind, born));
        }
        let of =
            |document: &str, kind: &str, born: &str| (document.to_owned(), kind.to_owned(), born.to_owned());
        assert_eq!(
            kept,
            [
                of("999824199607135423", "居民身份证", "1996-07-13"),
                of("E12345678", "护照", "1990-03-04"),
                of("H12345678", "港澳居民来往内地通行证", "1990-03-04"),
                of("12345678", "台湾居民来往大陆通行证", "1990-03-04"),
                of("USA110085122501", "外国人永久居留身份证", "1985-12-25"),
            ],
            "{engine}"
        );
        drop(tx);
        // Handed in again, with the number as it is today, nothing is new.
        cells[1][column("证件号码")] = "999824199607135423".into();
        house.import(&registrar, &workbook(&cells), 0, 0).await;
        cells[1][column("证件号码")] = "999824960713542".into();
        let found =
            house.post(&registrar, "/batches/2021-01/applications", &[("document", "E12345678")]).await;
        assert_eq!(found.rows().iter().filter(|row| row.len() == 8).count(), 1, "{engine}");
    }
}

#[tokio::test]
async fn nobody_stands_in_two_applications_that_are_sat_at_the_same_time() {
    let mut cells = roster_cells();
    cells[1][column("职业工种名称")] = "企业人力资源管理师".into();
    cells[1][column("认定等级")] = "三级/高级工".into();
    let mut other = cells.clone();
    other.truncate(2);
    other[1][column("认定等级")] = "二级/技师".into();
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, &workbook(&cells), 30, 0).await;
        // Without sittings that overlap, one person may apply for two levels.
        let preview = house.upload(&registrar, &workbook(&other)).await;
        assert_eq!(house.get(&registrar, &preview).await.figures(), [1, 0, 0, 0], "{engine}");
        for (id, level, from) in [("a", "3", "2021-05-22 09:00"), ("b", "2", "2021-05-22 10:00")] {
            let part = "INSERT INTO batch_component (id, batch_code, occupation_code, level_code, component_id, kind,
                position, name_zh, name_en, delivery, minutes, pass_mark, starts_at)
                SELECT $1, '2021-01', '4-07-03-04', $2, MIN(id), 'theory', 9, 'x', 'x', 'paper', 90, 6000, 0
                FROM component";
            house.run(part, &[id, level]).await;
            let at = crate::house::at(from).get().to_string();
            house
                .run("UPDATE batch_component SET starts_at = CAST($2 AS BIGINT) WHERE id = $1", &[id, &at])
                .await;
        }
        house.post(&registrar, &format!("{preview}/check"), &[]).await;
        house.work_off().await;
        let rows = house.get(&registrar, &preview).await.rows();
        assert_eq!(rows[0][..2], ["2", "证件号码"], "{engine}: {rows:?}");
        assert!(rows[0][3].contains("企业人力资源管理师 三级/高级工"), "{engine}: {rows:?}");
        assert!(rows[0][4].contains("撤回原来的报名"), "{engine}: {rows:?}");
    }
}

#[tokio::test]
async fn the_same_person_at_two_registration_points_is_refused_at_the_second() {
    let cells = roster_cells();
    let of = |point: &str| -> Vec<usize> {
        (1..cells.len()).filter(|row| cells[*row][column("报名单位")] == point).collect()
    };
    let (ours, theirs) = (of("南城市报名点"), of("锡城市报名点"));
    let ours_only: Vec<Vec<String>> =
        std::iter::once(0).chain(ours.iter().copied()).map(|row| cells[row].clone()).collect();
    // Their roster names one of our people at their point.
    let mut twice = vec![cells[0].clone(), cells[ours[0]].clone()];
    twice[1][column("报名单位")] = "锡城市报名点".into();
    twice[1][column("序号")] = "900".into();
    twice.extend(theirs.iter().map(|row| cells[*row].clone()));
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let here = house.registrar("here", "/demo/nancheng").await;
        let there = house.registrar("there", "/demo/xicheng").await;
        house.import(&here, &workbook(&ours_only), ours.len(), 0).await;
        let preview = house.upload(&there, &workbook(&twice)).await;
        let rows = house.get(&there, &preview).await.rows();
        assert_eq!(rows.len(), 1, "{engine}: {rows:?}");
        assert_eq!(rows[0][..2], ["2", "证件号码"], "{engine}");
        assert!(rows[0][3].contains("已由别的报名点报名"), "{engine}: {rows:?}");
        let stands = house.applications().await;
        assert!(stands.iter().all(|one| one.point_path == path("/demo/nancheng/point")), "{engine}");
    }
}

#[tokio::test]
async fn a_step_of_an_import_writes_a_hundred_rows_at_most_and_the_job_says_how_long_it_took() {
    let file = workbook(&roster_of(230));
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, &file, 230, 0).await;
        // 230 rows: three portions staged, three checked, and what stands around them; then three portions and the flip, which looks once more.
        let steps = "SELECT step_count FROM job WHERE kind = 'roster.check'";
        assert_eq!(house.number(steps).await, 9, "{engine}");
        let steps = "SELECT step_count FROM job WHERE kind = 'roster.take-in'";
        assert_eq!(house.number(steps).await, 3, "{engine}");
        for rows in [
            "SELECT largest_step_rows FROM job WHERE kind = 'roster.check'",
            "SELECT largest_step_rows FROM job WHERE kind = 'roster.take-in'",
        ] {
            assert_eq!(house.number(rows).await, 100, "{engine}: {rows}");
        }
        house.run("UPDATE job SET longest_step_micros = 12345 WHERE kind = 'roster.check'", &[]).await;
        let list = house.get(&registrar, "/jobs").await;
        let links: Vec<&str> = list.body.split("href=\"/jobs/").skip(1).collect();
        let mut pages = String::new();
        for link in links {
            let id = link.split('"').next().unwrap();
            pages.push_str(&house.get(&registrar, &format!("/jobs/{id}")).await.body);
        }
        assert!(pages.contains("最多的一步写入 100 行") && pages.contains("12 毫秒"), "{engine}");
    }
}

#[tokio::test]
async fn the_coded_template_is_told_from_its_heading_and_means_the_same_people() {
    let base = roster_cells();
    let template = include_str!("../../../../../data/registration/template-coded.json");
    let read: serde_json::Value = serde_json::from_str(template).unwrap();
    let local: serde_json::Value =
        serde_json::from_str(include_str!("../../../../../data/registration/template-33.json")).unwrap();
    let name_of = |field: &str| {
        let columns = local["columns"].as_array().unwrap();
        let column = columns.iter().find(|column| column["field"] == field);
        column.map(|column| column["name"].as_str().unwrap().to_owned())
    };
    let columns = read["columns"].as_array().unwrap();
    let mut cells = vec![columns.iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect()];
    for row in &base[1..] {
        let cell = |column: &serde_json::Value| {
            let field = column["field"].as_str().unwrap();
            let text =
                row[base[0].iter().position(|known| Some(known) == name_of(field).as_ref()).unwrap()].clone();
            let code =
                column["words"].as_object().and_then(|words| words.iter().find(|(_, word)| **word == text));
            code.map_or_else(|| text.clone(), |(code, _)| code.clone())
        };
        cells.push(columns.iter().map(cell).collect::<Vec<String>>());
    }
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [30, 0, 0, 0], "{engine}: {:?}", page.rows());
        assert!(page.body.contains("三级/高级工"), "{engine}: codes are shown by their words");
        house.confirm(&registrar, &preview, &page).await;
        let stands = house.applications().await;
        assert_eq!(
            (stands.len(), stands[0].source.as_str()),
            (30, base[1][column("考生来源")].as_str()),
            "{engine}"
        );
        // A code that is none is answered with the list of codes; the other template's words are none.
        let mut wrong = cells.clone();
        wrong[1][11] = "三级/高级工".into();
        let preview = house.upload(&registrar, &workbook(&wrong)).await;
        let rows = house.get(&registrar, &preview).await.rows();
        assert_eq!(rows[0][1], "等级代码", "{engine}: {rows:?}");
        assert!(rows[0][3].contains("3 三级/高级工"), "{engine}: {rows:?}");
        // The same people by the other template: what it alone asks for is new, nobody is.
        let preview = house.upload(&registrar, ROSTER).await;
        let figures = house.get(&registrar, &preview).await.figures();
        assert_eq!((figures[0], figures[3]), (0, 0), "{engine}: {figures:?}");
    }
}

#[tokio::test]
async fn what_was_exported_in_a_template_is_what_was_handed_in() {
    let mut cells = roster_cells();
    cells[1][column("所在单位")] = "示范\"一\"公司".into();
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, &workbook(&cells), 30, 0).await;
        let rows: Vec<_> =
            house.applications().await.into_iter().map(|one| (one, vec!["+1".to_owned()])).collect();
        for (template, more) in [("template-33", "状态"), ("template-33", ""), ("template-coded", "")] {
            let mut tx = house.env.db.read().await.unwrap();
            let batch = plan::batch(&mut tx, "2021-01").await.unwrap().unwrap();
            let heads: Vec<String> =
                Some(more.to_owned()).filter(|head| !head.is_empty()).into_iter().collect();
            let rows = rows.iter().map(|(one, cells)| (one.clone(), cells[..heads.len()].to_vec())).collect();
            let outline = plan::outline(&mut tx, &batch.code).await.unwrap();
            let of = (&batch, &outline);
            let file = registration::export(&mut tx, &house.env, of, template, &heads, rows).await.unwrap();
            drop(tx);
            if more.is_empty() {
                // What the coded template does not ask for is not in it; nobody is new or wrong.
                let preview = house.upload(&registrar, &file).await;
                let figures = house.get(&registrar, &preview).await.figures();
                assert_eq!((figures[0], figures[3]), (0, 0), "{engine}: {template} {figures:?}");
                assert!(template == "template-coded" || figures == [0, 30, 0, 0], "{engine}: {figures:?}");
            } else {
                let read = crate::house::cells_of(&file);
                assert_eq!((read[0][34].as_str(), read[1][34].as_str()), (more, "+1"), "{engine}");
            }
        }
    }
}
