//! The eligibility engine against two whole rosters: every decision must follow from the rows.
use std::collections::BTreeMap;

use crate::fixture::{ON, day, seeded};
use calamine::{Data, Reader, Xlsx, open_workbook};
use kernel::{Day, LevelCode};
use scheme::{Clause, Evaluation, Facts, Proposal, clause_named, evaluate};
use store::Tx;

type Cells = BTreeMap<String, String>;

/// What a roster's answer file says about one row.
#[derive(Debug, PartialEq, Eq)]
struct Decision {
    clause: String,
    years_after_prior: String,
    years_total: String,
    decision: &'static str,
    reason: &'static str,
}

fn roster(name: &str) -> Vec<Cells> {
    let file = format!("{}/../../../data/demo/{name}.xlsx", env!("CARGO_MANIFEST_DIR"));
    let mut book: Xlsx<_> = open_workbook(&file).expect(&file);
    let sheet = book.worksheet_range_at(0).expect("a sheet").expect("a readable sheet");
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().expect("a header").iter().map(Data::to_string).collect();
    rows.map(|row| header.iter().cloned().zip(row.iter().map(Data::to_string)).collect()).collect()
}

fn expected(name: &str) -> Vec<Decision> {
    let file = format!("{}/../../../data/demo/{name}-expected.csv", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).expect(&file);
    let known = |word: &str, words: &[&'static str]| {
        *words.iter().find(|known| **known == word).expect("a known word")
    };
    scheme::read_table("expected", &text)
        .expect("a table")
        .iter()
        .map(|row| Decision {
            clause: row.text("clause").unwrap(),
            years_after_prior: row.text("years_after_prior").unwrap(),
            years_total: row.text("years_total").unwrap(),
            decision: known(&row.text("decision").unwrap(), &["admit", "refuse", "return"]),
            reason: known(&row.text("reason").unwrap(), &["", YEARS, NO_DIPLOMA]),
        })
        .collect()
}

const YEARS: &str = "years";
const NO_DIPLOMA: &str = "diploma number or scan missing";

fn facts(row: &Cells, levels: &BTreeMap<String, LevelCode>) -> Facts {
    let given = |column: &str| row.get(column).filter(|cell| !cell.is_empty()).cloned();
    let on = |column: &str| given(column).map(|text| day(&text));
    Facts {
        birth_day: on("出生日期"),
        prior_level: given("证书等级").map(|name| levels.get(&name).expect(&name).clone()),
        prior_certificate_no: given("证书编号"),
        prior_issued_on: on("原证书发证日期"),
        work_started_on: on("参加工作时间"),
        work_years_stated: given("专业年限").map(|years| years.parse().expect("years")),
        education: given("文化程度"),
        diploma_no: given("学历证书编号"),
        major: given("专业"),
        ..Facts::default()
    }
}

fn decision(evaluation: &Evaluation) -> Decision {
    let years = |years: Option<i64>| years.map(|years| years.to_string()).unwrap_or_default();
    let (decision, reason) = match evaluation.proposal() {
        Proposal::Admit => ("admit", ""),
        Proposal::Refuse { unmet } => {
            assert!(unmet.iter().all(|finding| finding.what.starts_with("work-years-")), "{unmet:?}");
            ("refuse", YEARS)
        }
        Proposal::Return { missing } => {
            assert!(missing.iter().all(|finding| finding.what == "diploma-number"), "{missing:?}");
            ("return", NO_DIPLOMA)
        }
    };
    Decision {
        clause: evaluation.number.clone(),
        years_after_prior: years(evaluation.years_after_prior),
        years_total: years(evaluation.years_total),
        decision,
        reason,
    }
}

/// The clauses of one (occupation name, level name), asked of the store once.
async fn clauses_of(tx: &mut Tx, occupation: &str, level: &str, on: Day) -> Vec<Clause> {
    let occupation = scheme::occupation_named(tx, occupation, on).await.unwrap().expect(occupation);
    let code = occupation.code.expect("a confirmed code");
    let standard = scheme::standard_in_force(tx, &code, on).await.unwrap().expect("a standard");
    let level = scheme::level_named(tx, level, on).await.unwrap().expect(level);
    scheme::clauses(tx, &standard.id, &level.code, on).await.unwrap()
}

/// Judges a whole roster by the rows of a seeded database; gives admitted, refused, returned.
async fn judge(tx: &mut Tx, name: &str, rows: &[Cells], answers: &[Decision]) -> [usize; 3] {
    let on = day(ON);
    let levels = scheme::levels(tx, on).await.unwrap();
    let levels = levels.into_iter().map(|level| (level.name_zh, level.code)).collect();
    assert_eq!(rows.len(), answers.len(), "{name}: as many answers as rows");
    let mut clauses: BTreeMap<(String, String), Vec<Clause>> = BTreeMap::new();
    let mut counts = [0; 3];
    for (place, (row, answer)) in rows.iter().zip(answers).enumerate() {
        let key = (row["职业工种名称"].clone(), row["认定等级"].clone());
        if !clauses.contains_key(&key) {
            let found = clauses_of(tx, &key.0, &key.1, on).await;
            clauses.insert(key.clone(), found);
        }
        let clause = clause_named(&clauses[&key], &row["申报条件"]).expect("the clause exists");
        assert_eq!(clause.label_zh, row["申报条件"], "{name} row {}", place + 1);
        let found = decision(&evaluate(clause, &facts(row, &levels), on));
        assert_eq!(&found, answer, "{name} row {}", place + 1);
        counts[["admit", "refuse", "return"].iter().position(|word| *word == found.decision).unwrap()] += 1;
    }
    println!(
        "{name}: {} decisions equal: {} admit, {} refuse, {} return",
        rows.len(),
        counts[0],
        counts[1],
        counts[2]
    );
    counts
}

#[tokio::test]
async fn every_decision_of_both_rosters_follows_from_the_rows() {
    let (small, large) = (roster("roster-30"), roster("roster-12318"));
    let (small_answers, large_answers) = (expected("roster-30"), expected("roster-12318"));
    for (engine, db) in testkit::engines().await {
        let mut tx = seeded(&db).await;
        let counts = judge(&mut tx, "roster-30", &small, &small_answers).await;
        assert_eq!(counts, [25, 3, 2], "{engine}");
        let counts = judge(&mut tx, "roster-12318", &large, &large_answers).await;
        assert_eq!(counts, [11_242, 778, 298], "{engine}");
    }
}
