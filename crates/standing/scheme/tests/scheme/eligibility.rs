//! Properties of the eligibility rules over many facts and days, on the seeded clauses.
use crate::fixture::{SEED, day};
use kernel::{Day, LevelCode};
use proptest::prelude::*;
use scheme::{Clause, Facts, Predicate, Proposal, Truth, clauses_met, evaluate};

fn seeded() -> Vec<Clause> {
    serde_json::from_str(SEED.clauses).unwrap()
}

fn a_day() -> impl Strategy<Value = Day> {
    (0i64..9_000).prop_map(|days| day("2000-01-01").plus_days(days))
}

prop_compose! {
    fn some_facts()(
        prior_level in prop::option::of(prop::sample::select(vec!["5", "4", "3", "2"])),
        prior_certificate_no in prop::option::of(Just("1710012038420959".to_owned())),
        prior_issued_on in prop::option::of(a_day()),
        work_started_on in prop::option::of(a_day()),
        work_years_stated in prop::option::of(0i64..20),
        education in prop::option::of(prop::sample::select(vec!["技校", "技师学院", "大学本科", "大学专科和专科学校", "高中"])),
        diploma_no in prop::option::of(Just("129803874325887971".to_owned())),
        major in prop::option::of(prop::sample::select(vec!["人力资源管理", "钻井"])),
        school_evaluated in prop::option::of(any::<bool>()),
    ) -> Facts {
        Facts {
            prior_level: prior_level.map(|code| LevelCode::parse(code).unwrap()),
            prior_certificate_no,
            prior_issued_on,
            work_started_on,
            work_years_stated,
            education: education.map(str::to_owned),
            diploma_no,
            major: major.map(str::to_owned),
            school_evaluated,
            ..Facts::default()
        }
    }
}

proptest! {
    #[test]
    fn waiting_never_makes_an_applicant_less_eligible(
        facts in some_facts(), at in a_day(), later in 0i64..4_000, pick in any::<prop::sample::Index>(),
    ) {
        let clauses = seeded();
        let clause = pick.get(&clauses);
        let before = evaluate(clause, &facts, at).met;
        let after = evaluate(clause, &facts, at.plus_days(later)).met;
        prop_assert!(after >= before, "{before:?} became {after:?}");
    }

    #[test]
    fn more_years_never_make_an_applicant_less_eligible(
        facts in some_facts(), at in a_day(), earlier in 0i64..4_000, pick in any::<prop::sample::Index>(),
    ) {
        let clauses = seeded();
        let clause = pick.get(&clauses);
        let longer = Facts {
            prior_issued_on: facts.prior_issued_on.map(|day| day.plus_days(-earlier)),
            work_started_on: facts.work_started_on.map(|day| day.plus_days(-earlier)),
            work_years_stated: facts.work_years_stated.map(|years| years + earlier / 365),
            ..facts.clone()
        };
        prop_assert!(evaluate(clause, &longer, at).met >= evaluate(clause, &facts, at).met);
    }

    #[test]
    fn the_order_of_clauses_does_not_matter(
        facts in some_facts(), at in a_day(), shuffled in Just(seeded()).prop_shuffle(),
    ) {
        for (standard, level) in [("hr-2018", "4"), ("hr-2018", "3"), ("lr-2018", "2")] {
            let of = |all: &[Clause]| -> Vec<Clause> {
                let here = |clause: &&Clause| {
                    clause.standard_id.as_str() == standard && clause.level_code.as_str() == level
                };
                all.iter().filter(here).cloned().collect()
            };
            let (first, second) = (of(&seeded()), of(&shuffled));
            let ids = |all: &[Clause]| -> Vec<String> {
                clauses_met(all, &facts, at).iter().map(|clause| clause.id.to_string()).collect()
            };
            prop_assert_eq!(ids(&first), ids(&second));
        }
    }

    #[test]
    fn a_proposal_names_what_it_rests_on(
        facts in some_facts(), at in a_day(), pick in any::<prop::sample::Index>(),
    ) {
        let clauses = seeded();
        let evaluation = evaluate(pick.get(&clauses), &facts, at);
        match evaluation.proposal() {
            Proposal::Admit => prop_assert!(evaluation.findings.iter().all(|one| one.met == Truth::Met)),
            Proposal::Return { missing } => prop_assert!(!missing.is_empty()),
            Proposal::Refuse { unmet } => prop_assert!(!unmet.is_empty()),
        }
    }
}

fn clause(predicate: &str, materials: &str) -> Clause {
    Clause {
        predicate: Predicate::parse(predicate).unwrap(),
        materials: materials.to_owned().into(),
        ..seeded().remove(0)
    }
}

fn level(code: &str) -> Option<LevelCode> {
    Some(LevelCode::parse(code).unwrap())
}

#[test]
fn years_are_complete_on_the_anniversary_and_not_a_day_before() {
    let five = clause(r#"{"work_years_after_level_at_least":{"level":"4","years":5}}"#, "");
    let facts =
        Facts { prior_level: level("4"), prior_issued_on: Some(day("2016-05-01")), ..Facts::default() };
    assert_eq!(evaluate(&five, &facts, day("2021-04-30")).met, Truth::Unmet);
    assert_eq!(evaluate(&five, &facts, day("2021-05-01")).met, Truth::Met);
    let finding = &evaluate(&five, &facts, day("2021-04-30")).findings[0];
    assert_eq!((finding.required.as_str(), finding.found.as_str()), ("5", "4"));
    assert_eq!(finding.text_zh, "取得4级证书后累计工作要求满 5 年，现有 4 年");
}

#[test]
fn years_before_work_began_are_no_years_of_work() {
    let facts = Facts {
        prior_issued_on: Some(day("2012-01-01")),
        work_started_on: Some(day("2018-01-01")),
        work_years_stated: Some(2),
        ..Facts::default()
    };
    assert_eq!(facts.years_after_prior(day("2021-04-30")), Some(3));
    assert_eq!(facts.years_total(day("2021-04-30")), Some(2));
    assert_eq!(Facts::default().years_total(day("2021-04-30")), None);
}

#[test]
fn a_certificate_of_another_level_refuses_and_a_missing_number_returns() {
    let holds = clause(r#"{"holds_certificate":{"level":"4"}}"#, "");
    let with = |prior_level, number: Option<&str>| {
        let prior_certificate_no = number.map(str::to_owned);
        let facts = Facts { prior_level, prior_certificate_no, ..Facts::default() };
        evaluate(&holds, &facts, day("2021-04-30")).met
    };
    assert_eq!(with(level("4"), Some("17100120")), Truth::Met);
    assert_eq!(with(level("5"), Some("17100120")), Truth::Unmet);
    assert_eq!(with(level("4"), Some("  ")), Truth::Missing);
    assert_eq!(with(None, None), Truth::Missing);
}

#[test]
fn an_unlisted_major_is_left_to_a_person_and_a_student_may_prove_himself() {
    let diploma =
        clause(r#"{"diploma":{"kinds":["技校"],"majors":["人力资源管理"],"in_school_ok":true}}"#, "");
    let facts = Facts {
        education: Some("技校".into()),
        major: Some("商务管理".into()),
        student_no: Some("2021001".into()),
        ..Facts::default()
    };
    let judged = evaluate(&diploma, &facts, day("2021-04-30"));
    let Proposal::Return { missing } = judged.proposal() else { panic!("{judged:?}") };
    assert_eq!(missing.iter().map(|one| one.what.as_str()).collect::<Vec<_>>(), ["major"]);
    let listed = Facts { major: Some("人力资源管理".into()), ..facts };
    assert_eq!(evaluate(&diploma, &listed, day("2021-04-30")).met, Truth::Met);
}

#[test]
fn papers_count_only_once_they_are_asked_for() {
    let aged = clause(r#"{"age_at_least":{"years":16}}"#, "work_proof diploma");
    let roster = Facts { birth_day: Some(day("2005-04-30")), ..Facts::default() };
    assert_eq!(evaluate(&aged, &roster, day("2021-04-29")).met, Truth::Unmet);
    assert_eq!(evaluate(&aged, &roster, day("2021-04-30")).met, Truth::Met);
    let some = Facts { materials: Some(["diploma".to_owned()].into()), ..roster };
    let judged = evaluate(&aged, &some, day("2021-04-30"));
    let Proposal::Return { missing } = judged.proposal() else { panic!("{judged:?}") };
    assert_eq!(missing.iter().map(|one| one.subject.as_str()).collect::<Vec<_>>(), ["work_proof"]);
}

/// Level 2 and 1 clauses of the 2023 generation need titles and several kinds of years; driving
/// distance comes from older standards. The same engine takes all three generations.
#[test]
fn clauses_of_other_generations_are_only_other_rows() {
    let titled = clause(
        r#"{"all":[{"holds_title":{"grade":"初级"}},
            {"work_years_after_title_at_least":{"grade":"初级","years":5}},
            {"certificate_age_at_least":{"level":"3","years":1}}]}"#,
        "",
    );
    let facts = Facts {
        title_grade: Some("初级".into()),
        title_given_on: Some(day("2018-06-01")),
        prior_level: level("3"),
        prior_issued_on: Some(day("2022-01-01")),
        ..Facts::default()
    };
    assert_eq!(evaluate(&titled, &facts, day("2023-05-31")).met, Truth::Unmet);
    assert_eq!(evaluate(&titled, &facts, day("2023-06-01")).met, Truth::Met);
    let other = Facts { title_grade: Some("中级".into()), ..facts.clone() };
    assert_eq!(evaluate(&titled, &other, day("2023-06-01")).met, Truth::Unmet);

    let driver = clause(
        r#"{"any":[{"measure_at_least":{"measure":"safe_km","at_least":100000}},
            {"stated":{"fact":"apprenticeship_done"}}]}"#,
        "",
    );
    let drove = |km| Facts { measures: [("safe_km".to_owned(), km)].into(), ..facts.clone() };
    let on = day("2021-04-30");
    assert_eq!(evaluate(&driver, &drove(100_000), on).met, Truth::Met);
    let short = evaluate(&driver, &drove(99_999), on);
    assert_eq!(short.met, Truth::Missing, "the apprenticeship may still be proved");
    assert_eq!(short.findings.iter().map(|one| one.what.as_str()).collect::<Vec<_>>(), ["stated"]);
    let trained = Facts { stated: ["apprenticeship_done".to_owned()].into(), ..drove(0) };
    assert_eq!(evaluate(&driver, &trained, on).met, Truth::Met);
}

/// The applicant of row 1 of the large roster is refused under clause (1), and would be met by (2).
#[test]
fn another_clause_that_would_do_is_found() {
    let facts = Facts {
        prior_level: level("5"),
        prior_certificate_no: Some("1810012127557568".into()),
        prior_issued_on: Some(day("2018-01-19")),
        work_started_on: Some(day("2015-03-01")),
        work_years_stated: Some(6),
        ..Facts::default()
    };
    let on = day("2021-04-30");
    let clauses: Vec<Clause> =
        seeded().into_iter().filter(|one| one.id.as_str().starts_with("hr-2018-4-")).collect();
    assert!(matches!(evaluate(&clauses[0], &facts, on).proposal(), Proposal::Refuse { .. }));
    let met: Vec<&str> = clauses_met(&clauses, &facts, on).iter().map(|one| one.number.as_str()).collect();
    assert_eq!(met, ["(2)"]);
}
