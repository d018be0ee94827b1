//! The applicant's own way: what may I apply for, apply, correct, withdraw.
use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use identity::Subject;
use registration::{Application, ApplicationStatus, Origin};

use crate::house::{House, ROSTER, code, column, roster_cells, workbook};

pub const PHONE: &str = "19912345678";

fn form() -> Vec<(&'static str, &'static str)> {
    vec![
        ("act", "submit"),
        ("batch", "2021-01"),
        ("clause", "4-07-03-04:3:(1)"),
        ("name", "欧阳测试"),
        ("document", "99010119900307645X"),
        ("phone", PHONE),
        ("ethnicity", "汉族"),
        ("education", "大学本科"),
        ("major", "人力资源管理"),
        ("prior_level", "四级/中级工"),
        ("prior_certificate", "1510012371448860"),
        ("prior_issued_on", "2015-04-24"),
        ("work_started_on", "2012-01-01"),
        ("work_years", "9"),
        ("source", "私营企业"),
        ("region", "示范省南城市"),
        ("point", "南城市报名点"),
        ("exam_kind", "正考"),
        ("privacy_notice", "yes"),
        ("sensitive_data", "yes"),
    ]
}

fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields = form();
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

pub async fn apply(house: &House, who: &Subject) -> Application {
    apply_with(house, who, &[]).await
}

pub async fn apply_with(
    house: &House,
    who: &Subject,
    changes: &[(&'static str, &'static str)],
) -> Application {
    let answer = house.post(who, "/my/applications", &with(changes)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{:?} {}", answer.keys, answer.body);
    let id = answer.to.rsplit('/').next().unwrap().to_owned();
    let mut tx = house.env.db.read().await.unwrap();
    registration::application(&mut tx, &id).await.unwrap().unwrap()
}

async fn give_back(house: &House, application: &Application) {
    let mut tx = house.env.db.write().await.unwrap();
    let (id, version) = (&application.id, application.version);
    assert!(registration::set_status(&mut tx, id, version, ApplicationStatus::Returned).await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn the_public_way_in_asks_to_sign_in_first() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let nobody = house.ask(None, Request::get("/apply/2021-01").body(Body::empty()).unwrap()).await;
        assert_eq!((nobody.status, nobody.to.as_str()), (StatusCode::SEE_OTHER, "/sign-in"), "{engine}");
        let me = house.candidate(PHONE);
        assert_eq!(
            house.get(&me, "/apply/2021-01").await.to,
            "/my/applications/new?batch=2021-01",
            "{engine}"
        );
        assert_eq!(house.get(&me, "/apply/2021-99").await.status, StatusCode::NOT_FOUND, "{engine}");
        let form = house.get(&me, "/my/applications/new?batch=2021-01").await;
        assert_eq!(form.status, StatusCode::OK, "{engine}");
        for (field, is_needed) in [("name", true), ("sensitive_data", true), ("email", false)] {
            let (_, control) = form.body.split_once(&format!("id=\"f-{field}\"")).unwrap();
            let control = control.split('>').next().unwrap();
            assert_eq!(control.contains("aria-required=\"true\""), is_needed, "{engine}: {field}");
        }
        let needed = form.body.matches("class=\"needed\">必填<").count();
        assert!(needed > 10, "{engine}: what must be filled says so in words, {needed}");
        house.set_now("2021-05-01 00:00");
        let late = house.get(&me, "/my/applications/new?batch=2021-01").await;
        assert_eq!(late.keys, ["registration-over"], "{engine}");
    }
}

#[tokio::test]
async fn before_applying_everybody_sees_which_clauses_the_facts_meet() {
    let facts = [
        ("act", "check"),
        ("batch", "2021-01"),
        ("prior_level", "四级/中级工"),
        ("prior_certificate", "1510012371448860"),
        ("prior_issued_on", "2015-04-24"),
        ("work_started_on", "2012-01-01"),
    ];
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let page = house.post(&house.candidate(PHONE), "/my/applications", &facts).await;
        assert_eq!(page.status, StatusCode::OK, "{engine}");
        let card = |value: &str| {
            let card = page.body.split("<label class=\"choice\">").find(|card| card.contains(value)).unwrap();
            card.split("</label>").next().unwrap().to_owned()
        };
        assert!(card("4-07-03-04:3:(1)").contains("tag done"), "{engine}: six years after level 4");
        assert!(card("4-07-03-04:2:(1)").contains("tag late"), "{engine}: no certificate of level 3");
        assert!(house.applications().await.is_empty(), "{engine}: asking writes nothing");
        let odd = house
            .post(
                &house.candidate(PHONE),
                "/my/applications",
                &[("act", "check"), ("batch", "2021-01"), ("work_started_on", "soon")],
            )
            .await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}");
        assert!(odd.body.contains("f-work_started_on"), "{engine}");
    }
}

#[tokio::test]
async fn an_application_is_handed_in_with_consent_from_the_own_phone_once() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let me = house.candidate(PHONE);
        for (changes, field) in [
            (with(&[("sensitive_data", "")]), "f-sensitive_data"),
            (with(&[("phone", "19900000001")]), "f-phone"),
            (with(&[("clause", "")]), "f-clause"),
            (with(&[("document", "990101199003076450")]), "f-document"),
            // Somebody the registration point has registered with another phone.
            (with(&[("document", "999824199607135423"), ("name", "徐伟文")]), "f-document"),
        ] {
            let again = house.post(&me, "/my/applications", &changes).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine} {field}: {:?}", again.keys);
            assert!(again.body.contains(&format!("href=\"#{field}\"")), "{engine}: {field}");
            let at_field = format!("id=\"d-{}\"", &field[2..]);
            assert!(again.body.contains(&at_field), "{engine}: {field} says it at the field too");
        }
        let application = apply(&house, &me).await;
        assert_eq!((application.serial, application.origin), (31, Origin::Applicant), "{engine}");
        let twice = house.post(&me, "/my/applications", &form()).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine}: one application a level");
        let page = house.get(&me, &format!("/my/applications/{}", application.id)).await;
        assert!(
            page.body.contains("9901**********645X") && !page.body.contains("99010119900307645X"),
            "{engine}"
        );
        assert!(page.body.contains("2021-03"), "{engine}: which wording was agreed to");
        assert!(house.get(&me, "/my").await.body.contains("企业人力资源管理师"), "{engine}");
        let stranger = house.candidate("19900000001");
        let address = format!("/my/applications/{}", application.id);
        assert_eq!(house.get(&stranger, &address).await.status, StatusCode::NOT_FOUND, "{engine}");
        // A roster does not overwrite what somebody handed in on their own.
        let mut cells = roster_cells();
        let mut row = cells[5].clone();
        for (name, value) in [
            ("序号", "31"),
            ("姓名", "欧阳测试"),
            ("证件号码", "99010119900307645X"),
            ("手机号码", PHONE),
            ("性别", "男"),
            ("出生日期", "1990-03-07"),
            ("职业工种名称", "企业人力资源管理师"),
            ("认定等级", "三级/高级工"),
            ("申报条件", "(1)"),
            ("证书等级", "四级/中级工"),
        ] {
            row[column(name)] = value.to_owned();
        }
        cells.push(row);
        let preview = house.upload(&registrar, &workbook(&cells)).await;
        let page = house.get(&registrar, &preview).await;
        assert_eq!(page.figures(), [0, 30, 0, 1], "{engine}: {:?}", page.rows());
        assert!(page.body.contains("此人已自行报名"), "{engine}");
    }
}

#[tokio::test]
async fn what_was_given_back_is_corrected_and_handed_in_again() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let me = house.candidate(PHONE);
        let application = apply(&house, &me).await;
        let address = format!("/my/applications/{}/resubmission", application.id);
        assert_eq!(house.get(&me, &address).await.keys, ["registration-not-returned"], "{engine}");
        give_back(&house, &application).await;
        house.set_now("2021-05-02 09:00");
        let page = house.get(&me, &address).await;
        assert!(page.body.contains("value=\"1510012371448860\""), "{engine}: the form is filled");
        let other_level = with(&[("clause", "4-07-03-02:3:(1)"), ("seen_version", "2")]);
        assert_eq!(house.post(&me, &address, &other_level).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let corrected = with(&[("work_started_on", "2011-07-01"), ("seen_version", "1")]);
        assert_eq!(house.post(&me, &address, &corrected).await.status, StatusCode::CONFLICT, "{engine}");
        let corrected = with(&[("work_started_on", "2011-07-01"), ("seen_version", "2")]);
        let done = house.post(&me, &address, &corrected).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {}", done.body);
        let mut tx = house.env.db.read().await.unwrap();
        let after = registration::application(&mut tx, application.id.as_str()).await.unwrap().unwrap();
        assert_eq!((after.status, after.version), (ApplicationStatus::Submitted, 3), "{engine}");
        assert_eq!(after.work_started_on.unwrap().to_string(), "2011-07-01", "{engine}");
        let history = trail::history(&mut tx, "application", application.id.as_str()).await.unwrap();
        let last = history.last().unwrap();
        assert_eq!(last.action, "application.resubmit", "{engine}");
        assert!(last.payload.contains("[\"work_started_on\"]"), "{engine}: {}", last.payload);
    }
}

#[tokio::test]
async fn an_application_is_taken_back_until_the_freeze_and_may_be_handed_in_again() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let me = house.candidate(PHONE);
        let application = apply(&house, &me).await;
        let address = format!("/my/applications/{}/withdrawal", application.id);
        let mine = house.get(&me, &format!("/my/applications/{}", application.id)).await;
        assert!(mine.body.contains(&format!("href=\"{address}\"")), "{engine}: one tap only leads on");
        assert!(!mine.body.contains(&format!("action=\"{address}\"")), "{engine}");
        let asked = house.get(&me, &address).await;
        assert!(asked.status == StatusCode::OK && asked.body.contains("name=\"sure\""), "{engine}");
        let one_tap = house.post(&me, &address, &[("seen_version", "1")]).await;
        assert_eq!(one_tap.keys, ["registration-not-sure"], "{engine}");
        let stale = house.post(&me, &address, &[("seen_version", "9"), ("sure", "yes")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{engine}");
        let done = house.post(&me, &address, &[("seen_version", "1"), ("sure", "yes")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}");
        let twice = house.post(&me, &address, &[("seen_version", "2"), ("sure", "yes")]).await;
        assert_eq!(twice.keys, ["registration-withdrawn"], "{engine}");
        assert_eq!(house.get(&me, &address).await.keys, ["registration-withdrawn"], "{engine}");
        let again = apply(&house, &me).await;
        assert_eq!(
            (again.id.clone(), again.version),
            (application.id, 3),
            "{engine}: the same application stands up again"
        );
        let mut tx = house.env.db.write().await.unwrap();
        assert!(registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap());
        tx.commit().await.unwrap();
        let frozen = house.post(&me, &address, &[("seen_version", "3"), ("sure", "yes")]).await;
        assert_eq!(frozen.keys, ["registration-book-closed"], "{engine}");
    }
}
