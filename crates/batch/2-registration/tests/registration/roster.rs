//! A roster is shown, taken in as a whole, and taken in once.
use ::store::on;
use axum::http::StatusCode;
use registration::{ApplicationStatus, facts};
use scheme::{Truth, clause_named, evaluate};

use crate::house::{House, ROSTER, code, column, path, roster_cells, workbook};

#[tokio::test]
async fn the_same_roster_again_changes_nothing() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let preview = house.upload(&registrar, ROSTER).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [30, 0, 0, 0], "{engine}");
        assert!(house.applications().await.is_empty(), "{engine}: a preview writes no application");
        let confirmation = format!("{preview}/confirmation");
        let blind = house.post(&registrar, &confirmation, &[("seen_digest", "")]).await;
        assert_eq!(blind.status, StatusCode::CONFLICT, "{engine}: nobody confirms what they did not see");
        let done = house.confirm(&registrar, &preview, &page).await;
        assert_eq!((done.status, &done.to), (StatusCode::SEE_OTHER, &preview), "{engine}: {:?}", done.keys);
        let before = house.applications().await;
        assert_eq!(before.len(), 30, "{engine}");
        assert!(before.iter().map(|row| row.serial).eq(1..=30), "{engine}");

        let again = house.upload(&registrar, ROSTER).await;
        let page = house.get(&registrar, &again).await;
        assert_eq!(page.figures(), [0, 30, 0, 0], "{engine}");
        assert!(page.body.contains("30 行与现有报名一致"), "{engine}");
        house.import(&registrar, ROSTER, 0, 0).await;
        assert_eq!(house.applications().await, before, "{engine}");
        let twice = house.post(&registrar, &confirmation, &[("seen_digest", "")]).await;
        assert_eq!(twice.keys, ["roster-confirmed-before"], "{engine}");
    }
}

#[tokio::test]
async fn what_was_handed_in_is_what_the_review_holds_against_the_clauses() {
    let expected = include_str!("../../../../../data/demo/roster-30-expected.csv");
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let mut tx = house.env.db.read().await.unwrap();
        for (application, line) in house.applications().await.iter().zip(expected.lines().skip(1)) {
            let wanted: Vec<&str> = line.split(',').collect();
            let person = person::load(&mut tx, &house.env.vault, &application.person_id).await.unwrap();
            assert_eq!(
                (application.serial.to_string().as_str(), person.name.as_str()),
                (wanted[0], wanted[1])
            );
            let facts = facts(&house.env.vault, application, &person).unwrap();
            let standard = format!("{}-2018", if wanted[2] == "劳动关系协调员" { "lr" } else { "hr" });
            let reference = kernel::Day::parse("2021-04-30").unwrap();
            let (id, level) = (standard.as_str().into(), &application.level_code);
            let clauses = scheme::clauses(&mut tx, &id, level, reference).await.unwrap();
            let clause = clause_named(&clauses, &application.clause_number).unwrap();
            let found = evaluate(clause, &facts, reference);
            let decision = match found.met {
                Truth::Met => "admit",
                Truth::Missing => "return",
                Truth::Unmet => "refuse",
            };
            assert_eq!(decision, wanted[7], "{engine}, row {}: {:?}", wanted[0], found.findings);
            assert_eq!(
                found.years_total.map(|years| years.to_string()).as_deref(),
                Some(wanted[6]),
                "{engine}: {line}"
            );
        }
    }
}

#[tokio::test]
async fn totals_are_live_and_count_unfinished_applications_apart() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let page = house.get(&registrar, "/batches/2021-01/applications").await;
        // Overall, then by occupation: human resources first, then labour relations; then finished ones.
        assert_eq!(page.figures(), [30, 22, 8, 30], "{engine}");
        testkit::proves!("S0-13", "live totals per occupation and overall add up");
        let first = house.applications().await.remove(0);
        let mut tx = house.env.db.write().await.unwrap();
        let version = first.version;
        assert!(
            registration::set_status(&mut tx, &first.id, version, ApplicationStatus::Returned).await.unwrap()
        );
        tx.commit().await.unwrap();
        let page = house.get(&registrar, "/batches/2021-01/applications").await;
        assert_eq!(page.figures(), [30, 22, 8, 29], "{engine}");
        testkit::proves!(
            "S0-12",
            "submitted and returned applications are told apart, with and without unfinished ones"
        );
        let page = house.get(&registrar, "/batches/2021-01/applications?status=returned").await;
        let listed: Vec<String> =
            page.rows().into_iter().filter(|row| row.len() == 8).map(|row| row[0].clone()).collect();
        assert_eq!(listed, ["1"], "{engine}");
        let tasks = {
            let mut tx = house.env.db.read().await.unwrap();
            let agenda = plan::Agenda::load(&mut tx).await.unwrap();
            let (batch_code, point_path) = (first.batch_code.clone(), first.point_path.clone());
            let returned = [registration::Returned { batch_code, point_path, count: 1 }];
            registration::tasks(&registrar, &agenda, &returned, house.env.now())
        };
        assert_eq!((tasks.len(), tasks[0].count), (1, 1), "{engine}");
        let page = house.get(&registrar, "/batches/2021-01/applications?point=/demo/yuntai/point").await;
        assert_eq!(page.rows().iter().filter(|row| row.len() == 8).count(), 6, "{engine}");
    }
}

#[tokio::test]
async fn a_corrected_roster_changes_only_what_differs_and_says_what_in_the_trail() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let mut cells = roster_cells();
        cells[1][column("参加工作时间")] = "2013-09-01".into();
        cells[2][column("所在单位")] = "示范省测试公司".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [0, 28, 2, 0], "{engine}");
        let before = roster_cells();
        let began = &before[1][column("参加工作时间")];
        let first = ["2", &before[1][column("姓名")], "参加工作时间", began, "2013-09-01"];
        assert_eq!(page.rows()[0], first, "{engine}: field, before and after of each change");
        assert_eq!(
            page.rows()[1][2..],
            ["所在单位", &before[2][column("所在单位")], "示范省测试公司"],
            "{engine}"
        );
        house.import(&registrar, &workbook(&cells), 0, 2).await;
        let after = house.applications().await;
        assert_eq!(after[0].work_started_on.unwrap().to_string(), "2013-09-01", "{engine}");
        assert_eq!(after.iter().map(|row| row.version).collect::<Vec<_>>()[..3], [2, 2, 1], "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let history = trail::history(&mut tx, "application", after[0].id.as_str()).await.unwrap();
        let actions: Vec<&str> = history.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["application.submit", "application.change"], "{engine}");
        assert!(history[1].payload.contains("work_started_on"), "{engine}: {}", history[1].payload);
        let name = &cells[1][column("姓名")];
        assert!(
            !history.iter().any(|row| row.payload.contains(name.as_str()) || row.payload.contains("199000"))
        );
    }
}

#[tokio::test]
async fn a_registrar_takes_in_only_the_people_of_their_own_points() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let local = house.registrar("local", "/demo/nancheng").await;
        let preview = house.upload(&local, ROSTER).await;
        let page = house.get(&local, &preview).await;
        assert_eq!(page.figures(), [13, 0, 0, 17], "{engine}");
        assert!(page.body.contains("disabled"), "{engine}");
        let refused = house.post(&local, &format!("{preview}/confirmation"), &[("seen_digest", "")]).await;
        assert_eq!(
            (refused.status, refused.keys),
            (StatusCode::UNPROCESSABLE_ENTITY, vec!["roster-wrong-rows"])
        );
        assert!(house.applications().await.is_empty(), "{engine}: one wrong row and nothing is written");
        // Somebody else's upload quotes people of other places.
        let other = house.registrar("other", "/demo").await;
        assert_eq!(house.get(&other, &preview).await.status, StatusCode::NOT_FOUND, "{engine}");
        house.import(&other, ROSTER, 30, 0).await;
        let page = house.get(&local, "/batches/2021-01/applications").await;
        assert_eq!(page.figures()[0], 13, "{engine}: the list ends where the duty ends");
        let elsewhere =
            house.applications().await.into_iter().find(|row| row.point_path != path("/demo/nancheng/point"));
        let address = format!("/batches/2021-01/applications/{}", elsewhere.unwrap().id);
        assert_eq!(house.get(&local, &address).await.status, StatusCode::NOT_FOUND, "{engine}");
        let page = house.get(&other, &address).await;
        assert!(page.body.contains("四级/中级工"), "{engine}: the level of a certificate held is named");
    }
}

#[tokio::test]
async fn after_registration_only_corrections_and_after_the_freeze_nothing() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let cells = roster_cells();
        house.import(&registrar, &workbook(&cells[..30]), 29, 0).await;
        house.set_now("2021-05-02 10:00");
        let preview = house.upload(&registrar, ROSTER).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [0, 29, 0, 1], "{engine}");
        assert!(page.body.contains("报名已截止"), "{engine}");
        let mut tx = house.env.db.write().await.unwrap();
        assert!(registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap());
        tx.commit().await.unwrap();
        let closed = house.send_file(&registrar, "/batches/2021-01/roster", "file", "r.xlsx", ROSTER).await;
        assert_eq!(closed.keys, ["registration-book-closed"], "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let progress: (String, i64) = on!(&mut tx, |conn| {
            sqlx::query_as("SELECT state, note_count FROM stage_progress WHERE stage = 2")
                .fetch_one(conn)
                .await
                .unwrap()
        });
        assert_eq!(progress, ("done".into(), 29), "{engine}");
    }
}

#[tokio::test]
async fn a_preview_of_another_state_cannot_be_confirmed() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let mut cells = roster_cells();
        cells[1][column("参加工作时间")] = "2013-09-01".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let shown = house.get(&registrar, &preview).await;
        assert_eq!(shown.figures(), [0, 29, 1, 0], "{engine}");
        // The same row changes otherwise meanwhile: both counts are as they were.
        let mut other = roster_cells();
        other[1][column("参加工作时间")] = "2012-09-01".into();
        house.import(&registrar, &workbook(&other), 0, 1).await;
        let again = house.get(&registrar, &preview).await;
        assert_eq!(again.figures(), shown.figures(), "{engine}");
        assert!(again.body.contains("2012-09-01"), "{engine}: what would be written over is shown");
        assert!(again.body.contains("检查之后"), "{engine}: and that it is another state");
        house.confirm(&registrar, &preview, &shown).await;
        let stopped = house.get(&registrar, &preview).await;
        assert!(stopped.body.contains("已全部撤回"), "{engine}: {}", stopped.body);
        assert_eq!(
            house.applications().await[0].work_started_on.unwrap().to_string(),
            "2012-09-01",
            "{engine}"
        );
        let unchecked = house.confirm(&registrar, &preview, &shown).await;
        assert_eq!(unchecked.keys, ["roster-not-checked"], "{engine}");
        house.post(&registrar, &format!("{preview}/check"), &[]).await;
        house.work_off().await;
        let page = house.get(&registrar, &preview).await;
        let done = house.confirm(&registrar, &preview, &page).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {:?}", done.keys);
        let stands = house.applications().await[0].work_started_on.unwrap().to_string();
        assert_eq!(stands, "2013-09-01", "{engine}");
    }
}

#[tokio::test]
async fn a_preview_tells_that_contact_details_change_and_not_what_they_were() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let mut cells = roster_cells();
        cells[1][column("通讯地址")] = "示范省旧街1号".into();
        house.import(&registrar, &workbook(&cells), 30, 0).await;
        cells[1][column("通讯地址")] = "示范省新街2号".into();
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.rows()[0][2..], ["通讯地址", "已登记，不在此显示", "示范省新街2号"], "{engine}");
        assert!(!page.body.contains("旧街"), "{engine}");
    }
}
