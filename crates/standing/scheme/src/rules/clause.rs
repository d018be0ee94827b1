//! Eligibility clauses and how an applicant names one.
use kernel::{Day, LevelCode};
use serde::{Deserialize, Serialize};

use super::{
    dated::Validity,
    evaluation::{Facts, Truth, evaluate},
    predicate::Predicate,
};
use crate::{ClauseId, StandardId};

/// Codes of the papers that prove a clause, as `prior_certificate`, `work_proof`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Materials(Vec<String>);

impl Materials {
    /// The codes in the order the clause lists them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// As the database keeps them: separated by blanks.
    #[must_use]
    pub fn text(&self) -> String {
        self.0.join(" ")
    }
}

impl From<String> for Materials {
    fn from(text: String) -> Self {
        Self(text.split_whitespace().map(str::to_owned).collect())
    }
}

/// One condition of application (申报条件); an applicant meets a level by any one of its clauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Clause {
    /// Its id.
    pub id: ClauseId,
    /// The standard it belongs to.
    pub standard_id: StandardId,
    /// The level applied for.
    pub level_code: LevelCode,
    /// Its number as printed, `(2)`.
    pub number: String,
    /// The short form registration templates offer, `(2)累计工作6年(含)以上`.
    pub label_zh: String,
    /// The text of the standard.
    pub text_zh: String,
    /// The text in English.
    pub text_en: String,
    /// The text as a condition that can be computed.
    #[sqlx(try_from = "String")]
    pub predicate: Predicate,
    /// The papers that prove it, besides those every applicant hands in.
    #[sqlx(try_from = "String")]
    pub materials: Materials,
    /// When it is in force, and its source.
    #[sqlx(flatten)]
    #[serde(flatten)]
    pub validity: Validity,
}

/// The number a text begins with in brackets of either width: `(2)取得…` and `(2)` give 2.
#[must_use]
pub fn clause_position(text: &str) -> Option<i64> {
    let rest = text.trim_start().strip_prefix(['(', '\u{ff08}'])?;
    let (number, _) = rest.split_once([')', '\u{ff09}'])?;
    number.trim().parse().ok().filter(|position| *position > 0)
}

/// The clause an applicant named. Only the leading number counts: templates shorten the words.
#[must_use]
pub fn clause_named<'a>(clauses: &'a [Clause], text: &str) -> Option<&'a Clause> {
    let wanted = clause_position(text)?;
    clauses.iter().find(|clause| clause_position(&clause.number) == Some(wanted))
}

/// The clauses the facts meet, by number: what an applicant refused under one clause is told, and
/// what "which level may I apply for" shows.
#[must_use]
pub fn clauses_met<'a>(clauses: &'a [Clause], facts: &Facts, reference: Day) -> Vec<&'a Clause> {
    let mut met: Vec<&Clause> =
        clauses.iter().filter(|clause| evaluate(clause, facts, reference).met == Truth::Met).collect();
    met.sort_by_key(|clause| (clause_position(&clause.number), clause.id.clone()));
    met
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_named_by_its_leading_number() {
        let read = ["(1)取得", "(12)累计", " (3) x", "2)x", "(x)", "(0)", ""];
        let found = read.map(clause_position);
        assert_eq!(found, [Some(1), Some(12), Some(3), None, None, None, None]);
    }
}
