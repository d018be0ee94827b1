//! What a retake keeps: a register by two people, looked up for every retake, fixed with the list.
use axum::http::StatusCode;
use identity::{Grant, Kind, Role, Subject};
use kernel::UnixMicros;
use scheme::ComponentKind;

use crate::house::{BATCH, House, code, column, path, roster_cells, workbook};

const PAGE: &str = "/batches/2021-01/passed-parts";
const HEADS: [&str; 9] =
    ["姓名", "证件类型", "证件号码", "职业工种名称", "认定等级", "合格科目", "考试日期", "成绩", "成绩依据"];

async fn province(house: &House, id: &str) -> Subject {
    let insert = "INSERT INTO account (id, kind, login, display_name, failed_tries, next_try_at, created_at)
                  VALUES ($1, 'staff', $1, $1, 0, 0, 0)";
    house.run(insert, &[id]).await;
    let grant = Grant {
        id: format!("grant-{id}"),
        role: Role::Province,
        path: path("/demo"),
        batch: None,
        from: UnixMicros::new(0),
        until: None,
    };
    Subject {
        account_id: id.into(),
        kind: Kind::Staff,
        name: id.into(),
        phone_index: None,
        grants: vec![grant],
        request_id: "r".into(),
    }
}

/// A register: row of the demo's roster, part, day.
fn register(lines: &[(usize, &str, &str)]) -> Vec<u8> {
    let roster = roster_cells();
    let mut cells = vec![HEADS.map(str::to_owned).to_vec()];
    for (row, part, day) in lines {
        let of = |name: &str| roster[*row][column(name)].clone();
        let (who, what) = (["姓名", "证件类型", "证件号码"], ["职业工种名称", "认定等级"]);
        let mut line: Vec<String> = who.into_iter().chain(what).map(of).collect();
        line.extend([*part, *day, "71.5", "2020 年下半年成绩册"].map(str::to_owned));
        cells.push(line);
    }
    workbook(&cells)
}

async fn hand_in(house: &House, who: &Subject, file: &[u8]) -> crate::house::Answer {
    house.send_file(who, PAGE, "file", "register.xlsx", file).await
}

async fn decide(house: &House, who: &Subject, decision: &str) -> crate::house::Answer {
    let page = house.get(who, PAGE).await;
    let action = page.body.split("action=\"").find(|rest| rest.contains("/decision\"")).unwrap_or_default();
    let action = action.split('"').next().unwrap_or_default().to_owned();
    house.post(who, &action, &[("decision", decision)]).await
}

async fn kept(house: &House) -> Vec<(i64, ComponentKind)> {
    let mut tx = house.env.db.read().await.unwrap();
    let kept = registration::kept_components(&mut tx, &code()).await.unwrap();
    let stands = house.applications().await;
    let serial = |id| stands.iter().find(|one| one.id == id).map(|one| one.serial).unwrap();
    let mut kept: Vec<_> = kept.into_iter().map(|one| (serial(one.application_id), one.kind)).collect();
    kept.sort_unstable();
    kept
}

#[tokio::test]
async fn a_retake_keeps_what_two_people_say_was_passed_for_as_long_as_the_figure_says() {
    let mut cells = roster_cells();
    for row in [1, 2, 3] {
        cells[row][column("考试类型")] = "补考".into();
    }
    // The exam is on 2021-05-22: the second was passed a day too early, the fourth is no retake.
    let file = register(&[
        (1, "理论知识", "2020-11-21"),
        (2, "理论知识", "2020-05-21"),
        (3, "操作技能", "2020-05-22"),
        (4, "理论知识", "2020-11-21"),
    ]);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, &workbook(&cells), 30, 0).await;
        let (one, other) = (province(&house, "one").await, province(&house, "other").await);
        assert_eq!(house.get(&registrar, PAGE).await.status, StatusCode::NOT_FOUND, "{engine}");
        let sent = hand_in(&house, &one, &file).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{engine}: {:?} {}", sent.keys, sent.body);
        assert!(kept(&house).await.is_empty(), "{engine}: one person alone says nothing");
        let tasks = |who: Subject| {
            let (db, now) = (house.env.db.clone(), house.env.now());
            async move {
                let mut tx = db.read().await.unwrap();
                let agenda = plan::Agenda::load(&mut tx).await.unwrap();
                registration::tasks(&who, &agenda, &[], now).len()
            }
        };
        assert_eq!((tasks(one.clone()).await, tasks(other.clone()).await), (0, 1), "{engine}");
        assert!(!house.get(&one, PAGE).await.body.contains("/decision"), "{engine}");
        let shown = house.get(&other, PAGE).await;
        assert_eq!(shown.rows().len(), 4, "{engine}");
        assert!(!shown.body.contains(&cells[1][column("证件号码")]), "{engine}: numbers are masked");
        assert_eq!(decide(&house, &other, "approve").await.status, StatusCode::SEE_OTHER, "{engine}");
        let wanted = [(1, ComponentKind::Theory), (3, ComponentKind::Practical)];
        assert_eq!(kept(&house).await, wanted, "{engine}");
        // The application says so, to staff and to the applicant.
        let first = house.applications().await.remove(0);
        let staff = house.get(&registrar, &format!("/batches/{BATCH}/applications/{}", first.id)).await;
        assert!(staff.body.contains("保留 理论知识（2020-11-21 合格）"), "{engine}");
        let phone = house.candidate(&cells[1][column("手机号码")]);
        let own = house.get(&phone, &format!("/my/applications/{}", first.id)).await;
        assert!(own.body.contains("保留 理论知识（2020-11-21 合格）"), "{engine}");
        // Another figure, another answer; then the list is frozen, and nothing changes any more.
        house
            .run(
                "INSERT INTO registration_figure VALUES ('kept_component_months', 13, '', '', '2021-01-01', NULL, 'test')",
                &[],
            )
            .await;
        assert_eq!(kept(&house).await.len(), 3, "{engine}");
        house.run("DELETE FROM registration_figure WHERE value = 13", &[]).await;
        let mut tx = house.env.db.write().await.unwrap();
        assert!(registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap());
        let stands = house.applications().await;
        // The second passed too early, the fourth is no retake: on the list are the first three and they.
        let listed = stands.iter().filter(|one| [1, 2, 3, 4].contains(&one.serial)).map(|one| &one.id);
        let fixed = registration::keep_components(&mut tx, &code(), &listed.collect()).await.unwrap();
        assert_eq!(fixed, 2, "{engine}");
        tx.commit().await.unwrap();
        let again = hand_in(&house, &one, &register(&[(2, "操作技能", "2020-11-21")])).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "{engine}: for later batches");
        decide(&house, &other, "approve").await;
        assert_eq!(kept(&house).await, wanted, "{engine}");
        let noted = "SELECT COUNT(*) FROM trail_entry WHERE action = 'passed-part.decide'";
        assert_eq!(house.number(noted).await, 2, "{engine}");
    }
}

#[tokio::test]
async fn whoever_passed_every_part_or_is_not_on_the_list_keeps_nothing() {
    let mut cells = roster_cells();
    for row in [1, 2, 3] {
        cells[row][column("考试类型")] = "补考".into();
    }
    // Their level has two parts: the first passed both, the second and the third one of them.
    let file = register(&[
        (1, "理论知识", "2020-11-21"),
        (1, "操作技能", "2020-11-21"),
        (2, "操作技能", "2020-11-21"),
        (3, "理论知识", "2020-11-21"),
    ]);
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, &workbook(&cells), 30, 0).await;
        let (one, other) = (province(&house, "one").await, province(&house, "other").await);
        hand_in(&house, &one, &file).await;
        decide(&house, &other, "approve").await;
        let wanted = [(2, ComponentKind::Practical), (3, ComponentKind::Theory)];
        assert_eq!(kept(&house).await, wanted, "{engine}: the first has nothing left to sit");
        let stands = house.applications().await;
        let listed = stands.iter().filter(|one| one.serial != 3).map(|one| &one.id).collect();
        let mut tx = house.env.db.write().await.unwrap();
        registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap();
        registration::keep_components(&mut tx, &code(), &listed).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kept(&house).await, wanted[..1], "{engine}: the third did not pay");
    }
}

#[tokio::test]
async fn a_register_with_one_wrong_line_is_not_kept_and_a_rejected_one_is_gone() {
    let mut cells =
        crate::house::cells_of(&register(&[(1, "理论知识", "2020-11-21"), (2, "面试", "2020-11-31")]));
    cells.push(cells[1].clone());
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let (one, other) = (province(&house, "one").await, province(&house, "other").await);
        let wrong = hand_in(&house, &one, &workbook(&cells)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        let rows = wrong.rows();
        let told: Vec<(&str, &str)> = rows.iter().map(|row| (row[0].as_str(), row[1].as_str())).collect();
        assert_eq!(told, [("3", "合格科目"), ("3", "考试日期"), ("4", "证件号码")], "{engine}: {rows:?}");
        assert!(rows[0][3].contains("理论知识、操作技能、综合评审"), "{engine}");
        assert!(rows[2][3].contains("第 2 行"), "{engine}");
        assert_eq!(house.number("SELECT COUNT(*) FROM passed_component").await, 0, "{engine}");
        hand_in(&house, &one, &register(&[(1, "理论知识", "2020-11-21")])).await;
        let second = hand_in(&house, &one, &register(&[(2, "理论知识", "2020-11-21")])).await;
        assert_eq!(second.keys, ["passed-waiting-already"], "{engine}");
        let page = house.get(&other, PAGE).await;
        let action = page.body.split("action=\"").find(|rest| rest.contains("/decision\"")).unwrap();
        let own = house.post(&one, action.split('"').next().unwrap(), &[("decision", "approve")]).await;
        assert_eq!(own.keys, ["approval-needs-second-person"], "{engine}");
        assert_eq!(decide(&house, &other, "reject").await.status, StatusCode::SEE_OTHER, "{engine}");
        assert_eq!(house.number("SELECT COUNT(*) FROM passed_component").await, 0, "{engine}");
    }
}
