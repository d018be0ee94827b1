//! Holding a clause against what an applicant gave.
use std::collections::{BTreeMap, BTreeSet};

use kernel::{Day, LevelCode};
use serde::{Deserialize, Serialize};

use super::{clause::Clause, finding, predicate::Predicate};
use crate::ClauseId;

/// What an applicant gave, as far as clauses ask for it. What was not given is empty: it can make a
/// condition unproved, never met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Facts {
    /// Birth date, from the ID number where there is one.
    pub birth_day: Option<Day>,
    /// Level of the certificate already held.
    pub prior_level: Option<LevelCode>,
    /// Its number, of either numbering.
    pub prior_certificate_no: Option<String>,
    /// The day it was issued.
    pub prior_issued_on: Option<Day>,
    /// The day work began (参加工作时间).
    pub work_started_on: Option<Day>,
    /// Completed years in this or a related occupation, as the applicant states them (专业年限).
    pub work_years_stated: Option<i64>,
    /// Education in the words of the registration form (文化程度).
    pub education: Option<String>,
    /// Number of the diploma.
    pub diploma_no: Option<String>,
    /// Number on the proof of a final-year student.
    pub student_no: Option<String>,
    /// Major of the diploma.
    pub major: Option<String>,
    /// Whether the school's programme was assessed (经评估论证) for this level.
    pub school_evaluated: Option<bool>,
    /// Grade of the professional title held.
    pub title_grade: Option<String>,
    /// The day the title was given.
    pub title_given_on: Option<Day>,
    /// Other numbers by name, as kilometres driven.
    pub measures: BTreeMap<String, i64>,
    /// Other facts stated and proved by a paper.
    pub stated: BTreeSet<String>,
    /// Codes of the papers handed in; none while papers are not asked for, as in a bulk roster.
    pub materials: Option<BTreeSet<String>>,
}

impl Facts {
    /// Completed years at work by `reference`: from the day work began, and not more than the years
    /// stated for the occupation; none when neither was given.
    #[must_use]
    pub fn years_total(&self, reference: Day) -> Option<i64> {
        let counted = self.work_started_on.map(|day| day.full_years_until(reference));
        match (counted, self.work_years_stated) {
            (Some(counted), Some(stated)) => Some(counted.min(stated)),
            (Some(years), None) | (None, Some(years)) => Some(years),
            (None, None) => None,
        }
    }

    /// Completed years at work between the issue of the prior certificate and `reference`; none
    /// when the day of issue was not given.
    #[must_use]
    pub fn years_after_prior(&self, reference: Day) -> Option<i64> {
        self.prior_issued_on.map(|issued| self.work_years_since(issued, reference))
    }

    /// Completed years from `day`, or from the day work began if that is later.
    pub(super) fn work_years_since(&self, day: Day, reference: Day) -> i64 {
        let from = self.work_started_on.map_or(day, |began| began.max(day));
        from.full_years_until(reference)
    }
}

/// Whether a condition holds. The order is from worst to best: a group needing all its parts is as
/// true as the worst of them, a group needing one as true as the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// What was given shows that it does not hold.
    Unmet,
    /// What was given does not show whether it holds.
    Missing,
    /// It holds.
    Met,
}

/// One leaf of the condition and how it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Kind of condition, the key by which pages translate: `work-years-after-level`.
    pub what: String,
    /// What it is about: a level code, a title, a paper; may be empty.
    pub subject: String,
    /// What the clause asks for.
    pub required: String,
    /// What was found; empty when nothing was given.
    pub found: String,
    /// How the two compare.
    pub met: Truth,
    /// What was held against the facts, in Chinese and without the outcome: a table has that in a column.
    pub about_zh: String,
    /// The same in English.
    pub about_en: String,
    /// The finding as a Chinese sentence.
    pub text_zh: String,
    /// The finding as an English sentence.
    pub text_en: String,
}

/// A clause held against facts on the reference date, with everything a reviewer must see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluation {
    /// The clause.
    pub clause_id: ClauseId,
    /// Its number, `(2)`.
    pub number: String,
    /// The day by which years were counted.
    pub reference: Day,
    /// Completed years at work after the prior certificate; none without a day of issue.
    pub years_after_prior: Option<i64>,
    /// Completed years at work; none when not given.
    pub years_total: Option<i64>,
    /// Whether the clause is met.
    pub met: Truth,
    /// The leaves that decided; of alternatives only the nearest to being met.
    pub findings: Vec<Finding>,
}

/// What the machine proposes; a person decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proposal {
    /// The clause is met.
    Admit,
    /// Give the application back for these.
    Return {
        /// What was not shown.
        missing: Vec<Finding>,
    },
    /// The clause is not met.
    Refuse {
        /// What does not hold.
        unmet: Vec<Finding>,
    },
}

impl Evaluation {
    /// The proposal that follows. A condition shown not to hold refuses even when papers are
    /// missing too: asking for a paper that cannot help would waste the applicant's time.
    #[must_use]
    pub fn proposal(&self) -> Proposal {
        let with = |met: Truth| self.findings.iter().filter(|finding| finding.met == met).cloned().collect();
        match self.met {
            Truth::Met => Proposal::Admit,
            Truth::Missing => Proposal::Return { missing: with(Truth::Missing) },
            Truth::Unmet => Proposal::Refuse { unmet: with(Truth::Unmet) },
        }
    }
}

/// Holds `clause` against `facts` with years completed by `reference`.
///
/// Source: 《国家职业技能标准编制技术规程(2018年版)》 申报条件; the years themselves are in the
/// clause's row. Which day is the reference date is a setting of the batch.
#[must_use]
pub fn evaluate(clause: &Clause, facts: &Facts, reference: Day) -> Evaluation {
    let (condition, mut findings) = judge(&clause.predicate, facts, reference);
    let mut met = condition;
    if let Some(given) = &facts.materials {
        for wanted in clause.materials.iter() {
            let finding = finding::material(given, wanted);
            met = met.min(finding.met);
            findings.push(finding);
        }
    }
    Evaluation {
        clause_id: clause.id.clone(),
        number: clause.number.clone(),
        reference,
        years_after_prior: facts.years_after_prior(reference),
        years_total: facts.years_total(reference),
        met,
        findings,
    }
}

fn judge(predicate: &Predicate, facts: &Facts, reference: Day) -> (Truth, Vec<Finding>) {
    let leaf = match predicate {
        Predicate::All(parts) => return all(parts, facts, reference),
        Predicate::Any(parts) => return any(parts, facts, reference),
        Predicate::Diploma { kinds, majors, evaluated, in_school_ok } => {
            let mut findings =
                vec![finding::education(facts, kinds), finding::diploma_number(facts, *in_school_ok)];
            if !majors.is_empty() {
                findings.push(finding::major(facts, majors));
            }
            if *evaluated {
                findings.push(finding::school_evaluated(facts));
            }
            return (worst(&findings), findings);
        }
        Predicate::AgeAtLeast { years } => finding::age(facts, *years, reference),
        Predicate::WorkYearsTotalAtLeast { years } => finding::work_total(facts, *years, reference),
        Predicate::WorkYearsAfterLevelAtLeast { level, years } => {
            finding::work_after_level(facts, level, *years, reference)
        }
        Predicate::HoldsCertificate { level } => finding::certificate(facts, level),
        Predicate::CertificateAgeAtLeast { level, years } => {
            finding::certificate_age(facts, level, *years, reference)
        }
        Predicate::HoldsTitle { grade } => finding::title(facts, grade),
        Predicate::WorkYearsAfterTitleAtLeast { grade, years } => {
            finding::work_after_title(facts, grade, *years, reference)
        }
        Predicate::MeasureAtLeast { measure, at_least } => finding::measure(facts, measure, *at_least),
        Predicate::Stated { fact } => finding::stated(facts, fact),
    };
    (leaf.met, vec![leaf])
}

fn worst(findings: &[Finding]) -> Truth {
    findings.iter().map(|finding| finding.met).min().unwrap_or(Truth::Met)
}

fn all(parts: &[Predicate], facts: &Facts, reference: Day) -> (Truth, Vec<Finding>) {
    let mut met = Truth::Met;
    let mut findings = Vec::new();
    for part in parts {
        let (part_met, part_findings) = judge(part, facts, reference);
        met = met.min(part_met);
        findings.extend(part_findings);
    }
    (met, findings)
}

/// Keeps only the findings of the alternatives that came nearest: nobody should be told that he
/// lacks what he need not have.
fn any(parts: &[Predicate], facts: &Facts, reference: Day) -> (Truth, Vec<Finding>) {
    let judged: Vec<_> = parts.iter().map(|part| judge(part, facts, reference)).collect();
    let best = judged.iter().map(|(met, _)| *met).max().unwrap_or(Truth::Unmet);
    let findings = judged.into_iter().filter(|(met, _)| *met == best).flat_map(|(_, found)| found).collect();
    (best, findings)
}
