//! One ruler: the thirty rows of the demo roster, two territories, and a rule that changes.
use std::collections::BTreeMap;

use admission::{Decision, Opinion, Ruler};
use calamine::{Data, Reader, Xlsx, open_workbook};
use kernel::Day;
use scheme::Predicate;

use crate::fixture::{Applicant, HR, House, LR, NANCHENG, XICHENG};

type Cells = BTreeMap<String, String>;

fn roster() -> Vec<Cells> {
    let file = format!("{}/../../../data/demo/roster-30.xlsx", env!("CARGO_MANIFEST_DIR"));
    let mut book: Xlsx<_> = open_workbook(file).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().unwrap().iter().map(Data::to_string).collect();
    rows.map(|row| header.iter().cloned().zip(row.iter().map(Data::to_string)).collect()).collect()
}

/// Clause, years after the certificate, years in all and decision of every row, made apart from the code.
fn expected() -> Vec<[String; 4]> {
    let file = format!("{}/../../../data/demo/roster-30-expected.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(file).unwrap();
    let columns = ["clause", "years_after_prior", "years_total", "decision"];
    let rows = scheme::read_table("expected", &text).unwrap();
    rows.iter().map(|row| columns.map(|column| row.text(column).unwrap())).collect()
}

fn applicant(row: &Cells) -> Applicant {
    let given = |column: &str| Some(row[column].clone()).filter(|cell| !cell.is_empty());
    let level = |name: String| match name.chars().next().unwrap() {
        '四' => "4".to_owned(),
        '三' => "3".to_owned(),
        '二' => "2".to_owned(),
        other => panic!("level {other}"),
    };
    Applicant {
        serial: row["序号"].parse().unwrap(),
        name: row["姓名"].clone(),
        document: row["证件号码"].clone(),
        phone: row["手机号码"].clone(),
        occupation: if row["职业工种名称"] == "劳动关系协调员" { LR } else { HR }.to_owned(),
        level: level(row["认定等级"].clone()),
        clause: row["申报条件"].clone(),
        point: NANCHENG,
        prior_level: given("证书等级").map(level),
        prior_certificate: row["证书编号"].clone(),
        prior_issued_on: given("原证书发证日期"),
        work_started_on: given("参加工作时间"),
        work_years: given("专业年限").map(|years| years.parse().unwrap()),
        education: row["文化程度"].clone(),
        diploma: row["学历证书编号"].clone(),
        major: row["专业"].clone(),
    }
}

async fn measure(house: &House, id: &str) -> Opinion {
    let application = house.application(id).await;
    let mut tx = house.env.db.read().await.unwrap();
    let person = person::load(&mut tx, &house.env.vault, &application.person_id).await.unwrap();
    let ruler = Ruler::read(&mut tx, &house.batch).await.unwrap();
    ruler.measure(&house.env.vault, &application, &person).unwrap()
}

#[tokio::test]
async fn the_proposals_for_the_demo_roster_are_those_worked_out_by_hand() {
    let (rows, answers) = (roster(), expected());
    assert_eq!((rows.len(), answers.len()), (30, 30));
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        for (row, answer) in rows.iter().zip(&answers) {
            let id = house.apply(&applicant(row)).await;
            let opinion = measure(&house, &id).await;
            let evaluation = opinion.evaluation.as_ref().unwrap();
            let years = |years: Option<i64>| years.map(|years| years.to_string()).unwrap_or_default();
            let decision = match opinion.proposed {
                Decision::Accept => "admit",
                Decision::Return => "return",
                Decision::Refuse => "refuse",
            };
            let found = [
                evaluation.number.clone(),
                years(evaluation.years_after_prior),
                years(evaluation.years_total),
                decision.to_owned(),
            ];
            assert_eq!(&found, answer, "{engine}, row {}", row["序号"]);
        }
    }
}

#[tokio::test]
async fn one_row_decides_in_every_territory_and_a_later_row_decides_otherwise() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let south = house.apply(&Applicant::new(1, NANCHENG)).await;
        let west = house.apply(&Applicant { level: "3".into(), ..Applicant::new(2, XICHENG) }).await;
        let (first, second) = (measure(&house, &south).await, measure(&house, &west).await);
        assert_eq!(first.proposed, Decision::Accept, "{engine}");
        assert_eq!(second.proposed, Decision::Accept, "{engine}");
        let clause = first.clause.clone().unwrap();
        assert_eq!(second.clause.as_ref(), Some(&clause), "the same row");
        assert_eq!(first.findings(), second.findings());

        // The rule changes: from 2021 on eight years are needed. The certificate is seven years old.
        let mut later = clause.clone();
        later.id = "hr-2018-3-1-later".into();
        later.validity.valid_from = Day::parse("2021-01-01").unwrap();
        later.predicate =
            Predicate::parse(r#"{"work_years_after_level_at_least":{"level":"4","years":8}}"#).unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(scheme::add_clause(&mut tx, &later).await.unwrap());
        tx.commit().await.unwrap();
        for (id, before) in [(&south, &first), (&west, &second)] {
            let after = measure(&house, id).await;
            assert_eq!(after.proposed, Decision::Refuse, "{engine}");
            assert_eq!(after.clause.as_ref().map(|clause| clause.id.as_str()), Some("hr-2018-3-1-later"));
            assert_ne!(after.inputs_digest, before.inputs_digest, "the digest knows the row");
        }
        testkit::proves!(
            "S0-14",
            "one row of the standard decides in every territory, and changing it changes every proposal"
        );
    }
}

#[tokio::test]
async fn a_clause_that_is_not_in_force_is_returned_and_others_that_are_met_are_named() {
    for (engine, db) in testkit::engines().await {
        let house = House::new(&db).await;
        let nine = Applicant { clause: "(9)没有这一条".into(), ..Applicant::new(1, NANCHENG) };
        let opinion = measure(&house, &house.apply(&nine).await).await;
        assert_eq!(opinion.proposed, Decision::Return, "{engine}");
        assert!(opinion.clause.is_none() && opinion.findings().is_empty());
        let others: Vec<_> = opinion.others.iter().map(|clause| clause.number.as_str()).collect();
        assert_eq!(others, ["(1)"], "{engine}");
        let diploma = Applicant { diploma: "129803874325887971".into(), ..Applicant::new(2, NANCHENG) };
        let opinion = measure(&house, &house.apply(&diploma).await).await;
        let others: Vec<_> = opinion.others.iter().map(|clause| clause.number.as_str()).collect();
        assert_eq!((opinion.proposed, others), (Decision::Accept, vec!["(3)"]), "{engine}");
    }
}
