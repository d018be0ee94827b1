//! A misspelt name and a wrong number are corrected by who holds the duty, and nobody is merged.
use axum::http::StatusCode;
use identity::Role;
use registration::ApplicationStatus;

use crate::{
    apply::{self, PHONE},
    house::{House, ROSTER, code},
};

/// The number of the first of the demo roster, and a right one that is nobody's.
const TAKEN: &str = "999824199607135423";
const FREE: &str = "99010119900307101X";
const WHY: &str = "录入与身份证不符";

/// A right number near the applicant's own.
fn free() -> String {
    let body = &FREE[..17];
    let ends = "0123456789X".chars().map(|end| format!("{body}{end}"));
    ends.into_iter().find(|number| kernel::IdNumber::parse(number).is_ok()).unwrap()
}

#[tokio::test]
async fn a_correction_is_kept_by_digests_and_sends_the_accepted_back_to_review() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let me = house.candidate(PHONE);
        let application = apply::apply(&house, &me).await;
        house.settle(&application, ApplicationStatus::Submitted).await;
        let page = format!("/batches/2021-01/applications/{}", application.id);
        let address = format!("{page}/correction");
        assert!(house.get(&registrar, &page).await.body.contains(&format!("href=\"{address}\"")), "{engine}");
        let form = house.get(&registrar, &address).await;
        assert_eq!(form.status, StatusCode::OK, "{engine}");
        assert!(!form.body.contains("99010119900307645X"), "{engine}: the number is shown masked");

        let (name, number) = ("欧阳测式", free());
        let fields = |seen| [("seen_version", seen), ("name", name), ("document", &number), ("reason", WHY)];
        let stale = house.post(&registrar, &address, &fields("1")).await;
        assert_eq!(stale.status, StatusCode::CONFLICT, "{engine}");
        let done = house.post(&registrar, &address, &fields("2")).await;
        assert_eq!((done.status, done.to), (StatusCode::SEE_OTHER, page), "{engine}: {:?}", done.keys);

        let after = house.application(application.id.as_str()).await;
        assert_eq!((after.status, after.version), (ApplicationStatus::Submitted, 3), "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let person = person::load(&mut tx, &house.env.vault, &after.person_id).await.unwrap();
        assert_eq!((person.name.as_str(), person.document.as_str()), (name, number.as_str()), "{engine}");
        let id = kernel::IdNumber::parse("99010119900307645X").unwrap();
        let old = person::find_by_document(&mut tx, &house.env.vault, &id.into()).await.unwrap();
        assert_eq!(old, None, "{engine}: the wrong number is nobody's any more");
        let kept =
            trail::find(&mut tx, "application.correct", ("application", after.id.as_str())).await.unwrap();
        assert_eq!((kept.len(), kept[0].reason.as_str()), (1, WHY), "{engine}");
        let payload = &kept[0].payload;
        assert!(payload.contains("[\"name\",\"document\"]"), "{engine}: {payload}");
        for value in [name, &number, "欧阳测试", "99010119900307645X"] {
            assert!(!payload.contains(value), "{engine}: {payload}");
        }
        let told = message::unsent(&mut tx, &house.env.vault, 10).await.unwrap();
        assert!(told.len() == 1 && !told[0].text.contains(name), "{engine}");
    }
}

#[tokio::test]
async fn nobody_is_made_one_with_somebody_else_and_nothing_is_corrected_without_a_reason() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        house.import(&registrar, ROSTER, 30, 0).await;
        let me = house.candidate(PHONE);
        let application = apply::apply(&house, &me).await;
        let address = format!("/batches/2021-01/applications/{}/correction", application.id);
        for (name, document, reason, field) in [
            ("欧阳测试", TAKEN, WHY, "f-document"),
            ("欧阳测试", "990101199003076450", WHY, "f-document"),
            ("欧阳测试", "", WHY, "f-name"),
            ("欧阳测式", "", "", "f-reason"),
            ("欧阳测式", "", "应为欧阳测式", "f-reason"),
            ("", "", WHY, "f-name"),
        ] {
            let fields = [("seen_version", "1"), ("name", name), ("document", document), ("reason", reason)];
            let again = house.post(&registrar, &address, &fields).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{engine} {field}: {:?}", again.keys);
            assert!(
                again.body.contains(&format!("href=\"#{field}\"")),
                "{engine}: {name} {document} {reason}"
            );
        }
        assert_eq!(house.application(application.id.as_str()).await, application, "{engine}");
        let mut tx = house.env.db.read().await.unwrap();
        let person = person::load(&mut tx, &house.env.vault, &application.person_id).await.unwrap();
        assert_eq!(person.document, "99010119900307645X", "{engine}");
    }
}

#[tokio::test]
async fn only_who_holds_the_duty_everywhere_corrects_and_only_before_the_freeze() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let here = house.registrar("here", "/demo/nancheng").await;
        let elsewhere = house.registrar("elsewhere", "/demo/yuntai").await;
        let mut reviewer = house.registrar("reviewer", "/demo").await;
        reviewer.grants[0].role = Role::Reviewer;
        let mut officer = house.registrar("officer", "/demo").await;
        officer.grants[0].role = Role::ExamOfficer;
        let me = house.candidate(PHONE);
        let application = apply::apply(&house, &me).await;
        let address = format!("/batches/2021-01/applications/{}/correction", application.id);
        for who in [&elsewhere, &officer, &me] {
            assert_eq!(house.get(who, &address).await.status, StatusCode::NOT_FOUND, "{engine}");
            let refused = house.post(who, &address, &[("name", "欧阳测式"), ("reason", WHY)]).await;
            assert_eq!(refused.status, StatusCode::NOT_FOUND, "{engine}");
        }
        let fields = |seen, name| [("seen_version", seen), ("name", name), ("reason", WHY)];
        let done = house.post(&reviewer, &address, &fields("1", "欧阳测式")).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{engine}: {:?}", done.keys);

        // With a second application at a point of others, the first point does not decide alone.
        let other = "UPDATE application SET point_path = '/demo/yuntai/point' WHERE id = $1";
        let labour = [("clause", "4-07-03-02:3:(1)"), ("name", "欧阳测式")];
        let second = apply::apply_with(&house, &me, &labour).await;
        house.run(other, &[second.id.as_str()]).await;
        let refused = house.post(&here, &address, &fields("2", "欧阳测试")).await;
        assert_eq!(refused.keys, ["correction-out-of-reach"], "{engine}");

        let mut tx = house.env.db.write().await.unwrap();
        assert!(registration::close_book(&mut tx, &code(), house.env.now()).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(house.get(&reviewer, &address).await.keys, ["registration-book-closed"], "{engine}");
        let frozen = house.post(&reviewer, &address, &fields("2", "欧阳测试")).await;
        assert_eq!(frozen.keys, ["registration-book-closed"], "{engine}");
    }
}

#[tokio::test]
async fn who_stands_on_the_frozen_list_of_another_batch_is_not_corrected_any_more() {
    for (engine, db) in testkit::engines().await {
        let house = House::open(db).await;
        let registrar = house.registrar("registrar", "/demo").await;
        let me = house.candidate(PHONE);
        let application = apply::apply(&house, &me).await;
        house
            .run(
                "INSERT INTO batch VALUES ('2020-02', '上一批', 'Before', '/demo', '2020-10-30', '2020-11-22',
                 'published', 1, 0, 1)",
                &[],
            )
            .await;
        let copy = "INSERT INTO application (id, batch_code, serial, person_id, occupation_code, level_code,
            clause_number, clause_text, point_path, exam_kind, prior_level, prior_certificate_sealed,
            prior_issued_on, work_started_on, work_years_stated, education, major, diploma_sealed, source,
            particulars_sealed, status, origin, submitted_at, version)
            SELECT 'earlier', '2020-02', serial, person_id, occupation_code, level_code, clause_number, clause_text,
            point_path, exam_kind, prior_level, prior_certificate_sealed, prior_issued_on, work_started_on,
            work_years_stated, education, major, diploma_sealed, source, particulars_sealed, status, origin,
            submitted_at, version FROM application WHERE id = $1";
        house.run(copy, &[application.id.as_str()]).await;
        let mut tx = house.env.db.write().await.unwrap();
        let earlier = kernel::BatchCode::parse("2020-02").unwrap();
        assert!(registration::close_book(&mut tx, &earlier, house.env.now()).await.unwrap());
        tx.commit().await.unwrap();
        let address = format!("/batches/2021-01/applications/{}/correction", application.id);
        let fields = [("seen_version", "1"), ("name", "欧阳测式"), ("reason", WHY)];
        let refused = house.post(&registrar, &address, &fields).await;
        assert_eq!(refused.keys, ["correction-frozen-elsewhere"], "{engine}");
    }
}
